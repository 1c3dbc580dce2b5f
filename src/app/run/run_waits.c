/* run_waits.c: what the backend that runs a statement of ours waits for. */
#include "app/run_waits.h"

#include "base/clock.h"

enum { LOOK_EVERY_MS = 100, LEAST_SAMPLES = 3 };

static const char *event_at(Arena *arena, const Table *table, size_t row) {
	const char *event = table_text(table, row, table_column(table, "wait_event"), NULL);
	return event ? arena_printf(arena, "%s:%s", table_text(table, row, table_column(table, "wait_event_type"), ""), event) : NULL;
}

static void looked(void *owner, Reply *reply) {
	RunWaits *waits = owner;
	const Table *table = reply->table;
	waits->looking = false;
	str_clear(&waits->event);
	if (!table || !table->row_count || !waits->run || !run_executing(waits->run)) return;
	for (size_t row = 0; row < table->row_count; row++) {
		const char *event = event_at(waits->arena, table, row);
		if (!row) str_add(&waits->event, event ? event : "on the CPU");
		if (strcmp(table_text(table, row, table_column(table, "state"), ""), "active") == 0) wait_tally_add(waits->arena, &waits->tally, event);
	}
}

void run_waits_look(RunWaits *waits, Conn *conn, const Run *run) {
	int pid = run_backend_pid(run);
	if (!pid || waits->looking || clock_ms() < waits->next_look_ms || conn_state(conn) != CONN_READY) return;
	waits->next_look_ms = clock_ms() + LOOK_EVERY_MS;
	waits->looking = true;
	waits->run = run;
	if (!waits->arena) waits->arena = arena_new();
	Arena *arena = arena_new();
	const char *const params[] = {arena_printf(arena, "%d", pid)};
	conn_catalog(conn, "wait_event", params, 1, looked, waits);
	arena_free(arena);
}

void run_waits_forget(RunWaits *waits) {
	str_clear(&waits->event);
	if (waits->arena) arena_clear(waits->arena);
	waits->tally = (WaitTally){0};
	waits->run = NULL;
}

void run_waits_release(RunWaits *waits) {
	str_release(&waits->event);
	arena_free(waits->arena);
}

const char *run_waits_notes(Arena *arena, const RunWaits *waits, const Run *run, const char *notes) {
	if (waits->tally.samples < LEAST_SAMPLES || run->stage != RUN_DONE) return notes;
	return arena_printf(arena, "%s%sWhile it ran: %s (%zu samples).", notes ? notes : "", notes ? " " : "", wait_tally_text(arena, &waits->tally), waits->tally.samples);
}
