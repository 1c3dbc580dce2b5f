/* plan_search.h: looking for words in the nodes of a plan. */
#ifndef PGWHY_PANES_PLAN_SEARCH_H
#define PGWHY_PANES_PLAN_SEARCH_H

#include "plan/plan.h"
#include "view/pattern.h"

/* In its heading or a line below it, as the tree has them; derived figures aside. */
bool plan_search_matches(Arena *scratch, const Pattern *pattern, const PlanNode *node);

#endif
