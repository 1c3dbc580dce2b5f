/* nested_loop_blowup.c: a nested loop that was planned for few rows and ran for many, without one estimate to blame. */
#include "advise/advise.h"
#include "advise/say.h"
#include "core/format.h"

#define INNER_RUNS 1000.0
#define INNER_SHARE 0.5 /* of the statement */
#define FACTOR 10.0 /* as for a misestimate */
#define LEFT 0.5 /* of its time in another join, by rule of thumb */
#define HIT_SHARE 0.9 /* of the lookups a Memoize answered */

static bool is_remembered(const PlanNode *inner) {
	double hits = node_real(inner, "Cache Hits"), misses = node_real(inner, "Cache Misses");
	return node_is(inner, "Memoize") && hits >= HIT_SHARE * (hits + misses);
}

static bool is_blown_up(const Advice *advice, const PlanNode *join) {
	const PlanNode *outer = join->first_child, *inner = outer ? outer->next : NULL;
	if (!node_is(join, "Nested Loop") || !inner || node_stands_apart(outer) || node_stands_apart(inner)) return false;
	double runs = inner->loops / fmax(inner->measure.participants, 1);
	if (!(runs >= INNER_RUNS) || !outer->measure.underestimated || !(outer->measure.misestimate >= FACTOR)) return false;
	return advice_takes(advice, plan_share(advice->plan, inner->measure.total_ms, NAN), INNER_SHARE) && !is_remembered(inner);
}

static void report(Advice *advice, const Rule *rule, const PlanNode *join) {
	Arena *arena = advice->arena;
	const PlanNode *outer = join->first_child, *inner = outer->next;
	Finding finding = finding_new(rule->id);
	double planned = outer->measure.rows_planned, came = outer->measure.rows_actual;
	finding.node = join->id;
	finding.title = arena_printf(arena, "a nested loop planned for %s ran %s times", say_rows(arena, planned), format_rows(arena, inner->loops));
	finding.evidence = arena_printf(arena, "%s returned %s, not the %s planned, and for each the inner side ran anew: %s.", say_node(arena, outer),
	                                say_rows(arena, came), format_rows(arena, planned),
	                                say_share(arena, advice->plan, inner->measure.total_ms, inner->total_cost));
	finding.because = "No single estimate is far off: smaller errors multiply from one join to the next, and what looks like a few rows at the "
			  "end are many.";
	finding.kind = REMEDY_NONE;
	finding.notes = "ANALYZE the tables below, CREATE STATISTICS on columns that are compared together, or have the part that is wrong "
			"computed first: WITH … AS MATERIALIZED, or a temporary table and ANALYZE. Whether another join is quicker is tried by SET "
			"LOCAL enable_nestloop = off inside a transaction; as an experiment only, for it holds for every join of the statement.";
	finding_weigh(advice->plan, &finding, inner->measure.total_ms + join->measure.self_ms, inner->total_cost, LEFT);
	*list_push(arena, &advice->findings) = finding;
}

static void run(Advice *advice, const Rule *rule) {
	for (size_t i = 0; advice->plan->analyzed && i < advice->plan->node_count; i++) {
		const PlanNode *join = advice->plan->nodes[i];
		if (is_blown_up(advice, join)) report(advice, rule, join);
	}
}

const Rule rule_nested_loop_blowup = {
    .id = "nested-loop-blowup",
    .summary = "a nested loop planned for few rows ran for many, and no single estimate is to blame",
    .fires = "The outer side of a Nested Loop returned ten times the rows planned, or more, its inner side ran 1,000 times or "
	     "more, and took at least half of the statement. Where row-misestimate names the node at which the count goes wrong, "
	     "or missing-index or cartesian-join speak of it, it is one finding with theirs. Silent when a Memoize answered "
	     "90% of the lookups, and for plans that were not run.",
    .sourced = true,
    .run = run,
};
