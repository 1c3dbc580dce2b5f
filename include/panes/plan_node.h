/* plan_node.h: all there is to know of one node of a plan. */
#ifndef PGWHY_PANES_PLAN_NODE_H
#define PGWHY_PANES_PLAN_NODE_H

#include "plan/plan.h"
#include "view/page.h"

/* Everything the server sent for a node that is not zero, and what was derived. */
void plan_node_page(Page *page, const Plan *plan, const PlanNode *node);

#endif
