/* test_overlay.c: rows read again, laid over their samples. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "core/overlay.h"

enum { OID, SCANS, SIZE, NAME };

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

static void add(Table *table, int64_t oid, int64_t scans, double size, const char *name) {
	size_t row = table_add_row(arena, table);
	table_set_int(table, row, OID, oid);
	table_set_int(table, row, SCANS, scans);
	table_set_real(table, row, SIZE, size);
	table_set_text(table, row, NAME, name);
}

static Table *empty(void) {
	Table *table = table_new(arena, 4, 0);
	table_name(table, arena, OID, "oid", CELL_INT);
	table_name(table, arena, SCANS, "scans", CELL_INT);
	table_name(table, arena, SIZE, "size", CELL_REAL);
	table_name(table, arena, NAME, "name", CELL_TEXT);
	return table;
}

static Table *sample(int64_t scans) {
	Table *table = empty();
	add(table, 30, scans + 3, NAN, "c");
	add(table, 10, scans + 1, 100, "a");
	add(table, 20, scans + 2, 200, "b");
	return table;
}

/* Another order of columns, one fewer, and a row nobody knows. */
static Table *polled(void) {
	Table *table = table_new(arena, 3, 0);
	table_name(table, arena, 0, "size", CELL_REAL);
	table_name(table, arena, 1, "scans", CELL_INT);
	table_name(table, arena, 2, "oid", CELL_INT);
	const struct { int64_t oid, scans; double size; } rows[] = {{99, 1, 1}, {10, 1000, 150}, {30, 3000, 350}};
	for (size_t i = 0; i < 3; i++) {
		size_t row = table_add_row(arena, table);
		table_set_real(table, row, 0, rows[i].size);
		table_set_int(table, row, 1, rows[i].scans);
		table_set_int(table, row, 2, rows[i].oid);
	}
	return table;
}

static void polled_rows_are_new_and_what_they_were_goes_before(void **state) {
	(void)state;
	Table *before = sample(0), *after = sample(100);
	overlay_rows(arena, before, after, polled(), "oid");
	assert_int_equal(table_int(after, 0, SCANS, 0), 3000);
	assert_int_equal(table_int(after, 1, SCANS, 0), 1000);
	assert_int_equal(table_int(before, 0, SCANS, 0), 103);
	assert_int_equal(table_int(before, 1, SCANS, 0), 101);
	assert_true(table_real(after, 0, SIZE, 0) == 350);
	assert_true(table_null(before, 0, SIZE));
	assert_string_equal(table_text(after, 1, NAME, ""), "a"); /* not polled */
	assert_int_equal(after->row_count, 3);
}

static void rows_that_were_not_polled_stay_in_both(void **state) {
	(void)state;
	Table *before = sample(0), *after = sample(100);
	overlay_rows(arena, before, after, polled(), "oid");
	assert_int_equal(table_int(after, 2, SCANS, 0), 102);
	assert_int_equal(table_int(before, 2, SCANS, 0), 2);
}

static void a_second_poll_moves_the_first_one_back(void **state) {
	(void)state;
	Table *before = sample(0), *after = sample(100), *again = polled();
	overlay_rows(arena, before, after, polled(), "oid");
	table_set_int(again, 1, 1, 1004);
	overlay_rows(arena, before, after, again, "oid");
	assert_int_equal(table_int(before, 1, SCANS, 0), 1000);
	assert_int_equal(table_int(after, 1, SCANS, 0), 1004);
}

static void nothing_polled_changes_nothing(void **state) {
	(void)state;
	Table *after = sample(100);
	overlay_rows(arena, NULL, after, empty(), "oid");
	assert_int_equal(table_int(after, 0, SCANS, 0), 103);
}

static void only_what_was_unknown_is_filled(void **state) {
	(void)state;
	Table *first = sample(0);
	overlay_nulls(arena, first, polled(), "oid");
	assert_true(table_real(first, 0, SIZE, 0) == 350);
	assert_true(table_real(first, 1, SIZE, 0) == 100);
	assert_int_equal(table_int(first, 1, SCANS, 0), 1);
}

static void a_copy_has_its_own_cells(void **state) {
	(void)state;
	Table *table = sample(0), *copy = table_copy(arena, table);
	assert_int_equal(copy->row_count, 3);
	assert_true(table_null(copy, 0, SIZE));
	table_set_int(table, 1, SCANS, 77);
	assert_int_equal(table_int(copy, 1, SCANS, 0), 1);
	assert_string_equal(table_text(copy, 2, NAME, ""), "b");
	assert_ptr_not_equal(table_text(copy, 2, NAME, ""), table_text(table, 2, NAME, ""));
	add(copy, 40, 0, 0, "d");
	assert_int_equal(table->row_count, 3);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(polled_rows_are_new_and_what_they_were_goes_before, setup, teardown),
		cmocka_unit_test_setup_teardown(rows_that_were_not_polled_stay_in_both, setup, teardown),
		cmocka_unit_test_setup_teardown(a_second_poll_moves_the_first_one_back, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_polled_changes_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(only_what_was_unknown_is_filled, setup, teardown),
		cmocka_unit_test_setup_teardown(a_copy_has_its_own_cells, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
