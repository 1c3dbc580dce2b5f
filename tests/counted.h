/* counted.h: readings of pg_stat_statements, made up. */
#ifndef PGWHY_TESTS_COUNTED_H
#define PGWHY_TESTS_COUNTED_H

#include <math.h>

#include "core/table.h"

/* A statement as the server counts it. */
typedef struct Counted {
	int64_t queryid; /* 0: hidden */
	double calls, total, squares /* of the times */, rows, hit, read, temp_blocks, wal, since_s; /* since_s 0: not told */
} Counted;

static inline Table *counted_table(Arena *arena, const Counted *counted, size_t count) {
	static const char *const names[] = {"queryid", "userid", "dbid", "calls", "rows", "shared_blks_hit", "shared_blks_read", "temp_blks_written",
	                                    "since_s", "total_exec_time", "stddev_exec_time", "wal_bytes"};
	enum { COLUMNS = sizeof names / sizeof *names, FIRST_REAL = 8 };
	Table *table = table_new(arena, COLUMNS, count);
	for (size_t i = 0; i < COLUMNS; i++) table_name(table, arena, i, names[i], i < FIRST_REAL ? CELL_INT : CELL_REAL);
	for (size_t i = 0; i < count; i++) {
		const Counted *c = &counted[i];
		double mean = c->total / c->calls, deviation = sqrt(fmax(0, c->squares / c->calls - mean * mean));
		const double figures[] = {(double)c->queryid, 10, 5, c->calls, c->rows, c->hit, c->read, c->temp_blocks, c->since_s, c->total, deviation, c->wal};
		size_t row = table_add_row(arena, table);
		for (size_t column = 0; column < FIRST_REAL; column++) table_set_int(table, row, column, (int64_t)figures[column]);
		for (size_t column = FIRST_REAL; column < COLUMNS; column++) table_set_real(table, row, column, figures[column]);
		if (!c->queryid) table->columns[0].nulls[row] = true;
		if (c->since_s == 0) table_set_real(table, row, FIRST_REAL, NAN);
	}
	return table;
}

static inline Table *counted_info(Arena *arena, double reset_at_s, double since_reset_s) {
	Table *info = table_new(arena, 2, 1);
	table_name(info, arena, 0, "reset_at_s", CELL_REAL);
	table_name(info, arena, 1, "since_reset_s", CELL_REAL);
	table_add_row(arena, info);
	table_set_real(info, 0, 0, reset_at_s);
	table_set_real(info, 0, 1, since_reset_s);
	return info;
}

/* Called so often, always for the same time. */
static inline Counted counted_steady(int64_t queryid, double calls, double ms) {
	return (Counted){.queryid = queryid, .calls = calls, .total = calls * ms, .squares = calls * ms * ms, .rows = calls, .hit = 10 * calls};
}

/* And then so often more, with these blocks a call and half of the time as its deviation. */
static inline Counted counted_more(Counted c, double calls, double ms, double blocks) {
	c.calls += calls;
	c.total += calls * ms;
	c.squares += calls * ms * ms * 1.25;
	c.rows += calls;
	c.hit += calls * blocks;
	return c;
}

#endif
