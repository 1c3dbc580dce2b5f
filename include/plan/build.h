/* build.h: values -> Plan. Every reader makes the values EXPLAIN (FORMAT JSON) would have sent and ends here. */
#ifndef PGWHY_PLAN_BUILD_H
#define PGWHY_PLAN_BUILD_H

#include "plan/plan.h"

/* A document as EXPLAIN prints it ({"Plan": …, "Planning Time": …}) or a bare node; NULL when it is neither. Measured.
 * The document is used up: its values become the plan's. */
Plan *plan_build(Arena *arena, PlanValue *document);

/* The heading EXPLAIN's TEXT format gives a node. */
const char *node_label(Arena *arena, const PlanNode *node);

#endif
