/* measure_cost.c: what part of a plan's cost is a node's own; all that is known of a plan that was not run. */
#include "plan/measure.h"

/* How often the planner thinks a node runs for one run of its parent. It prints the cost of one run; the parent's cost
 * has all of them. */
static double runs(const PlanNode *node) {
	const PlanNode *parent = node->parent;
	const char *how = node->relationship ? node->relationship : "";
	if (strcmp(how, "SubPlan") == 0) return fmax(1, known(parent->plan_rows));
	if (strcmp(how, "Inner") != 0) return 1;
	if (node_is(parent, "Recursive Union")) return 10; /* its guess of the rounds */
	bool again = node_is(parent, "Nested Loop") && !node_is(node, "Materialize");
	for (const PlanNode *outer = parent->first_child; outer && again; outer = outer->next)
		if (outer->relationship && strcmp(outer->relationship, "Outer") == 0) return fmax(1, known(outer->plan_rows));
	return 1;
}

/* What a child costs over all its runs, given what its parent does over all of its own. */
static double cost_below(const double *costs, const PlanNode *child) {
	double whole = known(child->parent->total_cost), part = whole > 0 ? costs[child->parent->id - 1] / whole : 1;
	return known(child->total_cost) * part * runs(child);
}

/* Splits what a node costs among itself and its children, those first that run once. More than it has there is not: a
 * Limit stops its child early, a Memoize saves runs. */
static void divide(double *costs, PlanNode *node) {
	double left = costs[node->id - 1], once = 0, often = 0;
	for (const PlanNode *child = node->first_child; child; child = child->next) *(runs(child) > 1 ? &often : &once) += cost_below(costs, child);
	double once_part = once > left ? left / once : 1;
	left -= once * once_part;
	double often_part = often > left ? left / often : 1;
	left -= often * often_part;
	for (const PlanNode *child = node->first_child; child; child = child->next)
		costs[child->id - 1] = cost_below(costs, child) * (runs(child) > 1 ? often_part : once_part);
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
