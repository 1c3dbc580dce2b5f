/* test_str.c: growing text. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"

static void an_empty_text_is_terminated_and_owns_nothing(void **state) {
	(void)state;
	Str str = STR_INIT;
	assert_string_equal(str.text, "");
	assert_int_equal(str.room, 0);
	str_clear(&str);
	str_add(&str, "");
	str_cut(&str, 10);
	assert_int_equal(str.room, 0);
	str_release(&str);
	assert_string_equal(str.text, "");
}

static void text_grows_by_any_byte(void **state) {
	(void)state;
	Str str = STR_INIT;
	str_add(&str, "ab");
	str_add_char(&str, '\0');
	str_add_n(&str, "c\0d", 3);
	str_add_repeat(&str, "-=", 3);
	assert_int_equal(str.len, 12);
	assert_memory_equal(str.text, "ab\0c\0d-=-=-=", 13);
	str_release(&str);
}

static void printing_appends_and_takes_any_length(void **state) {
	(void)state;
	Str str = STR_INIT;
	str_printf(&str, "%d", 1);
	str_printf(&str, "%0*d", 100000, 2);
	str_printf(&str, "%s", "");
	assert_int_equal(str.len, 100001);
	assert_int_equal(str.text[0], '1');
	assert_int_equal(str.text[100000], '2');
	assert_int_equal(str.text[100001], '\0');
	str_release(&str);
}

static void cutting_shortens_only(void **state) {
	(void)state;
	Str str = STR_INIT;
	str_add(&str, "abcdef");
	str_cut(&str, 9);
	assert_string_equal(str.text, "abcdef");
	str_cut(&str, 2);
	assert_string_equal(str.text, "ab");
	str_clear(&str);
	assert_string_equal(str.text, "");
	str_add(&str, "x");
	assert_string_equal(str.text, "x");
	str_release(&str);
}

static void many_small_pieces_cost_few_moves(void **state) {
	(void)state;
	Str str = STR_INIT;
	size_t moves = 0, room = 0;
	for (int i = 0; i < 1000000; i++) {
		str_add_char(&str, 'x');
		if (str.room != room) moves++;
		room = str.room;
	}
	assert_int_equal(str.len, 1000000);
	assert_in_range(moves, 1, 30);
	str_release(&str);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_empty_text_is_terminated_and_owns_nothing),
	    cmocka_unit_test(text_grows_by_any_byte),
	    cmocka_unit_test(printing_appends_and_takes_any_length),
	    cmocka_unit_test(cutting_shortens_only),
	    cmocka_unit_test(many_small_pieces_cost_few_moves),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
