/* test_delta.c: two samples of the same counters, apart in time. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "core/delta.h"

enum { ID, USER, QUERY, CALLS, TIME, COLUMNS };

static Arena *arena;
static const DeltaSpec spec = {
    .keys = (const char *const[]){"id", "user", NULL},
    .counters = (const char *const[]){"calls", "time", "wal_bytes", NULL},
    .steady = "calls",
};

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

static Table *sample(void) {
	static const struct { const char *name; CellType type; } columns[COLUMNS] = {
	    {"id", CELL_INT}, {"user", CELL_TEXT}, {"query", CELL_TEXT}, {"calls", CELL_INT}, {"time", CELL_REAL}};
	Table *table = table_new(arena, COLUMNS, 0);
	for (size_t i = 0; i < COLUMNS; i++) table_name(table, arena, i, columns[i].name, columns[i].type);
	return table;
}

static size_t add(Table *table, int64_t id, const char *user, int64_t calls, double time) {
	size_t row = table_add_row(arena, table);
	table_set_int(table, row, ID, id);
	table_set_text(table, row, USER, user);
	table_set_text(table, row, QUERY, "select 1");
	table_set_int(table, row, CALLS, calls);
	table_set_real(table, row, TIME, time);
	return row;
}

static void row_is(const Table *table, size_t row, int64_t id, int64_t calls, double time) {
	assert_int_equal(table_int(table, row, ID, -1), id);
	assert_int_equal(table_int(table, row, CALLS, -1), calls);
	assert_true(table_real(table, row, TIME, -1) == time);
}

static void what_is_fresh_is_told(void **state) {
	(void)state;
	DeltaSpec telling = spec;
	telling.fresh = "fresh";
	Table *before = sample(), *after = sample();
	add(before, 1, "a", 10, 1);
	add(before, 2, "a", 10, 1);
	add(after, 1, "a", 12, 2);
	add(after, 2, "a", 3, 2);
	add(after, 3, "a", 1, 1);
	const Table *delta = delta_make(arena, before, after, &telling);
	assert_int_equal(delta->column_count, COLUMNS + 1);
	static const bool wanted[] = {false, true, true};
	for (size_t row = 0; row < 3; row++) assert_int_equal(table_bool(delta, row, table_column(delta, "fresh"), !wanted[row]), wanted[row]);
}

static void a_rounded_counter_gone_back_stops_at_nothing(void **state) {
	(void)state;
	DeltaSpec rounding = spec;
	rounding.counters = (const char *const[]){"calls", NULL};
	rounding.rounded = (const char *const[]){"time", NULL};
	Table *before = sample(), *after = sample();
	add(before, 1, "a", 10, 5.0000001);
	add(before, 2, "a", 10, 5);
	add(after, 1, "a", 12, 5);
	add(after, 2, "a", 11, 7);
	const Table *delta = delta_make(arena, before, after, &rounding);
	row_is(delta, 0, 1, 2, 0);
	row_is(delta, 1, 2, 1, 2);
}

static void counters_become_their_difference_and_the_rest_stays(void **state) {
	(void)state;
	Table *before = sample(), *after = sample();
	add(before, 1, "ann", 10, 5.5);
	add(before, 2, "ann", 1, 1);
	add(after, 2, "ann", 4, 1.5);
	add(after, 1, "ann", 15, 7);
	const Table *delta = delta_make(arena, before, after, &spec);
	assert_int_equal(delta->row_count, 2);
	assert_int_equal(delta->column_count, COLUMNS);
	row_is(delta, 0, 2, 3, 0.5);
	row_is(delta, 1, 1, 5, 1.5);
	assert_string_equal(table_text(delta, 0, USER, NULL), "ann");
	assert_string_equal(table_text(delta, 1, QUERY, NULL), "select 1");
	assert_int_equal(table_int(after, 0, CALLS, -1), 4); /* untouched */
}

static void rows_that_did_not_move_are_left_out(void **state) {
	(void)state;
	Table *before = sample(), *after = sample();
	add(before, 1, "ann", 10, 5);
	add(before, 2, "ann", 10, 5);
	add(after, 1, "ann", 10, 6); /* steady did not move, whatever the others say */
	add(after, 2, "ann", 11, 5);
	add(after, 3, "ann", 0, 0);
	const Table *delta = delta_make(arena, before, after, &spec);
	assert_int_equal(delta->row_count, 1);
	row_is(delta, 0, 2, 1, 0);
}

static void rows_that_did_not_move_can_be_kept(void **state) {
	(void)state;
	const DeltaSpec still = {.keys = spec.keys, .counters = spec.counters, .steady = spec.steady, .keep_still = true};
	Table *before = sample(), *after = sample();
	add(before, 2, "ann", 10, 5);
	add(before, 9, "gone", 10, 5);
	add(after, 1, "new", 0, 0);
	add(after, 2, "ann", 10, 6);
	const Table *delta = delta_make(arena, before, after, &still);
	assert_int_equal(delta->row_count, after->row_count);
	row_is(delta, 0, 1, 0, 0);
	row_is(delta, 1, 2, 0, 1);
}

static void without_a_steady_counter_any_counts(void **state) {
	(void)state;
	const DeltaSpec any = {.keys = spec.keys, .counters = spec.counters};
	Table *before = sample(), *after = sample();
	add(before, 1, "ann", 10, 5);
	add(before, 2, "ann", 10, 5);
	add(after, 1, "ann", 10, 6);
	add(after, 2, "ann", 10, 5);
	const Table *delta = delta_make(arena, before, after, &any);
	assert_int_equal(delta->row_count, 1);
	row_is(delta, 0, 1, 0, 1);
}

static void a_new_row_counts_in_full_and_a_gone_one_not_at_all(void **state) {
	(void)state;
	Table *before = sample(), *after = sample();
	add(before, 1, "ann", 10, 5);
	add(after, 2, "ann", 3, 2);
	const Table *delta = delta_make(arena, before, after, &spec);
	assert_int_equal(delta->row_count, 1);
	row_is(delta, 0, 2, 3, 2);
}

static void a_counter_that_went_back_starts_its_row_anew(void **state) {
	(void)state;
	Table *before = sample(), *after = sample();
	add(before, 1, "ann", 10, 5);
	add(before, 2, "ann", 10, 5);
	add(before, 3, "ann", 10, 5);
	add(after, 1, "ann", 4, 6); /* reset */
	add(after, 2, "ann", 12, 1); /* evicted, and back with more calls than it had */
	add(after, 3, "ann", 0, 0); /* reset, and quiet since */
	const Table *delta = delta_make(arena, before, after, &spec);
	assert_int_equal(delta->row_count, 2);
	row_is(delta, 0, 1, 4, 6);
	row_is(delta, 1, 2, 12, 1);
}

static void all_keys_count_and_null_is_a_value(void **state) {
	(void)state;
	Table *before = sample(), *after = sample();
	add(before, 1, "ann", 10, 0);
	add(before, 1, "bob", 20, 0);
	add(before, 1, NULL, 30, 0);
	add(after, 1, NULL, 31, 0);
	add(after, 1, "bob", 22, 0);
	add(after, 1, "ann", 13, 0);
	add(after, 1, "", 7, 0);
	const Table *delta = delta_make(arena, before, after, &spec);
	assert_int_equal(delta->row_count, 4);
	for (size_t row = 0; row < 3; row++) row_is(delta, row, 1, (int64_t)row + 1, 0);
	row_is(delta, 3, 1, 7, 0);
}

static void what_is_not_known_is_null(void **state) {
	(void)state;
	Table *before = sample(), *after = sample();
	add(before, 1, "ann", 10, NAN);
	add(before, 2, "ann", 10, 1);
	add(after, 1, "ann", 11, 5);
	add(after, 2, "ann", 11, NAN);
	const Table *delta = delta_make(arena, before, after, &spec);
	assert_int_equal(delta->row_count, 2);
	assert_true(table_null(delta, 0, TIME));
	assert_true(table_null(delta, 1, TIME));
	row_is(delta, 0, 1, 1, -1);
}

static void a_column_the_first_sample_lacks_is_not_known(void **state) {
	(void)state;
	Table *before = table_new(arena, 3, 4), *after = sample();
	table_name(before, arena, 0, "calls", CELL_INT); /* another order, too */
	table_name(before, arena, 1, "user", CELL_TEXT);
	table_name(before, arena, 2, "id", CELL_INT);
	size_t row = table_add_row(arena, before);
	table_set_int(before, row, 0, 10);
	table_set_text(before, row, 1, "ann");
	table_set_int(before, row, 2, 1);
	add(after, 1, "ann", 12, 5);
	const Table *delta = delta_make(arena, before, after, &spec);
	assert_int_equal(delta->row_count, 1);
	row_is(delta, 0, 1, 2, -1);
	assert_true(table_null(delta, 0, TIME));
}

static void a_key_the_first_sample_lacks_makes_every_row_new(void **state) {
	(void)state;
	Table *before = table_new(arena, 2, 4), *after = sample();
	table_name(before, arena, 0, "id", CELL_INT);
	table_name(before, arena, 1, "calls", CELL_INT);
	size_t row = table_add_row(arena, before);
	table_set_int(before, row, 0, 1);
	table_set_int(before, row, 1, 10);
	add(after, 1, "ann", 12, 5);
	row_is(delta_make(arena, before, after, &spec), 0, 1, 12, 5);
}

static void a_key_neither_has_is_skipped(void **state) {
	(void)state;
	const DeltaSpec more = {.keys = (const char *const[]){"id", "toplevel", NULL}, .counters = spec.counters, .steady = "calls"};
	Table *before = sample(), *after = sample();
	add(before, 1, "ann", 10, 5);
	add(after, 1, "ann", 12, 6);
	row_is(delta_make(arena, before, after, &more), 0, 1, 2, 1);
}

static void without_keys_rows_match_in_order(void **state) {
	(void)state;
	const DeltaSpec plain = {.keys = (const char *const[]){NULL}, .counters = spec.counters, .steady = "calls"};
	Table *before = sample(), *after = sample();
	for (int i = 0; i < 5000; i++) {
		add(before, i, "ann", i, 0);
		add(after, i, "bob", 2 * i + 1, 0);
	}
	const Table *delta = delta_make(arena, before, after, &plain);
	assert_int_equal(delta->row_count, 5000);
	for (int i = 0; i < 5000; i++) row_is(delta, (size_t)i, i, i + 1, 0);
}

static void order_is_no_matter(void **state) {
	(void)state;
	static const int64_t before_ids[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, after_ids[] = {9, 20, 1, 2, 21, 22, 8, 7, 23, 12, 11, 3};
	Table *before = sample(), *after = sample();
	for (size_t i = 0; i < 12; i++) {
		add(before, before_ids[i], "ann", 100 * before_ids[i], 1);
		add(after, after_ids[i], "ann", 100 * after_ids[i] + 1, 2);
	}
	const Table *delta = delta_make(arena, before, after, &spec);
	assert_int_equal(delta->row_count, 12);
	for (size_t i = 0; i < 12; i++)
		row_is(delta, i, after_ids[i], after_ids[i] < 20 ? 1 : 100 * after_ids[i] + 1, after_ids[i] < 20 ? 1 : 2);
}

static void samples_may_be_empty_or_missing(void **state) {
	(void)state;
	Table *none = sample(), *some = sample();
	add(some, 1, "ann", 2, 3);
	assert_int_equal(delta_make(arena, some, none, &spec)->row_count, 0);
	assert_int_equal(delta_make(arena, none, none, &spec)->row_count, 0);
	row_is(delta_make(arena, none, some, &spec), 0, 1, 2, 3);
	row_is(delta_make(arena, NULL, some, &spec), 0, 1, 2, 3);
}

static void differences_that_do_not_fit_are_the_largest_there_is(void **state) {
	(void)state;
	Table *before = sample(), *after = sample();
	add(before, 1, "ann", INT64_MIN, 0);
	add(after, 1, "ann", INT64_MAX, 0);
	row_is(delta_make(arena, before, after, &spec), 0, 1, INT64_MAX, 0);
}

static void every_type_of_key_is_compared(void **state) {
	(void)state;
	static const struct { const char *name; CellType type; } columns[] = {
	    {"i", CELL_INT}, {"r", CELL_REAL}, {"t", CELL_TEXT}, {"b", CELL_BOOL}, {"calls", CELL_INT}};
	Table *tables[2];
	for (int t = 0; t < 2; t++) {
		tables[t] = table_new(arena, 5, 0);
		for (size_t i = 0; i < 5; i++) table_name(tables[t], arena, i, columns[i].name, columns[i].type);
		for (int n = 0; n < 16; n++) {
			size_t row = table_add_row(arena, tables[t]);
			int bits = t ? 15 - n : n;
			table_set_int(tables[t], row, 0, bits & 1);
			table_set_real(tables[t], row, 1, bits & 2 ? 1.5 : t ? -0.0 : 0.0);
			table_set_text(tables[t], row, 2, bits & 4 ? "yes" : "no");
			table_set_bool(tables[t], row, 3, bits & 8);
			table_set_int(tables[t], row, 4, bits * 10 + (t ? bits + 1 : 0));
		}
	}
	const DeltaSpec all = {.keys = (const char *const[]){"i", "r", "t", "b", NULL}, .counters = (const char *const[]){"calls", NULL}};
	const Table *delta = delta_make(arena, tables[0], tables[1], &all);
	assert_int_equal(delta->row_count, 16);
	for (size_t row = 0; row < 16; row++) assert_int_equal(table_int(delta, row, 4, -1), 16 - (int)row);
}

/* Against the plain way to say it: a search through all rows. */
static void many_samples_agree_with_a_nested_loop(void **state) {
	(void)state;
	uint32_t random = 7;
	for (int round = 0; round < 200; round++) {
		Table *before = sample(), *after = sample();
		for (int i = 0; i < 60; i++) {
			random = random * 1664525 + 1013904223;
			if (random >> 30) add(before, i * 64, "ann", random >> 24 & 15, random >> 16 & 15);
			random = random * 1664525 + 1013904223;
			if (random >> 30) add(after, i * 64, "ann", random >> 24 & 15, random >> 16 & 15);
		}
		const Table *delta = delta_make(arena, before, after, &spec);
		size_t row = 0;
		for (size_t i = 0; i < after->row_count; i++) {
			int64_t calls = after->columns[CALLS].ints[i], calls_before = 0;
			double time = after->columns[TIME].reals[i], time_before = 0;
			for (size_t j = 0; j < before->row_count; j++)
				if (before->columns[ID].ints[j] == after->columns[ID].ints[i]) {
					calls_before = before->columns[CALLS].ints[j];
					time_before = before->columns[TIME].reals[j];
				}
			if (calls == calls_before) continue; /* without a call nothing happens */
			if (calls < calls_before || time < time_before) calls_before = 0, time_before = 0;
			if (calls == calls_before) continue;
			row_is(delta, row++, after->columns[ID].ints[i], calls - calls_before, time - time_before);
		}
		assert_int_equal(delta->row_count, row);
		arena_clear(arena);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(counters_become_their_difference_and_the_rest_stays),
	    cmocka_unit_test(rows_that_did_not_move_are_left_out),
	    cmocka_unit_test(rows_that_did_not_move_can_be_kept),
	    cmocka_unit_test(without_a_steady_counter_any_counts),
	    cmocka_unit_test(a_new_row_counts_in_full_and_a_gone_one_not_at_all),
	    cmocka_unit_test(what_is_fresh_is_told),
	    cmocka_unit_test(a_rounded_counter_gone_back_stops_at_nothing),
	    cmocka_unit_test(a_counter_that_went_back_starts_its_row_anew),
	    cmocka_unit_test(all_keys_count_and_null_is_a_value),
	    cmocka_unit_test(what_is_not_known_is_null),
	    cmocka_unit_test(a_column_the_first_sample_lacks_is_not_known),
	    cmocka_unit_test(a_key_the_first_sample_lacks_makes_every_row_new),
	    cmocka_unit_test(a_key_neither_has_is_skipped),
	    cmocka_unit_test(without_keys_rows_match_in_order),
	    cmocka_unit_test(samples_may_be_empty_or_missing),
	    cmocka_unit_test(differences_that_do_not_fit_are_the_largest_there_is),
	    cmocka_unit_test(every_type_of_key_is_compared),
	    cmocka_unit_test(order_is_no_matter),
	    cmocka_unit_test(many_samples_agree_with_a_nested_loop),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
