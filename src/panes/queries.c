/* queries.c: the Queries pane: which statements load the server, by pg_stat_statements. */
#include <math.h>

#include "core/hidden.h"
#include "core/statement_sample.h"
#include "panes/statements.h"
#include "panes/waits.h"
#include "panes/why.h"

enum {
	COLUMN_LOAD,
	COLUMN_CALLS,
	COLUMN_MEAN,
	COLUMN_ROWS,
	COLUMN_HIT,
	COLUMN_TEMP,
	COLUMN_WAL,
	COLUMN_PLAN,
	COLUMN_IO,
	COLUMN_USER,
	COLUMN_DATABASE,
	COLUMN_QUERYID,
	COLUMN_QUERY,
	COLUMN_COUNT,
	/* hidden */
	HIDDEN_KEY = COLUMN_COUNT,
	HIDDEN_SAMPLE, /* row of the sample or delta the figures come from */
	TABLE_WIDTH
};

static const ListColumn columns[COLUMN_COUNT] = {
	[COLUMN_LOAD] = {"load_share", "load", CELL_REAL, UNIT_SHARE, 11, .bar = true, .descending = true,
	                 .help = "share of the execution time of all statements"},
	[COLUMN_CALLS] = {"calls_per_s", "calls/s", CELL_REAL, UNIT_RATE, 7, .descending = true, .help = "executions per second"},
	[COLUMN_MEAN] = {"mean_exec_ms", "mean", CELL_REAL, UNIT_MS, 7, .descending = true, .help = "execution time of one call"},
	[COLUMN_ROWS] = {"rows_per_call", "rows", CELL_REAL, UNIT_COUNT, 6, .descending = true,
	                 .help = "rows returned or changed by one call"},
	[COLUMN_HIT] = {"hit_share", "hit", CELL_REAL, UNIT_SHARE, 5,
	                .help = "share of the blocks it read that were found in shared buffers"},
	[COLUMN_TEMP] = {"temp_bytes_per_call", "temp", CELL_REAL, UNIT_BYTES, 7, .descending = true,
	                 .help = "bytes one call writes to temporary files: sorts and hashes that outgrow work_mem"},
	[COLUMN_WAL] = {"wal_bytes_per_call", "wal", CELL_REAL, UNIT_BYTES, 7, .descending = true,
	                .help = "bytes of write-ahead log one call makes"},
	[COLUMN_PLAN] = {"mean_plan_ms", "plan", CELL_REAL, UNIT_MS, 7, .descending = true,
	                 .help = "planning time of one call; needs pg_stat_statements.track_planning"},
	[COLUMN_IO] = {"io_ms_per_call", "i/o", CELL_REAL, UNIT_MS, 7, .descending = true,
	               .help = "time one call waits for blocks to be read and written; needs track_io_timing"},
	[COLUMN_USER] = {"user", "user", CELL_TEXT, UNIT_NONE, 8, .help = "role that ran it"},
	[COLUMN_DATABASE] = {"database", "database", CELL_TEXT, UNIT_NONE, 8, .help = "database it ran in"},
	[COLUMN_QUERYID] = {"queryid", "queryid", CELL_INT, UNIT_NONE, 20, .help = "pg_stat_statements' number of the statement"},
	[COLUMN_QUERY] = {"query", "query", CELL_TEXT, UNIT_NONE, 0, .help = "the statement, its constants replaced by $1, $2 …"},
};

static const DeltaSpec delta = {.keys = statement_keys, .counters = statement_counters, .steady = "calls"};

/* The sample's columns, looked up once. */
typedef struct Source {
	const Table *table; /* a delta, or the sample itself for totals */
	double seconds; /* the figures span; NaN unknown */
	size_t userid, dbid, queryid, toplevel, calls, exec_ms, plans, plan_ms, rows, hit, read, temp_written, wal, io_ms, stddev_ms, max_ms;
} Source;

static Source source_of(const Table *table, double seconds) {
	return (Source){
		.table = table,
		.seconds = seconds,
		.userid = table_column(table, "userid"),
		.dbid = table_column(table, "dbid"),
		.queryid = table_column(table, "queryid"),
		.toplevel = table_column(table, "toplevel"),
		.calls = table_column(table, "calls"),
		.exec_ms = table_column(table, "total_exec_time"),
		.plans = table_column(table, "plans"),
		.plan_ms = table_column(table, "total_plan_time"),
		.rows = table_column(table, "rows"),
		.hit = table_column(table, "shared_blks_hit"),
		.read = table_column(table, "shared_blks_read"),
		.temp_written = table_column(table, "temp_blks_written"),
		.wal = table_column(table, "wal_bytes"),
		.io_ms = table_column(table, "io_ms"),
		.stddev_ms = table_column(table, "stddev_exec_time"),
		.max_ms = table_column(table, "max_exec_time"),
	};
}

static double real(const Source *source, size_t row, size_t column) {
	return table_real(source->table, row, column, NAN);
}

/* Seconds since the counters began, by the info row; NaN before 14. */
static double seconds_since_reset(const PaneInput *input) {
	const Table *info = input->parts[STATEMENT_PART_INFO];
	if (!info || !info->row_count) return NAN;
	return table_real(info, 0, table_column(info, "since_reset_s"), NAN);
}

static bool totals(const PaneInput *input) {
	return input->since_reset || !input->before;
}

static Source source_for(Arena *arena, const PaneInput *input) {
	const Table *after = hidden_merge(arena, input->after, statement_counters);
	if (totals(input)) return source_of(after, seconds_since_reset(input));
	return source_of(delta_make(arena, hidden_merge(arena, input->before, statement_counters), after, &delta), input->interval_s);
}

static const char *text_of(const PaneInput *input, const Source *source, size_t row) {
	return statement_text(input, table_int(source->table, row, source->queryid, 0));
}

static double ratio(double part, double whole) {
	return whole > 0 ? part / whole : NAN;
}

static const char *row_key(Arena *arena, const Source *source, size_t row) {
	const Table *table = source->table;
	return statement_key(arena, table_int(table, row, source->queryid, 0), table_int(table, row, source->userid, 0), table_int(table, row, source->dbid, 0),
	                     table_bool(table, row, source->toplevel, true));
}

static void fill_row(Arena *arena, Table *shown, const PaneInput *input, const Source *source, const StatementNames *names, size_t row, double all_ms) {
	const double block = input->server && input->server->block_bytes ? (double)input->server->block_bytes : 8192;
	const bool timed = !input->server || input->server->track_io_timing;
	double calls = real(source, row, source->calls), exec_ms = real(source, row, source->exec_ms);
	double hit = real(source, row, source->hit), read = real(source, row, source->read);
	size_t at = table_add_row(arena, shown);
	table_set_real(shown, at, COLUMN_LOAD, ratio(exec_ms, all_ms));
	table_set_real(shown, at, COLUMN_CALLS, calls / source->seconds);
	table_set_real(shown, at, COLUMN_MEAN, ratio(exec_ms, calls));
	table_set_real(shown, at, COLUMN_ROWS, ratio(real(source, row, source->rows), calls));
	table_set_real(shown, at, COLUMN_HIT, ratio(hit, hit + read));
	table_set_real(shown, at, COLUMN_TEMP, ratio(real(source, row, source->temp_written) * block, calls));
	table_set_real(shown, at, COLUMN_WAL, ratio(real(source, row, source->wal), calls));
	table_set_real(shown, at, COLUMN_PLAN, ratio(real(source, row, source->plan_ms), real(source, row, source->plans)));
	table_set_real(shown, at, COLUMN_IO, timed ? ratio(real(source, row, source->io_ms), calls) : NAN);
	table_set_text(shown, at, COLUMN_USER, texts_get(&names->roles, table_int(source->table, row, source->userid, 0)));
	table_set_text(shown, at, COLUMN_DATABASE, texts_get(&names->databases, table_int(source->table, row, source->dbid, 0)));
	if (!table_null(source->table, row, source->queryid))
		table_set_int(shown, at, COLUMN_QUERYID, table_int(source->table, row, source->queryid, 0));
	table_set_text(shown, at, COLUMN_QUERY, text_of(input, source, row));
	table_set_text(shown, at, HIDDEN_KEY, row_key(arena, source, row));
	table_set_int(shown, at, HIDDEN_SAMPLE, (int64_t)row);
}

static Table *rows(Arena *arena, const PaneInput *input) {
	Source source = source_for(arena, input);
	StatementNames names = statement_names(arena, input);
	double all_ms = 0;
	for (size_t row = 0; row < source.table->row_count; row++) all_ms += table_real(source.table, row, source.exec_ms, 0);
	Table *shown = table_new(arena, TABLE_WIDTH, source.table->row_count);
	for (size_t i = 0; i < COLUMN_COUNT; i++) table_name(shown, arena, i, columns[i].id, columns[i].type);
	table_name(shown, arena, HIDDEN_KEY, LIST_ROW_KEY, CELL_TEXT);
	table_name(shown, arena, HIDDEN_SAMPLE, "sample_row", CELL_INT);
	for (size_t row = 0; row < source.table->row_count; row++)
		if (input->own_statements || !statement_is_ours(text_of(input, &source, row))) fill_row(arena, shown, input, &source, &names, row, all_ms);
	return shown;
}

static Keys texts_missing(Arena *arena, const PaneInput *input, const Table *table, const size_t *shown, size_t count) {
	(void)input;
	return statement_texts_missing(arena, table, shown, count);
}

/* ---- who calls it ---- */

#define ASKER_OFF 0.02 /* rows returned and calls made are counted a moment apart */
enum { ASKED_LEAST = 100, ASKER_ROWS_LEAST = 5 }; /* calls; rows of the asker for each of its own */

static bool is_a_read(const char *text) {
	static const char *const words[] = {"select", "with", "SELECT", "WITH", "Select", "fetch", "FETCH"};
	for (size_t i = 0; text && i < sizeof words / sizeof *words; i++)
		if (strncmp(text, words[i], strlen(words[i])) == 0) return true;
	return false;
}

/* How far the rows that a statement returned are from the calls of another; INFINITY when it cannot have called it for each row. */
static double asker_off(const PaneInput *input, const Source *source, size_t asked, size_t row) {
	double asked_calls = real(source, asked, source->calls), calls = real(source, row, source->calls), rows_out = real(source, row, source->rows);
	bool together = table_int(source->table, row, source->userid, 0) == table_int(source->table, asked, source->userid, 0) &&
	                table_int(source->table, row, source->dbid, 0) == table_int(source->table, asked, source->dbid, 0);
	if (row == asked || !together || !(calls > 0) || !(rows_out >= ASKER_ROWS_LEAST * calls)) return INFINITY;
	double off = fabs(rows_out / asked_calls - 1);
	return off <= ASKER_OFF && is_a_read(text_of(input, source, row)) ? off : INFINITY;
}

static const StatementUse *use_of(Arena *arena, const PaneInput *input, const Source *source, size_t asked) {
	StatementUse *use = ARENA_NEW(arena, StatementUse);
	double calls = real(source, asked, source->calls), nearest = INFINITY;
	*use = (StatementUse){.calls = calls, .calls_per_s = calls / source->seconds, .rows_per_call = ratio(real(source, asked, source->rows), calls)};
	for (size_t row = 0; calls >= ASKED_LEAST && row < source->table->row_count; row++) {
		double off = asker_off(input, source, asked, row);
		if (!(off < nearest)) continue;
		nearest = off;
		use->asker = text_of(input, source, row);
		use->asker_calls = real(source, row, source->calls);
		use->asker_rows = real(source, row, source->rows);
	}
	return use;
}

static PaneStatement statement_of(Arena *arena, const PaneInput *input, const Table *shown, size_t row, const Source *source) {
	PaneStatement statement = statement_of_row(arena, input, shown, row);
	statement.use = use_of(arena, input, source, (size_t)table_int(shown, row, HIDDEN_SAMPLE, 0));
	return statement;
}

static PaneStatement statement(Arena *arena, const PaneInput *input, const Table *shown, size_t row) {
	Source source = source_for(arena, input);
	return statement_of(arena, input, shown, row, &source);
}

/* ---- why ---- */

/* What one row's counters say, per call, over the span of the figures. */
typedef struct Figures {
	double load_share, calls, calls_per_s, mean_ms, rows_per_call, blocks_per_call, hit_share, temp_bytes, wal_bytes, plan_ms, io_ms;
	double stddev_ms, max_ms; /* since reset */
	bool asked; /* for each row of another statement: a finding tells that */
} Figures;

static Figures figures_of(const PaneInput *input, const Table *shown, size_t row, const Source *source) {
	size_t at = (size_t)table_int(shown, row, HIDDEN_SAMPLE, 0);
	double calls = real(source, at, source->calls);
	(void)input;
	return (Figures){
		.load_share = table_real(shown, row, COLUMN_LOAD, NAN),
		.calls = calls,
		.calls_per_s = table_real(shown, row, COLUMN_CALLS, NAN),
		.mean_ms = table_real(shown, row, COLUMN_MEAN, NAN),
		.rows_per_call = table_real(shown, row, COLUMN_ROWS, NAN),
		.blocks_per_call = ratio(real(source, at, source->hit) + real(source, at, source->read), calls),
		.hit_share = table_real(shown, row, COLUMN_HIT, NAN),
		.temp_bytes = table_real(shown, row, COLUMN_TEMP, NAN),
		.wal_bytes = table_real(shown, row, COLUMN_WAL, NAN),
		.plan_ms = table_real(shown, row, COLUMN_PLAN, NAN),
		.io_ms = table_real(shown, row, COLUMN_IO, NAN),
		.stddev_ms = real(source, at, source->stddev_ms),
		.max_ms = real(source, at, source->max_ms),
	};
}

static void evidence(Page *page, const PaneInput *input, const Figures *f, const Source *source) {
	Arena *arena = page->arena;
	const char *span = isnan(source->seconds) ? "since statistics were reset"
	                   : totals(input)        ? arena_printf(arena, "since statistics were reset, %s ago", format_age(arena, source->seconds))
	                                          : arena_printf(arena, "over the last %s", format_unit(arena, UNIT_MS, source->seconds * 1000));
	why_figure(page, "load", format_share(arena, f->load_share), arena_printf(arena, "of all execution time, %s", span));
	why_figure(page, "calls", format_rows(arena, f->calls),
	           isnan(f->calls_per_s) ? NULL : arena_printf(arena, "%s a second", format_unit(arena, UNIT_RATE, f->calls_per_s)));
	why_figure(page, "mean", format_ms(arena, f->mean_ms),
	           isnan(f->max_ms) ? NULL
	                            : arena_printf(arena, "since reset: deviation %s, longest %s", format_ms(arena, f->stddev_ms),
	                                           format_ms(arena, f->max_ms)));
	why_figure(page, "rows", format_rows(arena, f->rows_per_call), "a call");
	why_figure(page, "blocks", format_rows(arena, f->blocks_per_call),
	           isnan(f->hit_share) ? "a call" : arena_printf(arena, "a call, %s from shared buffers", format_share(arena, f->hit_share)));
	if (f->temp_bytes > 0) why_figure(page, "temp", format_bytes(arena, f->temp_bytes), "written to temporary files a call");
	if (f->wal_bytes > 0) why_figure(page, "wal", format_bytes(arena, f->wal_bytes), "of write-ahead log a call");
	if (f->plan_ms > 0) why_figure(page, "planning", format_ms(arena, f->plan_ms), "a call");
	if (f->io_ms > 0) why_figure(page, "i/o", format_ms(arena, f->io_ms), "waited for blocks a call");
}

/* One thing the counters alone can say. Rules of thumb: they only say where to look. */
typedef struct Suspicion {
	bool (*holds)(const Figures *f);
	const char *says;
} Suspicion;

static bool one_by_one(const Figures *f) {
	return !f->asked && f->calls_per_s >= 50 && f->rows_per_call >= 0.5 && f->rows_per_call <= 2 && f->mean_ms < 2;
}
static bool reads_far_more(const Figures *f) {
	return f->blocks_per_call > 1000 && f->blocks_per_call > 20 * (f->rows_per_call + 1);
}
static bool spills(const Figures *f) {
	return f->temp_bytes > 0;
}
static bool two_faced(const Figures *f) {
	return f->calls > 100 && (f->stddev_ms > 2 * f->mean_ms || f->max_ms > 20 * f->mean_ms) && f->max_ms > 100;
}
static bool cold(const Figures *f) {
	return f->hit_share < 0.9 && f->blocks_per_call > 100;
}
static bool plans_longer(const Figures *f) {
	return f->plan_ms > f->mean_ms && f->plan_ms > 1;
}

static const Suspicion suspicions[] = {
	{one_by_one, "called very often for a row at a time: looks like N+1; fetch the rows in one statement (= ANY, JOIN)"},
	{reads_far_more, "reads far more blocks than it returns rows: most of what it reads is thrown away"},
	{spills, "sorts or hashes outgrow work_mem and go to disk"},
	{two_faced, "usually fast, at times very slow: a plan that changes, a lock wait, or a cold cache"},
	{cold, "much of what it reads is not in shared buffers"},
	{plans_longer, "planning takes longer than running: prepare the statement once"},
};

static void because(Page *page, const Figures *f, const Diagnosis *diagnosis) {
	for (size_t i = 0; i < sizeof suspicions / sizeof *suspicions; i++)
		if (suspicions[i].holds(f)) why_cause(page, ROLE_TEXT, suspicions[i].says);
	why_findings_because(page, diagnosis);
}

static void why(Page *page, const PaneInput *input, const Table *shown, size_t row, const Diagnosis *diagnosis, int width) {
	Source source = source_for(page->arena, input);
	Figures f = figures_of(input, shown, row, &source);
	PaneStatement what = statement_of(page->arena, input, shown, row, &source);
	f.asked = what.use && what.use->asker;
	statement_what(page, &what, width);
	page_heading(page, "evidence");
	evidence(page, input, &f, &source);
	waits_figures(page, "waits", wait_profile_of_query(page->arena, input->waits, table_int(shown, row, COLUMN_QUERYID, 0)));
	page_heading(page, "because");
	bool hidden = table_null(shown, row, COLUMN_QUERYID);
	if (!hidden) because(page, &f, diagnosis);
	else statement_hidden_because(page);
	page_heading(page, "do");
	if (!hidden) why_findings_do(page, diagnosis, width);
	else statement_hidden_do(page, input, width);
}

const Pane pane_queries = {
	.name = "queries",
	.title = "Queries",
	.number = 1,
	.summary = "statements by their share of the load, from pg_stat_statements",
	.columns = columns,
	.column_count = COLUMN_COUNT,
	.sort = COLUMN_LOAD,
	.query = "statements",
	.part_queries = statement_parts,
	.texts_query = "statements_texts",
	.no_text = STATEMENT_NO_TEXT,
	.texts_missing = texts_missing,
	.delta = &delta,
	.problem = statement_pane_problem,
	.rows = rows,
	.why = why,
	.statement = statement,
	.why_plans = true,
	.marks = true,
};
