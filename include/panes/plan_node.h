/* plan_node.h: one node of a plan in words. */
#ifndef PGWHY_PANES_PLAN_NODE_H
#define PGWHY_PANES_PLAN_NODE_H

#include "plan/plan.h"
#include "view/page.h"

typedef LIST(const char *) ConditionList;

const char *plan_node_heading(Arena *arena, const PlanNode *node); /* "Index Scan orders o using orders_pkey" */
ConditionList plan_node_conditions(Arena *arena, const PlanNode *node); /* "Filter: …", "Sort Key: …" */
const char *plan_value_text(Arena *arena, const PlanValue *value, int depth); /* depth 0: the outermost */
/* Everything the server sent for a node that is not zero, and what was derived. */
void plan_node_page(Page *page, const Plan *plan, const PlanNode *node);

#endif
