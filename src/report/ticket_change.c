/* ticket_change.c: chapters of the report: the change, what it is worth, and what to look at before and after. */
#include <math.h>

#include "advise/proof.h"
#include "advise/say.h"
#include "core/format.h"
#include "report/markdown.h"
#include "report/migration_parts.h"
#include "report/ticket_parts.h"
#include "sql/quote.h"

typedef struct Ticket {
	Str *out;
	Arena *arena;
	const PlanReport *report;
	MigrationList migrations;
} Ticket;

static void heading(const Ticket *t, const char *text) {
	markdown_add_heading(t->out, t->arena, 3, text);
}

static const Finding *finding_at(const Ticket *t, size_t nth) {
	const FindingList *findings = t->report->findings;
	return findings && nth < findings->count ? &findings->items[nth] : NULL;
}

/* ---- the migration, and the way back ---- */

static const char *steps_text(const Ticket *t, const Migration *migration, const MigrationSteps *steps) {
	MigrationLines statements = migration_statements(t->arena, migration, steps);
	Str text = STR_INIT;
	for (size_t i = 0; i < statements.count; i++) str_printf(&text, "%s;\n", statements.items[i]);
	const char *copy = arena_copy_n(t->arena, text.text, text.len);
	str_release(&text);
	return copy;
}

static void add_steps(const Ticket *t, const Migration *migration, const MigrationSteps *steps, const char *none) {
	markdown_add_gap(t->out);
	str_add(t->out, "**");
	markdown_add_text(t->out, migration->comment.items[0]);
	str_printf(t->out, "**, %s:\n\n", migration->transaction ? "in a transaction" : "statement by statement, outside of a transaction");
	if (steps->count) markdown_add_fence(t->out, "sql", steps_text(t, migration, steps));
	else str_printf(t->out, "%s\n", none);
}

static void add_migrations(const Ticket *t) {
	heading(t, "Migration");
	for (size_t i = 0; i < t->migrations.notes.count; i++)
		if (*t->migrations.notes.items[i] != ' ') markdown_add_item(t->out, t->arena, "note", t->migrations.notes.items[i]); /* its SQL stands above */
	markdown_add_gap(t->out);
	if (!t->migrations.count) str_add(t->out, "None of it is a migration.\n");
	else str_printf(t->out, "`pgwhy explain --migration FORMAT` writes it for %s.\n", migration_format_names(t->arena));
	for (size_t i = 0; i < t->migrations.count; i++) add_steps(t, &t->migrations.items[i], &t->migrations.items[i].up, "");
}

static void add_way_back(const Ticket *t) {
	heading(t, "Rollback");
	for (size_t i = 0; i < t->migrations.count; i++) add_steps(t, &t->migrations.items[i], &t->migrations.items[i].down, t->migrations.items[i].reversible);
	bool rewrites = false, undoes = false;
	for (size_t i = 0; finding_at(t, i); i++) {
		rewrites = rewrites || finding_at(t, i)->rewrite;
		undoes = undoes || finding_at(t, i)->undo;
	}
	markdown_add_gap(t->out);
	if (rewrites) str_add(t->out, "A statement that was rewritten goes back to what it was; nothing in the database depends on it.\n");
	else if (!t->migrations.count) str_add(t->out, undoes ? "What undoes it stands beside the advice.\n" : "What is advised leaves nothing behind.\n");
}

/* ---- before ---- */

static void add_rewrite_check(const Ticket *t, const Finding *finding) {
	bool same = finding->proof && finding->proof->compared.verdict == ROWS_SAME;
	const char *proof = finding->proof ? say_proof(t->arena, finding) : "not proved yet: V in the console, or pgwhy explain --prove, runs both";
	markdown_add_check(t->out, t->arena, same, arena_printf(t->arena, "%s returns the same rows", finding->rule), proof);
}

/* Sorting takes as much again while it is built. */
static const char *room(const Ticket *t) {
	double bytes = 0;
	for (size_t i = 0; finding_at(t, i); i++) bytes += finding_at(t, i)->indexes.count ? finding_at(t, i)->index_bytes : 0;
	if (isnan(bytes)) return "the size of the indexes is not known";
	return bytes > 0 ? arena_printf(t->arena, "~%s stay, about as much again while it is sorted", format_bytes(t->arena, bytes)) : NULL;
}

static void add_safety(const Ticket *t) {
	heading(t, "Safety");
	for (size_t i = 0; i < t->migrations.count; i++) {
		const Migration *migration = &t->migrations.items[i];
		markdown_add_gap(t->out);
		markdown_add_check(t->out, t->arena, true, "change", migration->title);
		markdown_add_check(t->out, t->arena, migration->down.count > 0, "reversible", migration->reversible);
		markdown_add_check(t->out, t->arena, true, "no data lost", "no row is written, moved or removed");
		markdown_add_check(t->out, t->arena, true, "compatible with running code", "no column, type, name or result changes");
		markdown_add_check(t->out, t->arena, false, "locks", migration->locks);
		markdown_add_check(t->out, t->arena, false, "duration", migration->duration);
	}
	markdown_add_check(t->out, t->arena, false, "disk", room(t));
	for (size_t i = 0; finding_at(t, i); i++)
		if (finding_at(t, i)->rewrite) add_rewrite_check(t, finding_at(t, i));
	bool waits = false;
	for (size_t i = 0; i < t->migrations.count; i++) waits = waits || !t->migrations.items[i].transaction;
	if (waits) markdown_add_check(t->out, t->arena, false, "open transactions", "none that began long ago when it is deployed: what is built concurrently waits for their end");
}

/* ---- what it is worth ---- */

static const char *time_words(const Ticket *t, const Finding *finding) {
	const Plan *plan = t->report->plan;
	const Proof *proof = finding->proof;
	if (proof && !isnan(proof->ms[0]) && !isnan(proof->ms[1])) return arena_printf(t->arena, "%s → %s", format_ms(t->arena, proof->ms[0]), format_ms(t->arena, proof->ms[1]));
	double now = plan_statement_ms(plan);
	if (isnan(finding->saves_ms) || !(now > 0)) return "not measured";
	return arena_printf(t->arena, "%s → ~%s (-%s)", format_ms(t->arena, now), format_ms(t->arena, fmax(now - finding->saves_ms, 0)), format_share(t->arena, fmin(finding->saves_ms / now, 1)));
}

static const char *blocks_words(const Ticket *t, const Finding *finding) {
	const Proof *proof = finding->proof;
	if (!proof || isnan(proof->blocks[0]) || isnan(proof->blocks[1])) return "not measured";
	return arena_printf(t->arena, "%s → %s", format_rows(t->arena, proof->blocks[0]), format_rows(t->arena, proof->blocks[1]));
}

static const char *cost_words(const Ticket *t, const Finding *finding) {
	if (!isnan(finding->cost_after))
		return arena_printf(t->arena, "%s → %s", format_unit(t->arena, UNIT_NONE, finding->cost_before), format_unit(t->arena, UNIT_NONE, finding->cost_after));
	return isnan(finding->saves_share) ? "not known" : arena_printf(t->arena, "~-%s", format_share(t->arena, finding->saves_share));
}

static void add_worth(const Ticket *t, const Finding *finding, size_t number) {
	const char *const cells[] = {
		arena_printf(t->arena, "%zu. %s", number, finding->rule), time_words(t, finding), blocks_words(t, finding), cost_words(t, finding),
		!finding->indexes.count ? "none" : isnan(finding->index_bytes) ? "not known" : arena_printf(t->arena, "+~%s", format_bytes(t->arena, finding->index_bytes)),
		basis_name(finding->basis),
	};
	markdown_add_row(t->out, t->arena, cells, sizeof cells / sizeof *cells);
}

/* What an index costs whoever writes, by how much is written and how many there are to keep already. */
static const char *write_words(const Ticket *t, const TableFacts *table) {
	const char *hot = table->updates > 0 ? arena_printf(t->arena, "; %s of the updates touch no index now (HOT), and stop doing so where they set its columns", format_share(t->arena, table->hot_updates / table->updates)) : "";
	return arena_printf(t->arena, "one index more than the %zu there are, for %s inserts, %s updates and %s deletes since statistics were reset%s", table->indexes.count,
	                    format_rows(t->arena, table->inserts), format_rows(t->arena, table->updates), format_rows(t->arena, table->deletes), hot);
}

static void add_impact(const Ticket *t) {
	static const char *const titles[] = {"advice", "time", "buffers", "cost", "storage", "basis"};
	heading(t, "Impact");
	markdown_add_row(t->out, t->arena, titles, sizeof titles / sizeof *titles);
	markdown_add_rule(t->out, sizeof titles / sizeof *titles);
	for (size_t i = 0; finding_at(t, i); i++) add_worth(t, finding_at(t, i), i + 1);
	markdown_add_gap(t->out);
	if (finding_at(t, 1)) markdown_add_item(t->out, t->arena, "together", "each is weighed alone; together they save no more than the statement takes");
	for (size_t i = 0; finding_at(t, i); i++)
		for (size_t k = 0; k < finding_at(t, i)->indexes.count; k++) {
			const IndexAdvice *index = &finding_at(t, i)->indexes.items[k];
			const TableFacts *table = table_facts(t->report->facts, index->schema, index->table);
			if (table) markdown_add_item(t->out, t->arena, "writes", arena_printf(t->arena, "%s: %s", index->table, write_words(t, table)));
		}
}

/* ---- after ---- */

static void add_index_watch(const Ticket *t, const IndexAdvice *index) {
	const char *name = sql_literal(t->arena, sql_qualified(t->arena, index->schema, index->name));
	const char *last = t->report->server_version >= 160000 ? ", s.last_idx_scan" : "";
	markdown_add_gap(t->out);
	markdown_add_fence(t->out, "sql", report_sql(t->arena, arena_printf(t->arena,
	    "SELECT i.indisvalid, pg_size_pretty(pg_total_relation_size(i.indexrelid)) AS size, s.idx_scan%s\n"
	    "  FROM pg_index AS i LEFT JOIN pg_stat_all_indexes AS s USING (indexrelid)\n"
	    " WHERE i.indexrelid = to_regclass(%s)", last, name)));
}

static void add_watch(const Ticket *t) {
	heading(t, "After deployment");
	markdown_add_item(t->out, t->arena, "at once", arena_printf(t->arena, "make this report again for the same statement: the figures above are those of %s", report_id(t->arena, t->report)));
	markdown_add_item(t->out, t->arena, "within a day", "mean time, buffers and temporary files of the statement in pg_stat_statements (pgwhy, pane Queries)");
	bool indexes = false;
	for (size_t i = 0; finding_at(t, i); i++) indexes = indexes || finding_at(t, i)->indexes.count;
	if (!indexes) return;
	markdown_add_item(t->out, t->arena, "within a month", "an index that idx_scan does not count on by then, on the primary and on each replica, is only a burden: roll back");
	for (size_t i = 0; finding_at(t, i); i++)
		for (size_t k = 0; k < finding_at(t, i)->indexes.count; k++) add_index_watch(t, &finding_at(t, i)->indexes.items[k]);
}

static bool has_remedy(const FindingList *findings) {
	for (size_t i = 0; findings && i < findings->count; i++)
		if (findings->items[i].sql) return true;
	return false;
}

void ticket_add_change(Str *out, Arena *arena, const PlanReport *report) {
	if (!has_remedy(report->findings)) return;
	const Ticket ticket = {.out = out, .arena = arena, .report = report, .migrations = migrations_of(arena, report, 0)};
	add_impact(&ticket);
	add_migrations(&ticket);
	add_safety(&ticket);
	add_way_back(&ticket);
	add_watch(&ticket);
}

void ticket_add_basis(Str *out, Arena *arena, const PlanReport *report) {
	static const char *const meanings[] = {
		[BASIS_HEURISTIC] = "a rule of thumb, nobody was asked",
		[BASIS_ESTIMATED] = "reckoned by pgwhy from the plan and the catalog's statistics",
		[BASIS_HYPOTHETICAL] = "the planner was asked, with what is advised pretended; nothing was run",
		[BASIS_MEASURED] = "both were run",
	};
	for (Basis basis = BASIS_HEURISTIC; basis <= BASIS_MEASURED; basis++)
		for (size_t i = 0; report->findings && i < report->findings->count; i++)
			if (report->findings->items[i].basis == basis) {
				markdown_add_item(out, arena, basis_name(basis), meanings[basis]);
				break;
			}
}
