/* subtree.h: what a part of a plan needs from the rest of it, as far as its conditions tell. */
#ifndef PGWHY_ADVISE_SUBTREE_H
#define PGWHY_ADVISE_SUBTREE_H

#include "plan/plan.h"

/* The only scan in it of a table that goes by this name; NULL alias: the only one at all. */
const PlanNode *subtree_scan(const Plan *plan, const PlanNode *top, const char *alias);
/* No condition or key in it mentions a table outside or a parameter: every run gives the same rows. */
bool subtree_stands_alone(Arena *arena, const Plan *plan, const PlanNode *top);
/* By id - 1: nodes that read tables which some chain of conditions of the plan connects have one number,
 * the id of the first of them; 0: reads nothing. */
const size_t *plan_groups(Arena *arena, const Plan *plan);

#endif
