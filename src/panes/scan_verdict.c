/* scan_verdict.c: what there is to say of how a table is read, why, and what to do about it. */
#include "panes/scan_verdict.h"

#include <math.h>
#include <stdlib.h>

#include "panes/pane_rules.h"
#include "panes/why.h"

enum { MANY_ROWS = 10000, PARTITIONED_TOLD_VERSION = 140000, DAY_S = 86400 };

ScanCase scan_case(const PaneInput *input, const TableUses *uses, size_t place, const Table *info) {
	return (ScanCase){
		.use = &uses->items[place],
		.uses = uses,
		.input = input,
		.info = info,
		.block_bytes = input->server && input->server->block_bytes ? (double)input->server->block_bytes : 8192,
	};
}

static double of_sample(const ScanCase *scan, const char *column) {
	return table_real(scan->input->after, scan->use->sample_row, table_column(scan->input->after, column), NAN);
}

static double of_info(const ScanCase *scan, const char *column) {
	return scan->info ? table_real(scan->info, 0, table_column(scan->info, column), NAN) : NAN;
}

static double rate(const ScanCase *scan, size_t amount) {
	return scan->use->amounts[amount] * scan->uses->per_second;
}

/* Seconds ago; NaN when it never was, or that is not known. */
static double ago(const ScanCase *scan, const char *column) {
	return of_info(scan, "now_s") - of_sample(scan, column);
}

static double scanned_bytes_per_s(const ScanCase *scan) {
	const TableUse *use = scan->use;
	return use->rows > 0 ? rate(scan, USE_SEQ_ROWS) / use->rows * use->pages * scan->block_bytes : NAN;
}

/* ---- what holds ---- */

static bool scanned(const ScanCase *scan) {
	return scan->use->amounts[USE_SEQ_SCANS] > 0;
}

static bool large(const ScanCase *scan) {
	return scan->use->whole_pages >= USE_LARGE_PAGES;
}

static bool in_vain(const ScanCase *scan) {
	return scan->use->amounts[USE_ROWS_WASTED] > 0;
}

/* Less than once an hour over a day or more: a batch, a dump, somebody who looked. */
static bool seldom(const ScanCase *scan) {
	double span_s = scan->uses->since_s;
	return span_s >= DAY_S && scan->use->totals[USE_SEQ_SCANS] / span_s < 1.0 / 3600;
}

static bool full_scans(const ScanCase *scan) {
	bool dear = rate(scan, USE_SEQ_SCANS) >= 1.0 / 60 || scanned_bytes_per_s(scan) >= 10e6;
	return !scan->uses->totals && in_vain(scan) && dear && !seldom(scan);
}

static bool seldom_scanned(const ScanCase *scan) {
	return in_vain(scan) && seldom(scan);
}

static bool scanned_whole(const ScanCase *scan) {
	return scan->uses->totals && in_vain(scan) && !seldom(scan);
}

/* Autovacuum analyzes partitions, never the table they make up; before 14 it is not told whether anybody did. */
static bool never_analyzed(const ScanCase *scan) {
	double estimate = scan->use->estimate;
	bool told = !scan->use->partitioned || scan->input->server->version >= PARTITIONED_TOLD_VERSION;
	return told && scan->use->rows >= MANY_ROWS && (scan->use->partitioned ? estimate < 0 : estimate <= 0);
}

static bool many_dead(const ScanCase *scan) {
	const TableUse *use = scan->use;
	return !use->partitioned && dead_rows_matter(use->rows, use->dead_rows);
}

/* Not just after ANALYZE: what its own session wrote before may be counted after it, and autovacuum needs a moment to come. */
static bool stale(const ScanCase *scan) {
	enum { A_MOMENT_S = 300 };
	const TableUse *use = scan->use;
	bool changed = !use->partitioned && use->changed_rows >= MANY_ROWS && use->changed_rows > 0.2 * use->rows;
	return changed && !never_analyzed(scan) && !(ago(scan, "analyzed_at_s") < A_MOMENT_S);
}

static double hot_share(const ScanCase *scan) {
	const double *totals = scan->use->totals;
	return totals[USE_UPDATED] > 0 ? totals[USE_HOT_UPDATED] / totals[USE_UPDATED] : NAN;
}

static bool seldom_hot(const ScanCase *scan) {
	return !scan->use->partitioned && scan->use->totals[USE_UPDATED] > MANY_ROWS && hot_share(scan) < 0.5;
}

static bool few_rows(const ScanCase *scan) {
	return scanned(scan) && large(scan) && !in_vain(scan);
}

static bool small(const ScanCase *scan) {
	return scanned(scan) && !large(scan);
}

/* Between two scans the page says what they cost: it would else change its mind with each interval. */
static bool scanned_before(const ScanCase *scan) {
	return !scan->uses->totals && !scanned(scan) && scan->use->totals[USE_SEQ_SCANS] > 0;
}

static double rows_per_scan_before(const ScanCase *scan) {
	return scan->use->totals[USE_SEQ_ROWS] / scan->use->totals[USE_SEQ_SCANS];
}

static bool scanned_in_vain_before(const ScanCase *scan) {
	return scanned_before(scan) && large(scan) && rows_per_scan_before(scan) >= USE_LARGE_ROWS && !seldom(scan);
}

/* ---- because ---- */

static const char *because_full(Arena *arena, const ScanCase *scan) {
	return arena_printf(arena,
	                    "statements read it from one end to the other: each scan %s rows, %s of it; which of these rows they throw away, and"
	                    " whether an index would find the others, shows in their plans",
	                    format_rows(arena, table_use_rows_per_scan(scan->use)), format_share(arena, fmin(1, table_use_fraction(scan->use))));
}

static const char *because_seldom(Arena *arena, const ScanCase *scan) {
	return arena_printf(arena, "so read %s times in %s: a batch, a dump (COPY counts too) or somebody who looked; an index for that would cost all writers",
	                    format_rows(arena, scan->use->totals[USE_SEQ_SCANS]), format_age(arena, scan->uses->since_s));
}

static const char *because_whole(Arena *arena, const ScanCase *scan) {
	return arena_printf(arena, "since its statistics began scans have read %s rows of it each, %s of it: whether that goes on, the next interval tells",
	                    format_rows(arena, table_use_rows_per_scan(scan->use)), format_share(arena, fmin(1, table_use_fraction(scan->use))));
}

static const char *because_never_analyzed(Arena *arena, const ScanCase *scan) {
	if (scan->use->partitioned)
		return "autovacuum analyzes the partitions, never the table they make up: the planner guesses what its columns hold";
	return arena_printf(arena, "never analyzed, with %s rows in it: the planner guesses how many there are and what they hold",
	                    format_rows(arena, scan->use->rows));
}

static const char *autovacuum_says(Arena *arena, const ScanCase *scan, const char *threshold, const char *scale) {
	if (of_info(scan, "autovacuum") == 0) return "autovacuum is off";
	double due = of_info(scan, threshold) + of_info(scan, scale) * scan->use->rows;
	return isnan(due) ? "autovacuum should have come" : arena_printf(arena, "autovacuum comes after %s", format_rows(arena, due));
}

static const char *because_dead(Arena *arena, const ScanCase *scan) {
	const TableUse *use = scan->use;
	return arena_printf(arena, "%s of the rows each scan reads are dead; %s, and it cannot clear away what an old transaction may still see (Server, 9)",
	                    format_share(arena, use->dead_rows / (use->rows + use->dead_rows)), autovacuum_says(arena, scan, "vacuum_threshold", "vacuum_scale"));
}

static const char *because_stale(Arena *arena, const ScanCase *scan) {
	return arena_printf(arena, "%s of its %s rows have changed since ANALYZE: the planner goes by what was; %s", format_rows(arena, scan->use->changed_rows),
	                    format_rows(arena, scan->use->rows), autovacuum_says(arena, scan, "analyze_threshold", "analyze_scale"));
}

/* Since 16 the server counts the updates whose page was full. */
static double full_page_share(const ScanCase *scan) {
	const double *totals = scan->use->totals;
	return (totals[USE_NEWPAGE_UPDATED]) / (totals[USE_UPDATED] - totals[USE_HOT_UPDATED]);
}

static const char *because_not_hot(Arena *arena, const ScanCase *scan) {
	const char *share = format_share(arena, 1 - hot_share(scan)), *cause;
	double full = full_page_share(scan);
	if (isnan(full)) cause = "an index holds a column they set, or their pages are full";
	else if (full >= 0.5) cause = arena_printf(arena, "in %s of these the page was full", format_share(arena, full));
	else cause = "there was room on most pages, so an index holds a column they set";
	return arena_printf(arena, "%s of its %s updates had to change every index: %s", share, format_rows(arena, scan->use->totals[USE_UPDATED]), cause);
}

static const char *because_few(Arena *arena, const ScanCase *scan) {
	return arena_printf(arena, "its scans stop after %s rows, as with LIMIT or EXISTS: harmless, each by itself",
	                    format_rows(arena, table_use_rows_per_scan(scan->use)));
}

static const char *because_small(Arena *arena, const ScanCase *scan) {
	return arena_printf(arena, "it is small, %s, so each scan of it is quick; whether an index would be quicker, the plans of its statements show", format_bytes(arena, scan->use->whole_pages * scan->block_bytes));
}

/* ---- do ---- */

static Finding *add_finding(Arena *arena, FindingList *findings, const ScanCase *scan, const char *rule, Basis basis, RemedyKind kind) {
	Finding *finding = list_push(arena, findings);
	*finding = finding_new(rule);
	finding->basis = basis;
	finding->kind = kind;
	finding->relation = scan->use->relation;
	return finding;
}

static void advise_analyze(Arena *arena, FindingList *findings, const ScanCase *scan) {
	Finding *finding = add_finding(arena, findings, scan, "stale-stats", BASIS_HEURISTIC, REMEDY_STATISTICS);
	finding->title = "let the planner know what the table holds";
	finding->sql = arena_printf(arena, "ANALYZE %s", scan->use->relation);
	finding->locks = "Reads and writes go on; VACUUM, another ANALYZE, and changes of the table wait.";
	finding->undo = "nothing to undo";
	if (scan->use->partitioned) finding->notes = "It reads samples of all partitions. Autovacuum never does it: run it again now and then.";
}

static void advise_vacuum(Arena *arena, FindingList *findings, const ScanCase *scan) {
	Finding *finding = add_finding(arena, findings, scan, rule_dead_rows.id, BASIS_ESTIMATED, REMEDY_MAINTENANCE);
	double dead = scan->use->dead_rows;
	finding->title = arena_printf(arena, "clear away %s dead rows, so that what comes next finds room", format_rows(arena, dead));
	finding->sql = arena_printf(arena, "VACUUM (ANALYZE) %s", scan->use->relation);
	finding->locks = "Reads and writes go on; another VACUUM, ANALYZE, and changes of the table wait. It cannot run within a transaction.";
	finding->undo = "nothing to undo";
	finding->notes = "The table does not shrink but at its end. If it fills up again: autovacuum_vacuum_scale_factor, for this table.";
}

/* The rows of a page leave the given share of it free; what is there already stays as it is until it is rewritten. */
static void advise_fillfactor(Arena *arena, FindingList *findings, const ScanCase *scan) {
	double full = full_page_share(scan);
	size_t column = table_column(scan->input->after, "options");
	const char *options = table_text(scan->input->after, scan->use->sample_row, column, ""), *set = strstr(options, "fillfactor=");
	long now = set ? strtol(set + strlen("fillfactor="), NULL, 10) : 100;
	if (full < 0.5 || now <= 80) return; /* not for want of room, or it has been tried */
	Finding *finding = add_finding(arena, findings, scan, rule_updates_not_hot.id, isnan(full) ? BASIS_HEURISTIC : BASIS_ESTIMATED, REMEDY_SETTING);
	finding->title = "leave room on each page for the next version of its rows";
	finding->sql = arena_printf(arena, "ALTER TABLE %s SET (fillfactor = %d)", scan->use->relation, now > 90 ? 90 : 80);
	finding->locks = "Reads and writes go on; VACUUM, ANALYZE, and changes of the table wait, but it takes no time.";
	finding->undo = set ? arena_printf(arena, "ALTER TABLE %s SET (fillfactor = %ld)", scan->use->relation, now)
	                    : arena_printf(arena, "ALTER TABLE %s RESET (fillfactor)", scan->use->relation);
	finding->notes = isnan(full) ? "It only helps where no index holds a column that the updates set; pages that are full stay so until they are rewritten."
	                             : "Pages that are full stay so until they are rewritten.";
}

/* The gravest first: the list shows one. */
static const ScanVerdict verdicts[] = {
	{"full scans", ROLE_WARNING, full_scans, because_full, NULL, "scans read 10 000 rows or more, and more than a tenth, of a table of 1000 pages or more"},
	{"never analyzed", ROLE_WARNING, never_analyzed, because_never_analyzed, advise_analyze, "10 000 rows or more, and the planner guesses what they hold"},
	{"dead rows", ROLE_WARNING, many_dead, because_dead, advise_vacuum, "10 000 or more, and a fifth of all"},
	{"stale stats", ROLE_WARNING, stale, because_stale, advise_analyze, "so many have changed since ANALYZE"},
	{"seldom scanned", ROLE_TEXT, seldom_scanned, because_seldom, NULL, "full scans, but less than one an hour for a day or more"},
	{"scanned whole", ROLE_TEXT, scanned_whole, because_whole, NULL, "full scans since the reset; whether they go on is not known yet"},
	{"not HOT", ROLE_TEXT, seldom_hot, because_not_hot, advise_fillfactor, "of more than 10 000 updates most had to change every index"},
	{"stops early", ROLE_TEXT, few_rows, because_few, NULL, "scans of a large table that read few rows, as with LIMIT"},
	{"small", ROLE_TEXT, small, because_small, NULL, "its scans are quick, each by itself"},
};
enum { VERDICTS = sizeof verdicts / sizeof *verdicts };

const ScanVerdict *scan_verdict_at(size_t nth) {
	return nth < VERDICTS ? &verdicts[nth] : NULL;
}

const ScanVerdict *scan_verdict(const ScanCase *scan) {
	for (size_t i = 0; i < VERDICTS; i++)
		if (verdicts[i].holds(scan)) return &verdicts[i];
	return NULL;
}

FindingList scan_findings(Arena *arena, const ScanCase *scan) {
	FindingList findings = {0};
	for (size_t i = 0; i < VERDICTS; i++)
		if (verdicts[i].advise && verdicts[i].holds(scan)) verdicts[i].advise(arena, &findings, scan);
	return findings;
}

/* ---- why ---- */

static void what(Page *page, const ScanCase *scan) {
	Arena *arena = page->arena;
	const TableUse *use = scan->use;
	page_heading(page, "what");
	page_line(page);
	page_add(page, ROLE_STRONG, use->relation);
	size_t parts = 0;
	for (size_t i = 0; use->partitioned && i < scan->uses->count; i++)
		if (scan->uses->items[i].parent == (size_t)(use - scan->uses->items)) parts++;
	page_line(page);
	if (use->partitioned) page_printf(page, ROLE_DIM, "partitioned, %zu partition%s; ", parts, parts == 1 ? "" : "s");
	if (use->parent != TABLE_NO_COLUMN) page_printf(page, ROLE_DIM, "partition of %s; ", scan->uses->items[use->parent].relation);
	double bytes = use->total_pages * scan->block_bytes;
	page_printf(page, ROLE_DIM, "%s rows, %s with its indexes", isnan(use->rows) ? "?" : format_rows(arena, use->rows), isnan(bytes) ? "?" : format_bytes(arena, bytes));
}

static const char *span(Arena *arena, const ScanCase *scan) {
	if (!scan->uses->totals) return isnan(scan->use->seconds) ? "not read twice yet" : arena_printf(arena, "over the last %s", format_ms(arena, scan->use->seconds * 1000));
	if (isnan(scan->uses->since_s)) return "since statistics began";
	const char *age = format_age(arena, scan->uses->since_s);
	return scan->uses->was_reset ? arena_printf(arena, "since statistics were reset, %s ago", age) : arena_printf(arena, "since statistics began, %s ago or more", age);
}

/* "12.4  a second, over the last 2 s", or of totals how many there were. */
static void figure_of(Page *page, const ScanCase *scan, const char *label, size_t amount, const char *more) {
	Arena *arena = page->arena;
	bool totals = scan->uses->totals;
	why_figure(page, label, format_rows(arena, scan->use->amounts[amount]), arena_printf(arena, "%s%s%s", totals ? "" : "a second, ", span(arena, scan), more));
}

static const char *aged(Arena *arena, const char *what_was, double seconds) {
	if (isnan(seconds)) return arena_printf(arena, "never %s, as far as statistics reach", what_was);
	return arena_printf(arena, "%s %s ago", what_was, format_age(arena, fmax(0, seconds)));
}

static void evidence_of_scans(Page *page, const ScanCase *scan) {
	Arena *arena = page->arena;
	const TableUse *use = scan->use;
	double last_s = ago(scan, "scanned_at_s"), bytes = scanned_bytes_per_s(scan), all = use->amounts[USE_INDEX_ROWS] + use->amounts[USE_SEQ_ROWS];
	figure_of(page, scan, "seq scans", USE_SEQ_SCANS,
	          scan->uses->totals ? "" : arena_printf(arena, "; %s since statistics began", format_rows(arena, use->totals[USE_SEQ_SCANS])));
	if (!isnan(last_s)) why_figure(page, "last", format_age(arena, fmax(0, last_s)), "ago");
	if (scanned(scan)) {
		why_figure(page, "rows/scan", format_rows(arena, table_use_rows_per_scan(use)),
		           arena_printf(arena, "%s of its rows; a parallel scan counts once for each of its processes", format_share(arena, fmin(1, table_use_fraction(use)))));
		figure_of(page, scan, "rows read", USE_SEQ_ROWS, isnan(bytes) ? "" : arena_printf(arena, ", about %s", format_bytes(arena, bytes)));
		if (in_vain(scan) && use->amounts[USE_ROWS_WASTED] < use->amounts[USE_SEQ_ROWS])
			figure_of(page, scan, "in vain", USE_ROWS_WASTED, "; by its partitions that are read whole");
	}
	figure_of(page, scan, "idx scans", USE_INDEX_SCANS,
	          all > 0 ? arena_printf(arena, "; they found %s of the rows read", format_share(arena, use->amounts[USE_INDEX_ROWS] / all)) : "");
	if (use->amounts[USE_BLOCKS_FETCHED] > 0)
		why_figure(page, "cache", format_share(arena, use->amounts[USE_BLOCKS_HIT] / use->amounts[USE_BLOCKS_FETCHED]), "of its blocks found in shared buffers");
}

static void evidence_of_upkeep(Page *page, const ScanCase *scan) {
	Arena *arena = page->arena;
	const TableUse *use = scan->use;
	if (!isnan(use->dead_rows))
		why_figure(page, "dead", format_rows(arena, use->dead_rows),
		           arena_printf(arena, "rows, beside %s live ones; %s", format_rows(arena, use->rows), aged(arena, "vacuumed", ago(scan, "vacuumed_at_s"))));
	if (!isnan(use->changed_rows))
		why_figure(page, "changed", format_rows(arena, use->changed_rows), arena_printf(arena, "rows since ANALYZE; %s", aged(arena, "analyzed", ago(scan, "analyzed_at_s"))));
	if (use->totals[USE_UPDATED] > 0)
		why_figure(page, "HOT", format_share(arena, hot_share(scan)), arena_printf(arena, "of %s updates since statistics began changed no index", format_rows(arena, use->totals[USE_UPDATED])));
}

static bool wants_its_statements(const ScanCase *scan) {
	return full_scans(scan) || scanned_whole(scan) || scanned_in_vain_before(scan);
}

/* An index is for a statement, so it is found by way of one. */
static void point_to_statements(Page *page, const ScanCase *scan) {
	const char *name = scan->use->relation, *dot = strrchr(name, '.');
	page_line(page);
	page_add(page, ROLE_TEXT, "Queries (1), filter ");
	page_printf(page, ROLE_KEY, "/query:%s", dot ? dot + 1 : name);
	page_add(page, ROLE_TEXT, " shows the statements that name it. On one of them ");
	page_add(page, ROLE_KEY, "E");
	page_add(page, ROLE_TEXT, " plans it and says how many rows it throws away, and which index would find them at once.");
	page_line(page);
	page_add(page, ROLE_DIM, "No index is advised from here: which one helps depends on what the statement asks for, and some need all rows.");
}

static void what_to_do(Page *page, const ScanCase *scan, int width) {
	FindingList findings = scan_findings(page->arena, scan);
	page_heading(page, "do");
	if (wants_its_statements(scan)) point_to_statements(page, scan);
	for (size_t i = 0; i < findings.count; i++) {
		if (i || wants_its_statements(scan)) page_line(page);
		why_finding(page, NULL, &findings.items[i], i + 1, width);
	}
	if (!wants_its_statements(scan) && !findings.count) why_cause(page, ROLE_GOOD, "nothing to do");
}

void scan_why(Page *page, const ScanCase *scan, int width) {
	what(page, scan);
	page_heading(page, "evidence");
	evidence_of_scans(page, scan);
	evidence_of_upkeep(page, scan);
	page_heading(page, "because");
	size_t causes = 0;
	for (size_t i = 0; i < VERDICTS; i++)
		if (verdicts[i].holds(scan) && ++causes) why_cause(page, verdicts[i].role, verdicts[i].because(page->arena, scan));
	if (scanned_before(scan))
		why_cause(page, ROLE_TEXT,
		          arena_printf(page->arena, "it was not scanned in this interval; its %s scans since statistics began read %s rows each on average",
		                       format_rows(page->arena, scan->use->totals[USE_SEQ_SCANS]), format_rows(page->arena, rows_per_scan_before(scan))));
	else if (!causes) why_cause(page, ROLE_GOOD, "it is not scanned, and well kept");
	what_to_do(page, scan, width);
}
