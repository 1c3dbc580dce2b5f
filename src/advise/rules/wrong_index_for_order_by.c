/* wrong_index_for_order_by.c: an index is walked in order for a Limit, past many rows that are not wanted. */
#include "advise/index_cost.h"
#include "advise/index_finding.h"
#include "advise/order.h"
#include "advise/say.h"
#include "core/format.h"

#define REMOVED_ROWS 1000.0 /* at least so many, */
#define REMOVED_TIMES 10.0 /* so many times the rows it gives, OFFSET's among them, */
#define REMOVED_FOR_EACH 1000.0 /* and so many for each row wanted; or */
#define TIME_SHARE_MOST 0.5 /* of the statement is spent there */
#define TIME_SHARE 0.1

/* ---- the order it is walked for ---- */

static bool is_block_of(const QueryBlock *block, const Scan *scan) {
	if (!block->has_limit || !block->order_by.count) return false;
	for (size_t i = 0; i < block->order_by.count; i++) {
		const SortKey *key = &block->order_by.items[i];
		if (key->operand.kind != OPERAND_COLUMN || key->collation || !scan_owns(scan, &key->operand.name)) return false;
		if (!key->operand.name.qualifier && block->tables.count > 1 && !scan->table) return false;
	}
	return true;
}

static bool order_of_statement(const Advice *advice, const Scan *scan, Order *order) {
	for (size_t b = 0; b < advice->statement->blocks.count; b++) {
		const QueryBlock *block = &advice->statement->blocks.items[b];
		if (!is_block_of(block, scan)) continue;
		for (size_t i = 0; i < block->order_by.count; i++)
			*list_push(advice->arena, &order->keys) = block->order_by.items[i];
		return true;
	}
	return false;
}

static bool order_of_index(const Advice *advice, const Scan *scan, Order *order) {
	const IndexFacts *index = index_facts(scan->table, scan->node->index);
	const char *direction = node_text(scan->node, "Scan Direction");
	bool backward = direction && strcmp(direction, "Backward") == 0;
	for (size_t i = 0; index && i < index->key_count; i++) {
		IndexKey key = index_key_read(advice->arena, index->keys[i]);
		if (!key.column) return false;
		*list_push(advice->arena, &order->keys) = (SortKey){
		    .operand = {.kind = OPERAND_COLUMN, .text = key.text, .name = {.column = key.column}},
		    .descending = index->descending[i] != backward,
		    .nulls_first = index->nulls_first[i] != backward,
		};
	}
	return order->keys.count > 0;
}

/* Where the statement is not known, an index that nothing is looked up in is read for its order. */
static bool order_wanted(const Advice *advice, const Scan *scan, Order *order) {
	if (advice->statement->blocks.count) return order_of_statement(advice, scan, order);
	return !scan->lookup.count && order_of_index(advice, scan, order);
}

static bool is_sorted_by(const Order *order, const Predicate *condition) {
	for (size_t i = 0; condition->left.kind == OPERAND_COLUMN && i < order->keys.count; i++)
		if (strcmp(order->keys.items[i].operand.name.column, condition->left.name.column) == 0) return true;
	return false;
}

/* What it is searched by, if anything, is the column it is sorted by. */
static bool searches_by_order_only(const Scan *scan, const Order *order) {
	for (size_t i = 0; i < scan->lookup.count; i++)
		if (!is_sorted_by(order, &scan->lookup.items[i])) return false;
	return true;
}

/* ---- the finding ---- */

/* It stopped early: so many of the whole table would have passed. */
static Scan unstopped(const Scan *stopped) {
	Scan scan = *stopped;
	double passing = scan.rows_out / scan.rows_read;
	if (isnan(scan.table_rows)) scan.table_rows = scan.rows_read; /* at least */
	if (isnan(scan.table_pages)) scan.table_pages = scan.table_rows / 50;
	scan.rows_out = passing * fmax(scan.table_rows, scan.rows_read) * fmax(scan.executions, 1);
	return scan;
}

static double left_of(const Scan *scan, const IndexNeed *need, const IndexChoice *choice) {
	TableShape shape = table_shape(scan);
	shape.index_pages = scan->table_rows / 300;
	double walked = scan->rows_read / fmax(scan->executions, 1), left = choice->cost / cost_of_lookups(&shape, 1, walked, walked);
	return need->unserved ? fmax(left, 0.5) : left;
}

/* The same order by an expression that no index has; NULL where the type is not known. */
static const char *same_order(Arena *arena, const Scan *scan, const Operand *key) {
	static const struct {
		const char *type, *nothing;
	} nothings[] = {{"timestamp", "+ interval '0'"}, {"date", "+ 0"},   {"integer", "+ 0"}, {"bigint", "+ 0"},
	                {"smallint", "+ 0"},             {"numeric", "+ 0"}, {"text", "|| ''"},   {"character varying", "|| ''"}};
	const ColumnFacts *column = column_facts(scan->table, key->name.column);
	for (size_t i = 0; column && column->type && i < sizeof nothings / sizeof *nothings; i++)
		if (strncmp(column->type, nothings[i].type, strlen(nothings[i].type)) == 0)
			return arena_printf(arena, "(%s %s)", key->text, nothings[i].nothing);
	return NULL;
}

static const char *notes_on(Arena *arena, const Scan *scan, const Order *order, const IndexChoice *choice) {
	const Operand *key = &order->keys.items[0].operand;
	const char *same = same_order(arena, scan, key);
	const char *luck = "How far it is walked depends on the values asked for: the rows that match may all lie at its other end.";
	if (same)
		luck = arena_printf(arena, "%s Until the index is there, ORDER BY %s in place of %s keeps the planner from the walk.", luck,
		                    same, key->text);
	return sentences(arena, choice->notes, luck);
}

/* Title, evidence and cause, of whatever remedy. */
static void tell(Advice *advice, const Scan *scan, const char *order, Finding finding, double left) {
	Arena *arena = advice->arena;
	finding.title = arena_printf(arena, "%s is walked in %s past %s of %s to find %s", scan->node->index, order,
	                             say_rows(arena, scan->rows_read), scan_title(arena, scan),
	                             scan->rows_out > 0 ? format_rows(arena, scan->rows_out) : "none");
	finding.evidence = arena_printf(arena, "%s reads %s in the order the Limit above it wants, and its filter throws %s of them away: %s.",
	                                say_node(arena, scan->node), say_rows(arena, scan->rows_read),
	                                say_part(arena, 1 - scan->rows_out / scan->rows_read),
	                                say_share(arena, advice->plan, scan->self_ms, scan->self_cost));
	finding.because = arena_printf(arena, "The planner took the rows that pass the filter to be spread evenly over that order.%s%s",
	                               finding.because ? " " : "", finding.because ? finding.because : "");
	finding_weigh(advice->plan, &finding, scan->self_ms, scan->self_cost, left);
	*list_push(arena, &advice->findings) = finding;
}

static void tell_index(Advice *advice, const Rule *rule, const Scan *scan, const Order *order) {
	Scan whole = unstopped(scan);
	IndexNeed need = index_need(advice->arena, &whole);
	Order wanted = *order;
	wanted.rows_sorted = whole.rows_out;
	wanted.rows_wanted = fmax(scan->rows_out, 1);
	index_need_order(advice->arena, &need, &wanted);
	IndexChoice choice = index_choose(advice->arena, advice->facts, &need);
	if (!choice.made) return;
	Finding finding = index_finding(advice, rule, scan->node, scan, &choice);
	finding.notes = notes_on(advice->arena, scan, order, &choice);
	const char *key = order->keys.items[0].operand.name.column;
	tell(advice, scan, arena_printf(advice->arena, "order of %s", key), finding, left_of(&whole, &need, &choice));
}

/* Neither statement nor catalog: what it sorts by stands nowhere. */
static void tell_without_order(Advice *advice, const Rule *rule, const Scan *scan) {
	Arena *arena = advice->arena;
	Scan whole = unstopped(scan);
	IndexNeed need = index_need(arena, &whole);
	if (!need.equal.count || need.unserved) return;
	Finding finding = finding_new(rule->id);
	finding.node = scan->node->id;
	finding.relation = say_relation(arena, scan->schema, scan->name);
	finding.columns = ARENA_ARRAY(arena, const char *, need.equal.count);
	for (size_t i = 0; i < need.equal.count; i++)
		finding.columns[finding.column_count++] = index_key_text(arena, &need.equal.items[i].key);
	finding.notes = arena_printf(arena, "An index on %s, followed by the columns of %s, would find these rows in order.",
	                             say_columns(arena, finding.columns, finding.column_count), scan->node->index);
	tell(advice, scan, "its order", finding, (scan->rows_out + 1) / scan->rows_read);
}

static bool worth_it(const Advice *advice, const Scan *scan, const PlanNode *limit) {
	double removed = scan->rows_read - scan->rows_out, share = plan_share(advice->plan, scan->self_ms, scan->self_cost);
	double wanted = fmax(fmax(limit->plan_rows, limit->measure.rows_actual), 1);
	if (!(removed > REMOVED_ROWS) || !(removed > REMOVED_TIMES * scan->rows_out)) return false;
	if (!advice_takes(advice, share, TIME_SHARE)) return false;
	return removed >= REMOVED_FOR_EACH * wanted || share >= TIME_SHARE_MOST;
}

static void look_at(Advice *advice, const Rule *rule, const Scan *scan) {
	const PlanNode *limit = limit_of_scan(scan);
	bool walks = node_is(scan->node, "Index Scan") || node_is(scan->node, "Index Only Scan");
	Order order = {.limit = limit};
	if (!walks || !scan->node->index || !limit || !scan->filter.count || !worth_it(advice, scan, limit) || advice_table_is_small(scan)) return;
	if (order_wanted(advice, scan, &order)) {
		if (searches_by_order_only(scan, &order)) tell_index(advice, rule, scan, &order);
	} else if (!advice->statement->blocks.count && !scan->table && !scan->lookup.count) {
		tell_without_order(advice, rule, scan);
	}
}

static void run(Advice *advice, const Rule *rule) {
	for (size_t i = 0; advice->plan->analyzed && i < advice->scans.count; i++) look_at(advice, rule, &advice->scans.items[i]);
}

const Rule rule_wrong_index_for_order_by = {
    .id = "wrong-index-for-order-by",
    .summary = "an index is walked in order for a Limit, past many rows the filter throws away",
    .fires = "A Limit ends an index scan that delivers its order, searched by nothing or by the column it sorts by, and the filter "
	     "throws away 1,000 rows for each one wanted, or 1,000 in all and the scan takes at least half of the statement (always "
	     "ten times what it keeps, and 10%). The index advised has the filter's columns first, those compared with one value, then the order; the other way, "
	     "filter first and a sort of what is left, is given as an alternative. Silent when a sort stands between, when no btree "
	     "serves the filter, when such an index exists, for tables under 1,000 rows or 1 MB, and for plans that were not run.",
    .sourced = true,
    .run = run,
};
