/* trial_report.h: a trial as it is printed: its generic plan, those by values, what is said of one and of all. */
#ifndef PGWHY_APP_TRIAL_REPORT_H
#define PGWHY_APP_TRIAL_REPORT_H

#include "app/trial.h"
#include "report/plan.h"

/* Of a trial that has a generic plan; what it points to lives in the arena and in the trial. */
PlanReport trial_report(Arena *arena, const Trial *trial);

#endif
