/* plan_node.h: all there is to know of one node of a plan. */
#ifndef PGWHY_PANES_PLAN_NODE_H
#define PGWHY_PANES_PLAN_NODE_H

#include "plan/plan.h"
#include "view/page.h"

/* What was derived of a node, and what the server sent for it: everything, or (in brief) what the tree does not say and is not zero. */
void plan_node_page(Page *page, const Plan *plan, const PlanNode *node, bool brief);

#endif
