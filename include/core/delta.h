/* delta.h: two samples of the same counters, apart in time -> what happened between them.
 *
 * Rows are matched by their key columns. Counters become after − before. A counter that went back (reset, evicted
 * and returned) or a newer restart stamp is a new baseline for the whole row: the delta is what stands in `after`. A row that only `after`
 * has is new: its delta is what stands there. A row that only `before` has is gone: unknown, not zero, so left out. Never a
 * negative delta. */
#ifndef PGWHY_CORE_DELTA_H
#define PGWHY_CORE_DELTA_H

#include "core/table.h"

typedef struct DeltaSpec {
	/* NULL-terminated column names; a null cell is a value like any other; one absent from `after` is skipped; without any,
	 * rows match in order. A restart stamp (stats_since) belongs here: with another stamp it is another row. */
	const char *const *keys;
	const char *const *counters; /* NULL-terminated; absent from `after`: skipped; from `before` only: null, not known */
	const char *const *rounded; /* counters too, but reckoned ones: a rounding may take them back, so they tell of nothing, and stop at 0; NULL */
	const char *fresh; /* name of one more column of bools, the last: nothing was taken off the row, it is new or began anew; NULL: none */
	const char *steady; /* the counter without which no other moves (e.g. "calls"), or NULL: any may tell that a row moved */
	bool keep_still; /* rows that did not move are kept too: the delta has after's rows, one for one */
} DeltaSpec;

/* A table with after's columns and rows; counters hold the difference. Rows whose `steady` counter did not move are
 * left out unless they are to be kept. `before` may be NULL: then every row is new. Borrows after's texts: the result must not outlive `after`. */
Table *delta_make(Arena *arena, const Table *before, const Table *after, const DeltaSpec *spec);

#endif
