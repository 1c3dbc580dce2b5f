/* kept_plan.h: a plan that is not of now, out of the store or of a file, with what was known of it then, ready to be shown and compared. */
#ifndef PGWHY_APP_KEPT_PLAN_H
#define PGWHY_APP_KEPT_PLAN_H

#include "app/comparison.h"
#include "core/table.h"
#include "store/plans.h"

typedef struct KeptPlan {
	ComparedSide side; /* plan NULL: there is none; findings are those of then, NULL: they are not known */
	const char *fingerprint; /* NULL: not known */
	const char *place; /* "shop@db1/shop"; NULL: not known */
	int server_version; /* 0: not known */
	int64_t at_ms; /* since 1970; 0: not known */
} KeptPlan;

/* Recurses as deep as the plan nests: for jobs. */
bool kept_plan_read(Arena *arena, const StoredPlan *stored, KeptPlan *kept, Err *err);
KeptPlan kept_plan_alone(const Plan *plan); /* nothing else is known of it */
/* Read from this text; what `explain --save` put beside it is known, too. */
KeptPlan kept_plan_of_text(Arena *arena, Plan *plan, const char *text, size_t len);

const char *kept_plan_time(Arena *arena, const KeptPlan *kept); /* "2026-11-20 14:02"; NULL: not known */
const char *kept_plan_words(Arena *arena, const KeptPlan *kept); /* "saved on 2026-11-20 14:02. The advice is of then. Its table then: …"; NULL: nothing is known */
const char *kept_plan_basis(Arena *arena, const KeptPlan *kept); /* whence its advice is: "The advice is of then." */
/* What can only be done with a plan of now: err says so, and how to get one. False. */
bool kept_plan_refuse(const KeptPlan *kept, const char *otherwise, Err *err);
const char *kept_plan_server(Arena *arena, const StoredPlan *stored); /* "PostgreSQL 15.20, shop@db1/shop" */
const char *kept_plan_origin(Arena *arena, const StoredPlan *stored); /* "@12 "before", kept on 2026-11-21 19:30 of PostgreSQL …, with $1 = 42" */
Table *kept_plans_table(Arena *arena, const StoredPlans *plans); /* of the columns of panes/kept_list.h */

#endif
