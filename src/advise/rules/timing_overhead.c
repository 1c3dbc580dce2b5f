/* timing_overhead.c: so many rows passed so many nodes that reading the clock for each took much of the time measured. */
#include "advise/advise.h"
#include "advise/say.h"

#define READINGS 1e7 /* fewer are over in half a second */
#define READING_MS 0.00004 /* for each row of each node: 0.03 to 0.07 microseconds measured with the processor's own clock */
#define SHARE 0.5 /* of the statement: every plan of many rows has some of it */

/* The clock is read around each row a node returns, and around the last call, that returns none. */
static double readings_of(const PlanNode *node) {
	double rows = node->measure.rows_actual, loops = node->loops;
	return (rows > 0 ? rows : 0) + (loops > 0 ? loops : 0);
}

static void run(Advice *advice, const Rule *rule) {
	Arena *arena = advice->arena;
	const Plan *plan = advice->plan;
	double readings = 0, ms = 0, most = 0;
	const PlanNode *worst = NULL;
	for (size_t i = 0; i < plan->node_count; i++) {
		const PlanNode *node = plan->nodes[i];
		double own = readings_of(node);
		readings += own;
		ms += own * READING_MS / fmax(node->measure.participants, 1);
		if (own > most) worst = node;
		most = fmax(most, own);
	}
	if (!worst || readings < READINGS || !(plan_share(plan, ms, NAN) >= SHARE) || !(plan_statement_ms(plan) > 0)) return;
	Finding finding = finding_new(rule->id);
	finding.node = worst->id;
	finding.title = "half of the time measured may be the measuring itself";
	finding.evidence = arena_printf(arena, "The clock was read around %s, most of them at %s: about %s, more where it is slow.",
	                                say_rows(arena, readings), say_node(arena, worst), say_share(arena, plan, ms, NAN));
	finding.because = "EXPLAIN ANALYZE times every row at every node, so nodes that pass many rows look slower beside others than they are; "
			  "without EXPLAIN the statement spares all that.";
	finding.notes = "EXPLAIN (ANALYZE, TIMING OFF) counts rows and times only the whole: the difference is the measuring. pg_test_timing says "
			"how slow a machine's clock is.";
	*list_push(arena, &advice->findings) = finding;
}

const Rule rule_timing_overhead = {
    .id = "timing-overhead",
    .summary = "half of the time measured may be the measuring itself",
    .fires = "All nodes together returned 10,000,000 rows or more, and reading the clock for them, 0.04 microseconds each, makes "
	     "half of the statement or more. Told after all other advice: times of nodes with many rows are less than "
	     "they look, and nothing is saved by it. Silent for fewer rows, for plans with TIMING off, and where other work outweighs "
	     "the clock. Never above info.",
    .last = true,
    .run = run,
};
