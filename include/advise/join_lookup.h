/* join_lookup.h: a table read whole for a join that wants few of its rows: an index on the join column would find those. */
#ifndef PGWHY_ADVISE_JOIN_LOOKUP_H
#define PGWHY_ADVISE_JOIN_LOOKUP_H

#include "advise/scan.h"

typedef struct JoinLookup {
	const PlanNode *join;
	const char *column; /* of the scan's table */
	double lookups; /* rows of the other side, each looked up once */
	double rows; /* of the table, found by them in all */
	double self_ms, self_cost; /* of scan, join and what stands between */
} JoinLookup;

/* False unless the scan is the side of a join that may be looked into row by row, by an equal column. */
bool join_lookup(Arena *arena, const Plan *plan, const Scan *scan, JoinLookup *lookup);

#endif
