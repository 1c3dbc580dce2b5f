/* plan_raw.h: a plan in PostgreSQL's own words. */
#ifndef PGWHY_PANES_PLAN_RAW_H
#define PGWHY_PANES_PLAN_RAW_H

#include "plan/plan.h"
#include "view/page.h"

/* As EXPLAIN's TEXT format has it; lines that are broken go on under their beginning. */
void plan_raw_page(Page *page, const Plan *plan);

#endif
