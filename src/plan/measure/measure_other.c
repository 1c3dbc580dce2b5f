/* measure_other.c: what a statement takes beside its nodes: triggers, JIT, serialization, starting and stopping. */
#include "plan/measure.h"
#include "plan/value.h"

typedef struct Rest {
	const Measuring *m;
	double ms; /* of the statement, not yet named */
} Rest;

static double from_rest(Rest *rest, double ms) {
	double taken = fmin(known(ms), rest->ms);
	rest->ms -= taken;
	return taken;
}

static double from_node(PlanNode *node, double ms) {
	double taken = fmin(ms, known(node->measure.self_ms));
	if (taken > 0) node->measure.self_ms -= taken;
	return fmax(0, taken);
}

/* ---- triggers ---- */

static NodeList targets(const Measuring *m) {
	NodeList nodes = {0};
	for (size_t i = 0; i < m->plan->node_count; i++)
		if (node_is(m->plan->nodes[i], "ModifyTable")) *list_push(m->arena, &nodes) = m->plan->nodes[i];
	return nodes;
}

/* From the writes to a relation, or from all of them. */
static double from_targets(const NodeList *targets, const char *relation, double ms) {
	double taken = 0;
	for (size_t i = 0; i < targets->count && taken < ms; i++) {
		const char *name = targets->items[i]->relation;
		if (!relation || (name && strcmp(name, relation) == 0)) taken += from_node(targets->items[i], ms - taken);
	}
	return taken;
}

/* BEFORE triggers run inside the ModifyTable, AFTER triggers when the plan has ended, and EXPLAIN does not say which is
 * which: what the time after the root does not hold was BEFORE. Without a time for the statement nobody knows. */
static double triggers(Rest *rest) {
	const Plan *plan = rest->m->plan;
	NodeList nodes = targets(rest->m);
	double all = 0, before = 0;
	if (!(rest->ms > 0)) return 0;
	for (size_t i = 0; i < plan->triggers.count; i++) all += known(plan->triggers.items[i].time_ms);
	double after = from_rest(rest, all), inside = all - after;
	for (size_t t = 0; t < plan->triggers.count && inside > 0; t++) {
		const TriggerFigures *trigger = &plan->triggers.items[t];
		double ms = inside * known(trigger->time_ms) / all, taken = trigger->relation ? from_targets(&nodes, trigger->relation, ms) : 0;
		before += taken + from_targets(&nodes, NULL, ms - taken); /* a partition's trigger names the partition */
	}
	return after + before;
}

/* ---- JIT ---- */

/* Since 17 it is an object with the part that deforms tuples. */
static double generation_ms(const PlanValue *timing) {
	const PlanValue *generation = plan_field(timing, "Generation");
	if (generation && generation->kind == PLAN_OBJECT) generation = plan_field(generation, "Total");
	return known(value_real(generation));
}

static double processes(const Measuring *m) {
	double most = 1;
	for (size_t i = 0; i < m->plan->node_count; i++) most = fmax(most, m->plan->nodes[i]->measure.participants);
	return most;
}

static bool reads_all_first(const PlanNode *node) {
	static const char *const types[] = {"Sort", "Hash", "Aggregate", "Hash Join", "SetOp", "WindowAgg", "Bitmap Heap Scan", "ModifyTable", NULL};
	return node_is_any(node, types);
}

/* How much later than its children it had its first row: functions are compiled when the first row needs them. */
static double late_ms(const PlanNode *node) {
	double before = 0;
	for (const PlanNode *child = node->first_child; child; child = child->next)
		if (!is_lazy(child)) before += reads_all_first(node) ? known(child->measure.total_ms) : startup_ms(child);
	return fmin(fmax(0, startup_ms(node) - before), known(node->measure.self_ms));
}

static PlanNode *latest(const Plan *plan, bool streaming) {
	PlanNode *latest = NULL;
	double most = -1;
	for (size_t i = 0; i < plan->node_count; i++) {
		if (streaming && reads_all_first(plan->nodes[i])) continue;
		double late = late_ms(plan->nodes[i]);
		if (late > most) latest = plan->nodes[i];
		most = fmax(most, late);
	}
	return latest;
}

/* All functions are compiled together, when the first of them is called. A late first row shows where that was, unless all
 * nodes that pass rows on were prompt: then it was in one of those that read everything first. */
static PlanNode *compiler(const Plan *plan, double ms) {
	PlanNode *streaming = latest(plan, true);
	return streaming && late_ms(streaming) >= ms / 2 ? streaming : latest(plan, false);
}

enum { MOST_COMPILERS = 4 };

/* The figures are sums over the leader and its workers, which compile side by side. Functions are generated before the root
 * runs, but inlined, optimized and emitted inside the nodes that first call them. */
static double jit(Rest *rest) {
	const Plan *plan = rest->m->plan;
	if (!(plan->jit_ms > 0)) return 0;
	double share = 1 / processes(rest->m);
	double generation = fmin(generation_ms(plan_field(plan_field(plan->fields, "JIT"), "Timing")), plan->jit_ms);
	double left = (plan->jit_ms - generation) * share, taken = from_rest(rest, generation * share);
	for (int i = 0; i < MOST_COMPILERS && left > 0; i++) {
		PlanNode *node = compiler(plan, left);
		double ms = from_node(node, fmin(left, late_ms(node)));
		left -= ms;
		taken += ms;
	}
	return taken + from_rest(rest, left);
}

/* ---- the whole ---- */

void measure_other(Measuring *m) {
	Plan *plan = m->plan;
	double nodes = 0;
	for (size_t i = 0; i < plan->node_count; i++) nodes += known(plan->nodes[i]->measure.self_ms);
	Rest rest = {.m = m, .ms = fmax(0, plan->execution_ms - nodes)};
	plan->other.serialization_ms = from_rest(&rest, plan->serialization_ms);
	plan->other.triggers_ms = triggers(&rest);
	plan->other.jit_ms = jit(&rest);
	plan->other.startup_shutdown_ms = rest.ms;
	for (size_t i = 0; i < plan->node_count; i++) {
		NodeMeasure *measure = &plan->nodes[i]->measure;
		measure->self_share = plan->execution_ms > 0 ? measure->self_ms / plan->execution_ms : measure->self_ms;
	}
}
