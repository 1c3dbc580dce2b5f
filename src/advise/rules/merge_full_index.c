/* merge_full_index.c: a merge join has whole tables fetched row by row, in the order of an index, only to have them in order. */
#include "advise/memory.h"
#include "advise/say.h"
#include "core/format.h"

#define ROWS_LEAST 10000.0
#define BLOCKS_A_ROW 0.5 /* visited: more, and the next row mostly stands on another page */
#define TIMES_READ 2.0 /* so often is each page of the table visited at least */
#define TIME_SHARE 0.1
#define LEFT 0.5 /* of those scans' time, for reading the tables whole and hashing one of them: a third measured */
#define HASH_OVERHEAD 48.0 /* bytes a row beside its width, buckets among them: measured */

/* Scans of one join that are read for their order. */
typedef struct Fetched {
	const Scan *scan; /* the dearest; NULL: none */
	size_t scans;
	double rows, blocks;
	double ms, cost;
} Fetched;

static const PlanNode *below_wrappers(const PlanNode *node) {
	while (node->first_child && (node_is(node, "Materialize") || node_is(node, "Result"))) node = node->first_child;
	return node;
}

/* Without a catalog the rows read stand for the pages: thirty of them on one, as a guess. */
static double pages_of(const Scan *scan) {
	return isnan(scan->table_pages) ? scan->rows_read / 30 : scan->table_pages;
}

static void add_side(const Advice *advice, const PlanNode *side, Fetched *all) {
	const PlanNode *node = below_wrappers(side);
	const Scan *scan = node_is(node, "Index Scan") ? scan_of_node(&advice->scans, node) : NULL;
	if (!scan || scan->lookup.count || scan->filter.count || !(scan->rows_read >= ROWS_LEAST)) return;
	double blocks = node->blocks.shared_hit + node->blocks.shared_read;
	if (!(blocks >= BLOCKS_A_ROW * scan->rows_read) || !(blocks >= TIMES_READ * pages_of(scan))) return;
	if (!all->scan || scan->self_ms > all->scan->self_ms || scan->self_cost > all->scan->self_cost) all->scan = scan;
	all->scans++;
	all->rows += scan->rows_read;
	all->blocks += blocks;
	all->ms += scan->self_ms;
	all->cost += scan->self_cost;
}

/* Something above lives by that order, or stops as soon as it has enough. */
static bool order_is_wanted(const PlanNode *join) {
	static const char *const users[] = {"Limit", "Unique", "Group", "WindowAgg", "Incremental Sort", "Merge Join", "Merge Append", "Gather Merge", NULL};
	for (const PlanNode *up = join->parent; up; up = up->parent) {
		if (node_is_any(up, users)) return true;
		const char *strategy = node_is(up, "Aggregate") ? node_text(up, "Strategy") : NULL;
		if (strategy) return strcmp(strategy, "Sorted") == 0;
		if (node_is(up, "Sort") || node_is(up, "Hash") || node_is(up, "Materialize")) return false;
	}
	return false;
}

/* A hash table of the smaller side, for one process. */
static double hash_kb(const Advice *advice, const PlanNode *join) {
	double smallest = INFINITY;
	for (const PlanNode *side = join->first_child; side; side = side->next)
		smallest = fmin(smallest, node_rows(advice->plan, side) * (side->plan_width + HASH_OVERHEAD));
	return smallest / 1024 / hash_mem_multiplier(advice);
}

static void report(Advice *advice, const Rule *rule, const PlanNode *join, const Fetched *all) {
	Arena *arena = advice->arena;
	const Scan *scan = all->scan;
	Finding finding = finding_new(rule->id);
	finding.relation = say_relation(arena, scan->schema, scan->name);
	finding.title = arena_printf(arena, "%s are fetched one by one, in the order of an index, to be merged", say_rows(arena, all->rows));
	const char *has = isnan(scan->table_pages) ? "" : arena_printf(arena, ", and %s has %s", scan_title(arena, scan), format_rows(arena, scan->table_pages));
	finding.evidence = arena_printf(arena, "%s%s below the merge join: %s visits to pages%s; %s.", say_node(arena, scan->node),
	                                all->scans > 1 ? " and its like" : "", format_rows(arena, all->blocks), has,
	                                say_share(arena, advice->plan, all->ms, all->cost));
	finding.because = "Rows that follow each other in the index stand on different pages. The planner takes that for cheaper than reading the "
			  "tables whole and putting one of them into a hash table.";
	Shortage hash = {.node = join, .nodes = 1, .wanted_kb = hash_kb(advice, join), .stake_ms = all->ms, .stake_cost = all->cost};
	hash.saves_ms = all->ms * (1 - LEFT);
	hash.saves_cost = all->cost * (1 - LEFT);
	shortage_tell(advice, &finding, &hash, "hash table", "Join fewer rows, or carry the columns wanted along in the indexes (INCLUDE).");
	finding.notes = arena_printf(arena,
	                             "%s With room for the hash table in memory the planner may hash by itself; SET LOCAL enable_mergejoin = off shows "
	                             "what that gives. A random_page_cost near 1 makes such walks look cheap.",
	                             finding.notes);
	*list_push(arena, &advice->findings) = finding;
}

static void run(Advice *advice, const Rule *rule) {
	const Plan *plan = advice->plan;
	for (size_t i = 0; plan->analyzed && plan->buffers && i < plan->node_count; i++) {
		const PlanNode *join = plan->nodes[i];
		Fetched all = {.scan = NULL};
		if (!node_is(join, "Merge Join") || order_is_wanted(join)) continue;
		for (const PlanNode *side = join->first_child; side; side = side->next)
			if (!node_stands_apart(side)) add_side(advice, side, &all);
		if (all.scan && advice_takes(advice, plan_share(plan, all.ms, all.cost), TIME_SHARE)) report(advice, rule, join, &all);
	}
}

const Rule rule_merge_full_index = {
    .id = "merge-full-index",
    .summary = "whole tables are fetched row by row in the order of an index, only to be merged",
    .fires = "An index scan without a condition feeds a merge join at least 10,000 rows, visits half as many pages and twice as many as the "
	     "table has, and such scans take at least 10% of the statement. The work_mem that a hash table of the smaller side needs is "
	     "given. Silent when something above lives by that order or stops early, for index-only scans, without BUFFERS, and for "
	     "plans that were not run. Never above info.",
    .run = run,
};
