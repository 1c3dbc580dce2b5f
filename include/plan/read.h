/* read.h: a plan in whatever format it was pasted or saved. */
#ifndef PGWHY_PLAN_READ_H
#define PGWHY_PLAN_READ_H

#include "plan/plan.h"

/* Picks the reader by what stands in the text: JSON or TEXT; XML and YAML are refused by name. A duration that auto_explain
 * logged with a plan is its execution_ms. */
bool plan_read(Arena *arena, const char *text, size_t len, PlanList *plans, Err *err);

#endif
