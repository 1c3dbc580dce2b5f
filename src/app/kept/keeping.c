/* keeping.c: a run put into the store. */
#include "app/keeping.h"

#include "base/clock.h"
#include "report/kept.h"
#include "sql/fingerprint.h"
#include "term/past.h"

typedef struct Keeping {
	KeeperTask task;
	Arena *arena;
	Run *run; /* held */
	const Plan *plan;
	const FindingList *findings;
	StoredPlan stored;
	const char *unfilled; /* its statement with $1, when values stand in it; NULL */
	Kept brought;
	KeptFn kept;
	void *owner;
} Keeping;

static double shared_blocks(const Plan *plan) {
	return plan->analyzed && plan->buffers ? plan->root->blocks.shared_hit + plan->root->blocks.shared_read : NAN;
}

static bool find_marked(Keeping *keeping, Store *store, Err *err) {
	Kept *kept = &keeping->brought;
	StoredPlan marked;
	if (!store_fetch_marked(store, kept->arena, keeping->stored.fingerprint, &marked, err)) return false;
	return !marked.id || kept_plan_read(kept->arena, &marked, &kept->marked, err);
}

static bool keep_job(KeeperTask *task, Store *store, Err *err) {
	Keeping *keeping = (Keeping *)task;
	Arena *arena = keeping->arena;
	StoredPlan *stored = &keeping->stored;
	if (past_secret(stored->statement)) return true;
	stored->fingerprint = statement_fingerprint(arena, keeping->unfilled ? keeping->unfilled : stored->statement);
	stored->settings = report_settings_json(arena, keeping->plan);
	stored->relations = report_relations_json(arena, keeping->run->facts);
	bool looked = keeping->findings && !keeping->findings->silence;
	stored->findings = report_findings_json(arena, looked ? keeping->findings : NULL);
	return store_keep(store, stored, err) && (!keeping->kept || find_marked(keeping, store, err));
}

static void keep_done(KeeperTask *task) {
	Keeping *keeping = (Keeping *)task;
	keeping->brought.id = keeping->stored.id;
	if (keeping->kept) keeping->kept(keeping->owner, keeping->run, &keeping->brought);
	arena_free(keeping->brought.arena);
	run_let_go(keeping->run);
	err_release(&task->err);
	arena_free(keeping->arena);
}

void keeping_start(Keeper *keeper, Run *run, Filled filled, KeptFn kept, void *owner) {
	Arena *arena = arena_new();
	Keeping *keeping = ARENA_NEW(arena, Keeping);
	const Plan *plan = run->plan;
	const Server *server = run->server;
	*keeping = (Keeping){
		.task = {.run = keep_job, .done = keep_done, .err = ERR_INIT},
		.arena = arena,
		.run = run,
		.plan = plan,
		.findings = run->findings,
		.unfilled = arena_copy(arena, filled.statement),
		.stored = {
			.at_ms = clock_wall_ms(),
			.statement = run->statement->text,
			.parameters = arena_copy(arena, filled.told),
			.host = arena_copy(arena, server->host),
			.port = arena_copy(arena, server->port),
			.database = arena_copy(arena, server->database),
			.role = arena_copy(arena, server->user),
			.server_version = server->version,
			.measured = plan->analyzed,
			.execution_ms = plan->analyzed ? plan_statement_ms(plan) : NAN,
			.cost = plan->root->total_cost,
			.shared_blocks = shared_blocks(plan),
			.plan = run->json,
			.plan_len = run->json_len,
		},
		.brought = {.arena = arena_new()},
		.kept = kept,
		.owner = owner,
	};
	run_hold(run);
	keeper_post(keeper, &keeping->task);
}
