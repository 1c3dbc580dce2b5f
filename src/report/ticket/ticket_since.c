/* ticket_since.c: chapters of the report: what came of a change, both plans having been run. */
#include <math.h>

#include "base/utf8.h"
#include "core/format.h"
#include "report/diff.h"
#include "report/markdown.h"
#include "report/ticket_parts.h"

/* ---- on top ---- */

static const Finding *foremost(const Ticket *t) {
	const FindingChangeList *changes = t->report->since->findings;
	for (size_t i = 0; changes && i < changes->count; i++)
		if (changes->items[i].kind == FINDING_GONE) return changes->items[i].before;
	return NULL;
}

static void add_done(const Ticket *t) {
	PlanReport report = ticket_done(t->arena, t->report);
	for (size_t i = 0; i < report.findings->count; i++) {
		const Finding *finding = &report.findings->items[i];
		if (!finding->sql) continue;
		str_printf(t->out, "- %s: ", ticket_is_done(t, finding) ? "done" : "left to do");
		ticket_add_remedy(t, finding);
	}
}

void ticket_add_since_summary(const Ticket *t) {
	const PlanDiff *diff = t->report->since->diff;
	const Finding *first = foremost(t);
	const char *title = first && first->title ? first->title : "A statement, before and after";
	const char *came = diff->measured && diff->verdict != DIFF_NO_CHANGE ? arena_printf(t->arena, "%s → %s", format_ms(t->arena, diff->before.ms), format_ms(t->arena, diff->after.ms)) : diff_verdict_name(diff->verdict);
	markdown_add_heading(t->out, t->arena, 2, arena_printf(t->arena, "%s: %s", title, came));
	ticket_bold(t, diff_verdict_line(t->arena, t->report->since));
	str_printf(t->out, " (%s).\n\n", basis_name(diff->measured ? BASIS_MEASURED : BASIS_ESTIMATED));
	add_done(t);
	ticket_add_id(t);
}

/* ---- both ---- */

typedef struct Figure {
	const char *name;
	double values[2];
	const char *(*words)(Arena *arena, double value);
} Figure;

static const char *or_none(const Figure *figure, Arena *arena, size_t side) {
	return isnan(figure->values[side]) ? "not known" : figure->words(arena, figure->values[side]);
}

static void add_figure(const Ticket *t, const Figure *figure) {
	double before = figure->values[0], after = figure->values[1];
	if (isnan(before) && isnan(after)) return;
	const char *change = before > 0 && after >= 0 && before != after ? arena_printf(t->arena, "%s%s", after < before ? "-" : "+", format_share(t->arena, fabs(after - before) / before)) : "";
	const char *const cells[] = {figure->name, or_none(figure, t->arena, 0), or_none(figure, t->arena, 1), change};
	markdown_add_row(t->out, t->arena, cells, sizeof cells / sizeof *cells);
}

static const char *cost_words(Arena *arena, double cost) {
	return format_unit(arena, UNIT_NONE, cost);
}

static void add_figures(const Ticket *t, const PlanDiff *diff) {
	static const char *const titles[] = {"", "before", "after", "change"};
	const Plan *plans[] = {diff->before.plan, diff->after.plan};
	const Figure figures[] = {
		{diff->repeated ? "time, median" : "time, one run", {diff->before.ms, diff->after.ms}, format_ms},
		{"planning", {plans[0]->planning_ms, plans[1]->planning_ms}, format_ms},
		{"buffers", {diff->before.blocks, diff->after.blocks}, format_rows},
		{"rows", {plans[0]->root->measure.rows_actual, plans[1]->root->measure.rows_actual}, format_rows},
		{"cost", {diff->before.cost, diff->after.cost}, cost_words},
	};
	markdown_add_row(t->out, t->arena, titles, sizeof titles / sizeof *titles);
	markdown_add_rule(t->out, sizeof titles / sizeof *titles);
	for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) add_figure(t, &figures[i]);
}

static void add_findings(const Ticket *t, const FindingChangeList *changes) {
	for (size_t i = 0; changes && i < changes->count; i++) {
		const FindingChange *change = &changes->items[i];
		str_add(t->out, "- ");
		ticket_bold(t, change->text);
		str_add(t->out, ": ");
		markdown_add_text(t->out, diff_finding_words(t->arena, change));
		str_add(t->out, "\n");
	}
}

/* Settings, sizes, indexes; of a table with many partitions they are many. */
static void add_differences(const Ticket *t, const Comparison *since) {
	enum { FOLDED_FROM = 8 };
	DiffNotes all = diff_all_notes(t->arena, since), notes = {0};
	for (size_t i = 0; i < all.count; i++)
		if (strcmp(all.items[i].label, "before") != 0 && strcmp(all.items[i].label, "after") != 0) *list_push(t->arena, &notes) = all.items[i]; /* stand in the table */
	bool folded = notes.count >= FOLDED_FROM;
	if (folded) str_printf(t->out, "\n<details><summary>What else differs: %zu lines</summary>\n\n", notes.count);
	for (size_t i = 0; i < notes.count; i++) ticket_item(t, *notes.items[i].label ? notes.items[i].label : "note", notes.items[i].text);
	if (folded) str_add(t->out, "\n</details>\n\n");
}

void ticket_add_plan(const Ticket *t, const char *title, const Plan *plan) {
	const PlanReport report = {.plan = plan};
	ticket_heading(t, title);
	markdown_add_text(t->out, utf8_clean(t->arena, plan_words(t->arena, plan)));
	str_add(t->out, "\n\n");
	markdown_add_folded_fence(t->out, t->arena, "The plan", "text", report_plan_tree(t->arena, &report, REPORT_WIDTH, t->ascii));
	markdown_add_gap(t->out);
}

void ticket_add_plans(const Ticket *t, const PlanDiff *diff) {
	ticket_add_plan(t, "Plan before", diff->before.plan);
	ticket_add_plan(t, "Plan after", diff->after.plan);
}

const char *ticket_since_basis(const PlanDiff *diff) {
	if (!diff->measured) return "estimated by the planner: not both were run";
	return diff->repeated ? "measured: both were run several times under EXPLAIN ANALYZE" : "measured: both were run once under EXPLAIN ANALYZE";
}

/* ---- all of it ---- */

void ticket_add_since(const Ticket *t) {
	const Comparison *since = t->report->since;
	ticket_heading(t, "Before and after");
	add_figures(t, since->diff);
	markdown_add_gap(t->out);
	ticket_item(t, "basis", ticket_since_basis(since->diff));
	add_differences(t, since);
	add_findings(t, since->findings);
	ticket_add_plans(t, since->diff);
	ticket_heading(t, "Node beside node");
	markdown_add_folded_fence(t->out, t->arena, "What became of each node", "text", report_diff_tree(t->arena, since->diff, REPORT_WIDTH, t->ascii));
	markdown_add_gap(t->out);
	DiffNotes nodes = diff_node_notes(t->arena, since->diff);
	for (size_t i = 0; i < nodes.count; i++) ticket_item(t, "changed", nodes.items[i].text);
}
