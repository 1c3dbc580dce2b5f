/* totals.h: what a plan's nodes cost together: by table, by index, by what they do. */
#ifndef PGWHY_PLAN_TOTALS_H
#define PGWHY_PLAN_TOTALS_H

#include "plan/plan.h"

typedef struct Total {
	const char *schema, *name; /* schema: NULL when the plan doesn't say */
	size_t nodes;
	double self_ms, self_cost, self_share; /* sums; unknown figures count as nothing */
	double loops, rows; /* of the nodes that read it; rows: that came, or were planned */
	double hit, read, temp; /* blocks, shared and local; temporary ones read and written */
} Total;
typedef LIST(Total) TotalList;

/* The dearest first. A table has what its indexes cost in bitmap scans, too. */
TotalList plan_totals_by_table(Arena *arena, const Plan *plan);
TotalList plan_totals_by_index(Arena *arena, const Plan *plan);
TotalList plan_totals_by_type(Arena *arena, const Plan *plan);

#endif
