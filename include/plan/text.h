/* text.h: EXPLAIN's TEXT format -> Plan, as people paste it: out of psql's frames, between other lines, wrapped. */
#ifndef PGWHY_PLAN_TEXT_H
#define PGWHY_PLAN_TEXT_H

#include "plan/plan.h"

/* The plans in a text, measured, with the fields and names JSON would have. False (ERR_INPUT) when it holds none. */
bool plan_read_text(Arena *arena, const char *text, size_t len, PlanList *plans, Err *err);

#endif
