/* applying_look.c: whom a remedy would wait for, and how far it has come: asked again and again, beside it. */
#include "app/applying_parts.h"
#include "base/clock.h"
#include "pg/catalog.h"

enum { WAITS_EVERY_MS = 1000, PROGRESS_EVERY_MS = 400 };

static void keep(Applying *a, Reply *reply, Table **table) {
	if (!reply->table) return;
	arena_free(a->looked);
	a->looked = reply->arena;
	reply->arena = NULL;
	a->waits = a->progress = NULL;
	*table = reply->table;
}

/* ---- before ---- */

static void waits_came(void *owner, Reply *reply) {
	Applying *a = owner;
	a->looking = false;
	if (a->stage != APPLYING_ASKING) return;
	keep(a, reply, &a->waits);
	if (!reply->table) a->waits_problem = arena_printf(a->arena, "not known: %s", reply->err->message.text);
	applying_refresh(a);
}

/* Each relation beside each mode that has to go there first. */
static void look_for_waits(Applying *a) {
	Arena *arena = arena_new();
	const char **relations = ARENA_ARRAY(arena, const char *, a->steps.count * LOCK_MODE_COUNT), **modes = ARENA_ARRAY(arena, const char *, a->steps.count * LOCK_MODE_COUNT);
	size_t count = 0;
	bool snapshots = false;
	for (size_t i = 0; i < a->steps.count; i++) {
		const RemedyStep *step = &a->steps.items[i];
		snapshots = snapshots || remedy_waits_for_snapshots(step);
		for (LockMode mode = LOCK_ACCESS_SHARE; step->relation && mode < LOCK_MODE_COUNT; mode++) {
			if (!(remedy_waits_for(step) & LOCK_BIT(mode))) continue;
			relations[count] = step->relation;
			modes[count++] = lock_mode_name(mode);
		}
	}
	const char *const params[] = {catalog_array(arena, relations, count), catalog_array(arena, modes, count), snapshots ? "true" : "false"};
	conn_catalog(a->watch, "apply_waits", params, 3, waits_came, a);
	arena_free(arena);
}

/* ---- meanwhile ---- */

static void progress_came(void *owner, Reply *reply) {
	Applying *a = owner;
	a->looking = false;
	if (applying_under_way(a)) keep(a, reply, &a->progress);
	applying_refresh(a);
}

static int backend_of(const Applying *a) {
	return a->tryout ? tryout_backend_pid(a->tryout) : a->apply ? a->state.backend_pid : 0;
}

static void look_for_progress(Applying *a) {
	Arena *arena = arena_new();
	const char *const params[] = {arena_printf(arena, "%d", backend_of(a))};
	conn_catalog(a->watch, "apply_progress", params, 1, progress_came, a);
	arena_free(arena);
}

void applying_look(Applying *a) {
	bool asks = a->stage == APPLYING_ASKING, watches = applying_under_way(a) && backend_of(a), wonders = a->stage == APPLYING_AFTER;
	if (!a->watch || conn_state(a->watch) != CONN_READY || a->looking || clock_ms() < a->next_look_ms || !(asks || watches || wonders)) return;
	a->looking = true;
	a->next_look_ms = clock_ms() + (asks ? WAITS_EVERY_MS : PROGRESS_EVERY_MS);
	if (asks) look_for_waits(a);
	else if (watches) look_for_progress(a);
	else applying_wonder(a);
}
