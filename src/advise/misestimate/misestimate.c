/* misestimate.c: where the planner's count of rows goes wrong, and which of its choices that misled. */
#include "advise/misestimate.h"

#include "core/format.h"

enum { ROWS_LEAST = 1000 }; /* fewer, planned and found, mislead nobody by much */
#define INNER_RUNS 1000.0 /* of a nested loop: as many are a matter of choice */

/* A bitmap's parts are told by the scan that reads the table for them: that is where the conditions stand. */
static double factor_of(const PlanNode *node) {
	return isnan(node->measure.misestimate) || node_is(node, "Bitmap Index Scan") ? 1 : node->measure.misestimate;
}

bool *misestimate_starts(Arena *arena, const Plan *plan, double factor) {
	bool *starts = ARENA_ARRAY(arena, bool, plan->node_count);
	double *worst_below = ARENA_ARRAY(arena, double, plan->node_count); /* of what a node reads; zero: nothing */
	for (size_t i = plan->node_count; i--;) {
		const PlanNode *node = plan->nodes[i];
		double own = factor_of(node), below = fmax(worst_below[i], 1);
		bool many = fmax(node->measure.rows_actual, node->measure.rows_planned) >= ROWS_LEAST;
		starts[i] = many && !node->measure.never_executed && own >= factor && own / below >= factor;
		if (!node->parent || node_stands_apart(node)) continue;
		double *above = &worst_below[node->parent->id - 1];
		*above = fmax(*above, fmax(own, below));
	}
	return starts;
}

/* ---- choices above it ---- */

static const PlanNode *inner_of(const PlanNode *join) {
	return join->first_child ? join->first_child->next : NULL;
}

static void take(Misled *best, const PlanNode *choice, const char *what, double ms, double cost, double part) {
	if (best->choice && !(ms * part > best->stake_ms * best->part)) return;
	*best = (Misled){.choice = choice, .what = what, .stake_ms = ms, .stake_cost = cost, .part = part};
}

static void look_at_loop(Arena *arena, const Plan *plan, const PlanNode *join, const PlanNode *from, bool under,
                         Misled *best) {
	const PlanNode *inner = inner_of(join);
	if (!under || !inner || from != join->first_child) return;
	double runs = inner->loops / fmax(inner->measure.participants, 1);
	if (!plan->analyzed || !(runs >= INNER_RUNS)) return;
	take(best, join, arena_printf(arena, "the nested loop above ran its inner side %s times", format_rows(arena, runs)),
	     inner->measure.total_ms + join->measure.self_ms, inner->total_cost, 0.5);
}

static bool reads_one_table(const PlanNode *node) {
	while (node->first_child && (node_is(node, "Hash") || node_is(node, "Sort") || node_is(node, "Materialize")))
		node = node->first_child;
	return node_is_scan_of_table(node);
}

static void look_at_join(Arena *arena, const PlanNode *join, const PlanNode *from, bool under, Misled *best) {
	const PlanNode *hash = node_is(join, "Hash Join") ? inner_of(join) : NULL;
	double ms = join->measure.self_ms, cost = join->measure.self_cost;
	double batches = hash ? node_real(hash, "Hash Batches") : NAN,
	       planned = hash ? node_real(hash, "Original Hash Batches") : NAN;
	if (hash && hash == from && under && batches > planned) {
		take(best, join,
		     arena_printf(arena, "its hash table was split into %.0f batches in place of %.0f", batches, planned),
		     ms + hash->measure.self_ms, cost, 0.25);
		return;
	}
	const PlanNode *other = from == join->first_child ? inner_of(join) : join->first_child;
	/* So few rows came that looking each up in the other side would have spared reading that whole. */
	if (!under && other && reads_one_table(other) &&
	    other->measure.rows_actual > 10 * fmax(from->measure.rows_actual, 1) && other->measure.rows_actual >= ROWS_LEAST)
		take(best, join,
		     arena_printf(arena, "the other side of the %s above was read whole",
		                  join->label ? join->label : join->type),
		     other->measure.total_ms + ms, cost, 0.5);
	else
		take(best, join,
		     arena_printf(arena, "the %s above was chosen, and its place in the order of joins, by that count",
		                  join->label ? join->label : join->type),
		     ms, cost, 0.25);
}

static bool on_disk(const PlanNode *sort) {
	const char *where = node_text(sort, "Sort Space Type");
	return where && strcmp(where, "Disk") == 0;
}

static bool is_join(const PlanNode *node) {
	return node_is(node, "Hash Join") || node_is(node, "Merge Join");
}

Misled misestimate_misled(Arena *arena, const Plan *plan, const PlanNode *node) {
	Misled best = {.choice = NULL};
	bool under = node->measure.underestimated;
	const PlanNode *from = node;
	for (const PlanNode *up = node->parent; up; from = up, up = up->parent) {
		if (node_stands_apart(from)) break;
		if (node_is(up, "Nested Loop")) look_at_loop(arena, plan, up, from, under, &best);
		if (is_join(up)) look_at_join(arena, up, from, under, &best);
		if (node_is(up, "Sort") && under && on_disk(up))
			take(&best, up, "the sort above spilled to disk", up->measure.self_ms, up->measure.self_cost, 0.25);
		if (node_is(up, "Aggregate") && factor_of(up) < 2) break; /* the count is right again from here */
	}
	bool by_index = node_is(node, "Index Scan") && node_text(node, "Index Cond");
	if (under && by_index && node->measure.rows_actual >= 10 * ROWS_LEAST)
		take(&best, node, "rows were fetched one by one where a bitmap would have fetched page by page",
		     node->measure.self_ms, node->measure.self_cost, 0.25);
	return best;
}
