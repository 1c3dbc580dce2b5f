/* test_canvas.c: the canvas keeps columns aligned and terminals safe, whatever is drawn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"
#include "base/utf8.h"
#include "view/canvas.h"

static int new_arena(void **state) {
	*state = arena_new();
	return 0;
}

static int free_arena(void **state) {
	arena_free(*state);
	return 0;
}

static const char *dump(const Canvas *canvas) {
	return canvas_dump(canvas->arena, canvas, false);
}

static const char *dump_roles(const Canvas *canvas) {
	return canvas_dump(canvas->arena, canvas, true);
}

static void text_stands_where_it_was_drawn(void **state) {
	Canvas *canvas = canvas_new(*state, 10, 3, false);
	assert_int_equal(canvas_text(canvas, 2, 1, "hello", ROLE_TEXT), 7);
	assert_string_equal(dump(canvas), "\n  hello\n\n");
}

static void text_outside_is_lost(void **state) {
	Canvas *canvas = canvas_new(*state, 5, 2, false);
	canvas_text(canvas, -2, 0, "abcdefghij", ROLE_TEXT);
	canvas_text(canvas, 0, -1, "above", ROLE_TEXT);
	canvas_text(canvas, 0, 2, "below", ROLE_TEXT);
	assert_int_equal(canvas_text(canvas, 3, 1, "xyz", ROLE_TEXT), 5);
	assert_int_equal(canvas_text(canvas, 9, 1, "far", ROLE_TEXT), 9);
	assert_string_equal(dump(canvas), "cdefg\n   xy\n");
	assert_null(canvas_cell(canvas, 5, 0));
	assert_null(canvas_cell(canvas, 0, -1));
}

static void a_clip_holds_and_is_set_back(void **state) {
	Canvas *canvas = canvas_new(*state, 8, 2, false);
	Box before = canvas_clip(canvas, (Box){2, 0, 3, 9});
	canvas_text(canvas, 0, 0, "01234567", ROLE_TEXT);
	canvas_fill(canvas, (Box){0, 1, 8, 1}, '#', ROLE_TEXT);
	canvas_clip(canvas, before);
	canvas_text(canvas, 7, 1, "!", ROLE_TEXT);
	assert_string_equal(dump(canvas), "  234\n  ###  !\n");
}

static void wide_characters_take_two_cells(void **state) {
	Canvas *canvas = canvas_new(*state, 8, 1, false);
	assert_int_equal(canvas_text(canvas, 0, 0, "表a", ROLE_TEXT), 3);
	assert_int_equal(canvas_cell(canvas, 0, 0)->points[0], 0x8868);
	assert_int_equal(canvas_cell(canvas, 1, 0)->points[0], 0);
	assert_int_equal(canvas_cell(canvas, 2, 0)->points[0], 'a');
}

static void half_a_wide_character_is_never_left(void **state) {
	Canvas *canvas = canvas_new(*state, 6, 1, false);
	canvas_text(canvas, 0, 0, "表表表", ROLE_TEXT);
	canvas_text(canvas, 1, 0, "x", ROLE_TEXT); /* over the right half of the first */
	canvas_text(canvas, 2, 0, "y", ROLE_TEXT); /* over the left half of the second */
	assert_string_equal(dump(canvas), " xy 表\n");
	canvas_text(canvas, 3, 0, "表", ROLE_TEXT); /* over a blank and the left half of the third */
	assert_string_equal(dump(canvas), " xy表\n");
	assert_int_equal(canvas_text(canvas, 5, 0, "表", ROLE_TEXT), 6); /* does not fit: a blank */
	assert_int_equal(canvas_cell(canvas, 5, 0)->points[0], ' ');
}

static void wide_characters_at_the_clip_become_blanks(void **state) {
	Canvas *canvas = canvas_new(*state, 6, 1, false);
	canvas_fill(canvas, (Box){0, 0, 6, 1}, '.', ROLE_TEXT);
	Box before = canvas_clip(canvas, (Box){1, 0, 4, 1});
	canvas_text(canvas, 0, 0, "表a表", ROLE_TEXT);
	canvas_clip(canvas, before);
	assert_string_equal(dump(canvas), ". a表.\n");
}

static void combining_marks_share_a_cell(void **state) {
	Canvas *canvas = canvas_new(*state, 6, 1, false);
	assert_int_equal(canvas_text(canvas, 0, 0, "e\xCC\x81x", ROLE_TEXT), 2);
	assert_string_equal(dump(canvas), "e\xCC\x81x\n");
	assert_int_equal(canvas_cell(canvas, 0, 0)->points[1], 0x301);
}

static void marks_without_a_letter_or_too_many_are_dropped(void **state) {
	Canvas *canvas = canvas_new(*state, 6, 1, false);
	canvas_text(canvas, 0, 0, "a", ROLE_TEXT);
	canvas_text(canvas, 1, 0, "\xCC\x81" "b\xCC\x81\xCC\x82\xCC\x83\xCC\x84", ROLE_TEXT);
	assert_string_equal(dump(canvas), "ab\xCC\x81\xCC\x82\n");
}

static void marks_stay_inside_the_clip(void **state) {
	Canvas *canvas = canvas_new(*state, 4, 1, false);
	Box before = canvas_clip(canvas, (Box){2, 0, 2, 1});
	canvas_text(canvas, 1, 0, "e\xCC\x81x", ROLE_TEXT);
	canvas_clip(canvas, before);
	assert_string_equal(dump(canvas), "  x\n");
}

static void hostile_bytes_become_question_marks(void **state) {
	Canvas *canvas = canvas_new(*state, 30, 1, false);
	canvas_text(canvas, 0, 0, "a\x1b[31mb\x07\xC2\x9B" "c\xE2\x80\xAE" "d\xFF\xE8\xA1", ROLE_TEXT);
	assert_string_equal(dump(canvas), "a?[31mb??c?d???\n");
}

static void blanks_are_kept_and_breaks_are_blanks(void **state) {
	Canvas *canvas = canvas_new(*state, 20, 1, false);
	canvas_text(canvas, 0, 0, "  a\n\tb\rc", ROLE_TEXT);
	assert_string_equal(dump(canvas), "  a  b c\n");
}

/* Any bytes, drawn by anything, leave cells that are safe and whole. */
static void random_bytes_leave_a_sound_canvas(void **state) {
	static const char *const bits[] = {"表", "\xCC\x81", "a", "\x1b", "\xC2\x9B", "\xE2\x80\xAE", "😀", "\xF0\x9F", "\t", "\xFF", "…", " "};
	srand(7);
	for (int round = 0; round < 3000; round++) {
		Canvas *canvas = canvas_new(*state, 1 + rand() % 12, 1 + rand() % 3, rand() % 2);
		canvas_clip(canvas, (Box){rand() % 5 - 1, rand() % 3 - 1, rand() % 12, rand() % 4});
		for (int step = 0; step < 6; step++) {
			Str text = STR_INIT;
			for (int i = rand() % 9; i > 0; i--) str_add(&text, bits[(size_t)rand() % (sizeof bits / sizeof *bits)]);
			int x = rand() % 14 - 3, y = rand() % 4 - 1;
			if (rand() % 2) canvas_text(canvas, x, y, text.text, ROLE_TEXT);
			else canvas_field(canvas, x, y, rand() % 9, text.text, (Align)(rand() % 3), ROLE_KEY);
			str_release(&text);
		}
		for (int y = 0; y < canvas->height; y++)
			for (int x = 0; x < canvas->width; x++) {
				const CanvasCell *cell = canvas_cell(canvas, x, y);
				bool half = cell->points[0] == 0;
				assert_false(half && (x == 0 || utf8_width(cell[-1].points[0]) != 2));
				if (half) continue;
				assert_false(utf8_hostile(cell->points[0]));
				assert_true(utf8_width(cell->points[0]) > 0);
				if (utf8_width(cell->points[0]) == 2) assert_true(x + 1 < canvas->width && cell[1].points[0] == 0);
				if (canvas->ascii) assert_true(cell->points[0] <= '~' && !cell->points[1]);
			}
		arena_clear(*state);
	}
}

static void fields_align_and_cut(void **state) {
	Canvas *canvas = canvas_new(*state, 30, 1, false);
	int x = canvas_field(canvas, 0, 0, 5, "ab", ALIGN_LEFT, ROLE_TEXT);
	x = canvas_field(canvas, x, 0, 5, "ab", ALIGN_RIGHT, ROLE_TEXT);
	x = canvas_field(canvas, x, 0, 6, "ab", ALIGN_CENTRE, ROLE_TEXT);
	x = canvas_field(canvas, x, 0, 5, "abcde", ALIGN_RIGHT, ROLE_TEXT);
	x = canvas_field(canvas, x, 0, 5, "abcdef", ALIGN_RIGHT, ROLE_TEXT);
	assert_int_equal(x, 26);
	assert_int_equal(canvas_field(canvas, 3, 0, 0, "x", ALIGN_LEFT, ROLE_TEXT), 3);
	assert_string_equal(dump(canvas), "ab      ab  ab  abcdeabcd…\n");
}

static void fields_cut_wide_characters_whole(void **state) {
	Canvas *canvas = canvas_new(*state, 10, 1, false);
	canvas_field(canvas, 0, 0, 4, "表表表", ALIGN_LEFT, ROLE_TEXT);
	canvas_text(canvas, 4, 0, "|", ROLE_TEXT);
	assert_string_equal(dump(canvas), "表… |\n");
}

static void bars_are_drawn_in_eighths(void **state) {
	Canvas *canvas = canvas_new(*state, 4, 6, false);
	const double ratios[] = {0, 1e-9, 0.5, 0.53125, 1, 7};
	for (int y = 0; y < 6; y++) canvas_bar(canvas, 0, y, 4, ratios[y], ROLE_TEXT);
	assert_string_equal(dump(canvas), "\n▏\n██\n██▏\n████\n████\n");
	canvas_bar(canvas, 0, 5, 4, NAN, ROLE_TEXT);
	canvas_bar(canvas, 0, 4, 4, -1, ROLE_TEXT);
	assert_string_equal(dump(canvas), "\n▏\n██\n██▏\n\n\n");
}

static void frames_go_around(void **state) {
	Canvas *canvas = canvas_new(*state, 5, 3, false);
	canvas_frame(canvas, (Box){0, 0, 5, 3}, ROLE_TEXT);
	assert_string_equal(dump(canvas), "┌───┐\n│   │\n└───┘\n");
}

static void an_ascii_canvas_has_seven_bits(void **state) {
	Canvas *canvas = canvas_new(*state, 12, 4, true);
	canvas_frame(canvas, (Box){0, 0, 12, 3}, ROLE_TEXT);
	canvas_text(canvas, 1, 1, "▸é表→ e\xCC\x81…", ROLE_TEXT);
	canvas_bar(canvas, 0, 3, 4, 0.55, ROLE_TEXT);
	assert_string_equal(dump(canvas), "+----------+\n|>??" "?> e~  |\n+----------+\n##-\n");
}

static bool is_small_e_acute(uint32_t point) {
	return point == 0xE9 || point == 0x8868;
}

static void an_ascii_canvas_keeps_what_the_locale_has(void **state) {
	Canvas *canvas = canvas_new(*state, 12, 1, true);
	canvas->keeps = is_small_e_acute;
	canvas_text(canvas, 0, 0, "▸é表è…", ROLE_TEXT);
	assert_string_equal(dump(canvas), ">é表?~\n");
}

/* The file without its comments; NULL: there is none. */
static char *source(Arena *arena, const char *path) {
	Str text = STR_INIT;
	FILE *file = fopen(path, "r");
	if (!file) return NULL;
	for (int byte, last = 0, comment = 0; (byte = getc(file)) != EOF; last = byte) {
		if (!comment && last == '/' && byte == '*') comment = 1;
		if (!comment) str_add_char(&text, (char)byte);
		if (comment && last == '*' && byte == '/') comment = byte = 0;
	}
	fclose(file);
	char *copy = arena_copy(arena, text.text);
	str_release(&text);
	return copy;
}

/* Whatever symbol stands in the code of what draws has a likeness in 7 bits: a `?` would say that we do not know what we show. */
static void every_symbol_we_draw_has_an_ascii_one(void **state) {
	glob_t files;
	assert_int_equal(glob("src/[bcvrta]*/*.c", 0, NULL, &files), 0); /* base core view report term app advise */
	assert_int_equal(glob("src/panes/*.c", GLOB_APPEND, NULL, &files), 0);
	assert_int_equal(glob("include/view/*.h", GLOB_APPEND, NULL, &files), 0);
	size_t symbols = 0;
	for (size_t i = 0; i < files.gl_pathc; i++) {
		uint32_t point;
		size_t len;
		const char *text = source(*state, files.gl_pathv[i]);
		assert_non_null(text);
		for (; *text; text += len) {
			len = utf8_decode(text, strnlen(text, 4), &point);
			if (point < 0x80) continue;
			Canvas *canvas = canvas_new(*state, 2, 1, true);
			canvas_text(canvas, 0, 0, arena_copy_n(*state, text, len), ROLE_TEXT);
			uint32_t shown = canvas_cell(canvas, 0, 0)->points[0];
			if (shown == '?' || shown > '~') fail_msg("%s draws %.*s, which has no likeness in 7 bits", files.gl_pathv[i], (int)len, text);
			symbols++;
		}
		arena_clear(*state);
	}
	globfree(&files);
	assert_true(symbols > 100);
}

static void roles_and_selection_are_told(void **state) {
	Canvas *canvas = canvas_new(*state, 8, 2, false);
	int x = canvas_text(canvas, 0, 0, "ab", ROLE_KEY);
	canvas_text(canvas, x, 0, "cd", ROLE_TEXT);
	canvas_select(canvas, (Box){3, 0, 3, 1});
	canvas_role(canvas, (Box){5, 0, 1, 1}, ROLE_BAR);
	canvas_printf(canvas, 0, 1, ROLE_TEXT, "%d%s", 42, "x");
	assert_string_equal(dump_roles(canvas), "{key:ab}c{text selected:d }{bar selected: }\n42x\n");
	canvas_text(canvas, 3, 0, "e", ROLE_TEXT); /* what is drawn over a selection is not selected */
	assert_false(canvas_cell(canvas, 3, 0)->selected);
}

static void an_empty_canvas_is_fine(void **state) {
	Canvas *canvas = canvas_new(*state, 0, -3, false);
	canvas_text(canvas, 0, 0, "x", ROLE_TEXT);
	canvas_frame(canvas, (Box){0, 0, 3, 3}, ROLE_TEXT);
	assert_string_equal(dump(canvas), "");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, new_arena, free_arena)
	const struct CMUnitTest tests[] = {
	    TEST(text_stands_where_it_was_drawn),
	    TEST(text_outside_is_lost),
	    TEST(a_clip_holds_and_is_set_back),
	    TEST(wide_characters_take_two_cells),
	    TEST(half_a_wide_character_is_never_left),
	    TEST(wide_characters_at_the_clip_become_blanks),
	    TEST(combining_marks_share_a_cell),
	    TEST(marks_without_a_letter_or_too_many_are_dropped),
	    TEST(marks_stay_inside_the_clip),
	    TEST(hostile_bytes_become_question_marks),
	    TEST(blanks_are_kept_and_breaks_are_blanks),
	    TEST(random_bytes_leave_a_sound_canvas),
	    TEST(fields_align_and_cut),
	    TEST(fields_cut_wide_characters_whole),
	    TEST(bars_are_drawn_in_eighths),
	    TEST(frames_go_around),
	    TEST(an_ascii_canvas_has_seven_bits),
	    TEST(an_ascii_canvas_keeps_what_the_locale_has),
	    TEST(every_symbol_we_draw_has_an_ascii_one),
	    TEST(roles_and_selection_are_told),
	    TEST(an_empty_canvas_is_fine),
	};
	return cmocka_run_group_tests_name("canvas", tests, NULL, NULL);
}
