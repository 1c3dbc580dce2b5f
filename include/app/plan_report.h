/* plan_report.h: the last statement of the console, as its reports and migrations are made of it. */
#ifndef PGWHY_APP_PLAN_REPORT_H
#define PGWHY_APP_PLAN_REPORT_H

#include "app/state.h"
#include "report/plan.h"

PlanReport plan_report(const App *app); /* it has a plan */

#endif
