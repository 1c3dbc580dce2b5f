/* ticket_other.c: a chapter of the report: the plan of what was run beside the statement: with an index that was rolled back, as its rewrite, under other settings. */
#include "advise/tried.h"
#include "base/utf8.h"
#include "plan/diff_words.h"
#include "report/ticket_parts.h"

static void add_both(const Ticket *t, const char *title, const OtherReport *other) {
	const char *own = t->report->statement;
	PlanDiff *diff = plan_diff(t->arena, other->plans[0], own, other->plans[1], other->statement ? other->statement : own);
	if (other->repeated) repeated_compare(other->repeated, diff);
	ticket_add_plan(t, title, other->plans[1]);
	ticket_item(t, "verdict", diff_verdict_words(t->arena, diff));
	ticket_item(t, "basis", ticket_since_basis(diff));
}

static void add_tried(const Ticket *t, const Finding *finding) {
	const Tried *tried = finding->tried;
	const OtherReport other = {.name = "tried", .statement = finding->rewrite, .plans = {tried->plans[0], tried->plans[1]}};
	if (!tried->plans[0] || !tried->plans[1]) return;
	add_both(t, "Plan after: tried", &other);
	ticket_item(t, "tried", say_tried(t->arena, finding));
}

void ticket_add_other(const Ticket *t) {
	const OtherReport *other = &t->report->other;
	for (size_t i = 0; ticket_finding(t, i); i++)
		if (ticket_finding(t, i)->tried) add_tried(t, ticket_finding(t, i));
	if (!other->plans[0] || !other->plans[1]) return;
	add_both(t, arena_printf(t->arena, "Plan after: %s", other->name), other);
	if (other->statement) ticket_sql(t, other->statement);
}
