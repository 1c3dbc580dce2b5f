/* subplan_per_row.c: a subquery that is run anew for every row, where one join would do. */
#include "advise/advise.h"
#include "advise/say.h"
#include "advise/subquery_join.h"
#include "advise/subtree.h"
#include "core/format.h"

#define MANY_RUNS 1000.0
#define MANY_RUNS_SHARE 0.1 /* of the statement, when it ran so often; else */
#define TIME_SHARE 0.2
#define LEFT 0.5 /* of its time in a join, by rule of thumb: rows are looked up one by one there too, or all read once */

static bool is_per_row(const PlanNode *node) {
	return node->relationship && strcmp(node->relationship, "SubPlan") == 0 && node->parent && !node->measure.never_executed;
}

/* How often a process ran it; NaN of a plan that was not run. */
static double runs_of(const Plan *plan, const PlanNode *node) {
	return plan->analyzed ? node->loops : NAN;
}

static bool worth_it(const Advice *advice, const PlanNode *node) {
	const Plan *plan = advice->plan;
	double runs = runs_of(plan, node), share = plan_share(plan, node->measure.total_ms, node_asking_cost(node->parent));
	if (isnan(runs)) return advice_takes(advice, share, TIME_SHARE) && !subtree_stands_alone(advice->arena, plan, node);
	if (runs / fmax(node->measure.participants, 1) <= 1) return false; /* hashed, or asked for once */
	return advice_takes(advice, share, runs > MANY_RUNS ? MANY_RUNS_SHARE : TIME_SHARE);
}

/* Told by another rule, or part of a subquery that is told. */
static bool told_already(const Advice *advice, const PlanNode *node, const Rule *rule) {
	static const char *const others[] = {"missing-index", "filter-heavy-index", "count-star"};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (advice_told(advice, others[i], node)) return true;
	for (size_t i = 0; i < advice->findings.count; i++) {
		const Finding *finding = &advice->findings.items[i];
		if (finding->node == node->parent->id && strcmp(finding->rule, "not-in") == 0) return true;
		if (strcmp(finding->rule, rule->id) != 0) continue;
		if (node->id > finding->node && node->id <= advice->plan->nodes[finding->node - 1]->last) return true;
	}
	return false;
}

/* The first table it reads. */
static const PlanNode *table_of(const Plan *plan, const PlanNode *top) {
	for (int id = top->id; id <= top->last; id++)
		if (node_is_scan_of_table(plan->nodes[id - 1])) return plan->nodes[id - 1];
	return NULL;
}

static const char *evidence(const Advice *advice, const PlanNode *node) {
	Arena *arena = advice->arena;
	const char *share = say_share(arena, advice->plan, node->measure.total_ms, node_asking_cost(node->parent));
	const char *name = node->subplan ? node->subplan : "the subquery", *asker = say_node(arena, node->parent);
	double runs = runs_of(advice->plan, node);
	if (isnan(runs)) return arena_printf(arena, "%s would run %s for every row: %s.", asker, name, share);
	return arena_printf(arena, "%s ran %s %s times: %s.", asker, name, format_rows(arena, runs), share);
}

static const char *advice_without_sql(bool alone) {
	return alone ? "Where the condition has to hold by itself, not as one side of an OR, IN and EXISTS become joins; an OR can be taken apart into a UNION."
	             : "Join what it reads, grouped by the columns it compares with the row: LEFT JOIN (SELECT key, max(…) … GROUP BY key) USING (key); "
	               "count(*) is then null where it was 0: coalesce(…, 0). Where it picks one row with ORDER BY … LIMIT 1: SELECT DISTINCT ON (key) … in "
	               "its place, or LATERAL when several columns of that row are wanted. Which it is, the plan does not tell, so there is no SQL to paste. "
	               "Where only a few of the rows are shown, a LIMIT below the subquery spares more.";
}

static void remedy(Arena *arena, Finding *finding, const SubqueryJoin *join, bool alone) {
	finding->kind = join ? REMEDY_REWRITE : REMEDY_NONE;
	finding->notes = advice_without_sql(alone);
	if (!join) return;
	finding->sql = finding->rewrite = join->statement;
	finding->notes = arena_printf(arena, "%s The join reads all there is for every key: where only few of the rows are shown, a LIMIT below the subquery spares more.",
	                              join->check ? join->check : "Returns the same rows.");
}

static void report(Advice *advice, const Rule *rule, const PlanNode *node, const SubqueryJoin *join) {
	Arena *arena = advice->arena;
	Finding finding = finding_new(rule->id);
	const PlanNode *table = table_of(advice->plan, node);
	bool alone = subtree_stands_alone(arena, advice->plan, node);
	finding.node = node->id;
	if (table) finding.relation = say_relation(arena, table->schema, table->relation);
	finding.title = table ? arena_printf(arena, "a subquery on %s is run for every row", table->relation) : "a subquery is run for every row";
	finding.evidence = evidence(advice, node);
	finding.because = alone ? "What it returns is the same for every row, but was taken for too much for a hash table in work_mem, so it is gone "
	                          "through each time."
	                        : "It depends on the row at hand, so nothing it found for one row is used for the next.";
	remedy(arena, &finding, join, alone);
	finding_weigh(advice->plan, &finding, node->measure.total_ms, node_asking_cost(node->parent), LEFT);
	*list_push(arena, &advice->findings) = finding;
}

/* The plan has no other subqueries but those the statement's text joins; what a view hides is in no text. */
static bool joins_all(const Plan *plan, const SubqueryJoin *join) {
	size_t count = 0;
	for (size_t i = 0; i < plan->node_count; i++)
		count += plan->nodes[i]->relationship && strcmp(plan->nodes[i]->relationship, "SubPlan") == 0;
	return join->statement && count <= join->joined;
}

/* One text rewrites them all. The planner's cost of the node holds all of them already. */
static void add_to(const Advice *advice, Finding *finding, const PlanNode *node) {
	Finding more = *finding;
	double cost = node->parent == advice->plan->nodes[finding->node - 1]->parent ? finding->stake_cost : finding->stake_cost + node_asking_cost(node->parent);
	finding_weigh(advice->plan, &more, finding->stake_ms + node->measure.total_ms, cost, LEFT);
	more.evidence = sentences(advice->arena, finding->evidence, evidence(advice, node));
	*finding = more;
}

static void run(Advice *advice, const Rule *rule) {
	SubqueryJoin join = subquery_join(advice->arena, advice->statement, advice->facts);
	bool joined = joins_all(advice->plan, &join);
	size_t first = advice->findings.count;
	for (size_t i = 0; i < advice->plan->node_count; i++) {
		const PlanNode *node = advice->plan->nodes[i];
		if (!is_per_row(node) || !worth_it(advice, node) || told_already(advice, node, rule)) continue;
		if (joined && advice->findings.count > first) add_to(advice, &advice->findings.items[first], node);
		else report(advice, rule, node, joined ? &join : NULL);
	}
}

const Rule rule_subplan_per_row = {
    .id = "subplan-per-row",
    .summary = "a subquery is run anew for every row, where one join would do",
    .fires = "A SubPlan ran more than 1,000 times and took at least 10% of the statement, or more than once and took 20%; of a "
	     "plan that was not run, it depends on the row and makes up 20% of the cost. The gain is put at half of its "
	     "time, for a join has to find those rows too. The statement is written out with LEFT JOIN where each of its "
	     "scalar subqueries is an aggregate, the first row of an order or a row found by a unique key, and compares "
	     "columns with the row's by =; what has to be so for the same rows to come is told. Silent for a hashed SubPlan "
	     "and an InitPlan, which run once, for a subquery in which missing-index finds an index or count-star an EXISTS, "
	     "and for NOT IN, which has a rule of its own.",
    .sourced = true,
    .run = run,
};
