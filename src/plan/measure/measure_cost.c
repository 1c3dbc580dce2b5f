/* measure_cost.c: what part of a plan's cost is a node's own; all that is known of a plan that was not run. */
#include "plan/measure.h"

static bool is_as(const PlanNode *node, const char *relationship) {
	return node->relationship && strcmp(node->relationship, relationship) == 0;
}

/* How often the planner thinks the inner side runs for one run of the node. It prints the cost of one run; the node's own
 * cost has all of them. */
static double inner_runs(const PlanNode *node) {
	if (node_is(node, "Recursive Union")) return 10; /* its guess of the rounds */
	if (!node_is(node, "Nested Loop")) return 1;
	for (const PlanNode *outer = node->first_child; outer; outer = outer->next)
		if (is_as(outer, "Outer")) return fmax(1, known(outer->plan_rows));
	return 1;
}

static double runs(const PlanNode *node, double inner) {
	if (is_as(node, "SubPlan")) return fmax(1, known(node->parent->plan_rows));
	bool once = node_is(node->parent, "Nested Loop") && node_is(node, "Materialize");
	return is_as(node, "Inner") && !once ? inner : 1;
}

/* What a child costs over all its runs, given what its parent does over all of its own. */
static double cost_below(const double *costs, const PlanNode *child, double inner) {
	double whole = known(child->parent->total_cost), part = whole > 0 ? costs[child->parent->id - 1] / whole : 1;
	return known(child->total_cost) * part * runs(child, inner);
}

/* Splits what a node costs among itself and its children, those first that run once. More than it has there is not: a
 * Limit stops its child early, a Memoize saves runs. */
static void divide(double *costs, PlanNode *node) {
	double left = costs[node->id - 1], once = 0, often = 0, inner = inner_runs(node);
	for (const PlanNode *child = node->first_child; child; child = child->next)
		*(runs(child, inner) > 1 ? &often : &once) += cost_below(costs, child, inner);
	double once_part = once > left ? left / once : 1;
	left -= once * once_part;
	double often_part = often > left ? left / often : 1;
	left -= often * often_part;
	for (const PlanNode *child = node->first_child; child; child = child->next)
		costs[child->id - 1] = cost_below(costs, child, inner) * (runs(child, inner) > 1 ? often_part : once_part);
	node->measure.self_cost = isnan(node->total_cost) ? NAN : fmax(0, left);
}

void measure_cost(Measuring *m) {
	const Plan *plan = m->plan;
	double *costs = ARENA_ARRAY(m->arena, double, plan->node_count), whole = known(plan->root->total_cost);
	costs[0] = whole;
	for (size_t i = 0; i < plan->node_count; i++) {
		NodeMeasure *measure = &plan->nodes[i]->measure;
		divide(costs, plan->nodes[i]);
		if (!plan->analyzed) measure->self_share = whole > 0 ? measure->self_cost / whole : NAN;
	}
}
