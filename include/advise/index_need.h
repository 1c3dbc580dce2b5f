/* index_need.h: what an index would have to answer for one scan: conditions by their role, the order wanted, how many rows.
 *
 * Roles decide the order of keys: equality, then the sort's keys, then one range. */
#ifndef PGWHY_ADVISE_INDEX_NEED_H
#define PGWHY_ADVISE_INDEX_NEED_H

#include "advise/index_key.h"
#include "advise/order.h"

typedef struct NeededKey {
	IndexKey key;
	double share; /* of the table's rows that its condition keeps; NaN unknown */
	bool looked_up; /* an index is searched by it already */
} NeededKey;

typedef LIST(NeededKey) NeededKeyList;

typedef struct IndexNeed {
	const Scan *scan;
	NeededKeyList equal; /* = value; what an index is searched by now, then the most selective first */
	NeededKeyList any; /* = ANY (…): finds like equality, but breaks the order of what follows */
	NeededKeyList range;
	LIST(IndexKey) order;
	const char *where; /* a rare constant condition: a partial index; NULL */
	const char *where_column; /* its first column */
	double where_share;
	size_t unserved; /* conditions no key answers and that may keep few rows */
	double rows_kept; /* an execution: rows that pass every condition */
	double rows_sorted,
	    rows_wanted; /* an execution: into the sort, and out of it; NaN without one, or when all are wanted */
	double descents; /* lookups an execution: 1, or one a row of the join's other side */
	LIST(const char *)
	output; /* plain names of all columns the statement uses; empty: not known, or INCLUDE is not wanted */
} IndexNeed;

/* Of a scan's conditions, its own part of join conditions in them included (values of the other side are parameters). */
IndexNeed index_need(Arena *arena, const Scan *scan);
void index_need_order(Arena *arena, IndexNeed *need, const Order *order);
/* The columns of this table that the statement uses anywhere, so that an index might hold them all. */
void index_need_output(Arena *arena, IndexNeed *need, const Statement *statement);
/* The scan as a join's inner side: found by the key, `descents` times, `rows` rows in all. */
void index_need_join(Arena *arena, IndexNeed *need, IndexKey by, double descents, double rows);

#endif
