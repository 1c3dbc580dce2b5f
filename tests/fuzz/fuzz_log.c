/* fuzz_log.c: no log breaks its reader, what is found does not depend on where pieces end, and every entry can be asked for. */
#include <stdlib.h>

#include "plan/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static LogEntries found(Arena *arena, const char *text, size_t len, size_t piece) {
	Log *log = log_new(arena);
	for (size_t at = 0; at < len; at += piece) log_feed(log, text + at, piece < len - at ? piece : len - at);
	return log_end(log);
}

static void read_entry(Arena *arena, const LogEntry *entry, const char *text, size_t len) {
	PlanList plans = {0};
	Err err = ERR_INIT;
	if (!entry->format || !entry->query || entry->offset + entry->bytes > len) abort();
	if (log_read(arena, entry, text + entry->offset, entry->bytes, &plans, &err) && !plans.count) abort();
	err_release(&err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	Arena *arena = arena_new();
	const char *text = (const char *)data;
	LogEntries whole = found(arena, text, size, size ? size : 1), pieces = found(arena, text, size, size ? data[0] % 7 + 1u : 1);
	if (whole.count != pieces.count) abort();
	for (size_t i = 0; i < whole.count; i++) {
		if (whole.items[i].offset != pieces.items[i].offset || whole.items[i].bytes != pieces.items[i].bytes) abort();
		read_entry(arena, &whole.items[i], text, size);
	}
	arena_free(arena);
	return 0;
}
