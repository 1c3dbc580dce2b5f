/* measure.c: derived figures of every node, step by step. */
#include "plan/measure.h"

bool is_cte(const PlanNode *node) {
	return node->subplan && strncmp(node->subplan, "CTE ", 4) == 0;
}

bool is_lazy(const PlanNode *node) {
	return is_cte(node) || (node->relationship && strcmp(node->relationship, "InitPlan") == 0);
}

bool in_subtree(const PlanNode *node, const PlanNode *top) {
	return node->id >= top->id && node->id <= top->last;
}

enum { MOST_BITMAPS = 100 }; /* nested; so that a hostile plan does not take all day */

const PlanNode *bitmap_reader(const PlanNode *node) {
	const PlanNode *above = node->parent;
	for (int i = 0; above && i < MOST_BITMAPS && (node_is(above, "BitmapAnd") || node_is(above, "BitmapOr")); i++) above = above->parent;
	return above;
}

double known(double figure) {
	return isnan(figure) ? 0 : figure;
}

double node_loops(const PlanNode *node) {
	return isnan(node->loops) ? 1 : node->loops;
}

double children_ms(const PlanNode *node) {
	double sum = 0;
	for (const PlanNode *child = node->first_child; child; child = child->next)
		if (!is_lazy(child)) sum += known(child->measure.total_ms);
	return sum;
}

double startup_ms(const PlanNode *node) {
	if (!(node->actual_total_ms > 0)) return 0;
	double share = node->actual_startup_ms / node->actual_total_ms;
	return share > 1 ? node->measure.total_ms : known(share * node->measure.total_ms);
}

static void forget(Plan *plan) {
	static const NodeMeasure nothing = {.rows_planned = NAN, .rows_actual = NAN, .rows_removed = NAN, .participants = 1, .total_ms = NAN,
	                                    .self_ms = NAN, .self_share = NAN, .self_cost = NAN, .misestimate = NAN};
	for (size_t i = 0; i < plan->node_count; i++) {
		plan->nodes[i]->measure = nothing;
		plan->nodes[i]->measure.self_blocks = plan->nodes[i]->blocks;
	}
	plan->other = (OtherTime){.triggers_ms = NAN, .jit_ms = NAN, .serialization_ms = NAN, .startup_shutdown_ms = NAN};
	plan->unaccounted_ms = 0;
}

void plan_measure(Plan *plan) {
	Measuring m = {.plan = plan, .arena = arena_new()};
	m.parts = ARENA_ARRAY(m.arena, const Part *, plan->node_count);
	forget(plan);
	measure_rows(&m);
	measure_cost(&m);
	if (plan->analyzed) {
		measure_wall(&m);
		measure_readers(&m);
		measure_misestimates(&m);
		measure_blocks(&m);
	}
	if (plan->timed) {
		measure_self(&m);
		measure_other(&m);
	}
	arena_free(m.arena);
}
