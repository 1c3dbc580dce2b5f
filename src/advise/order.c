/* order.c: the sort above a scan. */
#include "advise/order.h"

#define PAGE_ROWS 100.0 /* what a LIMIT asks for that nobody knows; the planner would take a tenth of all rows */

static bool is_sort(const PlanNode *node) {
	return node_is(node, "Sort") || node_is(node, "Incremental Sort");
}

static bool passes_order(const PlanNode *node) {
	static const char *const through[] = {"Gather", "Gather Merge", "Append", "Merge Append", "Result", NULL};
	return node_is_any(node, through);
}

/* ---- joins on the way: each row of the scan must find its partners quickly when they are looked up one by one ---- */

static const PlanNode *only_scan_below(const PlanNode *node) {
	static const char *const wrappers[] = {"Hash", "Materialize", "Memoize", "Sort", "Gather", "Gather Merge", NULL};
	while (node_is_any(node, wrappers) && node->first_child) node = node->first_child;
	return node_is_scan_of_table(node) ? node : NULL;
}

static bool named_by(const PlanNode *node, const ColumnName *name) {
	const char *alias = node->alias ? node->alias : node->relation;
	return name->column && name->qualifier && strcmp(name->qualifier, alias) == 0;
}

static bool joined_by_index(Arena *arena, const Facts *facts, const PlanNode *join, const PlanNode *partner) {
	static const char *const fields[] = {"Hash Cond", "Merge Cond", "Join Filter", NULL};
	const TableFacts *table = table_facts(facts, partner->schema, partner->relation);
	if (node_text(partner, "Index Cond") && node_is(join, "Nested Loop")) return true;
	for (size_t f = 0; table && fields[f]; f++) {
		PredicateList conditions = node_conditions(arena, join, fields[f]);
		for (size_t i = 0; i < conditions.count; i++) {
			const Predicate *condition = &conditions.items[i];
			if (condition->kind != PREDICATE_JOIN && condition->kind != PREDICATE_EQUAL) continue;
			const Operand *sides[] = {&condition->left, &condition->right};
			for (size_t s = 0; s < 2; s++)
				if (sides[s]->kind == OPERAND_COLUMN && named_by(partner, &sides[s]->name) &&
				    index_led_by(arena, table, sides[s]->name.column))
					return true;
		}
	}
	return false;
}

/* May `join` be a nested loop over its child `from`, in from's order? */
static bool join_keeps_order(Arena *arena, const Facts *facts, const PlanNode *join, const PlanNode *from) {
	const char *type = node_text(join, "Join Type");
	bool outer_side = join->first_child == from, inner_join = !type || strcmp(type, "Inner") == 0;
	bool left_join = type && strcmp(type, "Left") == 0, right_join = type && strcmp(type, "Right") == 0;
	if (!inner_join && !(left_join && outer_side) && !(right_join && !outer_side)) return false;
	const PlanNode *other = outer_side ? join->last_child : join->first_child;
	const PlanNode *partner = other ? only_scan_below(other) : NULL;
	return partner && joined_by_index(arena, facts, join, partner);
}

/* ---- up from the scan ---- */

static const PlanNode *sort_above(const Scan *scan, Order *order) {
	static const char *const wrappers[] = {"Hash", "Materialize", NULL};
	const PlanNode *at = scan->first;
	for (const PlanNode *up = at->parent; up; at = up, up = up->parent) {
		if (is_sort(up)) return up;
		if (node_stands_apart(at) || (!passes_order(up) && !node_is_any(up, wrappers) && !node_is_join(up))) return NULL;
		order->joined = order->joined || node_is_join(up);
		order->self_ms += up->measure.self_ms;
		order->self_cost += up->measure.self_cost;
	}
	return NULL;
}

static bool joins_keep_order(Arena *arena, const Facts *facts, const Scan *scan, const Order *order) {
	const PlanNode *at = scan->first;
	for (const PlanNode *up = at->parent; up != order->sort; at = up, up = up->parent)
		if (node_is_join(up) && !join_keeps_order(arena, facts, up, at)) return false;
	return true;
}

static const PlanNode *limit_above(const PlanNode *sort, Order *order) {
	static const char *const between[] = {"Gather Merge", "Merge Append",  "Append", "Result",
	                                      "LockRows",     "Subquery Scan", NULL};
	for (const PlanNode *up = sort->parent; up; up = up->parent) {
		if (node_is(up, "Limit")) return up;
		if (!node_is_any(up, between)) return NULL;
		order->self_ms += up->measure.self_ms;
		order->self_cost += up->measure.self_cost;
	}
	return NULL;
}

static bool take_keys(Arena *arena, const Scan *scan, Order *order) {
	const char *text;
	for (size_t i = 0; (text = node_list_text(order->sort, "Sort Key", i)); i++) {
		SortKey key;
		if (!sort_key_parse(arena, text, &key, NULL)) return false;
		if (key.operand.kind != OPERAND_COLUMN || key.collation || !scan_owns(scan, &key.operand.name)) return false;
		if (order->joined && !key.operand.name.qualifier) return false;
		*list_push(arena, &order->keys) = key;
	}
	return order->keys.count > 0;
}

/* OFFSET is part of what must be walked; the plan tells it when it was run, else the statement may. */
static void count_wanted(const Plan *plan, const Statement *statement, Order *order) {
	const PlanNode *limit = order->limit;
	const QueryBlock *block = statement->blocks.count ? &statement->blocks.items[0] : NULL;
	if (plan->analyzed && limit->first_child) {
		order->rows_wanted = fmax(node_rows(plan, limit->first_child), limit->measure.rows_actual);
		return;
	}
	order->guessed = block && block->has_limit && isnan(block->limit_rows);
	order->rows_wanted = order->guessed ? fmin(limit->plan_rows, PAGE_ROWS) : limit->plan_rows;
	if (block && !isnan(block->offset_rows)) order->rows_wanted += block->offset_rows;
}

bool order_above(Arena *arena, const Plan *plan, const Statement *statement, const Facts *facts, const Scan *scan,
                 Order *order) {
	*order = (Order){.rows_wanted = NAN};
	order->sort = sort_above(scan, order);
	if (!order->sort || !take_keys(arena, scan, order) || !joins_keep_order(arena, facts, scan, order)) return false;
	order->limit = limit_above(order->sort, order);
	order->self_ms += order->sort->measure.self_ms;
	order->self_cost += order->sort->measure.self_cost;
	if (order->limit) count_wanted(plan, statement, order);
	const PlanNode *below = order->sort->first_child;
	order->rows_sorted = below ? node_rows(plan, below) : NAN;
	return true;
}

const PlanNode *limit_of_scan(const Scan *scan) {
	static const char *const streams[] = {"LockRows", "Subquery Scan", "ProjectSet", NULL};
	const PlanNode *at = scan->first;
	for (const PlanNode *up = at->parent; up && !node_stands_apart(at); at = up, up = up->parent) {
		if (node_is(up, "Limit")) return up;
		bool drives = node_is_join(up) && !node_is(up, "Merge Join") && up->first_child == at;
		if (!passes_order(up) && !node_is_any(up, streams) && !drives) return NULL;
	}
	return NULL;
}
