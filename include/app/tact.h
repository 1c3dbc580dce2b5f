/* tact.h: what is told others: without a statement's constants where that is set, and where one of them is a password. */
#ifndef PGWHY_APP_TACT_H
#define PGWHY_APP_TACT_H

#include "app/settings.h"
#include "report/plan.h"

PlanReport report_for_others(Arena *arena, const Settings *settings, const PlanReport *report);
Comparison comparison_for_others(Arena *arena, const Settings *settings, const Comparison *comparison);

#endif
