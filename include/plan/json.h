/* json.h: EXPLAIN (FORMAT JSON) -> Plan, by yajl's streaming reader: it keeps duplicate keys, exact 64-bit numbers and any bytes. */
#ifndef PGWHY_PLAN_JSON_H
#define PGWHY_PLAN_JSON_H

#include "plan/plan.h"

/* The plans in a JSON text: an array as EXPLAIN prints it, a bare object as auto_explain logs it, several of either. Measured.
 * False with an offset and a line of context in err (ERR_INPUT) when it is not JSON or holds no plan. Any nesting is survived. */
bool plan_read_json(Arena *arena, const char *text, size_t len, PlanList *plans, Err *err);

#endif
