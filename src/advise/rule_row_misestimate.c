/* rule_row_misestimate.c: the planner expected far fewer, or far more, rows, and chose by that. */
#include "advise/misestimate.h"
#include "advise/say.h"
#include "core/format.h"

#define FACTOR 10.0 /* between planned and actual rows; smaller ones seldom change a plan */

static void report(Advice *advice, const Rule *rule, const PlanNode *node, const Misled *misled) {
	Arena *arena = advice->arena;
	Finding finding = finding_new(rule->id);
	MisestimateCause cause = misestimate_cause(advice, node);
	double times = node->measure.misestimate;
	finding.node = node->id;
	finding.relation =
	    node->relation && node->schema ? arena_printf(arena, "%s.%s", node->schema, node->relation) : node->relation;
	finding.columns = cause.columns;
	finding.column_count = cause.column_count;
	finding.title =
	    arena_printf(arena, "%s returned %s where %s were planned", say_node(arena, node),
	                 say_rows(arena, node->measure.rows_actual), format_rows(arena, node->measure.rows_planned));
	finding.evidence = arena_printf(arena, "The estimate is %s times too %s, and %s: %s.", format_rows(arena, times),
	                                node->measure.underestimated ? "low" : "high", misled->what,
	                                say_share(arena, advice->plan, misled->stake_ms, misled->stake_cost));
	finding.because = cause.because;
	finding.kind = cause.kind;
	finding.sql = cause.sql;
	finding.undo = cause.undo;
	finding.notes = cause.notes;
	finding.locks = cause.kind == REMEDY_STATISTICS ? "Reads and writes go on (ShareUpdateExclusive)." : NULL;
	finding_weigh(advice->plan, &finding, misled->stake_ms, misled->stake_cost, 1 - misled->part);
	*list_push(arena, &advice->findings) = finding;
}

static void run(Advice *advice, const Rule *rule) {
	if (!advice->plan->analyzed) return;
	const bool *starts = misestimate_starts(advice->arena, advice->plan, FACTOR);
	for (size_t i = 0; i < advice->plan->node_count; i++) {
		const PlanNode *node = advice->plan->nodes[i];
		if (!starts[i]) continue;
		Misled misled = misestimate_misled(advice->arena, advice->plan, node);
		if (misled.choice) report(advice, rule, node, &misled);
	}
}

const Rule rule_row_misestimate = {
    .id = "row-misestimate",
    .summary = "the planner expected ten times fewer or more rows than came, and chose by that",
    .fires = "A node's rows differ from the estimate by a factor of 10 or more (1,000 rows at least) while what it reads "
	     "was estimated better, and a choice above depends on it: a nested loop that ran 1,000 times or more, a hash "
	     "table that had to be split, a join's method and place, a sort that spilled, rows fetched one by one. The "
	     "cause is looked for in this order: stale statistics, a generic plan, an expression, columns that go together, "
	     "uneven values, a function, groups, a join. Silent below a LIMIT, EXISTS or merge join that stopped early, for "
	     "bitmap parts, and when nothing was chosen by it.",
    .sourced = true,
    .run = run,
};
