/* test_table.c: rows and named, typed columns. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/table.h"

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

enum { ID, COST, NAME, FRESH, COLUMNS };

static Table *people(size_t room) {
	Table *table = table_new(arena, COLUMNS, room);
	table_name(table, arena, ID, "id", CELL_INT);
	table_name(table, arena, COST, "cost", CELL_REAL);
	table_name(table, arena, NAME, "name", CELL_TEXT);
	table_name(table, arena, FRESH, "fresh", CELL_BOOL);
	return table;
}

static void a_new_row_is_all_null(void **state) {
	(void)state;
	Table *table = people(1);
	for (size_t row = 0; row < 100; row++) {
		assert_int_equal(table_add_row(arena, table), row);
		for (size_t column = 0; column < COLUMNS; column++) assert_true(table_null(table, row, column));
	}
	assert_int_equal(table->row_count, 100);
}

static void cells_keep_their_values_while_the_table_grows(void **state) {
	(void)state;
	Table *table = people(0);
	for (int i = 0; i < 1000; i++) {
		size_t row = table_add_row(arena, table);
		table_set_int(table, row, ID, INT64_MAX - i);
		table_set_real(table, row, COST, i / 8.0);
		table_set_text(table, row, NAME, i % 2 ? "odd" : "");
		table_set_bool(table, row, FRESH, i % 3 == 0);
	}
	for (int i = 0; i < 1000; i++) {
		size_t row = (size_t)i;
		assert_true(table_int(table, row, ID, 0) == INT64_MAX - i);
		assert_true(table_real(table, row, COST, -1) == i / 8.0);
		assert_string_equal(table_text(table, row, NAME, NULL), i % 2 ? "odd" : "");
		assert_int_equal(table_bool(table, row, FRESH, false), i % 3 == 0);
	}
}

static void columns_are_found_by_name(void **state) {
	(void)state;
	Table *table = people(1);
	assert_int_equal(table_column(table, "id"), ID);
	assert_int_equal(table_column(table, "fresh"), FRESH);
	assert_true(table_column(table, "Fresh") == TABLE_NO_COLUMN);
	assert_true(table_column(table, "") == TABLE_NO_COLUMN);
}

static void reading_forgives(void **state) {
	(void)state;
	Table *table = people(1);
	size_t row = table_add_row(arena, table);
	table_set_int(table, row, ID, 7);
	table_set_text(table, row, NAME, "x");
	table_set_bool(table, row, FRESH, true);
	assert_true(table_real(table, row, ID, -1) == 7);
	assert_int_equal(table_int(table, row, NAME, -1), -1);
	assert_int_equal(table_int(table, row, FRESH, -1), -1);
	assert_true(table_real(table, row, FRESH, -1) == -1);
	assert_string_equal(table_text(table, row, ID, "no"), "no");
	assert_false(table_bool(table, row, ID, false));
	assert_true(table_real(table, row, COST, -1) == -1); /* null */
	assert_int_equal(table_int(table, 1, ID, -1), -1);
	assert_int_equal(table_int(table, row, TABLE_NO_COLUMN, -1), -1);
	assert_true(table_null(table, row, TABLE_NO_COLUMN));
	assert_null(table_text(table, row, TABLE_NO_COLUMN, NULL));
}

static void reals_read_as_the_nearest_int_there_is(void **state) {
	(void)state;
	Table *table = people(1);
	size_t row = table_add_row(arena, table);
	const struct { double real; int64_t whole; } cases[] = {
	    {2.5, 3}, {-2.5, -3}, {0.4, 0}, {1e300, INT64_MAX}, {-1e300, INT64_MIN}, {INFINITY, INT64_MAX},
	    {-INFINITY, INT64_MIN}, {0x1p63, INT64_MAX}, {-0x1p63, INT64_MIN}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		table_set_real(table, row, COST, cases[i].real);
		assert_true(table_int(table, row, COST, 1) == cases[i].whole);
		table_set_real(table, row, ID, cases[i].real);
		assert_true(table_int(table, row, ID, 1) == cases[i].whole);
	}
	table_set_int(table, row, COST, 5);
	assert_true(table_real(table, row, COST, 0) == 5);
}

static void nothing_is_null_again(void **state) {
	(void)state;
	Table *table = people(1);
	size_t row = table_add_row(arena, table);
	table_set_real(table, row, COST, 1);
	assert_false(table_null(table, row, COST));
	table_set_real(table, row, COST, NAN);
	assert_true(table_null(table, row, COST));
	table_set_int(table, row, ID, 1);
	table_set_real(table, row, ID, NAN);
	assert_true(table_null(table, row, ID));
	table_set_text(table, row, NAME, "x");
	table_set_text(table, row, NAME, NULL);
	assert_true(table_null(table, row, NAME));
}

static void cells_compare_by_their_type_and_nulls_come_last(void **state) {
	(void)state;
	Table *table = people(4);
	for (int i = 0; i < 3; i++) table_add_row(arena, table);
	table_set_int(table, 0, ID, 9);
	table_set_int(table, 1, ID, 10);
	table_set_real(table, 0, COST, -0.5);
	table_set_real(table, 1, COST, 0.25);
	table_set_text(table, 0, NAME, "a\x7F");
	table_set_text(table, 1, NAME, "a\xC3"); /* bytes, not signed chars */
	table_set_bool(table, 0, FRESH, false);
	table_set_bool(table, 1, FRESH, true);
	for (size_t column = 0; column < COLUMNS; column++) {
		assert_int_equal(table_compare(table, 0, 1, column), -1);
		assert_int_equal(table_compare(table, 1, 0, column), 1);
		assert_int_equal(table_compare(table, 1, 1, column), 0);
		assert_int_equal(table_compare(table, 1, 2, column), -1);
		assert_int_equal(table_compare(table, 2, 1, column), 1);
		assert_int_equal(table_compare(table, 2, 2, column), 0);
	}
	assert_int_equal(table_compare(table, 0, 1, TABLE_NO_COLUMN), 0);
	table_set_int(table, 0, ID, INT64_MIN);
	table_set_int(table, 1, ID, INT64_MAX);
	assert_int_equal(table_compare(table, 0, 1, ID), -1);
}

static void columns_without_a_name_or_rows_do_no_harm(void **state) {
	(void)state;
	Table *table = table_new(arena, 2, 4);
	assert_true(table_null(table, 0, 0));
	table_add_row(arena, table);
	assert_true(table_null(table, 0, 1));
	table_set_text(table, 0, 1, "x");
	assert_string_equal(table_text(table, 0, 1, NULL), "x");
	Table *bare = table_new(arena, 0, 0);
	assert_int_equal(table_add_row(arena, bare), 0);
	assert_true(table_column(bare, "x") == TABLE_NO_COLUMN);
}

static int status_of_writing(size_t row, size_t column) {
	pid_t child = fork();
	if (child == 0) {
		close(STDERR_FILENO);
		Table *table = people(4);
		table_add_row(arena, table);
		table_set_int(table, row, column, 1);
		arena_free(arena);
		_exit(0);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	return WEXITSTATUS(status);
}

static void writing_where_it_cannot_be_is_the_end(void **state) {
	(void)state;
	assert_int_equal(status_of_writing(0, ID), 0);
	assert_int_equal(status_of_writing(0, COST), 0);
	assert_int_equal(status_of_writing(0, NAME), 70);
	assert_int_equal(status_of_writing(0, FRESH), 70);
	assert_int_equal(status_of_writing(1, ID), 70);
	assert_int_equal(status_of_writing(0, COLUMNS), 70);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_new_row_is_all_null),
	    cmocka_unit_test(cells_keep_their_values_while_the_table_grows),
	    cmocka_unit_test(columns_are_found_by_name),
	    cmocka_unit_test(reading_forgives),
	    cmocka_unit_test(reals_read_as_the_nearest_int_there_is),
	    cmocka_unit_test(nothing_is_null_again),
	    cmocka_unit_test(cells_compare_by_their_type_and_nulls_come_last),
	    cmocka_unit_test(columns_without_a_name_or_rows_do_no_harm),
	    cmocka_unit_test(writing_where_it_cannot_be_is_the_end),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
