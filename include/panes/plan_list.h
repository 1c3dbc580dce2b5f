/* plan_list.h: the plans of a file or of a server's log, a row each, to choose one. */
#ifndef PGWHY_PANES_PLAN_LIST_H
#define PGWHY_PANES_PLAN_LIST_H

#include "panes/pane.h"
#include "plan/log.h"

/* No pane of the dashboard: it asks no server, so it has columns only. The table has more of them, for programs. */
extern const Pane plan_list;
enum { PLAN_LIST_COLUMNS = 4, PLAN_LIST_ALL_COLUMNS = 6 };

Table *plan_list_of_log(Arena *arena, const LogEntries *entries);
Table *plan_list_of_plans(Arena *arena, const PlanList *plans);
size_t plan_list_number(const Table *table, size_t row); /* of the plan in that row, from 1 */

#endif
