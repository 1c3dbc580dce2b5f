/* missing_index.c: an index would find the few rows that are wanted of the many that are read. */
#include "advise/index_cost.h"
#include "advise/index_finding.h"
#include "advise/index_key.h"
#include "advise/join_lookup.h"
#include "advise/say.h"
#include "core/format.h"

#define REMOVED_SHARE 0.9 /* of the rows read are thrown away */
#define TIME_SHARE 0.1 /* of the statement is spent there */
#define DEAR_SEARCH 500.0 /* cost of a bitmap's index scan that cannot have begun at the right place */
#define FEW_SEARCHES 10.0 /* of an index that skips through a column: cheap enough */
#define IN_ORDER 0.9 /* correlation of values with their place */
#define MERGE_LEFT 0.5 /* of scan and sort where rows come by an index, when nothing tells whether they lie in its order */

typedef struct Case {
	Advice *advice;
	const Rule *rule;
	const Scan *scan;
	IndexChoice choice;
	double stake_ms, stake_cost;
	double left; /* of it with the index */
} Case;

static void report(const Case *it, const PlanNode *node, const char *title, const char *evidence) {
	Finding finding = index_finding(it->advice, it->rule, node, it->scan, &it->choice);
	finding.title = title;
	finding.evidence = evidence;
	finding_weigh(it->advice->plan, &finding, it->stake_ms, it->stake_cost, it->left);
	if (finding.saves_share < it->advice->settings->min_gain) return; /* nor is another rule to keep silent for it */
	*list_push(it->advice->arena, &it->advice->findings) = finding;
}

/* "reads", or "would read" of a plan that was not run. */
static const char *does(const Advice *advice, const char *verb) {
	return arena_printf(advice->arena, advice->plan->analyzed ? "%ss" : "would %s", verb);
}

/* "Seq Scan on orders"; of the scans of all partitions, whose figures are added up, "Seq Scan on payments (14 partitions)". */
static const char *say_scan(Arena *arena, const Scan *scan) {
	const PlanNode *node = scan->node;
	if (scan->parts <= 1) return say_node(arena, node);
	return arena_printf(arena, "%s on %s", node->label ? node->label : node->type, scan_title(arena, scan));
}

/* ---- a table read whole for its filter ---- */

static void find_in_whole_table(Case *it) {
	Advice *advice = it->advice;
	const Scan *scan = it->scan;
	Arena *arena = advice->arena;
	double removed = 1 - scan->rows_out / scan->rows_read;
	if (!scan->filter.count || !(removed >= REMOVED_SHARE)) return;
	IndexNeed need = index_need_of_scan(advice, scan);
	Order order;
	bool ordered = order_above(arena, advice->plan, advice->statement, advice->facts, scan, &order) && order.limit;
	if (ordered) index_need_order(arena, &need, &order);
	it->choice = index_choose(arena, advice->facts, &need);
	if (!it->choice.made) return;
	double more = 0;
	it->stake_ms = scan->self_ms;
	it->stake_cost = scan->self_cost;
	if (ordered && it->choice.ordered) {
		more = cost_of_sorting(need.rows_sorted);
		it->stake_ms += order.self_ms;
		it->stake_cost += order.self_cost;
	}
	it->left = index_choice_left(advice->plan, scan, &it->choice, more);
	const char *times =
	    scan->executions > 1 ? arena_printf(arena, " in each of %s runs", format_rows(arena, scan->executions)) : "";
	double runs = fmax(scan->executions, 1);
	report(it, scan->node,
	       arena_printf(arena, "%s is read whole to find %s of its rows", scan_title(arena, scan),
	                    say_part(arena, 1 - removed)),
	       scan->rows_guessed && advice->plan->analyzed
	           ? arena_printf(arena, "%s keeps %s of all it reads, how many that are is not told: %s.", say_scan(arena, scan),
	                          say_rows(arena, scan->rows_out), say_share(arena, advice->plan, scan->self_ms, scan->self_cost))
	           : arena_printf(arena, "%s %s %s%s and %s %s of them away%s: %s.", say_scan(arena, scan),
	                          does(advice, "read"), say_rows(arena, scan->rows_read / runs), times,
	                          advice->plan->analyzed ? "throws" : "throw", say_part(arena, removed),
	                          it->stake_cost > scan->self_cost ? ", and a sort follows" : "",
	                          say_share(arena, advice->plan, it->stake_ms, it->stake_cost)));
}

/* ---- a table read whole for a join ---- */

static void find_for_join(Case *it) {
	Advice *advice = it->advice;
	const Scan *scan = it->scan;
	Arena *arena = advice->arena;
	JoinLookup join;
	if (!join_lookup(arena, advice->plan, scan, &join) || join_lookup_is_computed(scan, &join)) return;
	if (!join_lookup_index(advice, scan, &join, &it->choice, &it->left)) return;
	it->stake_ms = join.self_ms;
	it->stake_cost = join.self_cost;
	report(it, scan->node,
	       arena_printf(arena, "%s is read whole to join %s of its rows", scan_title(arena, scan),
	                    say_part(arena, join.rows / scan->rows_read)),
	       arena_printf(arena, "%s %s %s for %s that meet %s of the other side by %s: %s.", say_node(arena, scan->node),
	                    does(advice, "read"), say_rows(arena, scan->rows_read), say_rows(arena, join.rows),
	                    say_rows(arena, join.lookups), join.by.name.column,
	                    say_share(arena, advice->plan, join.self_ms, join.self_cost)));
}

/* ---- a table read whole and sorted, for an index on the other side to be merged with ---- */

static const PlanNode *merge_above(const PlanNode *sort) {
	const PlanNode *up = sort->parent;
	while (up && node_is(up, "Materialize")) up = up->parent;
	return up && node_is(up, "Merge Join") ? up : NULL;
}

static bool is_sorted_by_index(const PlanNode *side) {
	return node_is(side, "Index Scan") || node_is(side, "Index Only Scan");
}

/* By one column, the one that refers to what the other side is indexed by; and the sort outgrew its memory. */
static bool sorts_for_merge(const PlanNode *sort) {
	const PlanNode *merge = sort && node_is(sort, "Sort") ? merge_above(sort) : NULL;
	const char *space = merge ? node_text(sort, "Sort Space Type") : NULL;
	return space && strcmp(space, "Disk") == 0 && !node_list_text(sort, "Sort Key", 1) &&
	       (is_sorted_by_index(merge->first_child) || is_sorted_by_index(merge->last_child));
}

/* Rows out of place are fetched one by one: two to three times what sorting them takes, measured. True where nobody knows. */
static bool lies_in_order(const Scan *scan, const char *column) {
	const ColumnFacts *facts = column_facts(scan->table, column);
	return !scan->table || (facts && fabs(facts->correlation) >= IN_ORDER);
}

static void find_for_merge(Case *it) {
	Advice *advice = it->advice;
	const Scan *scan = it->scan;
	Arena *arena = advice->arena;
	const PlanNode *sort = scan->node->parent;
	Order order;
	if (scan->parts > 1 || scan->filter.count || !sorts_for_merge(sort)) return;
	if (!order_above(arena, advice->plan, advice->statement, advice->facts, scan, &order)) return;
	const char *column = order.keys.items[0].operand.name.column;
	if (!lies_in_order(scan, column)) return;
	IndexNeed need = index_need_of_scan(advice, scan);
	index_need_order(arena, &need, &order);
	it->choice = index_choose(arena, advice->facts, &need);
	if (!it->choice.made || !it->choice.ordered) return;
	it->stake_ms = scan->self_ms + order.self_ms;
	it->stake_cost = scan->self_cost + order.self_cost;
	it->left = index_choice_left(advice->plan, scan, &it->choice, cost_of_sorting(need.rows_sorted));
	if (!scan->table) {
		it->left = MERGE_LEFT;
		it->choice.notes = arena_printf(arena, "Only where the rows of %s lie in about that order: scattered ones take longer to fetch than to sort.",
		                                scan->name);
	}
	report(it, sort, arena_printf(arena, "%s is sorted on disk by %s to be merged with an index", scan_title(arena, scan), column),
	       arena_printf(arena, "%s takes in %s for the merge join, by %s: with the scan below it, %s.", sort->type,
	                    say_rows(arena, order.rows_sorted), node_text(sort, "Sort Method"),
	                    say_share(arena, advice->plan, it->stake_ms, it->stake_cost)));
}

/* ---- an index searched without its first column: it is read from end to end ---- */

static bool compares(const PredicateList *conditions, const char *column) {
	for (size_t i = 0; i < conditions->count; i++) {
		const Predicate *condition = &conditions->items[i];
		if (condition->kind == PREDICATE_OR || condition->left.kind != OPERAND_COLUMN)
			return true; /* rows and the like: not judged */
		if (strcmp(condition->left.name.column, column) == 0) return true;
		if (condition->right.kind == OPERAND_COLUMN && strcmp(condition->right.name.column, column) == 0)
			return true;
	}
	return false;
}

/* Without a catalog the cost tells: a search that begins at the right place costs a few pages and what it finds. */
static bool lacks_front(Arena *arena, const Scan *scan, const PlanNode *node, const PredicateList *conditions) {
	if (!conditions->count) return false;
	if (!scan->table) return node_is(node, "Bitmap Index Scan") && node->total_cost > DEAR_SEARCH + 10 * node->plan_rows;
	const IndexFacts *index = index_facts(scan->table, node->index);
	if (!index || !index->key_count || strcmp(index->method, "btree") != 0) return false;
	const char *front = index_key_read(arena, index->keys[0]).column;
	return front && !compares(conditions, front);
}

/* From 18 on an index is searched once for each value of a column it has but that nothing is compared with, if need be. */
static double searches_a_run(const Scan *scan, const PlanNode *node) {
	return node_real(node, "Index Searches") / fmax(scan->executions, 1);
}

static bool has_list(const PredicateList *conditions) {
	for (size_t i = 0; i < conditions->count; i++)
		if (conditions->items[i].kind == PREDICATE_IN) return true;
	return false;
}

static bool skips(const Scan *scan, const PlanNode *node, const PredicateList *conditions) {
	return searches_a_run(scan, node) > FEW_SEARCHES && !has_list(conditions);
}

static void tell_skips(Case *it, const PlanNode *node, const Scan *scan) {
	Arena *arena = it->advice->arena;
	double searches = node_real(node, "Index Searches"), runs = fmax(scan->executions, 1);
	it->left = (scan->rows_out + runs) / (scan->rows_out + searches);
	report(it, node,
	       arena_printf(arena, "%s is searched %s times to find %s", node->index, format_rows(arena, searches),
	                    say_rows(arena, scan->rows_out)),
	       arena_printf(arena, "%s searches %s by %s, again and again for the values of a column that nothing is compared with: %s.",
	                    say_node(arena, node), node->index, node_text(node, "Index Cond"),
	                    say_share(arena, it->advice->plan, it->stake_ms, it->stake_cost)));
}

static void tell_end_to_end(Case *it, const PlanNode *node, const Scan *scan) {
	Arena *arena = it->advice->arena;
	it->left = it->choice.cost / fmax(node->total_cost * fmax(scan->executions, 1), 1);
	report(it, node,
	       arena_printf(arena, "%s is read from end to end to find %s", node->index, say_rows(arena, scan->rows_out)),
	       arena_printf(arena, "%s searches %s by %s, which is not its first column: %s.", say_node(arena, node),
	                    node->index, node_text(node, "Index Cond"),
	                    say_share(arena, it->advice->plan, it->stake_ms, it->stake_cost)));
}

static void find_without_front(Case *it, const PlanNode *node) {
	Advice *advice = it->advice;
	Scan scan = *it->scan;
	PredicateList conditions = node_conditions(advice->arena, node, "Index Cond");
	bool skipping = node->index && skips(&scan, node, &conditions), once = !(searches_a_run(&scan, node) > 1);
	if (!node->index || (!skipping && !(once && lacks_front(advice->arena, &scan, node, &conditions)))) return;
	scan.lookup = conditions;
	scan.filter = (PredicateList){0};
	scan.rows_out = scan.rows_read = node_rows(advice->plan, node);
	if (isnan(scan.table_rows)) scan.table_rows = fmax(node->total_cost / 0.0125, 1000); /* all entries were looked at */
	if (isnan(scan.table_pages)) scan.table_pages = scan.table_rows / 50;
	IndexNeed need = index_need(advice->arena, &scan);
	it->choice = index_choose(advice->arena, advice->facts, &need);
	if (!it->choice.made) return;
	it->stake_ms = node->measure.self_ms;
	it->stake_cost = node->measure.self_cost;
	if (skipping) tell_skips(it, node, &scan);
	else tell_end_to_end(it, node, &scan);
}

/* The index scans of a table: the node itself, or those that make up its bitmap. */
static void look_at_searches(Case *it) {
	const Plan *plan = it->advice->plan;
	const PlanNode *node = it->scan->node;
	if (!advice_takes(it->advice, plan_share(plan, it->scan->self_ms, it->scan->self_cost), TIME_SHARE)) return;
	for (size_t i = (size_t)node->id - 1;
	     i < plan->node_count && (plan->nodes[i] == node || plan->nodes[i]->depth > node->depth); i++)
		if (advice_takes(it->advice, plan_share(plan, plan->nodes[i]->measure.self_ms, plan->nodes[i]->measure.self_cost), TIME_SHARE))
			find_without_front(it, plan->nodes[i]);
}

static void run(Advice *advice, const Rule *rule) {
	for (size_t i = 0; i < advice->scans.count; i++) {
		const Scan *scan = &advice->scans.items[i];
		Case it = {.advice = advice, .rule = rule, .scan = scan};
		size_t before = advice->findings.count;
		if (!scan_reads_whole(scan)) {
			if (!advice_told(advice, "filter-heavy-index", scan->node)) look_at_searches(&it);
			continue;
		}
		if (advice_table_is_small(scan)) continue;
		if (advice_takes(advice, plan_share(advice->plan, scan->self_ms, scan->self_cost), TIME_SHARE)) find_in_whole_table(&it);
		if (advice->findings.count == before) find_for_join(&it);
		if (advice->findings.count == before) find_for_merge(&it);
	}
}

const Rule rule_missing_index = {
    .id = "missing-index",
    .summary = "an index would find the few rows wanted of the many read",
    .fires = "A table is read whole and its filter throws away at least 90% of the rows; or an index is searched without "
	     "its first column, from end to end or (from version 18 on) more than 10 times a run; or a join meets at most 10% "
	     "of a table that is read whole for it; or a merge join with an index has a whole table sorted on disk by a column "
	     "in whose order it lies. The scan takes at least 10% of the statement. Keys stand in the order equality, sort, "
	     "range; the other order is given as an alternative, and with a connection the planner is asked. Silent for tables "
	     "under 1,000 rows or 1 MB, temporary and foreign tables, conditions no btree serves, when an index with these "
	     "keys at its front exists, and when so many rows match that reading them by an index costs as much.",
    .sourced = true,
    .run = run,
};
