/* test_mark.c: a mark of the statements goes into a text, and comes back as it was, for another console. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "report/mark.h"

enum { PLENTY = 1 << 24, HOUR_MS = 3600000 };
static const int64_t marked_at_ms = 1795289412345;

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

static StatementSample *sample_of(size_t rows, int64_t wall_ms) {
	static const struct {
		const char *name;
		CellType type;
	} columns[] = {{"queryid", CELL_INT}, {"userid", CELL_INT}, {"toplevel", CELL_BOOL}, {"since_s", CELL_REAL}, {"calls", CELL_INT}, {"total_exec_time", CELL_REAL}, {"note", CELL_TEXT}};
	enum { COLUMNS = sizeof columns / sizeof *columns };
	Arena *own = arena_new();
	Table *table = table_new(own, COLUMNS, rows);
	for (size_t i = 0; i < COLUMNS; i++) table_name(table, own, i, columns[i].name, columns[i].type);
	for (size_t row = 0; row < rows; row++) {
		table_add_row(own, table);
		table_set_int(table, row, 0, row ? INT64_MIN + (int64_t)row : INT64_MAX);
		table_set_bool(table, row, 2, row % 2);
		table_set_real(table, row, 3, 1795289412.0000031);
		table_set_int(table, row, 4, (int64_t)row);
		table_set_real(table, row, 5, 0.1 * (double)row);
		table_set_text(table, row, 6, "\xff\x1b\"");
	}
	StatementSample *sample = statement_sample_adopt(own, table);
	sample->wall_ms = wall_ms;
	sample->server_s = (double)wall_ms / 1000 + 7;
	sample->reset_at_s = NAN;
	sample->started_at_s = 1795000000.5;
	sample->evictions = 3;
	return sample;
}

/* The earlier ones an hour apart. */
static StatementMark *mark_of(size_t rows, size_t earlier) {
	Arena *own = arena_new();
	StatementMark *mark = ARENA_NEW(own, StatementMark);
	*mark = (StatementMark){.arena = own, .server = "db1:5432 \"x\"", .sample = sample_of(rows, marked_at_ms)};
	for (size_t i = earlier; i-- > 0;) *list_push(own, &mark->earlier) = sample_of(rows, marked_at_ms - (int64_t)(i + 1) * HOUR_MS);
	return mark;
}

static StatementMark *read_again(const char *json, Texts *texts) {
	Err err = ERR_INIT;
	StatementMark *mark = report_mark_read(json, strlen(json), 5 * HOUR_MS, marked_at_ms + HOUR_MS, texts, &err);
	if (!mark) fail_msg("%s", err.message.text);
	return mark;
}

static void a_mark_comes_back_as_it_was(void **state) {
	(void)state;
	StatementMark *mark = mark_of(3, 2);
	Texts texts = {0}, found = {0};
	*list_push(mark->arena, &mark->tags) = "0a?";
	texts_put(arena, &texts, INT64_MAX, "select $1 \x1b");
	texts_put(arena, &texts, 77, "of no statement of these");
	StatementMark *again = read_again(report_mark_json(arena, mark, &texts, PLENTY), &found);
	assert_string_equal(again->server, mark->server);
	assert_int_equal(again->tags.count, 1);
	assert_string_equal(again->tags.items[0], "0a?");
	assert_int_equal(again->earlier.count, 2);
	assert_true(again->earlier.items[0]->wall_ms == marked_at_ms - 2 * HOUR_MS);
	const StatementSample *sample = again->sample;
	assert_true(sample->wall_ms == marked_at_ms && sample->at_ms == 4 * HOUR_MS && again->earlier.items[1]->at_ms == 3 * HOUR_MS);
	assert_true(sample->server_s == mark->sample->server_s && isnan(sample->reset_at_s) && sample->started_at_s == 1795000000.5 && sample->evictions == 3);
	const Table *was = mark->sample->counters, *is = sample->counters;
	assert_int_equal(is->row_count, 3);
	assert_int_equal(is->column_count, was->column_count);
	for (size_t column = 0; column + 1 < was->column_count; column++)
		for (size_t row = 0; row < 3; row++) {
			assert_string_equal(is->columns[column].name, was->columns[column].name);
			assert_int_equal(table_null(is, row, column), table_null(was, row, column));
			assert_true(table_int(is, row, column, 0) == table_int(was, row, column, 0) && table_real(is, row, column, 0) == table_real(was, row, column, 0));
			assert_int_equal(table_bool(is, row, column, false), table_bool(was, row, column, false));
		}
	assert_string_equal(table_text(is, 0, 6, NULL), "\xef\xbf\xbd\x1b\"");
	assert_string_equal(texts_get(&found, INT64_MAX), "select $1 \x1b");
	assert_null(texts_get(&found, 77));
	statement_mark_free(again);
	statement_mark_free(mark);
}

static void what_came_before_is_thinned(void **state) {
	(void)state;
	StatementMark *mark = mark_of(1, 23);
	Texts texts = {0};
	StatementMark *again = read_again(report_mark_json(arena, mark, NULL, PLENTY), &texts);
	assert_int_equal(again->earlier.count, 6);
	assert_true(again->earlier.items[0]->wall_ms == marked_at_ms - 23 * HOUR_MS); /* the oldest */
	assert_true(again->earlier.items[5]->wall_ms == marked_at_ms - HOUR_MS); /* the last */
	for (size_t i = 1; i < 6; i++) assert_true(again->earlier.items[i]->wall_ms > again->earlier.items[i - 1]->wall_ms);
	statement_mark_free(again);
	statement_mark_free(mark);
}

static void room_is_made_by_what_is_least_missed(void **state) {
	(void)state;
	StatementMark *mark = mark_of(100, 10);
	Texts texts = {0}, found = {0};
	texts_put(arena, &texts, INT64_MAX, arena_printf(arena, "select %5000d", 1));
	size_t whole = strlen(report_mark_json(arena, mark, &texts, PLENTY));
	const char *less = report_mark_json(arena, mark, &texts, whole - 1), *least = report_mark_json(arena, mark, &texts, 1);
	assert_true(strlen(less) < whole && strlen(least) < strlen(less));
	StatementMark *again = read_again(less, &found);
	assert_int_equal(again->earlier.count, 3);
	assert_non_null(texts_get(&found, INT64_MAX));
	statement_mark_free(again);
	again = read_again(least, &found);
	assert_int_equal(again->earlier.count, 0);
	assert_int_equal(again->sample->counters->row_count, 100);
	statement_mark_free(again);
	statement_mark_free(mark);
}

static void what_is_no_mark_is_refused(void **state) {
	(void)state;
	static const char *const wrong[] = {
		"", "7", "[]", "{}", "{\"format\":2}", "{\"format\":1}", "{\"format\":1,\"server\":7}", "{\"format\":1,\"server\":\"s\",\"marked\":{\"columns\":7}}",
		"{\"format\":1,\"server\":\"s\",\"marked\":{\"columns\":[7]}}", "{\"format\":1,\"server\":\"s\",\"marked\":{\"columns\":[{\"name\":\"a\",\"type\":\"date\",\"cells\":[]}]}}",
		"{\"format\":1,\"server\":\"s\",\"marked\":{\"columns\":[{\"name\":\"a\",\"type\":\"int\",\"cells\":[1.5]}]}}",
		"{\"format\":1,\"server\":\"s\",\"marked\":{\"columns\":[{\"name\":\"a\",\"type\":\"int\",\"cells\":[1]},{\"name\":\"b\",\"type\":\"bool\",\"cells\":[]}]}}",
		"{\"format\":1,\"server\":\"s\",\"marked\":{\"wall_ms\":\"x\",\"columns\":[]}}", "{\"format\":1,\"server\":\"s\",\"marked\":{},\"earlier\":[{\"columns\":{}}]}",
		"{\"format\":1,\"server\":\"s\",\"marked\":{},\"tags\":[7]}", "{\"format\":1,\"server\":\"s\",\"marked\":{},\"texts\":[]}",
	};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		Err err = ERR_INIT;
		Texts texts = {0};
		StatementMark *mark = report_mark_read(wrong[i], strlen(wrong[i]), 0, 0, &texts, &err);
		if (mark || err.kind != ERR_INPUT) fail_msg("taken: %s", wrong[i]);
		err_release(&err);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mark_comes_back_as_it_was),
		cmocka_unit_test(what_came_before_is_thinned),
		cmocka_unit_test(room_is_made_by_what_is_least_missed),
		cmocka_unit_test(what_is_no_mark_is_refused),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
