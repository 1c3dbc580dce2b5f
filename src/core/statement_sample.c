/* statement_sample.c: what pg_stat_statements had counted at a moment. */
#include "core/statement_sample.h"

#include <math.h>

#include "core/delta.h"
#include "core/hidden.h"

#define DEVIATION "stddev_exec_time"

#define KEYS "queryid", "userid", "dbid", "toplevel", "since_s"
#define COUNTERS \
	"calls", "total_exec_time", "plans", "total_plan_time", "rows", "shared_blks_hit", "shared_blks_read", "temp_blks_written", "wal_bytes", "io_ms"

const char *const statement_keys[] = {KEYS, NULL};
const char *const statement_counters[] = {COUNTERS, NULL};
static const char *const wanted[] = {KEYS, COUNTERS, DEVIATION, NULL};
static const char *const added_up[] = {COUNTERS, STATEMENT_SQUARES, NULL};

/* In the place of the deviations, which cannot be added up. */
static void make_squares(Table *counters) {
	size_t column = table_column(counters, DEVIATION), calls = table_column(counters, "calls"), exec_ms = table_column(counters, "total_exec_time");
	if (column == TABLE_NO_COLUMN) return;
	counters->columns[column].name = STATEMENT_SQUARES;
	for (size_t row = 0; row < counters->row_count; row++) {
		double deviation = table_real(counters, row, column, NAN), n = table_real(counters, row, calls, NAN), total = table_real(counters, row, exec_ms, NAN);
		table_set_real(counters, row, column, n * deviation * deviation + total * total / n);
	}
}

/* Of many hidden statements together nobody can say since when. */
static void forget_since_of_hidden(Table *counters) {
	size_t since = table_column(counters, "since_s"), queryid = table_column(counters, "queryid");
	for (size_t row = 0; since != TABLE_NO_COLUMN && row < counters->row_count; row++)
		if (table_null(counters, row, queryid)) table_set_real(counters, row, since, NAN);
}

StatementSample *statement_sample_adopt(Arena *arena, const Table *counters) {
	StatementSample *sample = ARENA_NEW(arena, StatementSample);
	*sample = (StatementSample){.counters = counters, .reset_at_s = NAN, .arena = arena, .holders = 1};
	return sample;
}

StatementSample *statement_sample_new(const Table *statements, const Table *info, double started_at_s, int64_t at_ms, int64_t wall_ms) {
	Arena *arena = arena_new(), *scratch = arena_new();
	Table *picked = table_pick(scratch, statements, wanted);
	make_squares(picked);
	forget_since_of_hidden(picked);
	StatementSample *sample = statement_sample_adopt(arena, table_copy(arena, hidden_merge(scratch, picked, added_up)));
	arena_free(scratch);
	sample->at_ms = at_ms;
	sample->wall_ms = wall_ms;
	sample->started_at_s = started_at_s;
	sample->server_s = (double)wall_ms / 1000;
	if (!info || !info->row_count) return sample;
	sample->reset_at_s = table_real(info, 0, table_column(info, "reset_at_s"), NAN);
	double since_reset_s = table_real(info, 0, table_column(info, "since_reset_s"), NAN);
	if (!isnan(since_reset_s)) sample->server_s = sample->reset_at_s + since_reset_s;
	sample->evictions = table_int(info, 0, table_column(info, "dealloc"), 0);
	return sample;
}

StatementSample *statement_sample_hold(StatementSample *sample) {
	sample->holders++;
	return sample;
}

void statement_sample_let_go(StatementSample *sample) {
	if (sample && --sample->holders == 0) arena_free(sample->arena);
}

static double all_calls(const StatementSample *sample) {
	double calls = 0;
	size_t column = table_column(sample->counters, "calls");
	for (size_t row = 0; row < sample->counters->row_count; row++) calls += table_real(sample->counters, row, column, 0);
	return calls;
}

/* The calls that were counted earlier and still are: those of rows of which no counter went back. */
static double calls_kept(const StatementSample *earlier, const StatementSample *later) {
	static const DeltaSpec spec = {.keys = statement_keys, .counters = statement_counters, .fresh = "fresh", .keep_still = true};
	Arena *arena = arena_new();
	const Table *delta = delta_make(arena, earlier->counters, later->counters, &spec);
	size_t calls = table_column(delta, "calls"), fresh = table_column(delta, spec.fresh), there = table_column(later->counters, "calls");
	double kept = 0;
	for (size_t row = 0; row < delta->row_count; row++)
		if (!table_bool(delta, row, fresh, true)) kept += table_real(later->counters, row, there, 0) - table_real(delta, row, calls, 0);
	arena_free(arena);
	return kept;
}

bool statement_sample_follows(const StatementSample *earlier, const StatementSample *later) {
	if (isnan(earlier->reset_at_s) != isnan(later->reset_at_s)) return false;
	if (!isnan(earlier->reset_at_s)) return fabs(earlier->reset_at_s - later->reset_at_s) < 1e-3;
	return calls_kept(earlier, later) >= all_calls(earlier) / 2;
}

/* A letter for every six bits of what a row is told by: quickly made, and short, since there may be very many. */
const char *statement_key(Arena *arena, int64_t queryid, int64_t userid, int64_t dbid, bool toplevel) {
	enum { LETTERS = 11 };
	const uint64_t parts[] = {(uint64_t)queryid, (uint64_t)userid << 32 | (uint64_t)dbid};
	char *key = arena_alloc(arena, 2 * LETTERS + 2), *at = key;
	for (size_t i = 0; i < 2; i++)
		for (int shift = 0; shift < 64; shift += 6) *at++ = (char)('0' + (parts[i] >> shift & 63));
	if (!toplevel) *at = 'n'; /* nested */
	return key;
}
