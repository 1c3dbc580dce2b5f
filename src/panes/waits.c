/* waits.c: the wait profile in a why. */
#include "panes/waits.h"

#include "core/format.h"
#include "panes/why.h"

void waits_figures(Page *page, const char *label, WaitTally tally) {
	enum { MOST_LINES = 5 };
	Arena *arena = page->arena;
	for (size_t i = 0; i < tally.events.count && i < MOST_LINES; i++) {
		const struct WaitCount *event = &tally.events.items[i];
		const char *span = i ? "" : arena_printf(arena, " (of %zu sample%s in the last minute)", tally.samples, tally.samples == 1 ? "" : "s");
		why_figure(page, i ? "" : label, format_share(arena, (double)event->count / (double)tally.samples), arena_printf(arena, "%s%s", event->event, span));
	}
}

/* The first that begins so. */
static const struct {
	const char *event, *meaning;
} meanings[] = {
	{"Lock:", "it waits for a lock: 4 shows who holds it"},
	{"LWLock:WAL", "it waits its turn to write the write-ahead log: many commit at once, or each writes much"},
	{"LWLock:BufferMapping", "many look for blocks in shared buffers at once: too many blocks are read that are not there"},
	{"LWLock:LockManager", "many take more locks than the fast path has room for: many partitions or indexes in one statement"},
	{"LWLock:", "it waits for a structure in shared memory that others use"},
	{"BufferPin:", "it waits for another to look away from a page, as vacuum does for a cursor left open"},
	{"Client:ClientRead", "it waits for its client to send something"},
	{"Client:ClientWrite", "its client is slow to take what it sends: many rows, or a slow network"},
	{"IO:DataFileRead", "it reads blocks that are not in shared buffers: its plan says which, and whether it needs them"},
	{"IO:BufFile", "its sorts or hashes are on disk: work_mem is too small for them"},
	{"IO:WAL", "it waits for the write-ahead log to reach the disk: each commit does, so fewer and larger ones wait less"},
	{"IO:DataFileExtend", "it makes a table or index larger"},
	{"IO:", "it reads or writes files"},
	{"IPC:SyncRep", "its commit waits for a synchronous standby"},
	{"IPC:", "it waits for another process, as a leader does for its parallel workers"},
	{"Timeout:PgSleep", "it sleeps, by pg_sleep"},
	{"Timeout:VacuumDelay", "it pauses, as vacuum_cost_delay wants"},
	{"Timeout:", "it waits for time to pass"},
	{"Extension:", "it waits in an extension"},
};

const char *waits_meaning(const char *event) {
	for (size_t i = 0; event && i < sizeof meanings / sizeof *meanings; i++)
		if (strncmp(event, meanings[i].event, strlen(meanings[i].event)) == 0) return meanings[i].meaning;
	return NULL;
}
