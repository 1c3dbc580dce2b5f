/* table_asked.c: what a plan asks of one table. */
#include "advise/table_asked.h"

/* Or of a partition of it. */
static bool scan_is_of(const Scan *scan, const TableFacts *table) {
	bool same_schema = !scan->schema || !table->schema || strcmp(scan->schema, table->schema) == 0;
	return same_schema && (strcmp(scan->name, table->name) == 0 || strcmp(scan->node->relation, table->name) == 0);
}

typedef struct Asking {
	Arena *arena;
	const ScanList *scans;
	const TableFacts *table;
	TableAsked asked;
} Asking;

/* A table read twice has two aliases: what is asked of either counts. */
static bool owns(const Asking *asking, const Operand *operand) {
	for (size_t i = 0; i < asking->scans->count; i++)
		if (scan_is_of(&asking->scans->items[i], asking->table) && scan_owns_all(&asking->scans->items[i], operand)) return true;
	return false;
}

static void add_side(Asking *asking, const Predicate *condition, const Operand *side, const Operand *other, bool either) {
	if (owns(asking, side)) *list_push(asking->arena, &asking->asked.compared) = (Asked){side, condition, other, either};
}

static void add_conditions(Asking *asking, const PredicateList *conditions, bool either) {
	for (size_t i = 0; i < conditions->count; i++) {
		const Predicate *condition = &conditions->items[i];
		for (size_t b = 0; b < condition->branch_count; b++) add_conditions(asking, &condition->branches[b], true);
		if (condition->branch_count) continue;
		add_side(asking, condition, &condition->left, &condition->right, either);
		if (condition->right.column_count) add_side(asking, condition, &condition->right, &condition->left, either);
	}
}

static void add_node_conditions(Asking *asking, const PlanNode *node) {
	static const char *const fields[] = {"Index Cond", "Recheck Cond", "Filter", "Hash Cond", "Merge Cond", "Join Filter"};
	bool doubled = node_is(node, "Bitmap Index Scan"); /* its heap scan repeats them */
	for (size_t i = 0; !doubled && i < sizeof fields / sizeof *fields; i++) {
		PredicateList *conditions = ARENA_NEW(asking->arena, PredicateList);
		*conditions = node_conditions(asking->arena, node, fields[i]);
		add_conditions(asking, conditions, false);
	}
}

static void add_statement_sorts(Asking *asking, const Statement *statement) {
	for (size_t b = 0; b < statement->blocks.count; b++)
		for (size_t i = 0; i < statement->blocks.items[b].order_by.count; i++) {
			const SortKey *key = &statement->blocks.items[b].order_by.items[i];
			if (owns(asking, &key->operand)) *list_push(asking->arena, &asking->asked.sorted) = *key;
		}
}

static void add_sorts(Asking *asking, const PlanNode *node) {
	static const char *const fields[] = {"Sort Key", "Group Key"};
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		const char *text;
		for (size_t nth = 0; nth < BLOCK_MAX_KEYS && (text = node_list_text(node, fields[i], nth)); nth++) {
			SortKey key;
			if (sort_key_parse(asking->arena, text, &key, NULL) && owns(asking, &key.operand)) *list_push(asking->arena, &asking->asked.sorted) = key;
		}
	}
}

TableAsked table_asked(Arena *arena, const Plan *plan, const Statement *statement, const ScanList *scans, const TableFacts *table) {
	Asking asking = {.arena = arena, .scans = scans, .table = table};
	for (size_t i = 0; i < scans->count; i++) {
		const Scan *scan = &scans->items[i], **best = &asking.asked.scan;
		if (scan_is_of(scan, table) && (!*best || scan->self_cost > (*best)->self_cost)) *best = scan;
	}
	if (asking.asked.scan) add_statement_sorts(&asking, statement);
	for (size_t i = 0; asking.asked.scan && i < plan->node_count; i++) {
		add_node_conditions(&asking, plan->nodes[i]);
		add_sorts(&asking, plan->nodes[i]);
	}
	return asking.asked;
}

TableAsked scan_asked(Arena *arena, const Scan *scan) {
	ScanList *only = ARENA_NEW(arena, ScanList);
	*list_push(arena, only) = *scan;
	Asking asking = {.arena = arena, .scans = only, .table = scan->table, .asked = {.scan = scan}};
	add_conditions(&asking, &only->items[0].lookup, false);
	add_conditions(&asking, &only->items[0].filter, false);
	return asking.asked;
}
