/* delta.c: what a delta of 50,000 rows x 17 columns costs, next to copying the same bytes.
 *
 * Prints milliseconds (best of many) and how many copies that is: a join costs some, a search would cost thousands. */
#include <stdint.h>
#include <stdio.h>

#include "base/clock.h"
#include "core/delta.h"

enum { ROWS = 50000, COUNTERS = 15, COLUMNS = COUNTERS + 2, ROUNDS = 40 };

static const char *counters[COUNTERS + 1] = {"c0", "c1", "c2",  "c3",  "c4",  "c5",  "c6", "c7",
                                             "c8", "c9", "c10", "c11", "c12", "c13", "c14"};

/* Ids in no order, the later sample in another one unless it is steady; every fifth row moved in between. */
static Table *sample(Arena *arena, bool later, bool steady) {
	Table *table = table_new(arena, COLUMNS, ROWS);
	table_name(table, arena, 0, "queryid", CELL_INT);
	table_name(table, arena, 1, "userid", CELL_INT);
	for (size_t i = 0; i < COUNTERS; i++) table_name(table, arena, i + 2, counters[i], i % 2 ? CELL_INT : CELL_REAL);
	for (int64_t n = 1; n <= ROWS; n++) {
		size_t row = table_add_row(arena, table);
		int64_t id = later && !steady ? ROWS + 1 - n : n;
		table_set_int(table, row, 0, (int64_t)((uint64_t)id * 0x9E3779B97F4A7C15u));
		table_set_int(table, row, 1, 10);
		for (size_t i = 0; i < COUNTERS; i++) table_set_int(table, row, i + 2, id * 3 + (later && id % 5 == 0));
	}
	return table;
}

static void copy(Arena *arena, const Table *table) {
	for (size_t i = 0; i < COLUMNS; i++) {
		memcpy(arena_alloc(arena, ROWS * sizeof(int64_t)), table->columns[i].ints, ROWS * sizeof(int64_t));
		memcpy(arena_alloc(arena, ROWS * sizeof(bool)), table->columns[i].nulls, ROWS * sizeof(bool));
	}
}

/* The best of many rounds in ms; without a spec the copy. */
static double best_ms(const Table *before, const Table *after, const DeltaSpec *spec) {
	Arena *arena = arena_new();
	double best = 1e9;
	for (int i = 0; i < ROUNDS; i++) {
		arena_clear(arena);
		double start = clock_s();
		if (spec)
			delta_make(arena, before, after, spec);
		else
			copy(arena, after);
		double took = (clock_s() - start) * 1e3;
		if (took < best) best = took;
	}
	arena_free(arena);
	return best;
}

int main(void) {
	Arena *arena = arena_new();
	const Table *before = sample(arena, false, true), *after = sample(arena, true, true), *turned = sample(arena, true, false);
	const DeltaSpec spec = {
	    .keys = (const char *const[]){"queryid", "userid", NULL}, .counters = counters, .steady = counters[0]};
	double floor = best_ms(NULL, after, NULL);
	const struct {
		const char *what;
		const Table *before, *after;
	} cases[] = {{"a fifth moved", before, after}, {"a fifth moved, and all in another order", before, turned}, {"all new", NULL, after}};
	printf("delta: %d rows x %d columns, a copy takes %.2f ms\n", ROWS, COLUMNS, floor);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		double took = best_ms(cases[i].before, cases[i].after, &spec);
		size_t rows = delta_make(arena, cases[i].before, cases[i].after, &spec)->row_count;
		printf("delta: %s (%zu rows): %.2f ms, x%.1f\n", cases[i].what, rows, took, took / floor);
	}
	arena_free(arena);
	return 0;
}
