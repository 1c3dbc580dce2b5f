/* test_json_value.c: our values as JSON. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "report/json_value.h"

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

static const char *printed(json_t *value) {
	return json_print(arena, value, JSON_COMPACT);
}

static void numbers_keep_their_kind_and_what_is_none_is_null(void **state) {
	(void)state;
	assert_string_equal(printed(json_of_real(462)), "462.0");
	assert_string_equal(printed(json_of_real(0.1)), "0.1");
	assert_string_equal(printed(json_of_real(462.013)), "462.013");
	assert_string_equal(printed(json_of_real(NAN)), "null");
	assert_string_equal(printed(json_of_real(-INFINITY)), "null");
	assert_string_equal(printed(json_of_count(1100)), "1100");
	assert_string_equal(printed(json_of_count(1100.5)), "1100.5");
	assert_string_equal(printed(json_of_count(-3)), "-3");
	assert_string_equal(printed(json_of_count(9007199254740991.0)), "9007199254740991");
	assert_string_equal(printed(json_of_count(1e300)), "1e300");
	assert_string_equal(printed(json_of_count(NAN)), "null");
	assert_string_equal(printed(json_of_count(INFINITY)), "null");
}

static void text_comes_as_it_is(void **state) {
	(void)state;
	assert_string_equal(printed(json_of_text(NULL)), "null");
	assert_string_equal(printed(json_of_text("")), "\"\"");
	assert_string_equal(printed(json_of_text("日本 \"é\" \\ /")), "\"日本 \\\"é\\\" \\\\ /\"");
}

static void bytes_that_are_no_text_are_replaced_one_by_one(void **state) {
	(void)state;
	assert_string_equal(printed(json_of_text("a\xFF\xC3(\xE2\x82")), "\"a\xEF\xBF\xBD\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD\"");
	json_t *object = json_object();
	json_put(object, "k\xFF", json_of_count(1));
	json_put(object, "", json_of_count(2));
	assert_string_equal(printed(object), "{\"k\xEF\xBF\xBD\":1,\"\":2}");
}

static void no_control_or_invisible_character_is_printed_raw(void **state) {
	(void)state;
	assert_string_equal(printed(json_of_text("\033[2J\n\x7F")), "\"\\u001B[2J\\n\\u007F\"");
	assert_string_equal(printed(json_of_text("\xC2\x9B\u202e\ufeff\U000E0041")), "\"\\u009B\\u202E\\uFEFF\\uDB40\\uDC41\"");
	json_t *object = json_object();
	json_put(object, "a\u2028", json_null());
	assert_string_equal(printed(object), "{\"a\\u2028\":null}");
}

static void what_is_escaped_reads_back_the_same(void **state) {
	(void)state;
	const char *const texts[] = {"\xC2\x9B x \U000E0041", "\U0001FFFF\uFFFE", "plain", "\x01\x7f"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		json_t *back = json_loads(printed(json_of_text(texts[i])), JSON_DECODE_ANY, NULL);
		assert_string_equal(json_string_value(back), texts[i]);
		json_decref(back);
	}
}

static void the_last_of_two_keys_counts(void **state) {
	(void)state;
	json_t *object = json_object();
	json_put(object, "a", json_of_count(1));
	json_put(object, "b", json_of_count(2));
	json_put(object, "a", json_of_count(3));
	assert_string_equal(printed(object), "{\"a\":3,\"b\":2}");
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_keep_their_kind_and_what_is_none_is_null),
	    cmocka_unit_test(text_comes_as_it_is),
	    cmocka_unit_test(bytes_that_are_no_text_are_replaced_one_by_one),
	    cmocka_unit_test(no_control_or_invisible_character_is_printed_raw),
	    cmocka_unit_test(what_is_escaped_reads_back_the_same),
	    cmocka_unit_test(the_last_of_two_keys_counts),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
