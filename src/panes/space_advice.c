/* space_advice.c: what there is to say of a relation's space, why, and what to do about it. */
#include "panes/space_advice.h"

#include <math.h>
#include <stdlib.h>

#include "panes/pane_rules.h"
#include "panes/why.h"

enum {
	UNUSED_DAYS = 7, /* without a scan: a week has its jobs of the week in it, if not of the month */
	MOST_INDEXES = 5, /* of a table that are advised on at once */
};
#define HOUR_S 3600.0 /* that nobody scanned it in less says nothing; the figure beside it is enough */
#define UNUSED_BYTES 1e6 /* less is not worth a word */
#define MUCH_BYTES (64 * 0x1p20)

static bool flag(const SpaceCase *it, const char *column) {
	return space_flag(it->input, it->space, column);
}

static double figure(const SpaceCase *it, const char *column) {
	return space_figure(it->input, it->space, column);
}

static double info(const SpaceCase *it, const char *column) {
	return it->info && it->info->row_count ? table_real(it->info, 0, table_column(it->info, column), NAN) : NAN;
}

/* ---- since when scans are counted ---- */

/* Since the last reset; when there was none, at least since the server started. */
static double counted_s(const SpaceCase *it) {
	double since_reset = info(it, "counted_s");
	return isnan(since_reset) ? info(it, "up_s") : since_reset;
}

/* "in 12d", "in at least 12d", "so far" */
static const char *while_counted(Arena *arena, const SpaceCase *it) {
	double seconds = counted_s(it);
	if (isnan(seconds)) return "so far";
	return arena_printf(arena, "in %s%s", isnan(info(it, "counted_s")) ? "at least " : "", format_age(arena, seconds));
}

/* ---- what an index is for ---- */

/* Whatever its scans, the server needs it; NULL: only queries do. */
static const char *needed_for(const SpaceCase *it) {
	static const struct {
		const char *flag, *words;
	} needs[] = {{"primary", "primary key"}, {"constraint", "constraint"}, {"unique", "unique"}, {"identity", "replica identity"}};
	for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
		if (flag(it, needs[i].flag)) return needs[i].words;
	return isnan(figure(it, "attached")) ? NULL : "attached";
}

static bool unscanned(const SpaceCase *it) {
	return space_is_index(it->space) && it->space->scans == 0 && flag(it, "valid") && !needed_for(it);
}

static bool unused(const SpaceCase *it) {
	return unscanned(it) && counted_s(it) >= UNUSED_DAYS * 86400.0;
}

static bool invalid(const SpaceCase *it) {
	return space_is_index(it->space) && !flag(it, "valid");
}

/* REINDEX CONCURRENTLY names the index it builds, and the one it takes away, with these at the end, numbered when there are several. */
static const char *leftover(const SpaceCase *it) {
	static const char *const ends[] = {"_ccnew", "_ccold"};
	for (size_t i = 0; i < 2; i++) {
		const char *end = strstr(it->space->relation, ends[i]);
		if (end && end[6 + strspn(end + 6, "0123456789\"")] == '\0') return ends[i];
	}
	return NULL;
}

/* ---- what a table suffers from ---- */

static double dead_share(const SpaceCase *it) {
	double dead = figure(it, "dead_rows"), live = figure(it, "live_rows");
	return dead > 0 ? dead / (dead + live) : 0;
}

static bool full_of_dead_rows(const SpaceCase *it) {
	return it->space->kind == 'r' && dead_rows_matter(figure(it, "live_rows"), figure(it, "dead_rows"));
}

static bool mostly_toast(const SpaceCase *it) {
	return it->space->toast_bytes >= MUCH_BYTES && it->space->toast_bytes > space_total(it->space) / 2;
}

static bool more_index_than_table(const SpaceCase *it) {
	return !space_is_index(it->space) && it->space->index_bytes >= MUCH_BYTES && it->space->index_bytes > space_total(it->space) / 2;
}

/* ---- notes ---- */

static const char *index_note(Arena *arena, const SpaceCase *it) {
	if (invalid(it)) return flag(it, "worked_on") ? "invalid, perhaps being built" : "invalid";
	const char *needed = needed_for(it);
	if (needed) return needed;
	if (unscanned(it) && !(counted_s(it) < HOUR_S)) return arena_printf(arena, "%sno scan %s", unused(it) ? "unused: " : "", while_counted(arena, it));
	return "";
}

const char *space_note(Arena *arena, const SpaceCase *it) {
	if (it->space->locked) return "locked: not looked at";
	if (space_is_index(it->space)) return index_note(arena, it);
	if (it->space->kind == 'p') return arena_printf(arena, "%.0f partitions", fmax(0, figure(it, "leaves")));
	if (flag(it, "temporary")) return "temporary";
	if (flag(it, "autovacuum_off")) return "autovacuum off";
	if (full_of_dead_rows(it)) return arena_printf(arena, "%s dead rows", format_share(arena, dead_share(it)));
	return "";
}

Role space_role(const SpaceCase *it) {
	if (it->space->locked || invalid(it)) return ROLE_WARNING;
	return unused(it) ? ROLE_INFO : ROLE_TEXT;
}

/* ---- findings ---- */

static Finding *push(Arena *arena, FindingList *findings, const SpaceCase *it, const char *rule, RemedyKind kind) {
	Finding *finding = list_push(arena, findings);
	*finding = finding_new(rule);
	finding->severity = SEVERITY_INFO;
	finding->basis = BASIS_HEURISTIC;
	finding->relation = it->space->relation;
	finding->kind = kind;
	return finding;
}

static const char *definition(const SpaceCase *it) {
	const char *text = it->input->texts ? texts_get(it->input->texts, it->space->oid) : NULL;
	return text && *text ? text : NULL;
}

/* The definition as a statement that builds it beside the traffic: the way back. */
static const char *rebuild_sql(Arena *arena, const SpaceCase *it) {
	const char *text = definition(it), *index = text ? strstr(text, "INDEX ") : NULL;
	if (!index || it->space->kind == 'I') return text;
	return arena_printf(arena, "%.*sINDEX CONCURRENTLY %s", (int)(index - text), text, index + strlen("INDEX "));
}

static const char drop_locks[] = "It waits for transactions that use the table, and blocks no reads and no writes.";
static const char drop_whole_locks[] = "It locks the table and all its partitions against reads and writes for a moment, and waits for whoever reads them: set lock_timeout.";

static void drop(Arena *arena, Finding *finding, const SpaceCase *it) {
	bool whole = it->space->kind == 'I'; /* CONCURRENTLY is refused there */
	finding->sql = arena_printf(arena, "DROP INDEX %s%s", whole ? "" : "CONCURRENTLY ", it->space->relation);
	finding->locks = whole ? drop_whole_locks : drop_locks;
}

static void advise_unused(Arena *arena, FindingList *findings, const SpaceCase *it) {
	if (!unused(it) || space_total(it->space) < UNUSED_BYTES || (it->input->server && it->input->server->in_recovery)) return;
	Finding *finding = push(arena, findings, it, rule_unused_index.id, REMEDY_DROP_INDEX);
	double standbys = info(it, "standbys"), writes = NAN;
	if (it->space->parent != SPACE_NONE) {
		SpaceCase table = *it;
		table.space = &it->spaces->items[it->space->parent];
		writes = figure(&table, "writes");
	}
	finding->title = arena_printf(arena, "%s was not scanned %s", it->space->relation, while_counted(arena, it));
	finding->evidence = arena_printf(arena, "%s%s%s.", format_bytes(arena, space_total(it->space)), it->space->exact ? "" : " (as VACUUM saw it)",
	                                 writes > 0 ? arena_printf(arena, "; the %s rows written to its table since had to be written to it too", format_rows(arena, writes)) : "");
	finding->because = "It backs no constraint, and no query of this server has looked anything up in it.";
	finding->undo = rebuild_sql(arena, it);
	finding->notes = arena_printf(arena, "%s%s%s", standbys > 0 ? "Its standbys count their own scans: ask them first. " : "",
	                              flag(it, "expression") ? "It indexes an expression: ANALYZE keeps statistics of that expression only while it is there. " : "",
	                              "A job of the month or the year may still need it.");
	drop(arena, finding, it);
}

static void advise_invalid(Arena *arena, FindingList *findings, const SpaceCase *it) {
	if (!invalid(it) || flag(it, "worked_on")) return;
	bool left = leftover(it), whole = it->space->kind == 'I';
	Finding *finding = push(arena, findings, it, rule_invalid_index.id, left ? REMEDY_DROP_INDEX : whole ? REMEDY_NONE : REMEDY_MAINTENANCE);
	finding->severity = SEVERITY_WARNING;
	finding->title = arena_printf(arena, "%s is invalid: no query can use it", it->space->relation);
	finding->because = left    ? "A REINDEX CONCURRENTLY that failed, or was cancelled, left it; the index it was to replace is in order."
	                   : whole ? "Not every partition has its index yet."
	                           : "A CREATE INDEX CONCURRENTLY, or a REINDEX, failed or was cancelled.";
	finding->evidence = flag(it, "ready") ? "Each write to the table is written to it all the same." : "Writes to the table leave it alone.";
	if (whole) finding->notes = "Create it on the partitions that lack it with CREATE INDEX CONCURRENTLY, then ALTER INDEX … ATTACH PARTITION each.";
	if (left) drop(arena, finding, it);
	if (left || whole) return;
	finding->sql = arena_printf(arena, "REINDEX INDEX CONCURRENTLY %s", it->space->relation);
	finding->locks = "It waits for transactions that use the table, and blocks no reads and no writes; it needs the index's size on disk once more.";
	finding->notes = arena_printf(arena, "If nobody wants it any more: DROP INDEX CONCURRENTLY %s. An invalid unique index may not have refused duplicates: then it fails again.", it->space->relation);
}

static void advise_vacuum(Arena *arena, FindingList *findings, const SpaceCase *it) {
	if (flag(it, "autovacuum_off") && it->space->kind == 'r') {
		Finding *finding = push(arena, findings, it, rule_autovacuum_off.id, REMEDY_SETTING);
		finding->severity = SEVERITY_WARNING;
		finding->title = arena_printf(arena, "autovacuum is switched off for %s", it->space->relation);
		finding->because = "Dead rows stay, and statistics grow stale, until somebody vacuums by hand.";
		finding->sql = arena_printf(arena, "ALTER TABLE %s RESET (autovacuum_enabled)", it->space->relation);
		finding->undo = arena_printf(arena, "ALTER TABLE %s SET (autovacuum_enabled = false)", it->space->relation);
		finding->locks = "It keeps out VACUUM and other DDL for a moment, no reads and no writes.";
	}
	if (!full_of_dead_rows(it)) return;
	Finding *finding = push(arena, findings, it, rule_dead_rows.id, REMEDY_MAINTENANCE);
	finding->title = arena_printf(arena, "%s of the rows in %s are dead", format_share(arena, dead_share(it)), it->space->relation);
	finding->evidence = arena_printf(arena, "%s dead rows beside %s live ones, by the statistics.", format_rows(arena, figure(it, "dead_rows")), format_rows(arena, figure(it, "live_rows")));
	finding->because = "VACUUM comes too rarely for how much is changed, or an old transaction keeps it from clearing them away.";
	finding->sql = arena_printf(arena, "VACUUM (ANALYZE, VERBOSE) %s", it->space->relation);
	finding->locks = "It keeps out other DDL; reads and writes go on.";
	finding->notes = arena_printf(arena, "The room is used again, the file seldom shrinks. If \"dead but not yet removable\" stays, end the oldest transaction. "
	                                     "To have it happen earlier: ALTER TABLE %s SET (autovacuum_vacuum_scale_factor = 0.02).", it->space->relation);
}

static void advise_index(Arena *arena, FindingList *findings, const SpaceCase *it) {
	if (it->space->locked || flag(it, "temporary")) return;
	advise_invalid(arena, findings, it);
	advise_unused(arena, findings, it);
}

static int compare_size(const void *one, const void *two) {
	double a = space_total(*(Space *const *)one), b = space_total(*(Space *const *)two);
	return (a < b) - (a > b);
}

FindingList space_findings(Arena *arena, const SpaceCase *it) {
	FindingList findings = {0};
	LIST(const Space *) indexes = {0};
	if (space_is_index(it->space)) {
		advise_index(arena, &findings, it);
		return findings;
	}
	if (!it->space->locked && !flag(it, "temporary")) advise_vacuum(arena, &findings, it);
	for (size_t i = 0; i < it->spaces->count; i++) {
		const Space *index = &it->spaces->items[i];
		if (space_is_index(index) && index->parent != SPACE_NONE && &it->spaces->items[index->parent] == it->space) *list_push(arena, &indexes) = index;
	}
	if (indexes.count) qsort(indexes.items, indexes.count, sizeof *indexes.items, compare_size);
	for (size_t i = 0; i < indexes.count && findings.count < MOST_INDEXES; i++) {
		SpaceCase index = *it;
		index.space = indexes.items[i];
		advise_index(arena, &findings, &index);
	}
	return findings;
}

/* ---- why ---- */

/* What is worth knowing though there is no statement that mends it. */
static bool locked(const SpaceCase *it) { return it->space->locked; }
static bool unscanned_so_far(const SpaceCase *it) { return unscanned(it) && !unused(it); }
static bool unused_on_standby(const SpaceCase *it) { return unused(it) && it->input->server && it->input->server->in_recovery; }
static bool unused_but_small(const SpaceCase *it) { return unused(it) && !unused_on_standby(it) && space_total(it->space) < UNUSED_BYTES; }
static bool perhaps_being_built(const SpaceCase *it) { return invalid(it) && flag(it, "worked_on"); }

static const struct {
	bool (*holds)(const SpaceCase *it);
	Role role;
	const char *says;
} remarks[] = {
	{locked, ROLE_WARNING, "an AccessExclusiveLock on it is held or wanted: looking at its files would wait, so its size is as VACUUM and ANALYZE saw it last; Locks says who"},
	{perhaps_being_built, ROLE_TEXT, "it is invalid, as an index is until it is built, and something works on its table: look again when that is over"},
	{unscanned_so_far, ROLE_TEXT, "no query of this server has used it since scans are counted, which is too short a time, or not known to be long enough, to call it unused"},
	{unused_on_standby, ROLE_TEXT, "this standby's queries do not use it; the primary counts its own scans, and only there it can be dropped"},
	{unused_but_small, ROLE_TEXT, "no query of this server has used it; it is small, so dropping it gains little"},
	{mostly_toast, ROLE_TEXT, "most of it are wide values stored out of line (TOAST): a query that names the columns it needs does not read them"},
	{more_index_than_table, ROLE_TEXT, "its indexes take more than its rows do"},
};

static void because(Page *page, const SpaceCase *it, const FindingList *findings) {
	static const Role roles[] = {[SEVERITY_INFO] = ROLE_INFO, [SEVERITY_WARNING] = ROLE_WARNING, [SEVERITY_CRITICAL] = ROLE_CRITICAL};
	size_t causes = findings->count;
	for (size_t i = 0; i < findings->count; i++) why_cause(page, roles[findings->items[i].severity], findings->items[i].title);
	for (size_t i = 0; i < sizeof remarks / sizeof *remarks; i++)
		if (remarks[i].holds(it) && ++causes) why_cause(page, remarks[i].role, remarks[i].says);
	if (!causes) why_cause(page, ROLE_GOOD, "nothing is wrong with it");
}

static void what(Page *page, const SpaceCase *it, int width) {
	const Space *space = it->space;
	const char *text = space_is_index(space) ? definition(it) : NULL;
	const char *below = space->parent == SPACE_NONE ? NULL : it->spaces->items[space->parent].relation;
	if (text) page_sql(page, text, (size_t)width);
	page_line(page);
	page_printf(page, text ? ROLE_DIM : ROLE_TEXT, "%s %s", space_kind(space), space->relation);
	if (below) page_printf(page, ROLE_DIM, ", %s %s", space_is_index(space) ? "of" : "partition of", below);
	const char *needed = space_is_index(space) ? needed_for(it) : NULL;
	if (needed) page_printf(page, ROLE_DIM, ", %s", needed);
}

static void growth(Page *page, const Space *space) {
	Arena *arena = page->arena;
	if (isnan(space->grown_bytes) || !(space->grown_s > 0)) return;
	const char *sign = space->grown_bytes > 0 ? "+" : "", *rate = "";
	if (space->grown_bytes != 0 && space->grown_s >= 10)
		rate = arena_printf(arena, ": %s%s an hour", sign, format_bytes(arena, space->grown_bytes / space->grown_s * 3600));
	why_figure(page, "growth", arena_printf(arena, "%s%s", sign, format_bytes(arena, space->grown_bytes)),
	           arena_printf(arena, "in the %s this session has watched it%s", format_age(arena, space->grown_s), rate));
}

static void part(Page *page, const char *label, double bytes, double total) {
	if (bytes > 0) why_figure(page, label, format_bytes(page->arena, bytes), arena_printf(page->arena, "%s of it", format_share(page->arena, bytes / total)));
}

static const char *ago(Arena *arena, const SpaceCase *it, const char *column) {
	double age_s = info(it, "now_s") - figure(it, column);
	return isnan(age_s) ? NULL : arena_printf(arena, "%s ago", format_age(arena, fmax(0, age_s)));
}

static void evidence_of_index(Page *page, const SpaceCase *it) {
	Arena *arena = page->arena;
	const char *last = ago(arena, it, "scanned_at_s");
	why_figure(page, "scans", isnan(it->space->scans) ? "" : format_number(arena, it->space->scans),
	           arena_printf(arena, "%s%s%s", while_counted(arena, it), last ? ", last " : "", last ? last : ""));
}

static void evidence_of_table(Page *page, const SpaceCase *it) {
	Arena *arena = page->arena;
	double total = space_total(it->space);
	part(page, "table", it->space->table_bytes, total);
	part(page, "indexes", it->space->index_bytes, total);
	part(page, "TOAST", it->space->toast_bytes, total);
	if (it->space->kind != 'r') return;
	const char *vacuumed = ago(arena, it, "vacuumed_at_s");
	why_figure(page, "dead", format_rows(arena, figure(it, "dead_rows")),
	           arena_printf(arena, "rows beside %s live ones; %s%s", format_rows(arena, figure(it, "live_rows")), vacuumed ? "vacuumed " : "not vacuumed since statistics are kept", vacuumed ? vacuumed : ""));
	why_figure(page, "writes", format_rows(arena, figure(it, "writes")), arena_printf(arena, "rows %s", while_counted(arena, it)));
}

void space_why(Page *page, const SpaceCase *it, int width) {
	FindingList findings = space_findings(page->arena, it);
	page_heading(page, "what");
	what(page, it, width);
	page_heading(page, "evidence");
	why_figure(page, "total", format_bytes(page->arena, space_total(it->space)), it->space->exact ? NULL : "estimated, all or in part: as VACUUM and ANALYZE saw it last");
	growth(page, it->space);
	if (space_is_index(it->space)) evidence_of_index(page, it);
	else evidence_of_table(page, it);
	page_heading(page, "because");
	because(page, it, &findings);
	page_heading(page, "do");
	for (size_t i = 0; i < findings.count; i++) {
		if (i) page_line(page);
		why_finding(page, NULL, &findings.items[i], i + 1, width);
	}
	if (!findings.count) why_cause(page, ROLE_GOOD, "nothing to do");
}
