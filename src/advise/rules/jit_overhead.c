/* jit_overhead.c: compiling expressions took longer than they are worth in a statement this short. */
#include "advise/advise.h"
#include "advise/say.h"
#include "core/format.h"

#define TIME_SHARE 0.1
#define LONG_MS 5000.0 /* a statement that runs longer gets something for it */
#define TIMES_OFF 10.0
#define ROWS_LEAST 1000.0 /* planned: fewer never made a plan look expensive */

/* JIT starts by cost: who promised far more rows than came made the plan look expensive. */
static const PlanNode *overestimated(const Plan *plan) {
	const PlanNode *worst = NULL;
	for (size_t i = 0; i < plan->node_count; i++) {
		const NodeMeasure *measure = &plan->nodes[i]->measure;
		if (measure->underestimated || !(measure->misestimate >= TIMES_OFF) || !(measure->rows_planned >= ROWS_LEAST))
			continue;
		if (!worst || measure->rows_planned > worst->measure.rows_planned) worst = plan->nodes[i];
	}
	return worst;
}

static double functions(const Plan *plan) {
	const PlanValue *count = plan_field(plan_field(plan->fields, "JIT"), "Functions");
	return count && count->kind == PLAN_INT ? (double)count->integer : NAN;
}

static const char *why(Arena *arena, const Plan *plan) {
	const PlanNode *node = overestimated(plan);
	const char *cost = format_rows(arena, plan->root->total_cost);
	if (!node)
		return arena_printf(arena, "JIT compiles whatever is estimated to cost more than jit_above_cost, and this plan's "
		                           "estimate is %s; too little ran to make up for it.", cost);
	return arena_printf(arena,
	                    "JIT compiles by estimated cost, and this plan's is %s for %s where only %s came (%s): that count "
	                    "is the cause, mend it first.",
	                    cost, say_rows(arena, node->measure.rows_planned), format_rows(arena, node->measure.rows_actual),
	                    say_node(arena, node));
}

static void run(Advice *advice, const Rule *rule) {
	Arena *arena = advice->arena;
	const Plan *plan = advice->plan;
	double ms = plan->other.jit_ms, statement_ms = plan_statement_ms(plan), count = functions(plan);
	if (!(ms > 0) || !(statement_ms < LONG_MS) || !advice_takes(advice, plan_share(plan, ms, NAN), TIME_SHARE)) return;
	Finding finding = finding_new(rule->id);
	const char *compiled = isnan(count) ? "Its expressions" : arena_printf(arena, "%s functions", format_rows(arena, count));
	finding.title = arena_printf(arena, "compiling expressions took %s of this statement's time",
	                             format_share(arena, plan_share(plan, ms, NAN)));
	finding.evidence = arena_printf(arena, "%s were compiled: %s.", compiled, say_share(arena, plan, ms, NAN));
	finding.because = why(arena, plan);
	finding.kind = REMEDY_SETTING;
	finding.sql = "SET LOCAL jit = off";
	finding.notes = arena_printf(arena,
	                             "SET LOCAL lasts to the end of the transaction; ALTER ROLE … SET jit = off does it for good "
	                             "for one role. To keep JIT for longer statements raise jit_above_cost above %s.",
	                             format_rows(arena, plan->root->total_cost));
	finding_weigh(plan, &finding, ms, NAN, 0);
	*list_push(arena, &advice->findings) = finding;
}

const Rule rule_jit_overhead = {
    .id = "jit-overhead",
    .summary = "compiling expressions (JIT) took longer than it was worth",
    .fires = "JIT took at least 10% of a statement of less than 5 s. The figures EXPLAIN prints are sums over leader and "
	     "workers, which compile side by side: what counts is what it took on the clock. Where a node was planned with ten "
	     "times the rows that came, that is told as the cause. Silent for longer statements and where JIT was cheap.",
    .sourced = true,
    .run = run,
};
