/* write.c: Plan -> EXPLAIN's TEXT format: the tree, and the figures in its headings. */
#include "plan/write.h"

#include "plan/value.h"
#include "plan/write_parts.h"
#include "sql/quote.h"

enum { MOST_INDENT = 300 }; /* a hundred levels: hostile plans would fill the memory with blanks */

void write_line(PlanWriter *w, const char *format, ...) {
	va_list args;
	if (!w->begun) str_add_repeat(&w->out, "  ", (size_t)(w->indent < MOST_INDENT ? w->indent : MOST_INDENT));
	w->begun = false;
	va_start(args, format);
	str_vprintf(&w->out, format, args);
	va_end(args);
	str_add_char(&w->out, '\n');
}

/* ---- figures ---- */

/* Digits stay as they were sent, but for the last zeros, which tools on the way may have taken off. */
const char *write_figure(const PlanWriter *w, const PlanValue *figure, int decimals) {
	static const char zeros[] = "000";
	const char *text = value_text(figure), *point = text ? strchr(text, '.') : NULL;
	int have = point ? (int)strlen(point + 1) : 0;
	if (!text) return "N";
	if (decimals <= have && decimals != have && decimals >= 0) return arena_printf(w->arena, "%.*f", decimals, value_real(figure));
	if (decimals <= have || strspn(text, "-.0123456789") != strlen(text)) return text;
	return arena_printf(w->arena, "%s%s%.*s", text, point ? "" : ".", decimals - have, zeros);
}

static const char *figure(const PlanWriter *w, const PlanValue *object, const char *name, int decimals) {
	return write_figure(w, plan_field(object, name), decimals);
}

static bool has(const PlanValue *object, const char *name) {
	return plan_field(object, name) != NULL;
}

const char *write_actual(const PlanWriter *w, const PlanValue *object) {
	if (!has(object, "Actual Rows") && !has(object, "Actual Loops")) return NULL;
	const char *time = "";
	if (has(object, "Actual Total Time"))
		time = arena_printf(w->arena, "time=%s..%s ", figure(w, object, "Actual Startup Time", 3), figure(w, object, "Actual Total Time", 3));
	return arena_printf(w->arena, "actual %srows=%s loops=%s", time, figure(w, object, "Actual Rows", w->fractions ? 2 : -1),
	                    figure(w, object, "Actual Loops", -1));
}

static const char *cost(const PlanWriter *w, const PlanValue *object) {
	if (!has(object, "Total Cost") && !has(object, "Plan Rows")) return "";
	return arena_printf(w->arena, "  (cost=%s..%s rows=%s width=%s)", figure(w, object, "Startup Cost", 2), figure(w, object, "Total Cost", 2),
	                    figure(w, object, "Plan Rows", 0), figure(w, object, "Plan Width", 0));
}

static const char *what_came(const PlanWriter *w, const PlanNode *node) {
	const char *actual = write_actual(w, node->fields);
	if (actual && node->measure.never_executed) return " (never executed)";
	return actual ? arena_printf(w->arena, " (%s)", actual) : "";
}

/* ---- what a node reads ---- */

const char *write_target(const PlanWriter *w, const PlanValue *object) {
	static const char *const names[] = {"Relation Name", "Function Name", "Table Function Name", "CTE Name", "Tuplestore Name"};
	const char *name = NULL, *schema = value_text(plan_field(object, "Schema")), *alias = value_text(plan_field(object, "Alias"));
	for (size_t i = 0; i < sizeof names / sizeof *names && !name; i++) name = value_text(plan_field(object, names[i]));
	const char *text = name || alias ? " on" : "";
	if (name && schema) text = arena_printf(w->arena, "%s %s.", text, sql_identifier(w->arena, schema));
	else if (name) text = arena_printf(w->arena, "%s ", text);
	if (name) text = arena_printf(w->arena, "%s%s", text, sql_identifier(w->arena, name));
	if (alias && (!name || strcmp(alias, name) != 0)) text = arena_printf(w->arena, "%s %s", text, sql_identifier(w->arena, alias));
	return text;
}

static const char *index_name(const PlanWriter *w, const PlanNode *node) {
	if (!node->index) return "";
	return arena_printf(w->arena, " %s %s", node_is(node, "Bitmap Index Scan") ? "on" : "using", sql_identifier(w->arena, node->index));
}

/* ---- the tree ---- */

/* A heading and all below it; the indent of its own fields is left behind. */
static void write_node(PlanWriter *w, const PlanNode *node) {
	const char *arrow = node->parent ? "->  " : "";
	if (node->parent && node->subplan) {
		write_line(w, "%s", node->subplan);
		w->indent++;
	}
	write_line(w, "%s%s%s%s%s%s", arrow, node->label, index_name(w, node), write_target(w, node->fields), cost(w, node->fields), what_came(w, node));
	w->indent += node->parent ? 3 : 1;
	write_fields(w, node->fields, node);
}

static void write_tree(PlanWriter *w) {
	int *inside = ARENA_ARRAY(w->arena, int, w->plan->node_count); /* by id - 1: the indent of its fields and children */
	Arena *whole = w->arena;
	w->arena = arena_new(); /* cleared node by node: a plan may have very many */
	for (size_t i = 0; i < w->plan->node_count; i++) {
		const PlanNode *node = w->plan->nodes[i];
		arena_clear(w->arena);
		w->indent = node->parent ? inside[node->parent->id - 1] : 0;
		write_node(w, node);
		inside[i] = w->indent;
	}
	arena_free(w->arena);
	w->arena = whole;
	w->indent = 0;
}

/* What the options were is told by what they brought. */
static void find_out(PlanWriter *w) {
	for (size_t i = 0; i < w->plan->node_count; i++) {
		const PlanValue *fields = w->plan->nodes[i]->fields, *rows = plan_field(fields, "Actual Rows");
		if (has(fields, "Output") || has(fields, "Schema")) w->verbose = true;
		if (has(fields, "Temp I/O Read Time") || has(fields, "Temp I/O Write Time")) w->temp_timed = true;
		if (rows && value_text(rows) && strchr(value_text(rows), '.')) w->fractions = true;
	}
}

const char *plan_write(Arena *arena, const Plan *plan) {
	static const char *const before[] = {"Query Text", "Query Parameters"};
	PlanWriter w = {.arena = arena_new(), .out = STR_INIT, .plan = plan};
	find_out(&w);
	for (size_t i = 0; i < sizeof before / sizeof *before; i++)
		if (has(plan->fields, before[i])) write_line(&w, "%s: %s", before[i], figure(&w, plan->fields, before[i], -1));
	write_tree(&w);
	write_fields(&w, plan->fields, NULL);
	const char *text = arena_copy_n(arena, w.out.text, w.out.len);
	str_release(&w.out);
	arena_free(w.arena);
	return text;
}
