/* json.h: plans and their findings as JSON: the contract of `explain` and `plan`.
 *
 * Its field names are promised to scripts: none is renamed or removed, more may follow. What is not known is null. Text
 * that is no UTF-8 has U+FFFD for its bad bytes; control characters and invisible ones are escaped. */
#ifndef PGWHY_REPORT_JSON_H
#define PGWHY_REPORT_JSON_H

#include "report/plan.h"

/* An object for one report, an array for several, and for one too when a `list` was asked for; ends in a line break. */
const char *report_plans_json(Arena *arena, const PlanReport *reports, size_t count, bool list);

#endif
