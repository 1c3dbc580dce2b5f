/* ticket_safety.c: a chapter of the report: what to be sure of before the change is made. */
#include <math.h>

#include "advise/proof.h"
#include "core/format.h"
#include "report/markdown.h"
#include "report/ticket_parts.h"

/* ---- of each migration ---- */

static const char *reversible(const Migration *migration) { return migration->reversible; }
static const char *no_data_lost(const Migration *migration) { (void)migration; return "no row is written, moved or removed"; }
static const char *compatible(const Migration *migration) { (void)migration; return "no column, type, name or result changes"; }
static const char *locks(const Migration *migration) { return migration->locks; }
static const char *duration(const Migration *migration) { return migration->duration; }

static bool has_way_back(const Migration *migration) { return migration->down.count > 0; }
static bool always(const Migration *migration) { (void)migration; return true; }
static bool for_you(const Migration *migration) { (void)migration; return false; }

/* What pgwhy knows is ticked; what somebody has to agree to is not. */
typedef struct Check {
	const char *label;
	const char *(*text)(const Migration *migration);
	bool (*holds)(const Migration *migration);
} Check;

static const Check checks[] = {
	{"reversible", reversible, has_way_back},
	{"no data lost", no_data_lost, always},
	{"compatible with running code", compatible, always},
	{"locks", locks, for_you},
	{"duration", duration, for_you},
};

static bool same_text(const char *one, const char *other) {
	return one == other || (one && other && strcmp(one, other) == 0);
}

static bool is_alike(const Check *check, const Migration *one, const Migration *other) {
	return same_text(check->text(one), check->text(other)) && check->holds(one) == check->holds(other);
}

/* What is the same of several is said once, and without their names when it is so of all. */
static void add_check(const Ticket *t, const Check *check) {
	const MigrationList *list = &t->migrations;
	for (size_t i = 0; i < list->count; i++) {
		const Migration *migration = &list->items[i];
		const char *names = migration->name, *text = check->text(migration);
		size_t alike = 0, before = 0;
		for (size_t k = 0; k < list->count; k++) {
			bool same = is_alike(check, migration, &list->items[k]);
			alike += same;
			before += same && k < i;
			if (same && k > i) names = arena_printf(t->arena, "%s, %s", names, list->items[k].name);
		}
		if (text && alike < list->count) text = arena_printf(t->arena, "%s: %s", names, text);
		if (!before) markdown_add_check(t->out, t->arena, check->holds(migration), check->label, text);
	}
}

/* ---- of all of it ---- */

/* Sorting takes as much again while it is built. */
static const char *room(const Ticket *t) {
	double bytes = 0;
	for (size_t i = 0; ticket_finding(t, i); i++) bytes += ticket_finding(t, i)->indexes.count ? ticket_finding(t, i)->index_bytes : 0;
	if (isnan(bytes)) return "the size of the indexes is not known";
	return bytes > 0 ? arena_printf(t->arena, "~%s stay, about as much again while it is sorted", format_bytes(t->arena, bytes)) : NULL;
}

static void add_rewrite_check(const Ticket *t, const Finding *finding) {
	bool same = finding->proof && finding->proof->compared.verdict == ROWS_SAME;
	const char *proof = finding->proof ? say_proof(t->arena, finding) : "not proved yet: V in the console, or pgwhy explain --prove, runs both";
	markdown_add_check(t->out, t->arena, same, arena_printf(t->arena, "%s returns the same rows", finding->rule), proof);
}

static bool builds_concurrently(const Ticket *t) {
	for (size_t i = 0; i < t->migrations.count; i++)
		if (!t->migrations.items[i].transaction) return true;
	return false;
}

/* What is built concurrently waits for the end of each. */
static void add_open_transactions(const Ticket *t) {
	markdown_add_check(t->out, t->arena, false, "open transactions", "none that began long ago when it is deployed: what is built concurrently waits for their end");
	ticket_sql(t, "SELECT pid, usename, application_name, state, now() - xact_start AS open_for\n"
	              "  FROM pg_stat_activity\n"
	              " WHERE xact_start < now() - interval '1 minute'\n"
	              " ORDER BY xact_start");
}

void ticket_add_safety(const Ticket *t) {
	ticket_heading(t, "Safety");
	for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) add_check(t, &checks[i]);
	markdown_add_check(t->out, t->arena, false, "disk", room(t));
	for (size_t i = 0; ticket_finding(t, i); i++)
		if (ticket_finding(t, i)->rewrite) add_rewrite_check(t, ticket_finding(t, i));
	if (builds_concurrently(t)) add_open_transactions(t);
}
