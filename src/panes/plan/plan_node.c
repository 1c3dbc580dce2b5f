/* plan_node.c: one node of a plan: what was derived of it, and every field the server sent. */
#include "panes/plan_node.h"

#include "core/format.h"
#include "plan/words.h"

static void fact(Page *page, const char *name, const char *value) {
	page_printf(page, ROLE_DIM, "%s ", name);
	page_printf(page, ROLE_TEXT, "%s   ", value);
}

static void derived(Page *page, const Plan *plan, const PlanNode *node) {
	Arena *arena = page->arena;
	const NodeMeasure *m = &node->measure;
	page_line(page);
	if (m->never_executed) page_add(page, ROLE_DIM, "never executed   ");
	else if (plan->analyzed) {
		if (plan->timed) {
			fact(page, "self", arena_printf(arena, "%s (%s)", format_ms(arena, m->self_ms), format_share(arena, m->self_share)));
			fact(page, "total", format_ms(arena, m->total_ms));
		}
		fact(page, "loops", format_number(arena, node->loops));
		fact(page, "rows", arena_printf(arena, "%s planned, %s came", format_rows(arena, m->rows_planned), format_rows(arena, m->rows_actual)));
		if (m->misestimate >= 2 && fmax(m->rows_planned, m->rows_actual) > 1) /* none came where the least was planned */
			fact(page, m->underestimated ? "underestimated" : "overestimated", arena_printf(arena, "×%.0f", m->misestimate));
		if (m->participants > 1) fact(page, "processes", format_number(arena, m->participants));
	} else {
		fact(page, "rows planned", format_rows(arena, m->rows_planned));
	}
	fact(page, "cost", arena_printf(arena, "%.2f..%.2f", node->startup_cost, node->total_cost));
}

/* Said by the heading, the derived line or the tree around it, or too much for a few lines. */
static const char *const said[] = {
	"Node Type", "Parent Relationship", "Subplan Name", "Relation Name", "Schema", "Alias", "Index Name", "Join Type", "Strategy", "Partial Mode",
	"Scan Direction", "Workers", "Startup Cost", "Total Cost", "Plan Rows", "Actual Rows", "Actual Loops", NULL,
};

static bool worth_it(const PlanValue *field) {
	if (field->kind == PLAN_INT && field->integer == 0) return false;
	if (field->kind == PLAN_REAL && !(field->real > 0 || field->real < 0)) return false;
	if (field->kind == PLAN_BOOL && !field->boolean) return false;
	for (const char *const *name = said; *name; name++)
		if (strcmp(*name, field->name) == 0) return false;
	return true;
}

static const char *field_name(const PlanValue *field) {
	return field->name ? field->name : "";
}

/* A line each; what is in a list of objects stands below it, one object a line: the workers. */
static void add_field(Page *page, const PlanValue *field) {
	const PlanValue *first = field->kind == PLAN_LIST ? field->members.first : NULL;
	page_line(page);
	if (!first || first->kind != PLAN_OBJECT) {
		fact(page, field_name(field), value_words(page->arena, field));
		return;
	}
	page_add(page, ROLE_DIM, field_name(field));
	for (const PlanValue *item = first; item; item = item->next) {
		page_line(page);
		page_indent(page, 4);
		page_printf(page, ROLE_TEXT, "  %s", value_words(page->arena, item));
	}
}

void plan_node_page(Page *page, const Plan *plan, const PlanNode *node, bool brief) {
	page_line(page);
	page_add(page, ROLE_STRONG, node_words(page->arena, node));
	derived(page, plan, node);
	page_line(page);
	for (const PlanValue *field = node->fields ? node->fields->members.first : NULL; field; field = field->next) {
		if (!brief) add_field(page, field);
		else if (field->name && worth_it(field)) fact(page, field->name, value_words(page->arena, field));
	}
}
