/* shape.h: what a plan does, apart from figures and constants: whether two plans of a statement do the same, and where they part.
 *
 * Partitions that are all read alike count as the one table they are of: it makes no difference how many of them were pruned. */
#ifndef PGWHY_PLAN_SHAPE_H
#define PGWHY_PLAN_SHAPE_H

#include "plan/plan.h"

uint64_t plan_shape(const Plan *plan); /* equal for plans of one statement that do the same */

/* Does it read partitions that were all pruned before it was printed? What it does to them is not seen then. */
bool plan_hides_partitions(const Plan *plan);

typedef enum ShapePart {
	SHAPE_SCAN, /* a table is read in another way, or by another index, or not at all */
	SHAPE_JOIN, /* the same tables are joined in another way, or from the other side */
	SHAPE_ORDER, /* tables are joined that the other plan joins in another order */
	SHAPE_STEP /* what else is done: sorting, grouping, memoizing, workers */
} ShapePart;

typedef struct ShapeDifference {
	ShapePart part;
	const char *what; /* SHAPE_SCAN: "orders o"; else NULL */
	const char *before, *after; /* what the first plan does there and what the second: "Seq Scan"; NULL: nothing */
	const PlanNode *before_node, *after_node; /* NULL: there is none */
} ShapeDifference;
typedef LIST(ShapeDifference) ShapeDifferences;

/* None: the shapes are equal. Else at least one; of many the first, scans before joins before steps. */
ShapeDifferences plan_shape_differences(Arena *arena, const Plan *before, const Plan *after);
/* Is it only that one of them has workers, and what they bring along? */
bool shape_differs_in_workers_only(const ShapeDifferences *differences);
/* "orders o by Index Scan using orders_pkey, not Seq Scan" */
const char *shape_difference_words(Arena *arena, const ShapeDifference *difference);

#endif
