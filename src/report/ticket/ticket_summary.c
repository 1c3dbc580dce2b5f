/* ticket_summary.c: the top of the report: what it is about, what to do, and what that is worth. */
#include "advise/proof.h"
#include "base/utf8.h"
#include "base/version.h"
#include "core/format.h"
#include "report/markdown.h"
#include "report/migration_parts.h"
#include "report/ticket_parts.h"

static const char *title(const Ticket *t) {
	const Finding *first = ticket_finding(t, 0);
	return first && first->title ? first->title : "A statement and its plan";
}

/* ---- what it is worth ---- */

static const char *joined(Arena *arena, const char *words, const char *label, const char *more) {
	if (!more) return words;
	return arena_printf(arena, "%s%s%s%s", words, *words ? ", " : "", label, more);
}

static const char *worth_words(const Ticket *t, const TicketGain *gain) {
	const char *words = joined(t->arena, "", "", ticket_time_words(t->arena, gain));
	words = joined(t->arena, words, "buffers ", ticket_blocks_words(t->arena, gain));
	return joined(t->arena, words, "cost ", ticket_cost_words(t->arena, gain));
}

/* "Reads and writes go on while it is built": how the migration itself begins to tell; NULL: not all of them tell the same. */
static const char *locks_words(const Ticket *t) {
	const char *first = NULL;
	for (size_t i = 0; i < t->migrations.count; i++) {
		const char *locks = t->migrations.items[i].locks;
		if (!locks || (first && strcmp(first, locks) != 0)) return NULL;
		first = locks;
	}
	size_t len = first ? strcspn(first, "(;:.") : 0;
	while (len && first[len - 1] == ' ') len--;
	return first ? arena_copy_n(t->arena, first, len) : NULL;
}

/* "; same 20 rows ✓" */
static const char *rows_words(const Ticket *t) {
	const Proof *proof = ticket_finding(t, 0)->proof;
	return proof ? arena_printf(t->arena, "; %s", say_compared(t->arena, &proof->compared)) : "";
}

static void add_worth(const Ticket *t) {
	TicketGain gain = ticket_gain(t);
	const char *worth = worth_words(t, &gain), *locks = locks_words(t);
	if (*worth) {
		ticket_bold(t, worth);
		str_printf(t->out, " (%s", basis_name(gain.basis));
		markdown_add_text(t->out, utf8_clean(t->arena, rows_words(t)));
		str_add(t->out, ").");
	}
	if (locks) str_printf(t->out, "%s%s.", *worth ? " " : "", locks);
	if (*worth || locks) str_add(t->out, "\n\n");
}

/* ---- what to do ---- */

/* What fits a line stands there as it is to be run. */
void ticket_add_remedy(const Ticket *t, const Finding *finding) {
	enum { MOST_CELLS = 160 };
	static const char *const kinds[] = {
		[REMEDY_NONE] = "look at it", [REMEDY_INDEX] = "add indexes", [REMEDY_DROP_INDEX] = "drop an index", [REMEDY_REWRITE] = "rewrite the statement", [REMEDY_SETTING] = "set it",
		[REMEDY_STATISTICS] = "gather statistics", [REMEDY_MAINTENANCE] = "maintain the table", [REMEDY_SCHEMA] = "change the schema",
	};
	const char *sql = utf8_clean_lines(t->arena, finding->sql);
	bool by_parts = finding->indexes.count && finding->indexes.items[0].partitioned;
	bool fits = !strchr(sql, '\n') && utf8_cells(sql) <= MOST_CELLS && !finding->rewrite && !by_parts;
	if (fits) markdown_add_code(t->out, sql);
	else if (by_parts) str_add(t->out, "add an index as the migration below does");
	else str_add(t->out, finding->rewrite && finding->indexes.count ? "add an index and rewrite the statement" : kinds[finding->kind]);
	str_add(t->out, ": ");
	markdown_add_text(t->out, utf8_clean(t->arena, finding->title ? finding->title : finding->rule));
	str_add(t->out, "\n");
}

static void add_changes(const Ticket *t) {
	for (size_t i = 0; ticket_finding(t, i); i++) {
		if (!ticket_finding(t, i)->sql) continue;
		str_printf(t->out, "- **%zu.** ", i + 1);
		ticket_add_remedy(t, ticket_finding(t, i));
	}
}

void ticket_add_id(const Ticket *t) {
	const Server *server = t->report->facts ? t->report->facts->server : NULL;
	markdown_add_gap(t->out);
	str_printf(t->out, "Report %s", report_id(t->arena, t->report));
	if (t->report->at_s) str_printf(t->out, ", %s", migration_date(t->arena, t->report->at_s));
	if (server && server->database) {
		str_add(t->out, ", database ");
		markdown_add_text(t->out, utf8_clean(t->arena, server->database));
	}
	str_printf(t->out, ", pgwhy %s\n", PGWHY_VERSION);
}

void ticket_add_summary(const Ticket *t) {
	markdown_add_heading(t->out, t->arena, 2, title(t));
	if (ticket_advises(t)) {
		add_worth(t);
		add_changes(t);
	} else if (t->report->findings && t->report->findings->count) {
		str_add(t->out, "What was found has no remedy that could be told in SQL.\n");
	} else if (t->report->findings) {
		const char *silence = t->report->findings->silence;
		str_printf(t->out, "Nothing to advise.%s%s\n", silence ? " " : "", silence ? silence : "");
	}
	ticket_add_id(t);
}
