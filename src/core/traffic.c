/* traffic.c: what the statements did since a mark, held against as long a time before it. */
#include "core/traffic.h"

#include <math.h>

#include "core/delta.h"

#define FRESH "fresh"

/* ---- is it noise? ---- */

double traffic_mean_ms(const TrafficCounts *counts) {
	return counts->calls > 0 ? counts->exec_ms / counts->calls : NAN;
}

static double variance(const TrafficCounts *counts) {
	double mean = traffic_mean_ms(counts);
	return fmax(0, counts->exec_ms2 / counts->calls - mean * mean);
}

double traffic_deviation_ms(const TrafficCounts *counts) {
	return isnan(counts->exec_ms2) ? NAN : sqrt(variance(counts));
}

/* The server's deviation is of all calls since the reset, but with the sum of squares it has the deviation of any span in it, exactly.
 * From that follows how far the mean of so many calls strays by chance (its standard error), and the difference of two means by the root
 * of both squared. Three times as much is rare enough (3 in 1,000 of calls that do not depend on each other) to look at a hundred
 * statements at once; of few calls, whose deviation is itself a guess, it has to be more: about as Student's t says. Less than a tenth is
 * nobody's worry however certain. */
bool traffic_means_differ(const TrafficCounts *before, const TrafficCounts *after) {
	static const double least_change = 0.1;
	double change = traffic_mean_ms(after) - traffic_mean_ms(before), errors = 3 * (1 + 4 / fmin(before->calls, after->calls));
	double error = sqrt(variance(before) / before->calls + variance(after) / after->calls);
	return fabs(change) > errors * error && fabs(change) > least_change * fmax(traffic_mean_ms(before), traffic_mean_ms(after));
}

/* A few microseconds more or less a call are the machine's mood, unless so many calls make a millisecond in a second of them. */
static bool is_worth_telling(const Traffic *traffic, const TrafficRow *row) {
	static const double least_ms = 0.05, least_ms_per_s = 1;
	double change = fabs(traffic_mean_ms(&row->after) - traffic_mean_ms(&row->before));
	return change >= least_ms || change * row->after.calls / traffic->after_s >= least_ms_per_s;
}

/* Calls come in bursts: half as many again is the least that says something, and more than chance allows when each comes by itself. */
static bool rates_differ(const Traffic *traffic, const TrafficRow *row) {
	static const double errors = 3, least_factor = 1.5;
	double before = row->before.calls / traffic->before_s, after = row->after.calls / traffic->after_s;
	double error = sqrt(before / traffic->before_s + after / traffic->after_s);
	return fabs(after - before) > errors * error && fmax(before, after) > least_factor * fmin(before, after);
}

/* At the old rate there should have been a few. */
static bool is_missed(const Traffic *traffic, const TrafficRow *row) {
	double expected = row->before.calls / traffic->before_s * traffic->after_s;
	return isnan(expected) ? row->before.calls >= TRAFFIC_LEAST_CALLS : expected >= TRAFFIC_LEAST_CALLS;
}

static TrafficVerdict verdict_of(const Traffic *traffic, const TrafficRow *row) {
	bool few = row->before.calls < TRAFFIC_LEAST_CALLS || row->after.calls < TRAFFIC_LEAST_CALLS;
	if (!(row->before.calls > 0)) return !row->known || row->after.calls >= TRAFFIC_LEAST_CALLS ? TRAFFIC_NEW : TRAFFIC_FEW;
	if (!(row->after.calls > 0)) return is_missed(traffic, row) ? TRAFFIC_VANISHED : TRAFFIC_FEW;
	if (!few && traffic_means_differ(&row->before, &row->after) && is_worth_telling(traffic, row))
		return traffic_mean_ms(&row->after) < traffic_mean_ms(&row->before) ? TRAFFIC_FASTER : TRAFFIC_SLOWER;
	if (row->restarted) return TRAFFIC_RESET;
	if (rates_differ(traffic, row)) return row->after.calls / traffic->after_s > row->before.calls / traffic->before_s ? TRAFFIC_MORE_OFTEN : TRAFFIC_LESS_OFTEN;
	return few ? TRAFFIC_FEW : TRAFFIC_SAME;
}

/* ---- rows by their key ---- */

#define NO_ROW UINT32_MAX

/* The rows of a table of statements, to be found by their key: since when they are counted is no part of it. */
typedef struct Index {
	const Table *table;
	size_t queryid, userid, dbid, toplevel;
	uint32_t *heads, *next;
	size_t buckets;
} Index;

static TrafficRow key_of(const Index *index, size_t row) {
	return (TrafficRow){
		.queryid = table_int(index->table, row, index->queryid, 0), .userid = table_int(index->table, row, index->userid, 0),
		.dbid = table_int(index->table, row, index->dbid, 0), .toplevel = table_bool(index->table, row, index->toplevel, true),
	};
}

static bool same_key(const TrafficRow *a, const TrafficRow *b) {
	return a->queryid == b->queryid && a->userid == b->userid && a->dbid == b->dbid && a->toplevel == b->toplevel;
}

static uint32_t *bucket(const Index *index, const TrafficRow *key) {
	uint64_t hash = (uint64_t)key->queryid ^ (uint64_t)key->userid << 32 ^ (uint64_t)key->dbid << 1 ^ key->toplevel;
	hash *= 0x9E3779B97F4A7C15u;
	return &index->heads[(hash ^ hash >> 32) & (index->buckets - 1)];
}

static Index index_of(Arena *arena, const Table *table) {
	Index index = {
		.table = table, .queryid = table_column(table, "queryid"), .userid = table_column(table, "userid"), .dbid = table_column(table, "dbid"),
		.toplevel = table_column(table, "toplevel"), .buckets = 16,
	};
	while (index.buckets < 2 * table->row_count) index.buckets *= 2;
	index.heads = ARENA_ARRAY(arena, uint32_t, index.buckets);
	index.next = ARENA_ARRAY(arena, uint32_t, table->row_count);
	memset(index.heads, 0xFF, index.buckets * sizeof *index.heads);
	for (size_t row = table->row_count; row--;) {
		TrafficRow key = key_of(&index, row);
		index.next[row] = *bucket(&index, &key);
		*bucket(&index, &key) = (uint32_t)row;
	}
	return index;
}

static uint32_t find(const Index *index, const TrafficRow *key) {
	uint32_t row = *bucket(index, key);
	for (; row != NO_ROW; row = index->next[row]) {
		TrafficRow other = key_of(index, row);
		if (same_key(&other, key)) return row;
	}
	return NO_ROW;
}

/* ---- what was counted ---- */

typedef struct CountColumn {
	const char *name;
	size_t offset;
} CountColumn;

static const CountColumn count_columns[] = {
	{"calls", offsetof(TrafficCounts, calls)}, {"total_exec_time", offsetof(TrafficCounts, exec_ms)}, {STATEMENT_SQUARES, offsetof(TrafficCounts, exec_ms2)},
	{"rows", offsetof(TrafficCounts, rows)}, {"shared_blks_hit", offsetof(TrafficCounts, hit)}, {"shared_blks_read", offsetof(TrafficCounts, read)},
	{"temp_blks_written", offsetof(TrafficCounts, temp_blocks)}, {"wal_bytes", offsetof(TrafficCounts, wal_bytes)}, {"plans", offsetof(TrafficCounts, plans)},
	{"total_plan_time", offsetof(TrafficCounts, plan_ms)}, {"io_ms", offsetof(TrafficCounts, io_ms)},
};
enum { COUNT_COLUMNS = sizeof count_columns / sizeof *count_columns };

/* Column by column: which one it is has to be looked up once. */
static void take_counts(const Table *span, TrafficRow *const *rows, bool after) {
	size_t side = after ? offsetof(TrafficRow, after) : offsetof(TrafficRow, before);
	for (size_t i = 0; i < COUNT_COLUMNS; i++) {
		size_t column = table_column(span, count_columns[i].name);
		for (size_t row = 0; row < span->row_count; row++) {
			double counted = table_real(span, row, column, NAN);
			memcpy((char *)rows[row] + side + count_columns[i].offset, &counted, sizeof counted);
		}
	}
}

static const Table *span_between(Arena *arena, const StatementSample *from, const StatementSample *to) {
	static const char *const squares[] = {STATEMENT_SQUARES, NULL};
	static const DeltaSpec spec = {.keys = statement_keys, .counters = statement_counters, .rounded = squares, .fresh = FRESH, .steady = "calls"};
	return delta_make(arena, from ? from->counters : NULL, to->counters, &spec);
}

/* The rows of both spans, each statement once. */
static void join_spans(Arena *arena, Arena *scratch, Traffic *traffic, const Table *before, const Table *after) {
	Index index = index_of(scratch, before), later = index_of(scratch, after), marked = index_of(scratch, traffic->mark->sample->counters);
	size_t fresh = table_column(after, FRESH), since = table_column(after, "since_s");
	TrafficRow **rows_before = ARENA_ARRAY(scratch, TrafficRow *, before->row_count), **rows_after = ARENA_ARRAY(scratch, TrafficRow *, after->row_count);
	traffic->rows = ARENA_ARRAY(arena, TrafficRow, before->row_count + after->row_count);
	for (size_t row = 0; row < before->row_count; row++) {
		rows_before[row] = &traffic->rows[traffic->count++];
		*rows_before[row] = key_of(&index, row);
		rows_before[row]->known = true;
		rows_before[row]->since_s = NAN;
	}
	for (size_t row = 0; row < after->row_count; row++) {
		TrafficRow key = key_of(&later, row);
		uint32_t there = find(&index, &key);
		TrafficRow *to = rows_after[row] = there == NO_ROW ? &traffic->rows[traffic->count++] : rows_before[there];
		if (there == NO_ROW) *to = key;
		to->known = there != NO_ROW || find(&marked, &key) != NO_ROW;
		to->restarted = to->known && !traffic->reset && table_bool(after, row, fresh, false);
		to->since_s = table_real(after, row, since, NAN);
	}
	take_counts(before, rows_before, false);
	take_counts(after, rows_after, true);
}

/* ---- which spans ---- */

/* A reset stamp moves forward only: one from before the mark that the mark does not have is another server's. */
static bool is_another_server(const StatementMark *mark, const StatementSample *now, const char *server) {
	bool told = !isnan(now->reset_at_s) && !isnan(mark->sample->reset_at_s);
	return strcmp(mark->server, server) != 0 || (told && !statement_sample_follows(mark->sample, now) && now->reset_at_s < mark->sample->server_s - 1);
}

/* How far the samples have to reach back to be preferred, beside the time since the mark. */
static bool reaches_back(const Traffic *traffic) {
	static const double least_share = 0.125;
	return traffic->before_s * 1000 >= TRAFFIC_LEAST_MS && !(traffic->before_s < least_share * traffic->after_s);
}

/* Both by the server's clock: ours may have slept meanwhile. */
static void choose_before(Traffic *traffic, bool since_reset) {
	const StatementSample *marked = traffic->mark->sample;
	double after_ms = traffic->after_s * 1000, since_reset_s = marked->server_s - marked->reset_at_s;
	traffic->base = since_reset ? NULL : statement_mark_before(traffic->mark, isnan(after_ms) ? 0 : after_ms);
	if (traffic->base) traffic->before_s = marked->server_s - traffic->base->server_s;
	if (traffic->base && !reaches_back(traffic) && since_reset_s > traffic->before_s) traffic->base = NULL;
	if (!traffic->base) traffic->before_s = since_reset_s;
}

static void choose_after(Traffic *traffic) {
	const StatementSample *marked = traffic->mark->sample, *now = traffic->now;
	traffic->reset = !statement_sample_follows(marked, now);
	traffic->restarted = fabs(now->started_at_s - marked->started_at_s) > 1;
	traffic->evictions = traffic->reset ? now->evictions : now->evictions - marked->evictions;
	traffic->after_s = traffic->reset ? now->server_s - now->reset_at_s : now->server_s - marked->server_s;
}

Traffic *traffic_compare(Arena *arena, const StatementMark *mark, const StatementSample *now, const char *server, bool since_reset) {
	Traffic *traffic = ARENA_NEW(arena, Traffic);
	*traffic = (Traffic){.mark = mark, .now = now, .before_s = NAN, .after_s = NAN};
	if (is_another_server(mark, now, server)) {
		traffic->state = TRAFFIC_OTHER_SERVER;
		return traffic;
	}
	choose_after(traffic);
	choose_before(traffic, since_reset);
	if (traffic->after_s * 1000 < TRAFFIC_LEAST_MS) {
		traffic->state = TRAFFIC_TOO_EARLY;
		return traffic;
	}
	Arena *scratch = arena_new();
	const Table *before = span_between(scratch, traffic->base, mark->sample), *after = span_between(scratch, traffic->reset ? NULL : mark->sample, now);
	join_spans(arena, scratch, traffic, before, after);
	arena_free(scratch);
	for (size_t i = 0; i < traffic->count; i++) traffic->rows[i].verdict = verdict_of(traffic, &traffic->rows[i]);
	return traffic;
}

TrafficTotals traffic_totals(const Traffic *traffic, const bool *left_out) {
	TrafficTotals totals = {0};
	for (size_t i = 0; i < traffic->count; i++) {
		const TrafficRow *row = &traffic->rows[i];
		if (left_out && left_out[i]) continue;
		totals.before_ms += row->before.exec_ms;
		totals.after_ms += row->after.exec_ms;
		totals.verdicts[row->verdict]++;
	}
	return totals;
}
