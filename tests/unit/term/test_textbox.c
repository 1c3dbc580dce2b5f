/* test_textbox.c: text wraps into a box and is scrolled to its cursor. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"
#include "base/utf8.h"
#include "term/textbox.h"

static int new_arena(void **state) {
	*state = arena_new();
	return 0;
}

static int free_arena(void **state) {
	arena_free(*state);
	return 0;
}

static TextBox box_of(const char *prefix, const char *text, size_t cursor) {
	return (TextBox){.prefix = prefix, .text = text, .len = strlen(text), .cursor = cursor};
}

/* The rows as drawn into a box of that size (blanks at their ends cut), with the cursor as `x,y` below. */
static const char *drawn(Arena *arena, TextBox textbox, int width, int height, int *top) {
	int nothing = 0;
	Canvas *canvas = canvas_new(arena, width, height, false);
	canvas_fill(canvas, (Box){0, 0, width, height}, 'X', ROLE_TEXT); /* what was there before */
	textbox_draw(&textbox, canvas, (Box){0, 0, width, height}, top ? top : &nothing);
	return arena_printf(arena, "%s%d,%d", canvas_dump(arena, canvas, false), canvas->cursor_x, canvas->cursor_y);
}

static void lines_begin_under_the_first_character(void **state) {
	assert_string_equal(drawn(*state, box_of("db=> ", "select 1,\n2", 11), 20, 3, NULL), "db=> select 1,\n     2\n\n6,1");
	assert_string_equal(drawn(*state, box_of("db=> ", "abcdefgh", 8), 10, 2, NULL), "db=> abcde\n     fgh\n8,1");
}

static void a_long_prefix_leaves_the_lines_their_width(void **state) {
	assert_string_equal(drawn(*state, box_of("database=> ", "abcdefgh", 0), 12, 3, NULL), "database=> a\nbcdefgh\n\n11,0");
	assert_string_equal(drawn(*state, box_of("database=> ", "abc", 3), 6, 3, NULL), "databa\nse=> a\nbc\n2,2");
}

static void the_cursor_behind_a_full_row_stands_on_the_next(void **state) {
	TextBox textbox = box_of("> ", "abcdef", 6);
	assert_string_equal(drawn(*state, textbox, 8, 2, NULL), "> abcdef\n\n2,1");
	assert_int_equal(textbox_rows(&textbox, 8), 2);
	textbox = box_of("> ", "abcdef\ng", 6);
	assert_string_equal(drawn(*state, textbox, 8, 2, NULL), "> abcdef\n  g\n7,0");
	assert_int_equal(textbox_rows(&textbox, 8), 2);
	textbox = box_of("> ", "", 0);
	assert_int_equal(textbox_rows(&textbox, 8), 1);
}

static void wide_characters_are_not_cut_in_two(void **state) {
	assert_string_equal(drawn(*state, box_of("> ", "日本語", 9), 7, 2, NULL), "> 日本\n  語\n4,1");
	assert_string_equal(drawn(*state, box_of("> ", "日本語", 6), 7, 2, NULL), "> 日本\n  語\n2,1");
	assert_string_equal(drawn(*state, box_of("> ", "cafe\xcc\x81!", 6), 9, 1, NULL), "> cafe\xcc\x81!\n6,0");
}

static void what_cannot_be_shown_is_marked(void **state) {
	assert_string_equal(drawn(*state, box_of("> ", "a\033[\x7f\x01", 5), 20, 1, NULL), "> a^[[^?^A\n10,0");
	assert_string_equal(drawn(*state, box_of("> ", "\xff\xe2\x80\xaez\xc3", 6), 20, 1, NULL), "> ??z?\n6,0");
	assert_string_equal(drawn(*state, box_of("> ", "a\tb\t\tc", 6), 20, 1, NULL), "> a   b       c\n15,0");
	assert_string_equal(drawn(*state, box_of("> ", "\xcc\x81x", 3), 20, 1, NULL), "> x\n3,0");
}

static void the_window_moves_as_little_as_it_must(void **state) {
	const char *text = "1\n2\n3\n4\n5";
	int top = 0;
	assert_string_equal(drawn(*state, box_of("> ", text, 9), 9, 2, &top), "  4\n  5\n3,1");
	assert_int_equal(top, 3);
	assert_string_equal(drawn(*state, box_of("> ", text, 6), 9, 2, &top), "  4\n  5\n2,0");
	assert_string_equal(drawn(*state, box_of("> ", text, 4), 9, 2, &top), "  3\n  4\n2,0");
	assert_string_equal(drawn(*state, box_of("> ", text, 0), 9, 2, &top), "> 1\n  2\n2,0");
	top = 100; /* the text has become shorter meanwhile */
	assert_string_equal(drawn(*state, box_of("> ", "x", 1), 9, 2, &top), "> x\n\n3,0");
}

static void prefix_and_text_have_their_roles(void **state) {
	Canvas *canvas = canvas_new(*state, 12, 1, false);
	TextBox textbox = box_of("db=> ", "x", 1);
	int top = 0;
	textbox_draw(&textbox, canvas, (Box){1, 0, 10, 1}, &top);
	assert_string_equal(canvas_dump(*state, canvas, true), " {prompt:db=> }x\n");
	assert_int_equal(canvas->cursor_x, 7);
}

static void any_text_fits_any_box(void **state) {
	static const char *const texts[] = {"", "a", "日本", "\n\n", "\t", "\033\033", "a\xcc\x81\xcc\x81", "\xff", "longer than any box\nis wide"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		for (int width = 1; width < 9; width++) {
			for (size_t cursor = 0; cursor <= strlen(texts[i]); cursor++) {
				if ((texts[i][cursor] & 0xC0) == 0x80) continue; /* within a character */
				TextBox textbox = box_of(i % 2 ? "日> " : "", texts[i], cursor);
				Canvas *canvas = canvas_new(*state, width, 3, false);
				int top = 0;
				textbox_draw(&textbox, canvas, (Box){0, 0, width, 3}, &top);
				assert_in_range(canvas->cursor_x, 0, width - 1);
				assert_in_range(canvas->cursor_y, 0, 2);
				assert_in_range(textbox_place(&textbox, width, cursor).row, 0, textbox_rows(&textbox, width) - 1);
			}
		}
	}
}

static void a_box_of_no_size_draws_nothing(void **state) {
	Canvas *canvas = canvas_new(*state, 4, 1, false);
	TextBox textbox = box_of("> ", "x", 1);
	int top = 0;
	textbox_draw(&textbox, canvas, (Box){0, 0, 0, 1}, &top);
	textbox_draw(&textbox, canvas, (Box){0, 0, 4, 0}, &top);
	assert_string_equal(canvas_dump(*state, canvas, false), "\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, new_arena, free_arena)
int main(void) {
	const struct CMUnitTest tests[] = {
	    TEST(lines_begin_under_the_first_character),
	    TEST(a_long_prefix_leaves_the_lines_their_width),
	    TEST(the_cursor_behind_a_full_row_stands_on_the_next),
	    TEST(wide_characters_are_not_cut_in_two),
	    TEST(what_cannot_be_shown_is_marked),
	    TEST(the_window_moves_as_little_as_it_must),
	    TEST(prefix_and_text_have_their_roles),
	    TEST(any_text_fits_any_box),
	    TEST(a_box_of_no_size_draws_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
