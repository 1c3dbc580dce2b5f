/* traffic.c: the statements since they were marked, against the time before. */
#include "panes/traffic.h"

#include <math.h>

#include "core/traffic.h"
#include "panes/kept_list.h"
#include "panes/statements.h"
#include "panes/traffic_why.h"

enum {
	LOAD,
	VERDICT,
	MEAN_BEFORE,
	MEAN_AFTER,
	CALLS_BEFORE,
	CALLS_AFTER,
	BLOCKS_BEFORE,
	BLOCKS_AFTER,
	ROWS_BEFORE,
	ROWS_AFTER,
	TEMP_BEFORE,
	TEMP_AFTER,
	WAL_BEFORE,
	WAL_AFTER,
	LOAD_BEFORE,
	LOAD_AFTER,
	USER,
	DATABASE,
	QUERYID,
	QUERY,
	COLUMN_COUNT,
	/* hidden */
	ROW_KEY = COLUMN_COUNT,
	ROW_ROLE,
	ROW_ORDER,
	TRAFFIC_ROW, /* of the comparison */
	TABLE_WIDTH
};

static const ListColumn columns[COLUMN_COUNT] = {
	[LOAD] = {"load_change", "load", CELL_REAL, UNIT_SHARE, 11, .bar = true, .descending = true, .change = true,
	          .help = "what it adds to the execution time of all statements since the mark, or takes off it"},
	[VERDICT] = {"verdict", "verdict", CELL_TEXT, UNIT_NONE, 12,
	             .help = "what came of it: a mean is faster or slower when it differs by a tenth and by more than chance allows, else within noise"},
	[MEAN_BEFORE] = {"mean_exec_ms_before", "mean", CELL_REAL, UNIT_MS, 7, .descending = true, .help = "execution time of one call before the mark"},
	[MEAN_AFTER] = {"mean_exec_ms_after", "→ mean", CELL_REAL, UNIT_MS, 7, .descending = true, .help = "execution time of one call since the mark"},
	[CALLS_BEFORE] = {"calls_per_s_before", "calls/s", CELL_REAL, UNIT_RATE, 7, .descending = true, .help = "executions per second before the mark"},
	[CALLS_AFTER] = {"calls_per_s_after", "→ calls", CELL_REAL, UNIT_RATE, 7, .descending = true, .help = "executions per second since the mark"},
	[BLOCKS_BEFORE] = {"blocks_per_call_before", "blocks", CELL_REAL, UNIT_COUNT, 6, .descending = true, .help = "blocks one call read or found in shared buffers before the mark"},
	[BLOCKS_AFTER] = {"blocks_per_call_after", "→ blks", CELL_REAL, UNIT_COUNT, 6, .descending = true, .help = "the same since the mark"},
	[ROWS_BEFORE] = {"rows_per_call_before", "rows", CELL_REAL, UNIT_COUNT, 6, .descending = true, .help = "rows one call returned or changed before the mark"},
	[ROWS_AFTER] = {"rows_per_call_after", "→ rows", CELL_REAL, UNIT_COUNT, 6, .descending = true, .help = "the same since the mark"},
	[TEMP_BEFORE] = {"temp_bytes_per_call_before", "temp", CELL_REAL, UNIT_BYTES, 7, .descending = true, .help = "bytes one call wrote to temporary files before the mark"},
	[TEMP_AFTER] = {"temp_bytes_per_call_after", "→ temp", CELL_REAL, UNIT_BYTES, 7, .descending = true, .help = "the same since the mark"},
	[WAL_BEFORE] = {"wal_bytes_per_call_before", "wal", CELL_REAL, UNIT_BYTES, 7, .descending = true, .help = "bytes of write-ahead log one call made before the mark"},
	[WAL_AFTER] = {"wal_bytes_per_call_after", "→ wal", CELL_REAL, UNIT_BYTES, 7, .descending = true, .help = "the same since the mark"},
	[LOAD_BEFORE] = {"load_ms_per_s_before", "ms/s", CELL_REAL, UNIT_COUNT, 6, .descending = true, .help = "execution time per second, in ms, before the mark"},
	[LOAD_AFTER] = {"load_ms_per_s_after", "→ ms/s", CELL_REAL, UNIT_COUNT, 6, .descending = true, .help = "the same since the mark"},
	[USER] = {"user", "user", CELL_TEXT, UNIT_NONE, 8, .help = "role that ran it"},
	[DATABASE] = {"database", "database", CELL_TEXT, UNIT_NONE, 8, .help = "database it ran in"},
	[QUERYID] = {"queryid", "queryid", CELL_INT, UNIT_NONE, 20, .help = "pg_stat_statements' number of the statement"},
	[QUERY] = {"query", "query", CELL_TEXT, UNIT_NONE, 0, .help = "the statement, its constants replaced by $1, $2 …"},
};

/* As its rows tell them, as the verdict counts them ("3 faster"), and how they look. */
static const struct {
	const char *word;
	Role role;
} verdicts[TRAFFIC_VERDICTS] = {
	[TRAFFIC_FASTER] = {"faster", ROLE_GOOD},        [TRAFFIC_SLOWER] = {"slower", ROLE_WARNING},
	[TRAFFIC_NEW] = {"new", ROLE_INFO},              [TRAFFIC_VANISHED] = {"vanished", ROLE_INFO},
	[TRAFFIC_MORE_OFTEN] = {"more often", ROLE_TEXT}, [TRAFFIC_LESS_OFTEN] = {"less often", ROLE_TEXT},
	[TRAFFIC_SAME] = {"within noise", ROLE_DIM},     [TRAFFIC_RESET] = {"reset", ROLE_DIM},
	[TRAFFIC_FEW] = {"few calls", ROLE_DIM},
};

static Traffic *traffic_of(Arena *arena, const PaneInput *input) {
	const char *server = input->server ? server_place(arena, input->server) : "";
	return input->mark && input->now ? traffic_compare(arena, input->mark, input->now, server, input->since_reset) : NULL;
}

/* Those it is not about, and our own. */
static bool *left_out(Arena *arena, const PaneInput *input, const Traffic *traffic) {
	bool *out = ARENA_ARRAY(arena, bool, traffic->count);
	for (size_t i = 0; i < traffic->count; i++) {
		const TrafficRow *row = &traffic->rows[i];
		bool ours = !input->own_statements && statement_is_ours(statement_text(input, row->queryid));
		out[i] = ours || (input->mark->tags.count && !statement_mark_is_about(input->mark, statement_key(arena, row->queryid, row->userid, row->dbid, row->toplevel)));
	}
	return out;
}

/* ---- rows ---- */

static double ratio(double part, double whole) {
	return whole > 0 ? part / whole : NAN;
}

static double block_bytes(const PaneInput *input) {
	return input->server && input->server->block_bytes ? (double)input->server->block_bytes : 8192;
}

/* The columns of a side stand two apart. */
static void fill_side(Table *shown, size_t at, size_t side, const TrafficCounts *counts, double seconds, double block) {
	table_set_real(shown, at, MEAN_BEFORE + side, traffic_mean_ms(counts));
	table_set_real(shown, at, CALLS_BEFORE + side, counts->calls / seconds);
	table_set_real(shown, at, BLOCKS_BEFORE + side, ratio(counts->hit + counts->read, counts->calls));
	table_set_real(shown, at, ROWS_BEFORE + side, ratio(counts->rows, counts->calls));
	table_set_real(shown, at, TEMP_BEFORE + side, ratio(counts->temp_blocks * block, counts->calls));
	table_set_real(shown, at, WAL_BEFORE + side, ratio(counts->wal_bytes, counts->calls));
	table_set_real(shown, at, LOAD_BEFORE + side, counts->exec_ms / seconds);
}

static void fill_row(Arena *arena, Table *shown, const PaneInput *input, const Traffic *traffic, size_t nth, const StatementNames *names, double all_ms_per_s) {
	const TrafficRow *row = &traffic->rows[nth];
	size_t at = table_add_row(arena, shown);
	double change = row->after.exec_ms / traffic->after_s - row->before.exec_ms / traffic->before_s;
	table_set_real(shown, at, LOAD, ratio(change, all_ms_per_s));
	table_set_text(shown, at, VERDICT, verdicts[row->verdict].word);
	fill_side(shown, at, 0, &row->before, traffic->before_s, block_bytes(input));
	fill_side(shown, at, 1, &row->after, traffic->after_s, block_bytes(input));
	table_set_text(shown, at, USER, texts_get(&names->roles, row->userid));
	table_set_text(shown, at, DATABASE, texts_get(&names->databases, row->dbid));
	if (row->queryid) table_set_int(shown, at, QUERYID, row->queryid);
	table_set_text(shown, at, QUERY, statement_text(input, row->queryid));
	table_set_text(shown, at, ROW_KEY, statement_key(arena, row->queryid, row->userid, row->dbid, row->toplevel));
	table_set_int(shown, at, ROW_ROLE, verdicts[row->verdict].role);
	table_set_real(shown, at, ROW_ORDER, -row->after.exec_ms);
	table_set_int(shown, at, TRAFFIC_ROW, (int64_t)nth);
}

static Table *rows(Arena *arena, const PaneInput *input) {
	const Traffic *traffic = traffic_of(arena, input);
	size_t count = traffic ? traffic->count : 0;
	Table *shown = table_new(arena, TABLE_WIDTH, count);
	for (size_t i = 0; i < COLUMN_COUNT; i++) table_name(shown, arena, i, columns[i].id, columns[i].type);
	table_name(shown, arena, ROW_KEY, LIST_ROW_KEY, CELL_TEXT);
	table_name(shown, arena, ROW_ROLE, LIST_ROW_ROLE, CELL_INT);
	table_name(shown, arena, ROW_ORDER, LIST_ROW_ORDER, CELL_REAL);
	table_name(shown, arena, TRAFFIC_ROW, "traffic_row", CELL_INT);
	if (!count) return shown;
	const bool *out = left_out(arena, input, traffic);
	const TrafficTotals totals = traffic_totals(traffic, out);
	const StatementNames names = statement_names(arena, input);
	double all_ms_per_s = fmax(totals.before_ms / traffic->before_s, totals.after_ms / traffic->after_s);
	for (size_t i = 0; i < count; i++)
		if (!out[i]) fill_row(arena, shown, input, traffic, i, &names, all_ms_per_s);
	return shown;
}

static Keys texts_missing(Arena *arena, const PaneInput *input, const Table *table, const size_t *shown, size_t count) {
	(void)input;
	return statement_texts_missing(arena, table, shown, count);
}

static PaneStatement statement(Arena *arena, const PaneInput *input, const Table *table, size_t row) {
	return statement_of_row(arena, input, table, row);
}

static void why(Page *page, const PaneInput *input, const Table *table, size_t row, const Diagnosis *diagnosis, int width) {
	const Traffic *traffic = traffic_of(page->arena, input);
	const TrafficRow *about = &traffic->rows[table_int(table, row, TRAFFIC_ROW, 0)];
	const PaneStatement what = statement_of_row(page->arena, input, table, row);
	statement_what(page, &what, width);
	traffic_why(page, traffic, about, verdicts[about->verdict].word, block_bytes(input));
	if (about->queryid) why_findings_because(page, diagnosis);
	else statement_hidden_because(page);
	page_heading(page, "do");
	if (about->verdict == TRAFFIC_SLOWER && about->queryid)
		why_cause(page, ROLE_TEXT, "E shows its plan of today; when :plans has one from before, as @12, :diff @12 then lays both side by side");
	if (about->queryid) why_findings_do(page, diagnosis, width);
	else statement_hidden_do(page, input, width);
}

/* ---- the verdict ---- */

/* "14:02", or with its day where that is not today's. */
static const char *time_words(Arena *arena, int64_t wall_ms, int64_t now_wall_ms) {
	enum { DAY = sizeof "2026-11-21" - 1 };
	const char *time = kept_time(arena, wall_ms);
	return strlen(time) > DAY && strncmp(time, kept_time(arena, now_wall_ms), DAY) == 0 ? time + DAY + 1 : time;
}

static const char *against_words(Arena *arena, const Traffic *traffic) {
	if (isnan(traffic->before_s)) return "against all that was counted before";
	const char *span = traffic_span_words(arena, traffic->before_s);
	return traffic->base ? arena_printf(arena, "against the %s before", span) : arena_printf(arena, "against the %s from the last reset to the mark", span);
}

static const char *load_words(Arena *arena, const Traffic *traffic, const TrafficTotals *totals) {
	double before = totals->before_ms / traffic->before_s, after = totals->after_ms / traffic->after_s;
	if (isnan(after)) return "";
	if (isnan(before)) return arena_printf(arena, ": %s/s of execution time", format_ms(arena, after));
	long percent = lround((after / before - 1) * 100);
	const char *change = !(before > 0) ? "" : percent ? arena_printf(arena, ", %+ld%%", percent) : ", as before";
	return arena_printf(arena, ": %s → %s/s of execution time%s", format_ms(arena, before), format_ms(arena, after), change);
}

static void add_counts(Page *page, const TrafficTotals *totals) {
	const char *gap = "; ";
	for (size_t i = 0; i < TRAFFIC_VERDICTS; i++) {
		if (!totals->verdicts[i]) continue;
		page_add(page, ROLE_TEXT, gap);
		page_printf(page, verdicts[i].role, "%zu %s", totals->verdicts[i], verdicts[i].word);
		gap = ", ";
	}
}

/* What has to be known with the figures. */
static void add_remarks(Page *page, const Traffic *traffic) {
	Arena *arena = page->arena;
	const StatementMark *mark = traffic->mark;
	const char *remarks[] = {
		traffic->reset ? "All statistics were reset after the mark: what came between is not known." : NULL,
		traffic->restarted ? "The server was restarted since the mark: its caches were empty." : NULL,
		traffic->evictions > 0 ? arena_printf(arena, "To make room, statements were forgotten %lld time%s since: what looks new or vanished may be neither (pg_stat_statements.max).",
		                                      (long long)traffic->evictions, traffic->evictions == 1 ? "" : "s") : NULL,
		mark->tags.count ? arena_printf(arena, "Of the %zu statement%s tagged when it was marked.", mark->tags.count, mark->tags.count == 1 ? "" : "s") : NULL,
	};
	for (size_t i = 0; i < sizeof remarks / sizeof *remarks; i++) {
		if (!remarks[i]) continue;
		page_line(page);
		page_add(page, i < 3 ? ROLE_WARNING : ROLE_DIM, remarks[i]);
	}
}

void traffic_verdict_page(Page *page, const PaneInput *input) {
	Arena *arena = page->arena;
	const Traffic *traffic = traffic_of(arena, input);
	if (!traffic) return;
	const StatementSample *marked = input->mark->sample;
	const char *since = time_words(arena, marked->wall_ms, input->now->wall_ms), *after = traffic_span_words(arena, traffic->after_s);
	page_line(page);
	if (traffic->state == TRAFFIC_OTHER_SERVER) {
		page_printf(page, ROLE_WARNING, "marked %s on another server than this one (%s): nothing can be compared; in Queries m marks anew", since, input->mark->server);
		return;
	}
	if (traffic->state == TRAFFIC_TOO_EARLY) {
		page_printf(page, ROLE_DIM, "marked %s: too little has happened since to compare; the list fills by itself", since);
		return;
	}
	const TrafficTotals totals = traffic_totals(traffic, left_out(arena, input, traffic));
	page_printf(page, ROLE_STRONG, traffic->reset ? "marked %s; since the reset%s%s" : "since %s%s%s", since, *after ? ", " : "", after);
	page_printf(page, ROLE_TEXT, " %s", against_words(arena, traffic));
	page_add(page, ROLE_STRONG, load_words(arena, traffic, &totals));
	add_counts(page, &totals);
	add_remarks(page, traffic);
}

const char *traffic_marked_words(Arena *arena, const StatementMark *mark, int64_t now_ms) {
	const char *age = traffic_span_words(arena, fmax(0, (double)(now_ms - mark->sample->at_ms) / 1000));
	return mark->tags.count ? arena_printf(arena, "%zu marked %s ago", mark->tags.count, age) : arena_printf(arena, "marked %s ago", age);
}

const Pane traffic_pane = {
	.name = "traffic",
	.title = "Traffic",
	.summary = "statements since they were marked, against the time before",
	.columns = columns,
	.column_count = COLUMN_COUNT,
	.sort = LOAD,
	.texts_query = "statements_texts",
	.no_text = STATEMENT_NO_TEXT,
	.texts_missing = texts_missing,
	.rows = rows,
	.why = why,
	.statement = statement,
	.why_plans = true,
	.marks = true,
	.compares = true,
	.quiet = "there is nothing to compare yet",
};
