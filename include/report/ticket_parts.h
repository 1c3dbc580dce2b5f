/* ticket_parts.h: the chapters of the report for a ticket. */
#ifndef PGWHY_REPORT_TICKET_PARTS_H
#define PGWHY_REPORT_TICKET_PARTS_H

#include "base/str.h"
#include "report/plan.h"

void ticket_add_title(Str *out, Arena *arena, const PlanReport *report); /* and what it is traced by */
void ticket_add_performance(Str *out, Arena *arena, const PlanReport *report); /* as it is now */
void ticket_add_indexes(Str *out, Arena *arena, const PlanReport *report); /* that are there; nothing without facts */
/* Migration, safety, impact, what to watch, the way back; nothing when nothing is to be changed. */
void ticket_add_change(Str *out, Arena *arena, const PlanReport *report);
void ticket_add_basis(Str *out, Arena *arena, const PlanReport *report); /* what the words for it mean that the report uses */

#endif
