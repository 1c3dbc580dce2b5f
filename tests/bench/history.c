/* history.c: what keeping a sample of 5,000 statements costs, which is done with every reading of the Queries pane. */
#include <stdint.h>
#include <stdio.h>

#include "base/clock.h"
#include "core/history.h"

enum { ROWS = 5000, ROUNDS = 200, EVERY_MS = 2000 };

static Table *statements(Arena *arena) {
	static const char *const names[] = {"userid", "dbid", "queryid", "calls", "rows", "shared_blks_hit", "shared_blks_read", "temp_blks_written",
	                                    "wal_bytes", "plans", "total_exec_time", "stddev_exec_time", "total_plan_time", "io_ms"};
	enum { COLUMNS = sizeof names / sizeof *names, FIRST_REAL = 10 };
	Table *table = table_new(arena, COLUMNS, ROWS);
	for (size_t i = 0; i < COLUMNS; i++) table_name(table, arena, i, names[i], i < FIRST_REAL ? CELL_INT : CELL_REAL);
	for (int64_t n = 1; n <= ROWS; n++) {
		size_t row = table_add_row(arena, table);
		for (size_t i = 0; i < FIRST_REAL; i++) table_set_int(table, row, i, n * (int64_t)(i + 1));
		for (size_t i = FIRST_REAL; i < COLUMNS; i++) table_set_real(table, row, i, (double)n * 0.7);
	}
	return table;
}

int main(void) {
	Arena *arena = arena_new();
	const Table *table = statements(arena);
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
	history_free(history);
	arena_free(arena);
	return 0;
}
