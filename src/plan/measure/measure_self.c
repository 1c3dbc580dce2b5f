/* measure_self.c: what a node took by itself; over all nodes it adds up to the statement. */
#include "plan/measure.h"

typedef struct Shares {
	Measuring *m;
	double *share; /* by id - 1: what the node and all below it may claim */
	double *charged; /* by id - 1: what InitPlans and CTEs ran inside it */
	PlanNode **lenders; /* by id - 1: the nearest node above that may have something left to borrow */
	double rest; /* of the statement, outside the root: start-up, AFTER triggers, what goes on after the last row */
	double borrowed; /* from the rest */
} Shares;

/* EXPLAIN rounds to a thousandth of a millisecond per loop. */
static double slack_of(const PlanNode *node) {
	return 0.0005 * node_loops(node) / node->measure.participants;
}

/* Who has nothing left never will have: it is not asked again. */
static PlanNode *lender_above(const Shares *s, PlanNode *node) {
	PlanNode **above = &s->lenders[node->id - 1];
	while (*above && !((*above)->measure.self_ms > 0)) *above = s->lenders[(*above)->id - 1];
	return *above;
}

/* Takes from what the nodes above claim for themselves, then from the rest. What a child took the statement took, even
 * when the node above stopped its clock before: shutting down workers is such a case. Returns what nobody had. */
static double borrow(Shares *s, PlanNode *from, double ms) {
	for (; from && ms > 0; from = lender_above(s, from)) {
		double taken = fmin(ms, known(from->measure.self_ms));
		from->measure.self_ms -= taken;
		ms -= taken;
	}
	double taken = fmin(ms, s->rest);
	s->rest -= taken;
	s->borrowed += taken;
	return ms - taken;
}

/* ---- what runs elsewhere ---- */

/* What a node took without its children, of which a scan may have some: SubPlans. */
static double alone_ms(const PlanNode *node) {
	return fmax(0, known(node->measure.total_ms) - children_ms(node));
}

/* In the node that reads it; what does not fit there (it does not count the shutting down of the InitPlan's workers) in the
 * one it hangs under. */
static void charge_init_plan(Shares *s, const Lazy *lazy) {
	double ms = known(lazy->plan->measure.total_ms);
	if (!lazy->readers.count) return;
	const PlanNode *payer = lazy->readers.items[0];
	double *charged = &s->charged[payer->id - 1];
	double fits = fmin(ms, fmax(0, alone_ms(payer) - *charged));
	*charged += fits;
	s->charged[lazy->plan->parent->id - 1] += ms - fits;
}

/* In its scans, by what they took. Writes that nobody reads, or not to the end, are done when the root has ended. */
static void charge_cte(Shares *s, const Lazy *lazy) {
	double ms = known(lazy->plan->measure.total_ms), scans = 0;
	for (size_t i = 0; i < lazy->readers.count; i++) scans += alone_ms(lazy->readers.items[i]);
	double fits = fmin(ms, scans);
	for (size_t i = 0; i < lazy->readers.count && scans > 0; i++) {
		const PlanNode *scan = lazy->readers.items[i];
		s->charged[scan->id - 1] += fits * alone_ms(scan) / scans;
	}
	if (node_is(lazy->plan, "ModifyTable"))
		s->m->plan->unaccounted_ms += borrow(s, NULL, ms - fits);
	else if (lazy->plan->parent)
		s->charged[lazy->plan->parent->id - 1] += ms - fits;
}

/* ---- down the tree ---- */

static bool runs_async(const PlanNode *node) {
	const PlanValue *async = plan_field(node->fields, "Async Capable");
	return async && async->kind == PLAN_BOOL && async->boolean;
}

/* Asynchronous scans wait side by side: their times overlap. */
static bool children_overlap(const PlanNode *node) {
	for (const PlanNode *child = node->first_child; child; child = child->next)
		if (runs_async(child)) return true;
	return false;
}

/* What a node's children claim, and how much less it may be for all that rounding says. */
typedef struct Claims {
	double sum, slack;
} Claims;

static double child_slack(const Shares *s, const PlanNode *child) {
	return fmin(slack_of(child), s->share[child->id - 1]);
}

static Claims children_claims(Shares *s, const PlanNode *node, double part) {
	Claims claims = {0, 0};
	for (const PlanNode *child = node->first_child; child; child = child->next) {
		double ms = known(child->measure.total_ms), *share = &s->share[child->id - 1];
		*share = is_lazy(child) ? ms : ms * part;
		if (is_lazy(child)) continue;
		claims.sum += *share;
		claims.slack += child_slack(s, child);
	}
	return claims;
}

/* Takes `ms` from what the children claim: from the coarsest times first, then from all alike. */
static void give_way(Shares *s, const PlanNode *node, Claims claims, double ms) {
	double rounding = claims.slack > 0 ? fmin(1, ms / claims.slack) : 0, rest = claims.sum - rounding * claims.slack;
	double squeeze = rest > 0 ? fmax(0, claims.sum - ms) / rest : 0;
	for (const PlanNode *child = node->first_child; child; child = child->next) {
		double *share = &s->share[child->id - 1];
		if (!is_lazy(child)) *share = fmax(0, *share - rounding * child_slack(s, child)) * squeeze;
	}
}

/* Splits a node's share into its own and its children's. When they claim more than there is, coarse times give way, be
 * they theirs or those of the nodes above; what nobody has is unaccounted for, and the children get the less. */
static void divide(Shares *s, PlanNode *node) {
	double share = s->share[node->id - 1], total = known(node->measure.total_ms);
	Claims claims = children_claims(s, node, total > 0 ? share / total : 1);
	double excess = claims.sum + s->charged[node->id - 1] - share, slack = claims.slack + slack_of(node);
	if (!isnan(node->measure.total_ms)) node->measure.self_ms = fmax(0, -excess);
	if (!(excess > 0)) return;
	double given = slack > 0 ? fmin(1, excess / slack) * claims.slack : 0, left = excess - given;
	if (!children_overlap(node)) {
		left = borrow(s, node->parent, left);
		if (left > slack) s->m->plan->unaccounted_ms += left;
	}
	give_way(s, node, claims, fmin(claims.sum, given + left));
}

/* When the root claims more than the statement took, the times contradict each other; nobody knows which are right. */
static void fit(Plan *plan) {
	double nodes = 0;
	for (size_t i = 0; i < plan->node_count; i++) nodes += known(plan->nodes[i]->measure.self_ms);
	double excess = nodes - plan->execution_ms;
	if (!(excess > 0)) return;
	for (size_t i = 0; i < plan->node_count; i++) plan->nodes[i]->measure.self_ms *= plan->execution_ms / nodes;
	if (excess > 0.001 + slack_of(plan->root)) plan->unaccounted_ms += excess;
}

void measure_self(Measuring *m) {
	Plan *plan = m->plan;
	bool printed = !isnan(plan->execution_ms);
	double total = known(plan->root->measure.total_ms);
	Shares s = {.m = m, .rest = printed ? fmax(0, plan->execution_ms - total) : INFINITY};
	s.share = ARENA_ARRAY(m->arena, double, plan->node_count);
	s.charged = ARENA_ARRAY(m->arena, double, plan->node_count);
	s.lenders = ARENA_ARRAY(m->arena, PlanNode *, plan->node_count);
	for (size_t i = 0; i < plan->node_count; i++) s.lenders[i] = plan->nodes[i]->parent;
	s.share[0] = total;
	for (size_t i = 0; i < m->lazies.count; i++) {
		if (m->lazies.items[i].cte)
			charge_cte(&s, &m->lazies.items[i]);
		else
			charge_init_plan(&s, &m->lazies.items[i]);
	}
	for (size_t i = 0; i < plan->node_count; i++) divide(&s, plan->nodes[i]);
	if (!printed) plan->execution_ms = total + s.borrowed;
	fit(plan);
}
