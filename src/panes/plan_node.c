/* plan_node.c: one node of a plan in words: its heading, its condition lines, every field the server sent. */
#include "panes/plan_node.h"

#include "core/format.h"

static const char *target_of(Arena *arena, const PlanNode *node) {
	const char *name = node->relation ? node->relation : node->function ? node->function : node->cte;
	if (!name) return node->index ? arena_printf(arena, " using %s", node->index) : "";
	const char *schema = node->schema && strcmp(node->schema, "public") != 0 ? arena_printf(arena, "%s.", node->schema) : "";
	const char *alias = node->alias && strcmp(node->alias, name) != 0 ? arena_printf(arena, " %s", node->alias) : "";
	const char *index = node->index ? arena_printf(arena, " using %s", node->index) : "";
	return arena_printf(arena, " %s%s%s%s", schema, name, alias, index);
}

const char *plan_node_heading(Arena *arena, const PlanNode *node) {
	const char *subplan = node->subplan ? arena_printf(arena, "%s: ", node->subplan) : "";
	return arena_printf(arena, "%s%s%s", subplan, node->label, target_of(arena, node));
}

const char *plan_value_text(Arena *arena, const PlanValue *value, int depth) {
	switch (value->kind) {
	case PLAN_NULL: return "null";
	case PLAN_BOOL: return value->boolean ? "true" : "false";
	case PLAN_INT:
	case PLAN_REAL: return value->number;
	case PLAN_TEXT: return value->text;
	default: break;
	}
	if (depth > 8) return "…"; /* nobody reads deeper, and hostile files nest without end */
	Str text = STR_INIT;
	for (const PlanValue *member = value->members.first; member; member = member->next) {
		if (member != value->members.first) str_add(&text, ", ");
		if (value->kind == PLAN_OBJECT && member->name) str_printf(&text, "%s: ", member->name);
		str_add(&text, plan_value_text(arena, member, depth + 1));
	}
	const char *copy = arena_printf(arena, value->kind == PLAN_OBJECT && depth ? "{%s}" : "%s", text.text);
	str_release(&text);
	return copy;
}

/* What a reader looks for first under a node, in this order. */
static const char *const condition_names[] = {
	"Index Cond", "Recheck Cond", "Hash Cond", "Merge Cond", "Join Filter", "Filter", "One-Time Filter", "TID Cond",
	"Sort Key", "Presorted Key", "Group Key", "Cache Key", "Sort Method", NULL,
};

static const char *sort_method(Arena *arena, const PlanNode *node) {
	const char *method = node_text(node, "Sort Method"), *place = node_text(node, "Sort Space Type");
	double kb = node_real(node, "Sort Space Used");
	if (!place || isnan(kb)) return method;
	return arena_printf(arena, "%s, %s %s", method, format_bytes(arena, kb * 1024), strcmp(place, "Disk") == 0 ? "on disk" : "in memory");
}

ConditionList plan_node_conditions(Arena *arena, const PlanNode *node) {
	ConditionList list = {0};
	for (size_t i = 0; condition_names[i]; i++) {
		const PlanValue *value = plan_field(node->fields, condition_names[i]);
		if (!value) continue;
		const char *text = strcmp(condition_names[i], "Sort Method") == 0 ? sort_method(arena, node) : plan_value_text(arena, value, 0);
		*list_push(arena, &list) = arena_printf(arena, "%s: %s", condition_names[i], text);
	}
	if (node->measure.rows_removed > 0)
		*list_push(arena, &list) = arena_printf(arena, "Rows removed: %s", format_rows(arena, node->measure.rows_removed));
	return list;
}

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
		if (m->misestimate >= 2)
			fact(page, m->underestimated ? "underestimated" : "overestimated", arena_printf(arena, "×%.0f", m->misestimate));
		if (m->participants > 1) fact(page, "processes", format_number(arena, m->participants));
	} else {
		fact(page, "rows planned", format_rows(arena, m->rows_planned));
	}
	fact(page, "cost", arena_printf(arena, "%.2f..%.2f", node->startup_cost, node->total_cost));
}

void plan_node_page(Page *page, const Plan *plan, const PlanNode *node) {
	page_line(page);
	page_add(page, ROLE_STRONG, plan_node_heading(page->arena, node));
	derived(page, plan, node);
	page_line(page);
	for (const PlanValue *field = node->fields ? node->fields->members.first : NULL; field; field = field->next) {
		if (!field->name) continue;
		bool zero = (field->kind == PLAN_INT && field->integer == 0) || (field->kind == PLAN_REAL && !(field->real > 0 || field->real < 0));
		if (zero) continue;
		fact(page, field->name, plan_value_text(page->arena, field, 0));
	}
}
