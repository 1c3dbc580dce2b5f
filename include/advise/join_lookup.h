/* join_lookup.h: a table read whole for a join that wants few of its rows: an index on what is joined would find those. */
#ifndef PGWHY_ADVISE_JOIN_LOOKUP_H
#define PGWHY_ADVISE_JOIN_LOOKUP_H

#include "advise/advise.h"
#include "advise/index_choice.h"

typedef struct JoinLookup {
	const PlanNode *join;
	Operand by; /* of the scan's table: a column, or something computed, which an index on a column does not find */
	const char *condition; /* as the plan prints it */
	double lookups; /* rows of the other side, each looked up once */
	double rows; /* of the table, found by them in all */
	double self_ms, self_cost; /* of scan, join and what stands between */
} JoinLookup;

/* False unless the scan is the side of a join that may be looked into row by row, by something equal. */
bool join_lookup(Arena *arena, const Plan *plan, const Scan *scan, JoinLookup *lookup);
bool join_lookup_is_computed(const Scan *scan, const JoinLookup *lookup);
/* The index to look into, and what it leaves of the time of scan and join; false: there is none to gain by, as where the join meets
 * more than a tenth of the table. */
bool join_lookup_index(const Advice *advice, const Scan *scan, const JoinLookup *lookup, IndexChoice *choice, double *left);

#endif
