/* test_history.c: past samples stay, the thinner the older they are; a mark holds on to what it needs of them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "core/statement_mark.h"

static const char *const columns[] = {"queryid", "userid", "dbid", "calls", "total_exec_time", "stddev_exec_time", "query"};
enum { COLUMNS = sizeof columns / sizeof *columns, QUERYID = 0, USERID = 1, DBID = 2, CALLS = 3, TIME = 4, DEVIATION = 5 };

/* As many statements, each called so often for 2 ms with a deviation of 1; the first one hidden, or 0. */
static Table *statements(Arena *arena, size_t count, double calls, size_t hidden) {
	Table *table = table_new(arena, COLUMNS, count);
	for (size_t i = 0; i < COLUMNS; i++) table_name(table, arena, i, columns[i], i == COLUMNS - 1 ? CELL_TEXT : i < TIME ? CELL_INT : CELL_REAL);
	for (size_t row = 0; row < count; row++) {
		table_add_row(arena, table);
		if (row >= hidden) table_set_int(table, row, QUERYID, (int64_t)row + 1);
		table_set_int(table, row, USERID, 10);
		table_set_int(table, row, DBID, 5);
		table_set_int(table, row, CALLS, (int64_t)calls);
		table_set_real(table, row, TIME, 2 * calls);
		table_set_real(table, row, DEVIATION, 1);
		table_set_text(table, row, COLUMNS - 1, "select 1");
	}
	return table;
}

static Table *info_of(Arena *arena, double reset_at_s, double since_reset_s) {
	Table *info = table_new(arena, 3, 1);
	static const char *const names[] = {"reset_at_s", "since_reset_s", "dealloc"};
	for (size_t i = 0; i < 3; i++) table_name(info, arena, i, names[i], CELL_REAL);
	table_add_row(arena, info);
	table_set_real(info, 0, 0, reset_at_s);
	table_set_real(info, 0, 1, since_reset_s);
	table_set_real(info, 0, 2, 3);
	return info;
}

/* NaN: of a server that tells nothing of resets. */
static StatementSample *sample_at(int64_t at_ms, size_t count, double calls, double reset_at_s) {
	Arena *arena = arena_new();
	const Table *info = isnan(reset_at_s) ? NULL : info_of(arena, reset_at_s, (double)at_ms / 1000);
	StatementSample *sample = statement_sample_new(statements(arena, count, calls, 0), info, 7, at_ms, 1000000 + at_ms);
	arena_free(arena);
	return sample;
}

static void a_sample_has_counters_and_no_texts(void **state) {
	(void)state;
	StatementSample *sample = sample_at(4000, 2, 10, 50);
	const Table *counters = sample->counters;
	assert_int_equal(counters->row_count, 2);
	assert_true(table_column(counters, "query") == TABLE_NO_COLUMN);
	assert_true(table_column(counters, "stddev_exec_time") == TABLE_NO_COLUMN);
	assert_int_equal(table_int(counters, 1, table_column(counters, "queryid"), 0), 2);
	assert_true(fabs(table_real(counters, 1, table_column(counters, STATEMENT_SQUARES), 0) - 10 * (1 + 4)) < 1e-9);
	assert_true(sample->reset_at_s == 50 && sample->server_s == 54 && sample->started_at_s == 7);
	assert_int_equal(sample->evictions, 3);
	statement_sample_let_go(sample);
}

static void hidden_statements_are_one_and_their_squares_add_up(void **state) {
	(void)state;
	Arena *arena = arena_new();
	StatementSample *sample = statement_sample_new(statements(arena, 5, 10, 3), NULL, 7, 0, 0);
	assert_int_equal(sample->counters->row_count, 3);
	assert_int_equal(table_int(sample->counters, 0, table_column(sample->counters, "calls"), 0), 30);
	assert_true(fabs(table_real(sample->counters, 0, table_column(sample->counters, STATEMENT_SQUARES), 0) - 150) < 1e-9);
	statement_sample_let_go(sample);
	arena_free(arena);
}

/* A reading each two seconds for a day. */
static void a_day_is_kept_the_thinner_the_older(void **state) {
	(void)state;
	enum { DAY_MS = 24 * 3600 * 1000 };
	History *history = history_new();
	for (int64_t at = 0; at <= DAY_MS; at += 2000) history_add(history, sample_at(at, 1, (double)at, 0), "db1");
	size_t count = history_count(history);
	assert_int_equal(count, HISTORY_MOST_SAMPLES);
	assert_int_equal(history_at(history, 0)->at_ms, 0);
	assert_int_equal(history_newest(history)->at_ms, DAY_MS);
	for (size_t i = 1; i + 1 < count; i++) {
		double older = (double)(DAY_MS - history_at(history, i - 1)->at_ms), age = (double)(DAY_MS - history_at(history, i)->at_ms);
		assert_true(age < older && older / age < 4);
	}
	StatementMark *mark = statement_mark_take(history, NULL, 0);
	for (double span = 10e3; span <= DAY_MS; span *= 1.7) { /* whatever is asked for, there is one about as old */
		double got = (double)(DAY_MS - statement_mark_before(mark, span)->at_ms);
		if (got > 2 * span || got < span / 2) fail_msg("asked for %g ms, got %g ms", span, got);
	}
	statement_mark_free(mark);
	history_free(history);
}

static void many_statements_leave_room_for_fewer_samples(void **state) {
	(void)state;
	History *history = history_new();
	for (int64_t at = 0; at < 40; at++) {
		history_add(history, sample_at(at * 2000, 12000, 1, 0), "db1");
		assert_true(history_bytes(history) <= HISTORY_MOST_BYTES || history_count(history) <= HISTORY_LEAST_SAMPLES);
	}
	assert_true(history_count(history) >= HISTORY_LEAST_SAMPLES && history_count(history) < HISTORY_MOST_SAMPLES);
	assert_int_equal(history_at(history, 0)->at_ms, 0);
	history_free(history);
}

static void another_server_a_reset_or_a_clock_gone_back_begins_anew(void **state) {
	(void)state;
	History *history = history_new();
	assert_null(history_newest(history));
	assert_null(statement_mark_take(history, NULL, 0));
	assert_string_equal(history_server(history), "");
	for (int64_t i = 0; i < 3; i++) history_add(history, sample_at(i * 1000, 2, 10, 50), "db1");
	assert_int_equal(history_count(history), 3);
	history_add(history, sample_at(4000, 2, 10, 50), "db2");
	assert_int_equal(history_count(history), 1);
	assert_string_equal(history_server(history), "db2");
	history_add(history, sample_at(5000, 2, 12, 50), "db2");
	history_add(history, sample_at(6000, 2, 1, 55), "db2");
	assert_int_equal(history_count(history), 1);
	history_add(history, sample_at(7000, 2, 1, 55), "db2");
	history_add(history, sample_at(2000, 2, 1, 55), "db2");
	assert_int_equal(history_count(history), 1);
	history_free(history);
}

static void a_reset_that_is_not_told_is_seen_and_remembered(void **state) {
	(void)state;
	History *history = history_new();
	for (int64_t i = 0; i < 3; i++) history_add(history, sample_at(i * 1000, 2, 100 + (double)i, NAN), "old");
	assert_int_equal(history_count(history), 3);
	assert_true(isnan(history_newest(history)->reset_at_s));
	history_add(history, sample_at(9000, 2, 4, NAN), "old");
	assert_int_equal(history_count(history), 1);
	double reset_at_s = history_newest(history)->reset_at_s;
	assert_true(reset_at_s == 1009);
	history_add(history, sample_at(11000, 2, 500, NAN), "old");
	assert_int_equal(history_count(history), 2);
	assert_true(history_newest(history)->reset_at_s == reset_at_s);
	history_add(history, sample_at(12000, 2, 500, NAN), "other"); /* about that one nothing is known */
	assert_true(isnan(history_newest(history)->reset_at_s));
	history_free(history);
}

static void a_mark_outlives_the_history(void **state) {
	(void)state;
	History *history = history_new();
	for (int64_t i = 0; i < 5; i++) history_add(history, sample_at(i * 1000, 2, (double)i, 50), "db1");
	const char *const tags[] = {"one", "two"};
	StatementMark *mark = statement_mark_take(history, tags, 2);
	history_free(history);
	assert_int_equal(mark->sample->at_ms, 4000);
	assert_int_equal(mark->earlier.count, 4);
	assert_string_equal(mark->server, "db1");
	assert_true(statement_mark_is_about(mark, "two"));
	assert_false(statement_mark_is_about(mark, "three"));
	assert_int_equal(statement_mark_before(mark, 1900)->at_ms, 2000);
	assert_int_equal(statement_mark_before(mark, 1e9)->at_ms, 0);
	statement_mark_free(mark);
	statement_mark_free(NULL);
}

static void keys_differ_by_each_part(void **state) {
	(void)state;
	Arena *arena = arena_new();
	const char *keys[] = {
		statement_key(arena, 1, 2, 3, true), statement_key(arena, 2, 2, 3, true), statement_key(arena, 1, 3, 3, true), statement_key(arena, 1, 2, 4, true),
		statement_key(arena, 1, 2, 3, false), statement_key(arena, 0, 2, 3, true), statement_key(arena, -1, 2, 3, true),
	};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		for (size_t j = 0; j < i; j++) assert_string_not_equal(keys[i], keys[j]);
	assert_string_equal(keys[0], statement_key(arena, 1, 2, 3, true));
	arena_free(arena);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sample_has_counters_and_no_texts),
		cmocka_unit_test(hidden_statements_are_one_and_their_squares_add_up),
		cmocka_unit_test(a_day_is_kept_the_thinner_the_older),
		cmocka_unit_test(many_statements_leave_room_for_fewer_samples),
		cmocka_unit_test(another_server_a_reset_or_a_clock_gone_back_begins_anew),
		cmocka_unit_test(a_reset_that_is_not_told_is_seen_and_remembered),
		cmocka_unit_test(a_mark_outlives_the_history),
		cmocka_unit_test(keys_differ_by_each_part),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
