/* kept_plan.c: a plan that is not of now. */
#include "app/kept_plan.h"

#include <inttypes.h>

#include "advise/say.h"
#include "base/utf8.h"
#include "panes/kept_list.h"
#include "plan/json.h"
#include "report/kept.h"

static const char *or_unknown(const char *text) {
	return text ? text : "?";
}

static const char *place_of(Arena *arena, const StoredPlan *stored) {
	return arena_printf(arena, "%s@%s/%s", or_unknown(stored->role), or_unknown(stored->host), or_unknown(stored->database));
}

static const char *version_words(Arena *arena, int version) {
	return arena_printf(arena, "%d.%d", version / 10000, version % 10000);
}

const char *kept_plan_server(Arena *arena, const StoredPlan *stored) {
	const char *version = stored->server_version ? version_words(arena, stored->server_version) : "?";
	return arena_printf(arena, "PostgreSQL %s, %s", version, place_of(arena, stored));
}

const char *kept_plan_origin(Arena *arena, const StoredPlan *stored) {
	const char *name = stored->name ? arena_printf(arena, " \"%s\"", stored->name) : "";
	const char *values = stored->parameters ? arena_printf(arena, ", with %s", stored->parameters) : "";
	return arena_printf(arena, "@%" PRId64 "%s, kept on %s of %s%s", stored->id, name, kept_time(arena, stored->at_ms), kept_plan_server(arena, stored), values);
}

static void take_advice(KeptPlan *kept, const KeptAdvice *advice) {
	kept->side.findings = advice->findings;
	kept->side.sizes = advice->relations;
	kept->side.runs = advice->repeated ? &advice->repeated->sides[0] : NULL;
}

static const char *problem_of(Arena *arena, Err *err) {
	const char *problem = arena_copy(arena, utf8_clean(arena, err->message.text));
	err_release(err);
	return problem;
}

bool kept_plan_read(Arena *arena, const StoredPlan *stored, KeptPlan *kept, Err *err) {
	PlanList plans = {0};
	if (!plan_read_json(arena, stored->plan, stored->plan_len, &plans, err)) return false;
	Plan *plan = plans.items[0];
	KeptAdvice advice;
	Err why = ERR_INIT;
	plan->statement = stored->statement;
	*kept = (KeptPlan){
		.side = {
			.plan = plan,
			.statement = stored->statement,
			.server = kept_plan_server(arena, stored),
			.origin = kept_plan_origin(arena, stored),
		},
		.fingerprint = stored->fingerprint,
		.place = place_of(arena, stored),
		.server_version = stored->server_version,
		.at_ms = stored->at_ms,
	};
	if (!report_kept_read(arena, stored->findings, stored->relations, plan, &advice, &why)) kept->side.problem = problem_of(arena, &why);
	take_advice(kept, &advice);
	return true;
}

KeptPlan kept_plan_alone(const Plan *plan) {
	return (KeptPlan){.side = {.plan = plan, .statement = plan->statement}};
}

KeptPlan kept_plan_of_text(Arena *arena, Plan *plan, const char *text, size_t len) {
	KeptPlan kept = kept_plan_alone(plan);
	KeptAdvice advice;
	Err why = ERR_INIT;
	if (!report_saved_read(arena, text, len, plan, &advice, &why)) kept.side.problem = problem_of(arena, &why);
	take_advice(&kept, &advice);
	kept.server_version = advice.server_version;
	if (kept.server_version) kept.side.server = arena_printf(arena, "PostgreSQL %s", version_words(arena, kept.server_version));
	kept.at_ms = advice.at_s * 1000;
	return kept;
}

const char *kept_plan_time(Arena *arena, const KeptPlan *kept) {
	return kept->at_ms ? kept_time(arena, kept->at_ms) : NULL;
}

const char *kept_plan_basis(Arena *arena, const KeptPlan *kept) {
	if (kept->side.findings) return "The advice is of then.";
	if (!kept->side.problem) return "Advised without that server's catalog.";
	return arena_printf(arena, "What was advised then cannot be read (%s): advised anew, without that server's catalog.", kept->side.problem);
}

/* " Its tables then: public.orders (~1.2M rows, 381 MB) and 2 more."; "" where that is not known. */
static const char *tables_words(Arena *arena, const Facts *sizes) {
	enum { MOST = 3 };
	size_t count = sizes ? sizes->tables.count : 0;
	const char *words = "";
	for (size_t i = 0; i < count && i < MOST; i++) words = arena_printf(arena, "%s%s%s", words, i ? ", " : "", say_table(arena, &sizes->tables.items[i]));
	const char *more = count > MOST ? arena_printf(arena, " and %zu more", count - MOST) : "";
	return count ? arena_printf(arena, " %s then: %s%s.", count == 1 ? "Its table" : "Its tables", utf8_clean(arena, words), more) : "";
}

const char *kept_plan_words(Arena *arena, const KeptPlan *kept) {
	const char *time = kept_plan_time(arena, kept), *whence = kept->side.origin;
	if (!whence && time) whence = arena_printf(arena, "saved on %s", time);
	if (whence) return arena_printf(arena, "%s. %s%s", whence, kept_plan_basis(arena, kept), tables_words(arena, kept->side.sizes));
	return kept->side.problem ? kept_plan_basis(arena, kept) : NULL;
}

bool kept_plan_refuse(const KeptPlan *kept, const char *otherwise, Err *err) {
	Arena *arena = arena_new();
	const char *time = kept_plan_time(arena, kept);
	if (time) err_set(err, ERR_REFUSED, "this plan is of %s, not of now", time);
	else err_set(err, ERR_REFUSED, "this plan is out of a file: %s", otherwise);
	if (kept->side.statement) err_hint(err, "A runs its statement again, on this server.");
	arena_free(arena);
	return false;
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
