/* measure.h: the steps of plan_measure(), in their order; each fills its part of NodeMeasure. */
#ifndef PGWHY_PLAN_MEASURE_H
#define PGWHY_PLAN_MEASURE_H

#include "plan/plan.h"

typedef LIST(PlanNode *) NodeList;

/* A part of the plan that several processes run side by side: all below a Gather. */
typedef struct Part {
	const PlanNode *gather;
	double participants;
	double stretch; /* from the average participant to the one the Gather waits for */
} Part;

/* A subplan that runs inside nodes other than the one it hangs under: an InitPlan in the first node that reads its
 * parameter, a CTE in its scans. What they took contains what it took. */
typedef struct Lazy {
	PlanNode *plan;
	bool cte;
	NodeList readers; /* of an InitPlan: the one that pays */
} Lazy;

typedef struct Measuring {
	Plan *plan;
	Arena *arena; /* scratch */
	const Part **parts; /* by id - 1: NULL outside parallel parts */
	LIST(Lazy) lazies;
} Measuring;

void measure_rows(Measuring *m); /* rows_*, never_executed */
void measure_cost(Measuring *m); /* self_cost; self_share when there is nothing better */
void measure_wall(Measuring *m); /* participants, total_ms */
void measure_readers(Measuring *m); /* who runs the lazy ones */
void measure_misestimates(Measuring *m);
void measure_self(Measuring *m); /* self_ms, unaccounted_ms; execution_ms when it was not printed */
void measure_other(Measuring *m); /* Plan.other, taken out of self_ms where it happened inside nodes; self_share */
void measure_blocks(Measuring *m);

bool is_lazy(const PlanNode *node); /* InitPlan or CTE */
bool is_cte(const PlanNode *node); /* the subplan, not a scan of it */
bool in_subtree(const PlanNode *node, const PlanNode *top);
const PlanNode *bitmap_reader(const PlanNode *node); /* above BitmapAnd and BitmapOr; NULL: none */
double node_loops(const PlanNode *node); /* hand-made plans may lack them: 1 */
double known(double figure); /* 0 for NaN */
/* What the children ran that are no lazy ones. */
double children_ms(const PlanNode *node);
double startup_ms(const PlanNode *node); /* wall clock until its first row, over all loops */

#endif
