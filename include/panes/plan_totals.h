/* plan_totals.h: what the tables, indexes and kinds of nodes of a plan cost, on a page. */
#ifndef PGWHY_PANES_PLAN_TOTALS_H
#define PGWHY_PANES_PLAN_TOTALS_H

#include "plan/plan.h"
#include "view/page.h"

/* Figures that the plan hasn't got have no column; those that do not fit a width are left out, the least telling first. */
void plan_totals_page(Page *page, const Plan *plan, int width);

#endif
