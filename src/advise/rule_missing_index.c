/* rule_missing_index.c: an index would find the few rows that are wanted of the many that are read. */
#include "advise/advise.h"
#include "advise/index_choice.h"
#include "advise/index_cost.h"
#include "advise/index_key.h"
#include "advise/join_lookup.h"
#include "advise/say.h"
#include "core/format.h"

#define REMOVED_SHARE 0.9 /* of the rows read are thrown away */
#define REMOVED_ROWS 1000.0 /* behind an index: at least so many, */
#define REMOVED_TIMES 10.0 /* and so many times the rows kept */
#define TIME_SHARE 0.1 /* of the statement is spent there */
#define DEAR_SEARCH 500.0 /* cost of a bitmap's index scan that cannot have begun at the right place */
#define MEMORY_OF_JOIN 0.02 /* cost of a row on its way through a hash table or a merge */

typedef struct Case {
	Advice *advice;
	const Rule *rule;
	const Scan *scan;
	IndexChoice choice;
	double stake_ms, stake_cost;
	double left; /* of it with the index */
} Case;

static void report(const Case *it, const PlanNode *node, const char *title, const char *evidence) {
	Arena *arena = it->advice->arena;
	Finding finding = finding_new(it->rule->id);
	const IndexChoice *choice = &it->choice;
	finding.node = node->id;
	finding.kind = REMEDY_INDEX;
	finding.basis = it->scan->table ? BASIS_ESTIMATED : BASIS_HEURISTIC;
	finding.title = title;
	finding.evidence = evidence;
	finding.because = say_no_index(arena, it->scan, &choice->index);
	finding.notes = choice->notes;
	finding_set_indexes(arena, &finding, &choice->index, 1);
	if (choice->has_second) *list_push(arena, &finding.alternatives) = choice->second;
	finding_weigh(it->advice->plan, &finding, it->stake_ms, it->stake_cost, it->left);
	*list_push(arena, &it->advice->findings) = finding;
}

/* "reads", or "would read" of a plan that was not run. */
static const char *does(const Advice *advice, const char *verb) {
	return arena_printf(advice->arena, advice->plan->analyzed ? "%ss" : "would %s", verb);
}

static IndexNeed need_of(const Advice *advice, const Scan *scan) {
	IndexNeed need = index_need(advice->arena, scan);
	if (!advice->settings->no_include) index_need_output(advice->arena, &need, advice->statement);
	return need;
}

/* ---- a table read whole for its filter ---- */

static void find_in_whole_table(Case *it) {
	Advice *advice = it->advice;
	const Scan *scan = it->scan;
	Arena *arena = advice->arena;
	double removed = 1 - scan->rows_out / scan->rows_read;
	if (!scan->filter.count || !(removed >= REMOVED_SHARE)) return;
	IndexNeed need = need_of(advice, scan);
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
	       arena_printf(arena, "%s %s %s%s and %s %s of them away: %s.", say_node(arena, scan->node),
	                    does(advice, "read"), say_rows(arena, scan->rows_read / runs), times,
	                    advice->plan->analyzed ? "throws" : "throw", say_part(arena, removed),
	                    say_share(arena, advice->plan, scan->self_ms, scan->self_cost)));
}

/* ---- an index that finds too much ---- */

static bool index_lacks_a_column(const IndexAdvice *index, const Scan *scan) {
	for (size_t i = 0; i < index->column_count; i++) {
		bool looked_up = false;
		for (size_t k = 0; k < scan->lookup.count; k++) {
			const Operand *left = &scan->lookup.items[k].left;
			looked_up =
			    looked_up || (left->kind == OPERAND_COLUMN && strcmp(left->name.column, index->columns[i]) == 0);
		}
		if (!looked_up) return true;
	}
	return false;
}

static const char *index_used(const PlanNode *node) {
	while (node && !node->index) node = node->first_child;
	return node ? node->index : NULL;
}

static void find_behind_index(Case *it) {
	Advice *advice = it->advice;
	Arena *arena = advice->arena;
	Scan scan = *it->scan;
	double removed = scan.rows_read - scan.rows_out, runs = fmax(scan.executions, 1);
	if (!scan.lookup.count || !scan.filter.count || !(removed > REMOVED_ROWS) ||
	    removed <= REMOVED_TIMES * scan.rows_out)
		return;
	if (isnan(scan.table_rows)) scan.table_rows = scan.rows_read / runs; /* at least; the share kept is what counts */
	if (isnan(scan.table_pages)) scan.table_pages = scan.table_rows / 50;
	IndexNeed need = index_need(arena, &scan);
	it->choice = index_choose(arena, advice->facts, &need);
	if (!it->choice.made || !index_lacks_a_column(&it->choice.index, &scan)) return;
	it->stake_ms = scan.self_ms;
	it->stake_cost = scan.self_cost;
	it->left = need.unserved ? 0.5 : (scan.rows_out + runs) / scan.rows_read;
	const char *name = index_used(scan.node);
	report(it, scan.node,
	       arena_printf(arena, "%s finds %s of %s to keep %s", name ? name : "an index", say_rows(arena, scan.rows_read),
	                    scan_title(arena, &scan), scan.rows_out > 0 ? format_rows(arena, scan.rows_out) : "none"),
	       arena_printf(arena, "%s fetches %s and its filter throws %s of them away: %s.", say_node(arena, scan.node),
	                    say_rows(arena, scan.rows_read), say_part(arena, removed / scan.rows_read),
	                    say_share(arena, advice->plan, scan.self_ms, scan.self_cost)));
}

/* ---- a table read whole for a join ---- */

static void find_for_join(Case *it) {
	Advice *advice = it->advice;
	const Scan *scan = it->scan;
	Arena *arena = advice->arena;
	JoinLookup join;
	if (!join_lookup(arena, advice->plan, scan, &join)) return;
	if (!(join.rows <= (1 - REMOVED_SHARE) * scan->rows_read) ||
	    !(join.lookups <= (1 - REMOVED_SHARE) * scan->rows_read))
		return;
	double runs = fmax(scan->executions, 1);
	IndexNeed need = need_of(advice, scan);
	index_need_join(arena, &need, join.column, fmax(join.lookups / runs, 1), join.rows / runs);
	it->choice = index_choose(arena, advice->facts, &need);
	if (!it->choice.made) return;
	it->stake_ms = join.self_ms;
	it->stake_cost = join.self_cost;
	it->left = index_choice_left(advice->plan, scan, &it->choice, MEMORY_OF_JOIN * scan->table_rows);
	report(it, scan->node,
	       arena_printf(arena, "%s is read whole to join %s of its rows", scan_title(arena, scan),
	                    say_part(arena, join.rows / scan->rows_read)),
	       arena_printf(arena, "%s %s %s for %s that meet %s of the other side by %s: %s.", say_node(arena, scan->node),
	                    does(advice, "read"), say_rows(arena, scan->rows_read), say_rows(arena, join.rows),
	                    say_rows(arena, join.lookups), join.column,
	                    say_share(arena, advice->plan, join.self_ms, join.self_cost)));
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

static void find_without_front(Case *it, const PlanNode *node) {
	Advice *advice = it->advice;
	Arena *arena = advice->arena;
	Scan scan = *it->scan;
	PredicateList conditions = node_conditions(arena, node, "Index Cond");
	if (!node->index || !lacks_front(arena, &scan, node, &conditions)) return;
	scan.lookup = conditions;
	scan.filter = (PredicateList){0};
	scan.rows_out = scan.rows_read = node_rows(advice->plan, node);
	if (isnan(scan.table_rows)) scan.table_rows = fmax(node->total_cost / 0.0125, 1000); /* all entries were looked at */
	if (isnan(scan.table_pages)) scan.table_pages = scan.table_rows / 50;
	IndexNeed need = index_need(arena, &scan);
	it->choice = index_choose(arena, advice->facts, &need);
	if (!it->choice.made) return;
	it->stake_ms = node->measure.self_ms;
	it->stake_cost = node->measure.self_cost;
	it->left = it->choice.cost / fmax(node->total_cost * fmax(scan.executions, 1), 1);
	report(it, node,
	       arena_printf(arena, "%s is read from end to end to find %s", node->index, say_rows(arena, scan.rows_out)),
	       arena_printf(arena, "%s searches %s by %s, which is not its first column: %s.", say_node(arena, node),
	                    node->index, node_text(node, "Index Cond"),
	                    say_share(arena, advice->plan, it->stake_ms, it->stake_cost)));
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
			if (advice->plan->analyzed && advice_takes(advice, plan_share(advice->plan, scan->self_ms, scan->self_cost), TIME_SHARE))
				find_behind_index(&it);
			if (advice->findings.count == before) look_at_searches(&it);
			continue;
		}
		if (advice_table_is_small(scan)) continue;
		if (advice_takes(advice, plan_share(advice->plan, scan->self_ms, scan->self_cost), TIME_SHARE)) find_in_whole_table(&it);
		if (advice->findings.count == before) find_for_join(&it);
	}
}

const Rule rule_missing_index = {
    .id = "missing-index",
    .summary = "an index would find the few rows wanted of the many read",
    .fires = "A table is read whole and its filter throws away at least 90% of the rows; or an index finds more than 1,000 "
	     "rows, ten times what the filter behind it keeps; or an index is searched without its first column; or a join "
	     "meets at most 10% of a table that is read whole for it. The scan takes at least 10% of the statement. Keys "
	     "stand in the order equality, sort, range; the other order is given as an alternative, and with a connection "
	     "the planner is asked. Silent for tables under 1,000 rows or 1 MB, temporary and foreign tables, conditions no "
	     "btree serves, when an index with these keys at its front exists, and when so many rows match that reading "
	     "them by an index costs as much.",
    .sourced = true,
    .run = run,
};
