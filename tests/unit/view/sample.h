/* sample.h: a list to draw: a pane's columns, and rows with what strangers put into theirs. */
#ifndef PGWHY_TESTS_UNIT_VIEW_SAMPLE_H
#define PGWHY_TESTS_UNIT_VIEW_SAMPLE_H

#include <math.h>

#include "view/list.h"

static const ListColumn sample_columns[] = {
    {"load_share", "load", CELL_REAL, UNIT_SHARE, 11, .bar = true, .descending = true, .help = "share of the execution time of all statements"},
    {"calls_per_s", "calls/s", CELL_REAL, UNIT_RATE, 7, .descending = true, .help = "executions per second"},
    {"mean_exec_ms", "mean", CELL_REAL, UNIT_MS, 7, .descending = true, .help = "execution time of one call"},
    {"rows_per_call", "rows", CELL_REAL, UNIT_COUNT, 6, .descending = true, .help = "rows returned or changed by one call"},
    {"hit_share", "hit", CELL_REAL, UNIT_SHARE, 5, .help = "share of the blocks it read that were found in shared buffers"},
    {"temp_bytes_per_call", "temp", CELL_REAL, UNIT_BYTES, 7, .descending = true, .help = "bytes one call writes to temporary files"},
    {"user", "user", CELL_TEXT, UNIT_NONE, 8, .help = "role that ran it"},
    {"queryid", "queryid", CELL_INT, UNIT_NONE, 20, .help = "the server's number of the statement"},
    {"toplevel", "top", CELL_BOOL, UNIT_NONE, 3, .help = "not called from within a function"},
    {"query", "query", CELL_TEXT, UNIT_NONE, 0, .help = "the statement, its constants replaced by $1, $2 …"},
};
enum { SAMPLE_COLUMNS = sizeof sample_columns / sizeof *sample_columns, SAMPLE_QUERY = SAMPLE_COLUMNS - 1 };

static const struct {
	double load, calls, mean, rows, hit, temp;
	const char *user;
	int64_t id;
	const char *query;
} sample_rows[] = {
    {0.41, 210, 38.2, 1, 0.99, 0, "web", 8123456789012345678, "select * from orders\n  where status = $1 and created_at > $2\n  order by total desc limit 20"},
    {0.22, 0.5, 890, 20, 0.61, 412e6, "web", 17, "select o.*, c.name from orders o join customers c on c.id = o.customer_id"},
    {0.12, 12.4, 19.5, 1.2e6, 0.993, 8192, "batch", -42, "update \x1b[31mevents\x07 set seen = true\xE2\x80\xAE where id = $1"},
    {0.08, 1, 140, 50, NAN, NAN, NULL, 0, "select '表意文字', 'e\xCC\x81te\xCC\x81', '👍' from größe"},
    {0.0004, 0.004, 3.1e6, 0.2, 1, 0, "nachtläufer_with_a_long_name", 5, "insert into log values ($1, $2)"},
    {NAN, NAN, NAN, NAN, 0, NAN, "", 6, ""},
};
enum { SAMPLE_ROWS = sizeof sample_rows / sizeof *sample_rows };

static Table *sample_table(Arena *arena) {
	Table *table = table_new(arena, SAMPLE_COLUMNS + 1, 4);
	for (size_t i = 0; i < SAMPLE_COLUMNS; i++) table_name(table, arena, i, sample_columns[i].id, sample_columns[i].type);
	table_name(table, arena, SAMPLE_COLUMNS, LIST_ROW_KEY, CELL_TEXT);
	for (size_t i = 0; i < SAMPLE_ROWS; i++) {
		size_t row = table_add_row(arena, table);
		const double reals[] = {sample_rows[i].load, sample_rows[i].calls, sample_rows[i].mean, sample_rows[i].rows, sample_rows[i].hit, sample_rows[i].temp};
		for (size_t column = 0; column < sizeof reals / sizeof *reals; column++) table_set_real(table, row, column, reals[column]);
		table_set_text(table, row, 6, sample_rows[i].user);
		table_set_int(table, row, 7, sample_rows[i].id);
		table_set_bool(table, row, 8, i % 2 == 0);
		table_set_text(table, row, SAMPLE_QUERY, sample_rows[i].query);
		table_set_text(table, row, SAMPLE_COLUMNS, arena_printf(arena, "key %zu", i));
	}
	return table;
}

#endif
