/* test_decode.c: values by their types, and refusals by their words. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "pg/decode.h"

static int set_up(void **state) {
	*state = arena_new();
	return 0;
}

static int tear_down(void **state) {
	arena_free(*state);
	return 0;
}

static void types_are_known_by_their_numbers(void **state) {
	(void)state;
	static const unsigned ints[] = {20, 21, 23, 26}, reals[] = {700, 701, 1700}, texts[] = {25, 19, 18, 1043, 114, 1184, 2950, 16384, 1009, 0};
	assert_int_equal(decode_type(16), CELL_BOOL);
	for (size_t i = 0; i < sizeof ints / sizeof *ints; i++) assert_int_equal(decode_type(ints[i]), CELL_INT);
	for (size_t i = 0; i < sizeof reals / sizeof *reals; i++) assert_int_equal(decode_type(reals[i]), CELL_REAL);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) assert_int_equal(decode_type(texts[i]), CELL_TEXT);
}

static Table *one_row(Arena *arena) {
	static const CellType types[] = {CELL_INT, CELL_REAL, CELL_BOOL, CELL_TEXT};
	Table *table = table_new(arena, 4, 1);
	for (size_t i = 0; i < 4; i++) table_name(table, arena, i, "x", types[i]);
	table_add_row(arena, table);
	return table;
}

static void values_are_read_as_the_server_writes_them(void **state) {
	Table *table = one_row(*state);
	decode_value(*state, table, 0, 0, "-9223372036854775808", 20);
	assert_true(table_int(table, 0, 0, 0) == INT64_MIN);
	decode_value(*state, table, 0, 0, "4294967295", 10);
	assert_true(table_int(table, 0, 0, 0) == 4294967295);
	decode_value(*state, table, 0, 1, "1.5e-05", 7);
	assert_true(table_real(table, 0, 1, 0) == 1.5e-05);
	decode_value(*state, table, 0, 1, "Infinity", 8);
	assert_true(isinf(table_real(table, 0, 1, 0)));
	decode_value(*state, table, 0, 1, "NaN", 3);
	assert_true(table_null(table, 0, 1));
	decode_value(*state, table, 0, 2, "t", 1);
	assert_true(table_bool(table, 0, 2, false));
	decode_value(*state, table, 0, 2, "f", 1);
	assert_false(table_bool(table, 0, 2, true));
	decode_value(*state, table, 0, 3, "\x1b[2J\xff", 5);
	assert_string_equal(table_text(table, 0, 3, ""), "\x1b[2J\xff");
}

static double real_of(Arena *arena, const char *text) {
	Table *table = one_row(arena);
	decode_value(arena, table, 0, 1, text, strlen(text));
	return table_real(table, 0, 1, NAN);
}

static void every_real_is_the_nearest_one(void **state) {
	static const char *const texts[] = {
		"0", "-0.0", "1", "0.1", "0.3", "123456789.123456", "999999999999999", "9999999999999999", "0.000001234", "17.299999999999997", "2.2250738585072014e-308",
		"1e23", "-12.5", "0.00000000000000000000001", "0.0000000000000000000001", "123456789012345678901234567890.5", "9007199254740993", "5e-324", "-Infinity", ".5", "5.",
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (real_of(*state, texts[i]) != strtod(texts[i], NULL)) fail_msg("%s", texts[i]);
	unsigned seed = 1;
	for (int i = 0; i < 20000; i++) {
		seed = seed * 1664525 + 1013904223;
		const char *text = arena_printf(*state, "%.*g", (int)(seed >> 8) % 17 + 1, (double)seed / (double)((seed >> 5) % 100000 + 1));
		if (real_of(*state, text) != strtod(text, NULL)) fail_msg("%s", text);
	}
}

static void a_missing_result_is_a_failure_with_words(void **state) {
	(void)state;
	Err err = ERR_INIT;
	assert_true(decode_failed(NULL));
	decode_error(NULL, &err);
	assert_true(err_is(&err));
	assert_true(err.message.len > 0);
	err_release(&err);
}

static void expect(const char *text, const char *sqlstate, const char *message) {
	Err err = ERR_INIT;
	decode_connect_error(text, &err);
	assert_int_equal(err.kind, ERR_CONNECTION);
	assert_string_equal(err.sqlstate, sqlstate);
	assert_string_equal(err.message.text, message);
	err_release(&err);
}

static void a_refusal_keeps_its_words_and_gives_its_sqlstate(void **state) {
	(void)state;
	expect("connection to server on socket \"/tmp/.s.PGSQL.5432\" failed: FATAL:  28P01: password authentication failed for user \"x\"\nLOCATION:  auth_failed, auth.c:335\n",
	       "28P01", "connection to server on socket \"/tmp/.s.PGSQL.5432\" failed: password authentication failed for user \"x\"");
	expect("connection to server at \"db\" failed: FATAL:  53300: tut mir leid, schon zu viele Verbindungen\nORT:  InitProcess, proc.c:384\n", "53300",
	       "connection to server at \"db\" failed: tut mir leid, schon zu viele Verbindungen");
	expect("FATAL:  3D000: database \"a:  b\" does not exist\n", "3D000", "database \"a:  b\" does not exist");
	expect("connection to server on socket \"/x\" failed: No such file or directory\n\tIs the server running locally and accepting connections on that socket?\n", "",
	       "connection to server on socket \"/x\" failed: No such file or directory\n\tIs the server running locally and accepting connections on that socket?");
	expect("first failed\nsecond failed: FATAL:  57P03: the database system is starting up\nLOCATION:  f, postmaster.c:1\n", "57P03",
	       "first failed\nsecond failed: the database system is starting up");
	expect("", "", "");
	expect(":  12345: ", "12345", "");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_are_known_by_their_numbers),
		cmocka_unit_test(values_are_read_as_the_server_writes_them),
		cmocka_unit_test(every_real_is_the_nearest_one),
		cmocka_unit_test(a_missing_result_is_a_failure_with_words),
		cmocka_unit_test(a_refusal_keeps_its_words_and_gives_its_sqlstate),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
