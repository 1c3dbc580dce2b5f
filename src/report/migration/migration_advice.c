/* migration_advice.c: what of the advice is a migration, and what is none. */
#include "report/migration.h"

#include "advise/say.h"
#include "base/utf8.h"
#include "base/version.h"
#include "core/format.h"
#include "report/constants.h"
#include "report/migration_parts.h"
#include "sql/edit.h"
#include "sql/split.h"

typedef struct Making {
	Arena *arena;
	const PlanReport *report;
	MigrationList list;
} Making;

/* ---- why it is there ---- */

/* Whatever stands in quotes or is a number is somebody's data, which does not belong into a repository. */
static const char *short_form(Arena *arena, const char *statement) {
	enum { CELLS = 300 };
	return utf8_shorten(arena, utf8_clean(arena, constants_out_of_sql(arena, statement)), CELLS, false);
}

static void say(Making *m, MigrationLines *lines, const char *label, const char *text) {
	if (text && *text) *list_push(m->arena, lines) = arena_printf(m->arena, "%s: %s", label, utf8_clean(m->arena, text));
}

static const char *gain(Arena *arena, const Plan *plan, const Finding *finding) {
	const char *saves = say_savings(arena, plan, finding);
	const char *costs = isnan(finding->cost_after) ? "" : arena_printf(arena, "%scost %s → %s", saves ? ", " : "", format_unit(arena, UNIT_NONE, finding->cost_before),
	                                                                   format_unit(arena, UNIT_NONE, finding->cost_after));
	if (!saves && !*costs) return NULL;
	return arena_printf(arena, "%s%s%s (%s)", saves ? "saves " : "", saves ? saves : "", costs, basis_name(finding->basis));
}

static const char *origin(Making *m) {
	const Server *server = m->report->facts ? m->report->facts->server : NULL;
	const char *version = server && server->version_text ? arena_printf(m->arena, ", PostgreSQL %s", server->version_text) : "";
	const char *date = m->report->at_s ? arena_printf(m->arena, ", %s", migration_date(m->arena, m->report->at_s)) : "";
	return arena_printf(m->arena, "pgwhy %s, report %s%s%s", PGWHY_VERSION, report_id(m->arena, m->report), date, version);
}

static void explain(Making *m, Migration *migration, const Finding *finding) {
	const char *statement = m->report->statement ? m->report->statement : m->report->plan->statement;
	MigrationLines *lines = &migration->comment;
	*list_push(m->arena, lines) = utf8_clean(m->arena, migration->title);
	say(m, lines, "why", arena_printf(m->arena, "%s: %s", finding->rule, finding->title ? constants_out_of_words(m->arena, finding->title) : ""));
	say(m, lines, "evidence", constants_out_of_words(m->arena, finding->evidence));
	say(m, lines, "statement", statement ? short_form(m->arena, statement) : NULL);
	say(m, lines, "gain", gain(m->arena, m->report->plan, finding));
	if (finding->rewrite && finding->indexes.count) say(m, lines, "needs", "the statement has to be rewritten to use it; the report shows how");
	say(m, lines, "note", constants_out_of_words(m->arena, finding->notes));
	say(m, lines, "locks", migration->locks);
	say(m, lines, "duration", migration->duration);
	say(m, lines, "reversible", migration->reversible);
	say(m, lines, "by", origin(m));
}

/* ---- kept, or noted ---- */

static void note(Making *m, const Finding *finding, const char *why, const char *sql) {
	const char *text = utf8_clean(m->arena, arena_printf(m->arena, "%s: %s.", finding->rule, why));
	*list_push(m->arena, &m->list.notes) = text;
	if (sql) *list_push(m->arena, &m->list.notes) = arena_printf(m->arena, "    %s", utf8_clean(m->arena, report_sql(m->arena, sql)));
}

/* Nobody could read such a file, nor trust it. */
static bool is_fit_to_read(const char *sql) {
	size_t len = strlen(sql);
	if (!utf8_valid(sql, len)) return false;
	for (size_t at = 0; at < len;) {
		uint32_t point;
		at += utf8_decode(sql + at, len - at, &point);
		if (utf8_hostile(point) && point != '\n' && point != '\t') return false;
	}
	return true;
}

static bool all_fit(const MigrationSteps *steps) {
	for (size_t i = 0; i < steps->count; i++)
		if (!is_fit_to_read(steps->items[i].sql)) return false;
	return true;
}

static void keep(Making *m, Migration *migration, const Finding *finding) {
	if (!all_fit(&migration->up) || !all_fit(&migration->down)) {
		note(m, finding, "no migration: there are characters in its names that cannot be seen", NULL);
		return;
	}
	explain(m, migration, finding);
	*list_push(m->arena, &m->list) = *migration;
}

/* ---- indexes ---- */

static void add_index(Making *m, const Finding *finding, const IndexAdvice *index) {
	Arena *arena = m->arena;
	const char *table = arena_printf(arena, "%s%s%s", index->schema ? index->schema : "", index->schema ? "." : "", index->table);
	Migration migration = {
		.name = migration_slug(arena, arena_printf(arena, "add_%s", index->name)),
		.title = arena_printf(arena, "add index %s on %s", index->name, table),
		.duration = migration_duration(arena, m->report, index),
		.reversible = "Yes: the index is dropped. No row is touched either way, and running code goes on working.",
	};
	migration_add_index(arena, &migration, index, m->report->facts, m->report->naming);
	keep(m, &migration, finding);
}

/* What comes before indexes: CREATE EXTENSION. Dropping it would take along what others made of it. */
static void add_before(Making *m, const Finding *finding) {
	const char *sql = finding->before;
	Migration migration = {
		.name = migration_slug(m->arena, sql),
		.title = sql,
		.locks = "None on any table.",
		.reversible = "Left in place: others may have come to use it.",
		.transaction = true,
	};
	SpanList statements = statement_split(m->arena, sql);
	for (size_t i = 0; i < statements.count; i++) *list_push(m->arena, &migration.up) = (MigrationStep){.sql = span_text(m->arena, sql, statements.items[i])};
	keep(m, &migration, finding);
}

/* ---- all that is said in SQL ---- */

static bool holds(Arena *arena, const char *sql, const char *first, const char *second) {
	TokenList words = sql_words(arena, sql);
	for (size_t i = 0; i < words.count; i++)
		if (tokens_have(sql, &words, i, first) && (!second || tokens_have(sql, &words, i + 1, second))) return true;
	return false;
}

static bool is_apart(Arena *arena, const char *sql) {
	return holds(arena, sql, "concurrently", NULL) || holds(arena, sql, "alter", "system") || holds(arena, sql, "vacuum", NULL);
}

static MigrationSteps steps_of(Making *m, const char *sql, bool *transaction) {
	MigrationSteps steps = {0};
	SpanList statements = statement_split(m->arena, sql ? sql : "");
	for (size_t i = 0; i < statements.count; i++) {
		const char *one = span_text(m->arena, sql, statements.items[i]);
		*transaction = *transaction && !is_apart(m->arena, one);
		*list_push(m->arena, &steps) = (MigrationStep){.sql = one, .patient = holds(m->arena, one, "concurrently", NULL)};
	}
	return steps;
}

static void add_statements(Making *m, const Finding *finding) {
	Arena *arena = m->arena;
	const char *what = finding->relation ? finding->relation : finding->sql;
	Migration migration = {
		.name = migration_slug(arena, arena_printf(arena, "%s_%s", finding->rule, finding->relation ? finding->relation : "")),
		.title = arena_printf(arena, "%s: %s", remedy_kind_name(finding->kind), what),
		.locks = finding->locks ? finding->locks : "For a moment, for which it waits no longer than 2 s.",
		.reversible = finding->undo ? "Yes: it is set back. No row is touched either way, and running code goes on working." : "There is nothing to undo.",
		.transaction = true,
	};
	migration.up = steps_of(m, finding->sql, &migration.transaction);
	migration.down = steps_of(m, finding->undo, &migration.transaction);
	keep(m, &migration, finding);
}

static void add_setting(Making *m, const Finding *finding) {
	Migration migration = {0};
	if (migration_add_setting(m->arena, &migration, finding->sql)) keep(m, &migration, finding);
	else add_statements(m, finding);
}

/* ---- what is none ---- */

static void add_rewrite(Making *m, const Finding *finding) {
	note(m, finding, "no migration, but another way to write the statement", finding->rewrite ? finding->rewrite : finding->sql);
}

/* TRUNCATE, VACUUM, ANALYZE: done once, when somebody decides to, and not in each database that a migration ever runs in. */
static void add_maintenance(Making *m, const Finding *finding) {
	if (finding->undo) add_statements(m, finding);
	else note(m, finding, "no migration, but to be done by hand where it is needed", finding->sql);
}

static void add_only_if_said(Making *m, const Finding *finding) {
	bool lasts = finding->undo || !holds(m->arena, finding->sql, "analyze", NULL);
	(lasts ? add_statements : add_maintenance)(m, finding);
}

static void (*const makers[])(Making *m, const Finding *finding) = {
	[REMEDY_NONE] = add_rewrite,
	[REMEDY_INDEX] = add_only_if_said,
	[REMEDY_DROP_INDEX] = add_statements,
	[REMEDY_REWRITE] = add_rewrite,
	[REMEDY_SETTING] = add_setting,
	[REMEDY_STATISTICS] = add_only_if_said,
	[REMEDY_MAINTENANCE] = add_maintenance,
	[REMEDY_SCHEMA] = add_only_if_said,
};

static void add_finding(Making *m, const Finding *finding) {
	if (finding->indexes.count && finding->before) add_before(m, finding);
	for (size_t i = 0; i < finding->indexes.count; i++) add_index(m, finding, &finding->indexes.items[i]);
	if (finding->rewrite && finding->indexes.count) add_rewrite(m, finding);
	if (!finding->indexes.count && finding->sql) makers[finding->kind](m, finding);
}

MigrationList migrations_of(Arena *arena, const PlanReport *report, size_t only) {
	Making m = {.arena = arena, .report = report};
	for (size_t i = 0; report->findings && i < report->findings->count; i++)
		if (!only || only == i + 1) add_finding(&m, &report->findings->items[i]);
	return m.list;
}
