/* wait_profile.c: what sessions waited for, sampled. */
#include "core/wait_profile.h"

#include <stdlib.h>
#include <string.h>

#include "core/format.h"

/* ---- tallies ---- */

static int compare_counts(const void *one, const void *two) {
	const struct WaitCount *a = one, *b = two;
	if (a->count != b->count) return a->count > b->count ? -1 : 1;
	return strcmp(a->event, b->event);
}

void wait_tally_add(Arena *arena, WaitTally *tally, const char *event) {
	if (!event) event = "on the CPU";
	tally->samples++;
	size_t i = 0;
	while (i < tally->events.count && strcmp(tally->events.items[i].event, event) != 0) i++;
	if (i < tally->events.count) tally->events.items[i].count++;
	else *list_push(arena, &tally->events) = (struct WaitCount){arena_copy(arena, event), 1};
	qsort(tally->events.items, tally->events.count, sizeof *tally->events.items, compare_counts); /* a handful, in order but for one */
}

const char *wait_tally_text(Arena *arena, const WaitTally *tally) {
	enum { MOST_EVENTS = 4 };
	const char *text = "";
	size_t told = 0;
	for (size_t i = 0; i < tally->events.count && i < MOST_EVENTS; i++) {
		const struct WaitCount *event = &tally->events.items[i];
		told += event->count;
		text = arena_printf(arena, "%s%s%.0f%% %s", text, i ? ", " : "", 100.0 * (double)event->count / (double)tally->samples, event->event);
	}
	if (told == tally->samples) return text;
	return arena_printf(arena, "%s, %.0f%% others", text, 100.0 * (double)(tally->samples - told) / (double)tally->samples);
}

/* ---- readings of the last minute ---- */

typedef struct Sample {
	int64_t pid, query_id;
	const char *event; /* NULL: on the CPU */
} Sample;

typedef struct Reading {
	Arena *arena;
	int64_t at_ms;
	LIST(Sample) samples;
} Reading;

enum { MOST_READINGS = 256 }; /* a minute of the shortest interval there is */
struct WaitProfile {
	Reading readings[MOST_READINGS]; /* a ring */
	size_t first, count;
};

static Reading *nth(WaitProfile *profile, size_t i) {
	return &profile->readings[(profile->first + i) % MOST_READINGS];
}

WaitProfile *wait_profile_new(void) {
	WaitProfile *profile = calloc(1, sizeof *profile);
	if (!profile) die("out of memory");
	return profile;
}

static void drop_first(WaitProfile *profile) {
	Reading *reading = nth(profile, 0);
	arena_free(reading->arena);
	*reading = (Reading){0};
	profile->first = (profile->first + 1) % MOST_READINGS;
	profile->count--;
}

void wait_profile_forget(WaitProfile *profile) {
	while (profile->count) drop_first(profile);
}

void wait_profile_free(WaitProfile *profile) {
	if (!profile) return;
	wait_profile_forget(profile);
	free(profile);
}

void wait_profile_add(WaitProfile *profile, const Table *table, int64_t at_ms) {
	while (profile->count && (profile->count == MOST_READINGS || nth(profile, 0)->at_ms < at_ms - (int64_t)WAIT_PROFILE_S * 1000)) drop_first(profile);
	Reading *reading = nth(profile, profile->count++);
	*reading = (Reading){.arena = arena_new(), .at_ms = at_ms};
	size_t pid = table_column(table, "pid"), leader = table_column(table, "leader_pid"), query = table_column(table, "query_id"), event = table_column(table, "wait_event");
	for (size_t row = 0; row < table->row_count; row++)
		*list_push(reading->arena, &reading->samples) = (Sample){
			.pid = table_int(table, row, leader, table_int(table, row, pid, 0)),
			.query_id = table_int(table, row, query, 0),
			.event = arena_copy(reading->arena, table_text(table, row, event, NULL)),
		};
}

/* Zero is nobody, and no statement. */
static WaitTally tally_of(Arena *arena, const WaitProfile *profile, int64_t pid, int64_t query_id) {
	WaitTally tally = {0};
	for (size_t i = 0; profile && i < profile->count; i++) {
		const Reading *reading = &profile->readings[(profile->first + i) % MOST_READINGS];
		for (size_t k = 0; k < reading->samples.count; k++) {
			const Sample *sample = &reading->samples.items[k];
			if ((pid && sample->pid == pid) || (query_id && sample->query_id == query_id)) wait_tally_add(arena, &tally, sample->event);
		}
	}
	return tally;
}

WaitTally wait_profile_of_session(Arena *arena, const WaitProfile *profile, int64_t pid) {
	return tally_of(arena, profile, pid, 0);
}

WaitTally wait_profile_of_query(Arena *arena, const WaitProfile *profile, int64_t query_id) {
	return tally_of(arena, profile, 0, query_id);
}
