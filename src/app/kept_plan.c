/* kept_plan.c: a plan out of the store. */
#include "app/kept_plan.h"

#include <inttypes.h>

#include "panes/kept_list.h"
#include "plan/json.h"
#include "report/kept.h"

static const char *or_unknown(const char *text) {
	return text ? text : "?";
}

const char *kept_plan_server(Arena *arena, const StoredPlan *stored) {
	const char *version = stored->server_version ? arena_printf(arena, "%d.%d", stored->server_version / 10000, stored->server_version % 10000) : "?";
	return arena_printf(arena, "PostgreSQL %s, %s@%s/%s", version, or_unknown(stored->role), or_unknown(stored->host), or_unknown(stored->database));
}

const char *kept_plan_origin(Arena *arena, const StoredPlan *stored) {
	const char *name = stored->name ? arena_printf(arena, " \"%s\"", stored->name) : "";
	const char *values = stored->parameters ? arena_printf(arena, ", with %s", stored->parameters) : "";
	return arena_printf(arena, "@%" PRId64 "%s, kept on %s of %s%s", stored->id, name, kept_time(arena, stored->at_ms), kept_plan_server(arena, stored), values);
}

bool kept_plan_read(Arena *arena, const StoredPlan *stored, KeptPlan *kept, Err *err) {
	PlanList plans = {0};
	if (!plan_read_json(arena, stored->plan, stored->plan_len, &plans, err)) return false;
	Plan *plan = plans.items[0];
	KeptAdvice advice;
	plan->statement = stored->statement;
	report_kept_read(arena, stored->findings, stored->relations, plan, &advice, NULL); /* what cannot be read is not known */
	*kept = (KeptPlan){
		.side = {
			.plan = plan,
			.statement = stored->statement,
			.findings = advice.findings,
			.sizes = advice.relations,
			.server = kept_plan_server(arena, stored),
			.origin = kept_plan_origin(arena, stored),
		},
		.fingerprint = stored->fingerprint,
		.server_version = stored->server_version,
		.at_ms = stored->at_ms,
	};
	return true;
}

Table *kept_plans_table(Arena *arena, const StoredPlans *plans) {
	Table *table = kept_list_new(arena);
	for (size_t i = 0; i < plans->count; i++) {
		const StoredPlan *plan = &plans->items[i];
		const KeptRow row = {
			.id = plan->id,
			.at_ms = plan->at_ms,
			.server = arena_printf(arena, "%s/%s", or_unknown(plan->host), or_unknown(plan->database)),
			.execution_ms = plan->execution_ms,
			.shared_blocks = plan->shared_blocks,
			.name = plan->name,
			.statement = plan->statement,
			.marked = plan->marked,
			.cost = plan->cost,
			.server_version = plan->server_version,
		};
		kept_list_add(arena, table, &row);
	}
	return table;
}
