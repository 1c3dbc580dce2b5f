/* ticket_pretence.c: a chapter of the report: the plan as it would be with what is pretended. */
#include "base/utf8.h"
#include "core/format.h"
#include "plan/copy.h"
#include "report/markdown.h"
#include "report/ticket_parts.h"
#include "sql/create_index.h"

/* As it is going to be called; a planner that only pretends it has a name of its own. NULL: it was typed without one. */
static const char *name_of(Arena *arena, const PretenceIndex *index) {
	Err err = ERR_INIT;
	const CreateIndex *read = create_index_read(arena, index->sql, &err);
	err_release(&err);
	return read ? read->name : NULL;
}

static const Plan *renamed(Arena *arena, const Pretence *pretence) {
	Plan *plan = plan_copy(arena, pretence->plan);
	for (size_t i = 0; i < pretence->indexes.count; i++) {
		const PretenceIndex *index = &pretence->indexes.items[i];
		const char *name = index->name ? name_of(arena, index) : NULL;
		for (size_t k = 0; name && k < plan->node_count; k++)
			if (plan->nodes[k]->index && strcmp(plan->nodes[k]->index, index->name) == 0) plan->nodes[k]->index = name;
	}
	return plan;
}

static const char *why_not(Arena *arena, const PretenceIndex *index) {
	return index->why && index->why->causes.count ? arena_printf(arena, ": %s", index->why->causes.items[0].text) : "";
}

static void add_index(const Ticket *t, const PretenceIndex *index) {
	if (index->off) return;
	const char *name = name_of(t->arena, index), *size = isnan(index->bytes) ? "" : arena_printf(t->arena, ", %s at most", format_bytes(t->arena, index->bytes));
	const char *use = !index->name ? "not asked yet" : index->used ? "used" : arena_printf(t->arena, "not used%s", why_not(t->arena, index));
	ticket_item(t, "index", arena_printf(t->arena, "%s: %s%s", name ? name : index->sql, use, size));
}

void ticket_add_pretence(const Ticket *t) {
	const Pretence *pretence = t->report->pretence;
	if (!pretence) return;
	ticket_heading(t, "Plan after: pretended");
	ticket_item(t, "cost", pretence->plan ? pretence_costs(t->arena, pretence) : NULL);
	for (size_t i = 0; i < pretence->indexes.count; i++) add_index(t, &pretence->indexes.items[i]);
	if (pretence->rewrite) ticket_sql(t, pretence->rewrite);
	if (!pretence->plan) return;
	PlanReport pretended = {.plan = renamed(t->arena, pretence)};
	markdown_add_gap(t->out);
	markdown_add_folded_fence(t->out, t->arena, "The plan", "text", report_plan_tree(t->arena, &pretended, REPORT_WIDTH, t->ascii));
}
