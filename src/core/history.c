/* history.c: past samples of the statements, the thinner the older they are. */
#include "core/history.h"

#include <math.h>
#include <stdlib.h>

#include "base/str.h"

struct History {
	StatementSample *samples[HISTORY_MOST_SAMPLES + 1]; /* the oldest first; one more than stays */
	size_t count;
	Str server;
};

History *history_new(void) {
	History *history = calloc(1, sizeof *history);
	if (!history) die("out of memory");
	history->server = (Str)STR_INIT;
	return history;
}

void history_forget(History *history) {
	for (size_t i = 0; i < history->count; i++) statement_sample_let_go(history->samples[i]);
	history->count = 0;
	str_clear(&history->server);
}

void history_free(History *history) {
	if (!history) return;
	history_forget(history);
	str_release(&history->server);
	free(history);
}

/* ---- thinner ---- */

/* Of a sample when the newest came; never nothing, or ages could not be set in proportion. */
static double age_ms(const History *history, size_t nth) {
	return (double)(history->samples[history->count - 1]->at_ms - history->samples[nth]->at_ms) + 1000;
}

/* The one whose neighbours would stand closest to each other without it. The oldest and the newest stay. */
static size_t least_missed(const History *history) {
	size_t least = 1;
	double closest = INFINITY;
	for (size_t i = 1; i + 1 < history->count; i++) {
		double apart = age_ms(history, i - 1) / age_ms(history, i + 1);
		if (apart >= closest) continue;
		closest = apart;
		least = i;
	}
	return least;
}

static void drop(History *history, size_t nth) {
	statement_sample_let_go(history->samples[nth]);
	history->count--;
	memmove(&history->samples[nth], &history->samples[nth + 1], (history->count - nth) * sizeof *history->samples);
}

static bool too_many(const History *history) {
	return history->count > HISTORY_MOST_SAMPLES || (history->count > HISTORY_LEAST_SAMPLES && history_bytes(history) > HISTORY_MOST_BYTES);
}

/* ---- one more ---- */

static bool goes_on(const History *history, const StatementSample *sample, const char *server) {
	const StatementSample *newest = history_newest(history);
	return newest && strcmp(history->server.text, server) == 0 && sample->at_ms >= newest->at_ms && statement_sample_follows(newest, sample);
}

/* A reset that the server does not tell of is one whose moment we saw; from then on it is told with each sample. */
static void remember_reset(const History *history, StatementSample *sample, const char *server) {
	const StatementSample *newest = history_newest(history);
	if (!newest || !isnan(sample->reset_at_s) || strcmp(history->server.text, server) != 0) return;
	const StatementSample untold = {.counters = newest->counters, .reset_at_s = NAN};
	sample->reset_at_s = statement_sample_follows(&untold, sample) ? newest->reset_at_s : sample->server_s;
}

void history_add(History *history, StatementSample *sample, const char *server) {
	remember_reset(history, sample, server);
	if (!goes_on(history, sample, server)) history_forget(history);
	str_clear(&history->server);
	str_add(&history->server, server);
	history->samples[history->count++] = sample;
	while (too_many(history)) drop(history, least_missed(history));
}

/* ---- looking back ---- */

size_t history_count(const History *history) {
	return history->count;
}

StatementSample *history_at(const History *history, size_t nth) {
	return history->samples[nth];
}

StatementSample *history_newest(const History *history) {
	return history->count ? history->samples[history->count - 1] : NULL;
}

const char *history_server(const History *history) {
	return history->server.text;
}

/* Of the cells: what else an arena holds ready is not touched. */
size_t history_bytes(const History *history) {
	size_t cells = 0;
	for (size_t i = 0; i < history->count; i++) cells += history->samples[i]->counters->row_count * history->samples[i]->counters->column_count;
	return cells * (sizeof(int64_t) + sizeof(bool));
}
