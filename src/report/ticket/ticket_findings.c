/* ticket_findings.c: a chapter of the report: what was found, and why what is advised should help. */
#include "advise/proof.h"
#include "advise/say.h"
#include "advise/tried.h"
#include "base/utf8.h"
#include "core/format.h"
#include "report/markdown.h"
#include "report/ticket_parts.h"

static const char *savings(Arena *arena, const Plan *plan, const Finding *finding) {
	const char *saves = say_savings(arena, plan, finding);
	return saves ? arena_printf(arena, ", saves %s", saves) : "";
}

static void add_head(const Ticket *t, const Finding *finding, size_t number) {
	markdown_add_gap(t->out);
	str_printf(t->out, "**%zu. %s** (%s%s, %s): ", number, finding->rule, severity_name(finding->severity), savings(t->arena, t->report->plan, finding), basis_name(finding->basis));
	markdown_add_text(t->out, utf8_clean(t->arena, finding->title ? finding->title : ""));
	str_add(t->out, "\n");
}

/* Else locks and the way back stand in chapters of their own. */
static bool is_migration(const Ticket *t, size_t nth) {
	return migrations_of(t->arena, t->report, nth + 1).count > 0;
}

static void add_finding(const Ticket *t, const Finding *finding, size_t nth) {
	bool apart = !is_migration(t, nth);
	add_head(t, finding, nth + 1);
	ticket_sql(t, finding->sql);
	markdown_add_gap(t->out);
	ticket_item(t, "evidence", finding->evidence);
	ticket_item(t, "because", finding->because);
	ticket_item(t, "proof", say_proof(t->arena, finding));
	ticket_item(t, "tried", say_tried(t->arena, finding));
	ticket_item(t, "locks", apart ? finding->locks : NULL);
	ticket_item(t, "note", finding->notes);
	if (apart && finding->undo && *finding->undo) {
		markdown_add_gap(t->out);
		str_add(t->out, "undo:\n");
		ticket_sql(t, finding->undo);
	}
	for (size_t i = 0; i < finding->forms.count; i++) {
		markdown_add_gap(t->out);
		str_printf(t->out, "%s:\n", finding->forms.items[i].name);
		ticket_sql(t, finding->forms.items[i].sql);
	}
}

void ticket_add_findings(const Ticket *t) {
	if (!ticket_finding(t, 0)) return;
	ticket_heading(t, "Findings");
	for (size_t i = 0; ticket_finding(t, i); i++) add_finding(t, ticket_finding(t, i), i);
}
