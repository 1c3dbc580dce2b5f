/* history.c: what keeping a sample of 5,000 statements costs, which is done with every reading of the Queries pane, and what it costs to
 * hold such samples against a mark. */
#include <stdint.h>
#include <stdio.h>

#include "base/clock.h"
#include "core/traffic.h"

enum { ROWS = 5000, ROUNDS = 200, EVERY_MS = 2000 };

/* Each called so often more than in the first one. */
static Table *statements(Arena *arena, int64_t more) {
	static const char *const names[] = {"userid", "dbid", "queryid", "calls", "rows", "shared_blks_hit", "shared_blks_read", "temp_blks_written",
	                                    "wal_bytes", "plans", "total_exec_time", "stddev_exec_time", "total_plan_time", "io_ms"};
	enum { COLUMNS = sizeof names / sizeof *names, FIRST_COUNTER = 3, FIRST_REAL = 10 };
	Table *table = table_new(arena, COLUMNS, ROWS);
	for (size_t i = 0; i < COLUMNS; i++) table_name(table, arena, i, names[i], i < FIRST_REAL ? CELL_INT : CELL_REAL);
	for (int64_t n = 1; n <= ROWS; n++) {
		size_t row = table_add_row(arena, table);
		for (size_t i = 0; i < FIRST_REAL; i++) table_set_int(table, row, i, n * (int64_t)(i + 1) + (i < FIRST_COUNTER ? 0 : more));
		for (size_t i = FIRST_REAL; i < COLUMNS; i++) table_set_real(table, row, i, (double)n * 0.7 + (double)more);
	}
	return table;
}

/* As it is done with each reading while D is open: all of them moved, before the mark and since. */
static void compare(Arena *arena, History *history) {
	double best = 1e9;
	for (int64_t i = 0; i < 2; i++) history_add(history, statement_sample_new(statements(arena, i + 1), NULL, 0, (ROUNDS + i) * EVERY_MS, 0), "db1");
	StatementMark *mark = statement_mark_take(history, NULL, 0);
	history_add(history, statement_sample_new(statements(arena, 7), NULL, 0, (ROUNDS + 9) * EVERY_MS, 0), "db1");
	size_t count = 0;
	for (int i = 0; i < ROUNDS; i++) {
		Arena *one = arena_new();
		double start = clock_s();
		count = traffic_compare(one, mark, history_newest(history), "db1", false)->count;
		double took = (clock_s() - start) * 1e3;
		if (took < best) best = took;
		arena_free(one);
	}
	printf("traffic: %zu statements compared: %.2f ms\n", count, best);
	statement_mark_free(mark);
}

int main(void) {
	Arena *arena = arena_new();
	const Table *table = statements(arena, 0);
	History *history = history_new();
	double best = 1e9, worst = 0, all = 0;
	for (int i = 0; i < ROUNDS; i++) {
		double start = clock_s();
		history_add(history, statement_sample_new(table, NULL, 0, (int64_t)i * EVERY_MS, 0), "db1");
		double took = (clock_s() - start) * 1e3;
		all += took;
		if (took < best) best = took;
		if (took > worst) worst = took;
	}
	printf("history: a sample of %d statements: %.2f ms (%.2f to %.2f); %zu kept in %.1f MB\n", ROWS, all / ROUNDS, best, worst, history_count(history),
	       (double)history_bytes(history) / (1 << 20));
	compare(arena, history);
	history_free(history);
	arena_free(arena);
	return 0;
}
