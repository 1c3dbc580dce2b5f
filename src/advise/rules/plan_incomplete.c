/* plan_incomplete.c: a node whose input is missing took time that the missing nodes took. */
#include "advise/advise.h"
#include "advise/say.h"

#define SHARE 0.1 /* of the statement, in nodes without input: less hides nothing */

/* How many nodes it reads from. One over all partitions that were pruned may have none left, and is not here. */
static const struct Reader {
	const char *type;
	size_t inputs;
} readers[] = {
    {"Sort", 1},        {"Incremental Sort", 1}, {"Hash", 1},      {"Materialize", 1},      {"Memoize", 1},   {"Limit", 1},
    {"Unique", 1},      {"Gather", 1},           {"Gather Merge", 1}, {"WindowAgg", 1},    {"Aggregate", 1}, {"Group", 1},
    {"LockRows", 1},    {"Subquery Scan", 1},    {"ProjectSet", 1}, {"Bitmap Heap Scan", 1}, {"BitmapAnd", 2}, {"BitmapOr", 2},
    {"Nested Loop", 2}, {"Hash Join", 2},        {"Merge Join", 2}, {"Recursive Union", 2},
};

static size_t inputs_of(const PlanNode *node) {
	size_t count = 0;
	for (const PlanNode *child = node->first_child; child; child = child->next) count += !node_stands_apart(child);
	return count;
}

static bool lacks_input(const PlanNode *node) {
	for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
		if (node_is(node, readers[i].type)) return inputs_of(node) < readers[i].inputs;
	return false;
}

/* Pasted without its indentation, all nodes seem to hang under one: a table that reads from another node gives that away. */
static bool is_flat(const Plan *plan) {
	for (size_t i = 0; i < plan->node_count; i++) {
		const PlanNode *node = plan->nodes[i];
		if (node_is_scan_of_table(node) && !node_is(node, "Bitmap Heap Scan") && inputs_of(node)) return true;
	}
	return false;
}

static void run(Advice *advice, const Rule *rule) {
	Arena *arena = advice->arena;
	const Plan *plan = advice->plan;
	const PlanNode *worst = NULL;
	double ms = 0, cost = 0;
	size_t nodes = 0;
	for (size_t i = 0; i < plan->node_count; i++) {
		const PlanNode *node = plan->nodes[i];
		if (node->measure.never_executed || !lacks_input(node)) continue;
		if (!worst || node->measure.self_ms > worst->measure.self_ms) worst = node;
		ms += node->measure.self_ms;
		cost += node->measure.self_cost;
		nodes++;
	}
	if (!worst || !(plan_share(plan, ms, cost) >= SHARE) || is_flat(plan)) return;
	Finding finding = finding_new(rule->id);
	finding.node = worst->id;
	finding.title = "this plan was cut off: the nodes that took the time are missing";
	finding.evidence = arena_printf(arena, "%s%s has nothing below to read from, yet took %s.", say_node(arena, worst),
	                                nodes > 1 ? arena_printf(arena, " (and %zu more)", nodes - 1) : "", say_share(arena, plan, ms, cost));
	finding.because = "What a node takes includes what it reads from; whoever copied or logged the plan kept only the upper part.";
	finding.notes = "Copy it whole: psql's pager cuts at the screen, auto_explain's lines at the length a log collector allows. Until then no "
			"other advice on it says much.";
	*list_push(arena, &advice->findings) = finding;
}

const Rule rule_plan_incomplete = {
    .id = "plan-incomplete",
    .summary = "the plan was cut off above the nodes that took its time",
    .fires = "Nodes that always read from others, a Sort, a Hash, a join, have none or too few below, and hold at least 10% of "
	     "the statement's time or cost. Told before anything else, for what took the time is not there to be seen. Silent "
	     "for an Append whose partitions were all pruned, for a plan that only lost its indentation, and where next to "
	     "nothing is hidden. Never above info.",
    .first = true,
    .run = run,
};
