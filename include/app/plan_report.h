/* plan_report.h: a run, as its reports and migrations are made of it. */
#ifndef PGWHY_APP_PLAN_REPORT_H
#define PGWHY_APP_PLAN_REPORT_H

#include "app/state.h"
#include "report/plan.h"

/* It has a plan. Borrows it. */
PlanReport run_report(const Run *run, const Settings *settings);
PlanReport plan_report(const App *app); /* the last statement of the console, with what is pretended of it */

#endif
