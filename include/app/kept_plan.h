/* kept_plan.h: a plan out of the store, ready to be shown and compared. */
#ifndef PGWHY_APP_KEPT_PLAN_H
#define PGWHY_APP_KEPT_PLAN_H

#include "app/comparison.h"
#include "core/table.h"
#include "store/plans.h"

typedef struct KeptPlan KeptPlan;
struct KeptPlan {
	ComparedSide side; /* plan NULL: there is none */
	const char *fingerprint;
	int server_version;
	int64_t at_ms;
};

/* Recurses as deep as the plan nests: for jobs. */
bool kept_plan_read(Arena *arena, const StoredPlan *stored, KeptPlan *kept, Err *err);
const char *kept_plan_server(Arena *arena, const StoredPlan *stored); /* "PostgreSQL 15.20, shop@db1/shop" */
const char *kept_plan_origin(Arena *arena, const StoredPlan *stored); /* "@12 "before", kept on 2026-11-21 19:30 of PostgreSQL …, with $1 = 42" */
Table *kept_plans_table(Arena *arena, const StoredPlans *plans); /* of the columns of panes/kept_list.h */

#endif
