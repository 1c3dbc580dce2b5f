/* ticket_change.c: chapters of the report: what the change is worth, how it is made, and the way back. */
#include <math.h>

#include "advise/tried.h"
#include "core/format.h"
#include "report/markdown.h"
#include "report/migration_parts.h"
#include "report/ticket_parts.h"

/* ---- what it is worth ---- */

static const char *or_not_known(const char *words) {
	return words ? words : "not known";
}

static const char *cost_words(const Ticket *t, const Finding *finding, const TicketGain *gain) {
	const char *words = ticket_cost_words(t->arena, gain);
	if (words || isnan(finding->saves_share)) return or_not_known(words);
	return arena_printf(t->arena, "~-%s", format_share(t->arena, finding->saves_share));
}

static const char *storage_words(const Ticket *t, const Finding *finding) {
	if (!finding->indexes.count) return "none";
	return isnan(finding->index_bytes) ? "not known" : arena_printf(t->arena, "+%s%s", finding->tried && finding->tried->bytes > 0 ? "" : "~", format_bytes(t->arena, finding->index_bytes));
}

static void add_worth(const Ticket *t, const Finding *finding, size_t number) {
	bool left = t->report->since && !ticket_is_done(t, finding);
	const TicketGain gain = finding_gain_alone(left ? t->report->since->diff->after.plan : t->report->plan, finding);
	const char *blocks = ticket_blocks_words(t->arena, &gain), *time = ticket_time_words(t->arena, &gain);
	const char *const cells[] = {
		arena_printf(t->arena, "%zu. %s", number, finding->rule), time ? time : "not measured", blocks ? blocks : "not measured",
		cost_words(t, finding, &gain), storage_words(t, finding), basis_name(finding->basis),
	};
	markdown_add_row(t->out, t->arena, cells, sizeof cells / sizeof *cells);
}

/* Nothing was written: then what writing costs cannot matter much. */
static const char *written_words(Arena *arena, const TableFacts *table) {
	if (isnan(table->inserts)) return "how much is written to it is not known";
	if (!(table->inserts + table->updates + table->deletes > 0)) return "nothing was written to it since statistics were reset";
	return arena_printf(arena, "%s inserts, %s updates and %s deletes since statistics were reset", format_rows(arena, table->inserts), format_rows(arena, table->updates), format_rows(arena, table->deletes));
}

static const char *hot_words(Arena *arena, const TableFacts *table) {
	if (!(table->updates > 0)) return "";
	return arena_printf(arena, "; %s of the updates touch no index now (HOT), and stop doing so where they set its columns", format_share(arena, table->hot_updates / table->updates));
}

/* What indexes cost whoever writes, by how much is written and how many there are to keep already. */
static void add_writes(const Ticket *t, const TableFacts *table) {
	size_t more = 0;
	for (size_t i = 0; ticket_finding(t, i); i++)
		for (size_t k = 0; k < ticket_finding(t, i)->indexes.count && !ticket_is_done(t, ticket_finding(t, i)); k++) {
			const IndexAdvice *index = &ticket_finding(t, i)->indexes.items[k];
			more += table_facts(t->report->facts, index->schema, index->table) == table;
		}
	if (!more || table->indexes_unknown) return;
	const char *indexes = more == 1 ? "one index" : arena_printf(t->arena, "%zu indexes", more);
	ticket_item(t, "writes", arena_printf(t->arena, "%s: %s more than the %zu there are; %s%s", table->name, indexes, table->indexes.count, written_words(t->arena, table), hot_words(t->arena, table)));
}

/* What writing costs is to be weighed against it. */
static const char *saved_words(const Ticket *t) {
	const StatementUse *use = t->report->facts ? t->report->facts->use : NULL;
	TicketGain gain = ticket_gain(t);
	double saved = gain.ms[0] - gain.ms[1];
	if (!use || !(use->calls > 0) || !(saved > 0)) return NULL;
	return arena_printf(t->arena, "%s%s in each of %s calls, were they all like this one: %s since statistics were reset", gain.exact ? "" : "~", format_ms(t->arena, saved),
	                    format_rows(t->arena, use->calls), format_ms(t->arena, saved * use->calls));
}

void ticket_add_impact(const Ticket *t) {
	static const char *const titles[] = {"advice", "time", "buffers", "cost", "storage", "basis"};
	ticket_heading(t, "Impact");
	markdown_add_row(t->out, t->arena, titles, sizeof titles / sizeof *titles);
	markdown_add_rule(t->out, sizeof titles / sizeof *titles);
	for (size_t i = 0; ticket_finding(t, i); i++)
		if (ticket_finding(t, i)->sql) add_worth(t, ticket_finding(t, i), i + 1);
	markdown_add_gap(t->out);
	if (ticket_finding(t, 1)) ticket_item(t, "together", "times are weighed each alone, and save no more than the statement takes; costs one after the other");
	ticket_item(t, "saved", saved_words(t));
	for (size_t i = 0; t->report->facts && i < t->report->facts->tables.count; i++) add_writes(t, &t->report->facts->tables.items[i]);
}

/* ---- the migration, and the way back ---- */

static const char *steps_text(const Ticket *t, const Migration *migration, const MigrationSteps *steps) {
	MigrationLines statements = migration_statements(t->arena, migration, steps);
	Str text = STR_INIT;
	if (migration->transaction) str_add(&text, "BEGIN;\n");
	for (size_t i = 0; i < statements.count; i++) str_printf(&text, "%s;\n", statements.items[i]);
	if (migration->transaction) str_add(&text, "COMMIT;\n");
	const char *copy = arena_copy_n(t->arena, text.text, text.len);
	str_release(&text);
	return copy;
}

static void add_steps(const Ticket *t, const char *undo, const Migration *migration, const MigrationSteps *steps) {
	markdown_add_gap(t->out);
	ticket_bold(t, arena_printf(t->arena, "%s%s", undo, migration->title));
	if (!steps->count) {
		str_printf(t->out, ": %s\n", migration->reversible);
		return;
	}
	enum { MOST_BYTES = 15000 }; /* of half a migration nobody should run a part */
	const char *text = steps_text(t, migration, steps), *how = migration->transaction ? "in a transaction" : "statement by statement, outside of a transaction";
	if (strlen(text) > MOST_BYTES) str_printf(t->out, ", %s: %zu steps, too many for a ticket. `pgwhy explain --migration sql` prints them.\n", how, steps->count);
	else str_printf(t->out, ", %s:\n\n", how);
	if (strlen(text) <= MOST_BYTES) markdown_add_folded_fence(t->out, t->arena, "The statements", "sql", text);
}

void ticket_add_migration(const Ticket *t) {
	const MigrationList *list = &t->migrations;
	ticket_heading(t, "Migration");
	for (size_t i = 0; i < list->notes.count; i++)
		if (*list->notes.items[i] != ' ') ticket_item(t, "note", list->notes.items[i]); /* its SQL stands above */
	markdown_add_gap(t->out);
	if (!list->count) str_add(t->out, "None of it is a migration.\n");
	else str_printf(t->out, "`pgwhy explain --migration FORMAT` writes it for %s.\n", migration_format_names(t->arena));
	for (size_t i = 0; i < list->count; i++) add_steps(t, "", &list->items[i], &list->items[i].up);
}

static bool any(const Ticket *t, bool (*holds)(const Finding *finding)) {
	for (size_t i = 0; ticket_finding(t, i); i++)
		if (holds(ticket_finding(t, i))) return true;
	return false;
}

static bool rewrites(const Finding *finding) { return finding->rewrite != NULL; }
static bool undoes(const Finding *finding) { return finding->undo != NULL; }

void ticket_add_way_back(const Ticket *t) {
	ticket_heading(t, "Rollback");
	for (size_t i = t->migrations.count; i--;) add_steps(t, "undo: ", &t->migrations.items[i], &t->migrations.items[i].down);
	markdown_add_gap(t->out);
	if (any(t, rewrites)) str_add(t->out, "A statement that was rewritten goes back to what it was; nothing in the database depends on it.\n");
	else if (!t->migrations.count) str_add(t->out, any(t, undoes) ? "What undoes it stands beside the advice.\n" : "What is advised leaves nothing behind.\n");
}
