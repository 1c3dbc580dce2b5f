/* plan_markdown.c: the report for a ticket: a statement, what to do about it and why, its plan, how it is done, as Markdown. */
#include "base/utf8.h"
#include "plan/words.h"
#include "report/markdown.h"
#include "report/plan.h"
#include "report/table.h"
#include "report/ticket_parts.h"

static void add_statement(const Ticket *t) {
	const char *statement = t->report->statement ? t->report->statement : t->report->plan->statement;
	if (!statement || !*statement) return;
	ticket_heading(t, "Statement");
	markdown_add_folded_fence(t->out, t->arena, "The statement", "sql", report_sql(t->arena, statement));
}

static void add_labelled(const Ticket *t, const char *title, const LabelledLines *lines) {
	markdown_add_gap(t->out);
	ticket_bold(t, title);
	str_add(t->out, "\n\n");
	for (size_t i = 0; i < lines->count; i++) {
		const LabelledLine *line = &lines->items[i];
		if (line->sql) ticket_sql(t, line->text);
		else ticket_item(t, *line->label ? line->label : "note", line->text);
	}
}

static void add_repeated(const Ticket *t) {
	if (!t->report->repeated) return;
	LabelledLines lines = repeated_lines(t->arena, t->report->repeated);
	for (size_t i = 0; i < lines.count; i++) ticket_item(t, *lines.items[i].label ? lines.items[i].label : "runs", lines.items[i].text);
}

static void add_plan(const Ticket *t) {
	ticket_heading(t, ticket_advises(t) ? "Plan before" : "Plan");
	markdown_add_text(t->out, utf8_clean(t->arena, plan_words(t->arena, t->report->plan)));
	str_add(t->out, "\n\n");
	markdown_add_folded_fence(t->out, t->arena, "The plan", "text", report_plan_tree(t->arena, t->report, REPORT_WIDTH, t->ascii));
}

static void add_values(const Ticket *t) {
	const ValueReport *values = t->report->values;
	const Sensitivity *s = values ? values->sensitivity : NULL;
	if (!values) return;
	ticket_heading(t, "Values");
	markdown_add_text(t->out, utf8_clean(t->arena, s ? s->verdict : values->problem));
	str_add(t->out, "\n");
	if (!s) return;
	str_printf(t->out, "\n%s\n", report_table_markdown(t->arena, values->table, NULL, values->columns, values->column_count));
	ticket_item(t, "prepared", s->cache_words);
	for (size_t i = 0; i < s->differences.count; i++) ticket_item(t, "plans", s->differences.items[i]);
	for (size_t i = 0; i < s->advice.count; i++) ticket_item(t, "advice", value_advice_words(t->arena, s, &s->advice.items[i]));
}

static void add_why(const Ticket *t, const UnusedAnswer *answer) {
	LabelledLines lines = unused_lines(t->arena, answer);
	add_labelled(t, unused_title(t->arena, answer), &lines);
}

static void add_asked(const Ticket *t) {
	add_values(t);
	ticket_add_findings(t);
	ticket_add_other(t);
	ticket_add_pretence(t);
	for (size_t i = 0; i < t->report->why_count; i++) add_why(t, t->report->why[i]);
}

static void add_change(const Ticket *t) {
	if (!ticket_advises(t)) return;
	ticket_add_impact(t);
	ticket_add_migration(t);
	ticket_add_safety(t);
	ticket_add_way_back(t);
	ticket_add_watch(t);
}

static void add_chapters(const Ticket *t) {
	ticket_add_summary(t);
	add_statement(t);
	ticket_add_performance(t);
	add_repeated(t);
	add_plan(t);
	ticket_add_indexes(t);
	add_asked(t);
	add_change(t);
	ticket_add_environment(t);
}

/* The change is told for whoever is to make it elsewhere, with what is left to do here. */
static void add_chapters_since(const Ticket *t) {
	PlanReport report = ticket_done(t->arena, t->report);
	Ticket done = *t;
	done.report = &report;
	done.migrations = migrations_of(t->arena, &report, 0);
	ticket_add_since_summary(t);
	add_statement(t);
	ticket_add_since(t);
	add_repeated(t);
	ticket_add_indexes(t);
	add_asked(t);
	add_change(&done);
	ticket_add_environment(&done);
}

const char *report_plan_markdown(Arena *arena, const PlanReport *report, bool ascii) {
	Arena *scratch = arena_new();
	Str out = STR_INIT;
	const Ticket ticket = {.out = &out, .arena = scratch, .report = report, .migrations = migrations_of(scratch, report, 0), .ascii = ascii};
	(report->since ? add_chapters_since : add_chapters)(&ticket);
	const char *text = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	arena_free(scratch);
	return text;
}
