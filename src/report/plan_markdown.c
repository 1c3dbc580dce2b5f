/* plan_markdown.c: the report for a ticket: a statement, its plan, what to do about it and how, as Markdown. */
#include "advise/proof.h"
#include "advise/say.h"
#include "advise/tried.h"
#include "base/utf8.h"
#include "base/version.h"
#include "core/format.h"
#include "plan/words.h"
#include "report/beside.h"
#include "report/markdown.h"
#include "report/plan.h"
#include "report/table.h"
#include "report/ticket_parts.h"

static void add_sql(Str *out, Arena *arena, const char *sql) {
	if (!sql || !*sql) return;
	markdown_add_gap(out);
	markdown_add_fence(out, "sql", report_sql(arena, sql));
}

static const char *savings(Arena *arena, const Plan *plan, const Finding *finding) {
	const char *saves = say_savings(arena, plan, finding);
	return saves ? arena_printf(arena, ", saves %s", saves) : "";
}

static const char *costs(Arena *arena, const Finding *finding) {
	if (isnan(finding->cost_after)) return NULL;
	return arena_printf(arena, "%s → %s", format_unit(arena, UNIT_NONE, finding->cost_before), format_unit(arena, UNIT_NONE, finding->cost_after));
}

static const char *size(Arena *arena, const Finding *finding) {
	if (!finding->indexes.count || isnan(finding->index_bytes)) return NULL;
	return arena_printf(arena, "~%s", format_bytes(arena, finding->index_bytes));
}

static void add_finding(Str *out, Arena *arena, const Plan *plan, const Finding *finding, size_t number) {
	markdown_add_gap(out);
	str_printf(out, "**%zu. %s** (%s%s, %s): ", number, finding->rule, severity_name(finding->severity), savings(arena, plan, finding), basis_name(finding->basis));
	markdown_add_text(out, utf8_clean(arena, finding->title ? finding->title : ""));
	str_add(out, "\n");
	add_sql(out, arena, finding->sql);
	markdown_add_gap(out);
	markdown_add_item(out, arena, "proof", say_proof(arena, finding));
	markdown_add_item(out, arena, "tried", say_tried(arena, finding));
	markdown_add_item(out, arena, "evidence", finding->evidence);
	markdown_add_item(out, arena, "because", finding->because);
	markdown_add_item(out, arena, "cost", costs(arena, finding));
	markdown_add_item(out, arena, "size", size(arena, finding));
	markdown_add_item(out, arena, "locks", finding->locks);
	markdown_add_item(out, arena, "note", finding->notes);
	markdown_add_gap(out);
	if (finding->undo && *finding->undo) str_add(out, "undo:\n");
	add_sql(out, arena, finding->undo);
	for (size_t i = 0; i < finding->forms.count; i++) {
		markdown_add_gap(out);
		markdown_add_text(out, utf8_clean(arena, finding->forms.items[i].name));
		str_add(out, ":\n");
		add_sql(out, arena, finding->forms.items[i].sql);
	}
}

static void add_values(Str *out, Arena *arena, const ValueReport *values) {
	const Sensitivity *s = values->sensitivity;
	markdown_add_gap(out);
	str_add(out, "**values**: ");
	markdown_add_text(out, utf8_clean(arena, s ? s->verdict : values->problem));
	str_add(out, "\n");
	if (!s) return;
	str_printf(out, "\n%s\n", report_table_markdown(arena, values->table, NULL, values->columns, values->column_count));
	markdown_add_item(out, arena, "prepared", s->cache_words);
	for (size_t i = 0; i < s->differences.count; i++) markdown_add_item(out, arena, "plans", s->differences.items[i]);
	for (size_t i = 0; i < s->advice.count; i++) markdown_add_item(out, arena, "advice", value_advice_words(arena, s, &s->advice.items[i]));
}

static void add_labelled(Str *out, Arena *arena, const char *title, const LabelledLines *lines) {
	markdown_add_gap(out);
	str_add(out, "**");
	markdown_add_text(out, utf8_clean(arena, title));
	str_add(out, "**\n\n");
	for (size_t i = 0; i < lines->count; i++) {
		const LabelledLine *line = &lines->items[i];
		if (line->sql) add_sql(out, arena, line->text);
		else markdown_add_item(out, arena, *line->label ? line->label : "note", line->text);
	}
}

static void add_repeated(Str *out, Arena *arena, const Repeated *repeated) {
	LabelledLines lines = repeated_lines(arena, repeated);
	markdown_add_gap(out);
	for (size_t i = 0; i < lines.count; i++) markdown_add_item(out, arena, *lines.items[i].label ? lines.items[i].label : "runs", lines.items[i].text);
}

static void add_pretence(Str *out, Arena *arena, const Pretence *pretence, bool ascii) {
	LabelledLines lines = pretence_lines(arena, pretence);
	markdown_add_heading(out, arena, 3, "Plan after");
	add_labelled(out, arena, pretence_title(arena, pretence), &lines);
	markdown_add_gap(out);
	PlanReport pretended = {.plan = pretence->plan};
	markdown_add_fence(out, "text", report_plan_tree(arena, &pretended, REPORT_WIDTH, ascii));
}

static void add_why(Str *out, Arena *arena, const UnusedAnswer *answer) {
	LabelledLines lines = unused_lines(arena, answer);
	add_labelled(out, arena, unused_title(arena, answer), &lines);
}

static void add_beside(Str *out, Arena *arena, const PlanReport *report) {
	BesideLines lines = beside_lines(arena, report->plan, report->server_version);
	markdown_add_item(out, arena, "note", report->notes);
	for (size_t i = 0; i < lines.count; i++) markdown_add_item(out, arena, lines.items[i].label, lines.items[i].text);
	str_printf(out, "- pgwhy: %s\n", PGWHY_VERSION);
}

static void add_plan(Str *out, Arena *arena, const PlanReport *report, bool ascii) {
	markdown_add_heading(out, arena, 3, plan_words(arena, report->plan));
	markdown_add_fence(out, "text", report_plan_tree(arena, report, REPORT_WIDTH, ascii));
}

static void add_advice(Str *out, Arena *arena, const PlanReport *report) {
	if (!report->findings) return;
	markdown_add_heading(out, arena, 3, "Advice");
	for (size_t i = 0; i < report->findings->count; i++) add_finding(out, arena, report->plan, &report->findings->items[i], i + 1);
	if (!report->findings->count) str_add(out, "Nothing to advise.\n");
}

static void add_environment(Str *out, Arena *arena, const PlanReport *report) {
	markdown_add_heading(out, arena, 3, "Environment");
	add_beside(out, arena, report);
	ticket_add_basis(out, arena, report);
}

const char *report_plan_markdown(Arena *arena, const PlanReport *report, bool ascii) {
	Arena *scratch = arena_new();
	Str out = STR_INIT;
	const char *statement = report->statement ? report->statement : report->plan->statement;
	ticket_add_title(&out, scratch, report);
	add_sql(&out, scratch, statement);
	ticket_add_performance(&out, scratch, report);
	if (report->repeated) add_repeated(&out, scratch, report->repeated);
	add_plan(&out, scratch, report, ascii);
	ticket_add_indexes(&out, scratch, report);
	if (report->values) add_values(&out, scratch, report->values);
	add_advice(&out, scratch, report);
	if (report->pretence) add_pretence(&out, scratch, report->pretence, ascii);
	for (size_t i = 0; i < report->why_count; i++) add_why(&out, scratch, report->why[i]);
	ticket_add_change(&out, scratch, report);
	add_environment(&out, scratch, report);
	const char *text = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	arena_free(scratch);
	return text;
}
