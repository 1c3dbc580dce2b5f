/* test_utf8.c: characters, their width in cells, and making strangers' bytes safe. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <wchar.h>

#include "base/utf8.h"

static Arena *arena;

static int setup(void **state) {
	(void)state;
	arena = arena_new();
	return 0;
}

static int teardown(void **state) {
	(void)state;
	arena_free(arena);
	return 0;
}

static void every_character_survives_the_round_trip(void **state) {
	(void)state;
	for (uint32_t point = 0; point <= 0x10FFFF; point++) {
		if (point == 0xD800) point = 0xE000;
		char bytes[4];
		uint32_t back;
		size_t len = utf8_encode(point, bytes);
		assert_int_equal(utf8_decode(bytes, len, &back), len);
		assert_int_equal(back, point);
		if (len > 1) {
			assert_int_equal(utf8_decode(bytes, len - 1, &back), 1); /* cut */
			assert_int_equal(back, UTF8_INVALID);
		}
	}
}

static void what_is_no_character_encodes_as_the_replacement(void **state) {
	(void)state;
	const uint32_t points[] = {0xD800, 0xDFFF, 0x110000, UINT32_MAX};
	for (size_t i = 0; i < 4; i++) {
		char bytes[4];
		assert_int_equal(utf8_encode(points[i], bytes), 3);
		assert_memory_equal(bytes, "\xEF\xBF\xBD", 3);
	}
}

static void broken_bytes_are_taken_one_at_a_time(void **state) {
	(void)state;
	const char *const broken[] = {
	    "\x80",             "\xBF",         "\xC0\x80", "\xC1\xBF",         "\xC3",             "\xC3(",
	    "\xE0\x80\x80",     "\xE0\x9F\xBF", "\xE2\x82", "\xED\xA0\x80",     "\xED\xBF\xBF",     "\xF0\x80\x80\x80",
	    "\xF0\x8F\xBF\xBF", "\xF0\x9F\x98", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xF8\x88\x80\x80", "\xFE", "\xFF"};
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		uint32_t point = 0;
		assert_int_equal(utf8_decode(broken[i], strlen(broken[i]), &point), 1);
		assert_int_equal(point, UTF8_INVALID);
		assert_false(utf8_valid(broken[i], strlen(broken[i])));
	}
	assert_true(utf8_valid("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\xEF\xBF\xBD", 13));
	assert_true(utf8_valid("a\0b", 3));
	assert_true(utf8_valid("", 0));
}

static void hostile_characters_are_known(void **state) {
	(void)state;
	const uint32_t hostile[][2] = {
	    {0, 0x1F},         {0x7F, 0x9F},       {0xAD, 0xAD},         {0x61C, 0x61C},       {0x200B, 0x200F},
	    {0x2028, 0x202E},  {0x2060, 0x206F},   {0xFEFF, 0xFEFF},     {0xFFF9, 0xFFFB},     {0xFDD0, 0xFDEF},
	    {0xFFFE, 0xFFFF},  {0x1FFFE, 0x1FFFF}, {0x10FFFE, 0x10FFFF}, {0xE0001, 0xE0001},   {0xE0020, 0xE007F},
	    {0xD800, 0xDFFF},  {0x180E, 0x180E},   {0x3164, 0x3164},     {0x110000, 0x110010}};
	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
		for (uint32_t point = hostile[i][0]; point <= hostile[i][1]; point++) assert_true(utf8_hostile(point));
}

static void ordinary_characters_are_not_hostile(void **state) {
	(void)state;
	const uint32_t fine[] = {' ', '~', 0xA0, 0xE9, 0x301, 0x627, 0x5D0, 0x2010, 0x2026, 0x2500, 0x2588, 0x3000,
	                         0x4E2D, 0xAC00, 0xE000, 0xFE0F, 0xFFFC, 0xFFFD, 0x1F600, 0x10FFFD};
	for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) assert_false(utf8_hostile(fine[i]));
}

/* Over all characters that the C library knows; newer ones than the table's may differ, but they are few. */
static void widths_agree_with_the_c_library(void **state) {
	(void)state;
	if (!setlocale(LC_CTYPE, "C.UTF-8") || strcmp(nl_langinfo(CODESET), "UTF-8") != 0) {
		printf("skip: widths_agree_with_the_c_library: no locale C.UTF-8\n");
		skip();
	}
	size_t known = 0, different = 0;
	for (uint32_t point = 0; point <= 0x10FFFF; point++) {
		int width = wcwidth((wchar_t)point);
		if (width < 0 || utf8_hostile(point)) continue;
		known++;
		if (width == utf8_width(point)) continue;
		different++;
		printf("U+%04X: wcwidth says %d, we say %d\n", (unsigned)point, width, utf8_width(point));
	}
	setlocale(LC_CTYPE, "C");
	assert_true(known > 200000);
	assert_true(different * 500 < known);
}

static void widths_do_not_ask_the_locale(void **state) {
	(void)state;
	assert_string_equal(setlocale(LC_CTYPE, NULL), "C");
	assert_int_equal(utf8_width('a'), 1);
	assert_int_equal(utf8_width(0xE9), 1);
	assert_int_equal(utf8_width(0x301), 0);
	assert_int_equal(utf8_width(0xFE0F), 0);
	assert_int_equal(utf8_width(0x4E2D), 2);
	assert_int_equal(utf8_width(0x1F600), 2);
	assert_int_equal(utf8_width(0x2581), 1);
	assert_int_equal(utf8_width(0x1B), 1); /* the `?` it becomes */
	assert_int_equal(utf8_width(0x200D), 1);
}

static void texts_are_measured_in_cells(void **state) {
	(void)state;
	assert_int_equal(utf8_cells(""), 0);
	assert_int_equal(utf8_cells("abc"), 3);
	assert_int_equal(utf8_cells("e\u0301te\u0301"), 3);
	assert_int_equal(utf8_cells("日本語"), 6);
	assert_int_equal(utf8_cells("a\xFF\xFE"), 3);
	assert_int_equal(utf8_cells_n("日本語", 3), 2);
	assert_int_equal(utf8_cells_n("日本語", 4), 3);
}

static void a_front_that_fits_is_never_half_a_character(void **state) {
	(void)state;
	assert_int_equal(utf8_fit("abc", 0), 0);
	assert_int_equal(utf8_fit("abc", 2), 2);
	assert_int_equal(utf8_fit("abc", 9), 3);
	assert_int_equal(utf8_fit("日本", 1), 0);
	assert_int_equal(utf8_fit("日本", 3), 3);
	assert_int_equal(utf8_fit("e\u0301\u0302x", 1), 5); /* marks stay with their letter */
}

static void clean_text_is_returned_as_it_is(void **state) {
	(void)state;
	const char *const clean[] = {"", "select 1", "a b c", "日本語 e\u0301 ❤️ \xEF\xBF\xBD", " x "};
	for (size_t i = 0; i < sizeof clean / sizeof *clean; i++) assert_ptr_equal(utf8_clean(arena, clean[i]), clean[i]);
}

static void white_space_becomes_one_blank(void **state) {
	(void)state;
	assert_string_equal(utf8_clean(arena, "a  b"), "a b");
	assert_string_equal(utf8_clean(arena, "\n\ta\r\n \v\fb\t"), " a b ");
	assert_string_equal(utf8_clean(arena, "a\tb"), "a b");
	assert_string_equal(utf8_clean(arena, "\t"), " ");
}

static void hostile_bytes_become_question_marks(void **state) {
	(void)state;
	assert_string_equal(utf8_clean(arena, "\033]0;owned\007x\033[31m"), "?]0;owned?x?[31m");
	assert_string_equal(utf8_clean(arena, "a\u202Eb\u2066c\uFEFF"), "a?b?c?");
	assert_string_equal(utf8_clean(arena, "\xC2\x9B" "31m"), "?31m"); /* C1's CSI */
	assert_string_equal(utf8_clean(arena, "a\xFF\xC3"), "a??");
	assert_string_equal(utf8_clean(arena, "\xE2\x82"), "??");
	assert_string_equal(utf8_clean(arena, "a\u2028b"), "a?b");
}

static void lines_keep_their_breaks_and_indent(void **state) {
	(void)state;
	assert_string_equal(utf8_clean_lines(arena, "a\r\nb\rc\nd"), "a\nb\nc\nd");
	assert_string_equal(utf8_clean_lines(arena, "  a  b\n\n"), "  a  b\n\n");
	assert_string_equal(utf8_clean_lines(arena, "\tx\nabc\ty\nabcd\tz\n日\tw"), "    x\nabc y\nabcd    z\n日  w");
	assert_string_equal(utf8_clean_lines(arena, "a\033[2J\n\x9b\f"), "a?[2J\n??");
	assert_string_equal(utf8_clean_lines(arena, ""), "");
}

/* No sequence of bytes gets a hostile character through, makes invalid UTF-8, or is changed by a second cleaning. */
static void whatever_the_bytes_the_result_is_safe(void **state) {
	(void)state;
	uint32_t random = 1;
	for (int round = 0; round < 20000; round++) {
		char bytes[24] = {0};
		for (size_t i = 0; i < sizeof bytes - 1; i++) {
			random = random * 1664525 + 1013904223;
			bytes[i] = (char)(random >> 24 & (round % 3 ? 0xFF : 0x9F));
		}
		const char *clean = utf8_clean(arena, bytes);
		assert_true(utf8_valid(clean, strlen(clean)));
		for (size_t i = 0, len = strlen(clean); i < len;) {
			uint32_t point;
			i += utf8_decode(clean + i, len - i, &point);
			assert_false(utf8_hostile(point));
		}
		assert_ptr_equal(utf8_clean(arena, clean), clean);
		const char *lines = utf8_clean_lines(arena, bytes);
		assert_ptr_equal(strpbrk(lines, "\033\t\r\b\177"), NULL);
		arena_clear(arena);
	}
}

static void what_is_too_wide_is_shortened(void **state) {
	(void)state;
	assert_string_equal(utf8_shorten(arena, "abc", 3, false), "abc");
	assert_string_equal(utf8_shorten(arena, "abcd", 3, false), "ab…");
	assert_string_equal(utf8_shorten(arena, "abcd", 3, true), "ab~");
	assert_string_equal(utf8_shorten(arena, "日本語", 4, false), "日…");
	assert_string_equal(utf8_shorten(arena, "日本語", 5, false), "日本…");
	assert_string_equal(utf8_shorten(arena, "abc", 1, false), "…");
	assert_string_equal(utf8_shorten(arena, "abc", 0, false), "");
	assert_string_equal(utf8_shorten(arena, "", 0, false), "");
	assert_string_equal(utf8_shorten_inside(arena, "public.parts_2026", 17, false), "public.parts_2026");
	assert_string_equal(utf8_shorten_inside(arena, "public.parts_2026", 12, false), "publi…s_2026");
	assert_string_equal(utf8_shorten_inside(arena, "public.parts_2026", 3, true), "p~6");
	assert_string_equal(utf8_shorten_inside(arena, "public.parts_2026", 2, true), "p~");
	assert_string_equal(utf8_shorten_inside(arena, "日本語日本語", 6, false), "日…語");
	assert_string_equal(utf8_shorten_inside(arena, "日本語日本語", 0, false), "");
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_character_survives_the_round_trip),
	    cmocka_unit_test(what_is_no_character_encodes_as_the_replacement),
	    cmocka_unit_test(broken_bytes_are_taken_one_at_a_time),
	    cmocka_unit_test(hostile_characters_are_known),
	    cmocka_unit_test(ordinary_characters_are_not_hostile),
	    cmocka_unit_test(widths_agree_with_the_c_library),
	    cmocka_unit_test(widths_do_not_ask_the_locale),
	    cmocka_unit_test(texts_are_measured_in_cells),
	    cmocka_unit_test(a_front_that_fits_is_never_half_a_character),
	    cmocka_unit_test(clean_text_is_returned_as_it_is),
	    cmocka_unit_test(white_space_becomes_one_blank),
	    cmocka_unit_test(hostile_bytes_become_question_marks),
	    cmocka_unit_test(lines_keep_their_breaks_and_indent),
	    cmocka_unit_test(whatever_the_bytes_the_result_is_safe),
	    cmocka_unit_test(what_is_too_wide_is_shortened),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
