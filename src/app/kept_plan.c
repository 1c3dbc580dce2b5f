/* kept_plan.c: a plan of the store by its name. */
#include "app/kept_plan.h"

#include "app/keeper.h"
#include "plan/json.h"
#include "store/plans.h"

typedef struct Lookup {
	KeeperTask task;
	Arena *arena;
	const char *name;
	KeptPlan *kept;
	bool done;
} Lookup;

static const char *or_unknown(const char *text) {
	return text ? text : "?";
}

const char *kept_plan_server(Arena *arena, int version, const char *role, const char *host, const char *database) {
	return arena_printf(arena, "PostgreSQL %d.%d, %s@%s/%s", version / 10000, version % 10000, or_unknown(role), or_unknown(host), or_unknown(database));
}

static bool look_up(KeeperTask *task, Store *store, Err *err) {
	Lookup *lookup = (Lookup *)task;
	StoredPlan stored;
	PlanList plans = {0};
	if (!store_fetch_named(store, lookup->arena, lookup->name, &stored, err)) return false;
	if (!stored.id) return true;
	if (!plan_read_json(lookup->arena, stored.plan, stored.plan_len, &plans, err)) return false;
	plans.items[0]->statement = stored.statement;
	*lookup->kept = (KeptPlan){plans.items[0], kept_plan_server(lookup->arena, stored.server_version, stored.role, stored.host, stored.database)};
	return true;
}

static void looked_up(KeeperTask *task) {
	((Lookup *)task)->done = true;
}

bool kept_plan_named(Arena *arena, Loop *loop, const Settings *settings, const char *name, KeptPlan *kept, Err *err) {
	*kept = (KeptPlan){0};
	Keeper *keeper = keeper_new(loop_work(loop), settings, NULL, NULL);
	if (!keeper || !keeper_has_store(keeper)) {
		keeper_free(keeper);
		return true;
	}
	Lookup lookup = {.task = {.run = look_up, .done = looked_up, .err = ERR_INIT}, .arena = arena, .name = name, .kept = kept};
	keeper_post(keeper, &lookup.task);
	while (!lookup.done) loop_turn(loop, -1);
	if (lookup.task.failed) err_move(err, &lookup.task.err);
	err_release(&lookup.task.err);
	keeper_free(keeper);
	return !lookup.task.failed;
}
