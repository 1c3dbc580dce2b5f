/* waits.c: what sessions wait for, sampled. */
#include "app/waits.h"

#include "base/clock.h"

enum { LOOK_EVERY_MS = 100, LEAST_SAMPLES = 3 };

static void pay(App *app, const Reply *reply, int64_t now) {
	CostRead *cost = &app->waits_cost;
	if (app->waits_at_ms) cost->every_s = (double)(now - app->waits_at_ms) / 1000;
	app->waits_at_ms = now;
	cost->count++;
	cost->last_ms = reply->ms;
	cost->last_bytes = reply->bytes;
	cost->total_ms += reply->ms;
	cost->total_bytes += reply->bytes;
}

static void profile_arrived(void *owner, Reply *reply) {
	App *app = owner;
	int64_t now = clock_ms();
	app->waits_asked = false;
	pay(app, reply, now);
	if (reply->table) wait_profile_add(app->waits, reply->table, now);
}

void wait_look(App *app) {
	if (app->waits_asked || app_conn_state(app) != CONN_READY) return;
	app->waits_asked = true;
	conn_catalog(app->pane_conn, "wait_events", NULL, 0, profile_arrived, app);
}

/* ---- the statement that runs ---- */

static const char *event_at(Arena *arena, const Table *table, size_t row) {
	const char *event = table_text(table, row, table_column(table, "wait_event"), NULL);
	return event ? arena_printf(arena, "%s:%s", table_text(table, row, table_column(table, "wait_event_type"), ""), event) : NULL;
}

static void looked(void *owner, Reply *reply) {
	App *app = owner;
	app->looking = false;
	str_clear(&app->wait_event);
	if (!reply->table || !reply->table->row_count || !app->run || !run_executing(app->run)) return;
	for (size_t row = 0; row < reply->table->row_count; row++) {
		const char *event = event_at(app->run_waits_arena, reply->table, row);
		if (!row) str_add(&app->wait_event, event ? event : "on the CPU");
		if (strcmp(table_text(reply->table, row, table_column(reply->table, "state"), ""), "active") == 0) wait_tally_add(app->run_waits_arena, &app->run_waits, event);
	}
}

void wait_look_at_run(App *app) {
	int pid = app->run ? run_backend_pid(app->run) : 0;
	if (!pid || app->looking || clock_ms() < app->next_wait_look_ms || app_conn_state(app) != CONN_READY) return;
	app->next_wait_look_ms = clock_ms() + LOOK_EVERY_MS;
	app->looking = true;
	Arena *arena = arena_new();
	const char *const params[] = {arena_printf(arena, "%d", pid)};
	conn_catalog(app->pane_conn, "wait_event", params, 1, looked, app);
	arena_free(arena);
}

void wait_forget_run(App *app) {
	str_clear(&app->wait_event);
	arena_clear(app->run_waits_arena);
	app->run_waits = (WaitTally){0};
}

const char *wait_notes(Arena *arena, const App *app, const char *notes) {
	if (app->run_waits.samples < LEAST_SAMPLES || app->run->stage != RUN_DONE) return notes;
	return arena_printf(arena, "%s%sWhile it ran: %s (%zu samples).", notes ? notes : "", notes ? " " : "", wait_tally_text(arena, &app->run_waits), app->run_waits.samples);
}
