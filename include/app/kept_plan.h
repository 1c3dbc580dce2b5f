/* kept_plan.h: a plan of the store by its name, for commands without a terminal. */
#ifndef PGWHY_APP_KEPT_PLAN_H
#define PGWHY_APP_KEPT_PLAN_H

#include "app/loop.h"
#include "app/settings.h"
#include "plan/plan.h"

typedef struct KeptPlan {
	Plan *plan; /* with its statement; NULL: no plan has that name, or the store cannot be had */
	const char *server; /* "PostgreSQL 15.20, shop@db1/shop" */
} KeptPlan;

/* Waits, turning the loop. Nothing is created where nothing was ever kept. False: err says why what is kept cannot be read. */
bool kept_plan_named(Arena *arena, Loop *loop, const Settings *settings, const char *name, KeptPlan *kept, Err *err);
const char *kept_plan_server(Arena *arena, int version, const char *role, const char *host, const char *database); /* each may be unknown */

#endif
