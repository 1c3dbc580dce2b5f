/* near_index.c: of the indexes that look as if they answered a need the nearest, and why it does not. */
#include "advise/near_index.h"

#include "advise/index_key.h"
#include "advise/index_obstacle.h"

/* What the scan asks, and what is advised: by each key something is looked for, a join's rows say, or an order wanted. */
static TableAsked asked_of(Arena *arena, const Scan *scan, const IndexAdvice *advised) {
	static const Operand nothing = {.kind = OPERAND_NONE};
	TableAsked asked = scan_asked(arena, scan);
	for (size_t i = 0; i < advised->column_count; i++) {
		IndexKey key = index_key_read(arena, advised->columns[i]);
		Operand *operand = ARENA_NEW(arena, Operand);
		Predicate *condition = ARENA_NEW(arena, Predicate);
		*operand = (Operand){.kind = key.column ? OPERAND_COLUMN : OPERAND_EXPRESSION, .text = key.text, .name.column = key.column, .key = key.text};
		if (key.column) operand->columns = &operand->name;
		operand->column_count = key.column != NULL;
		*condition = (Predicate){.kind = PREDICATE_RANGE, .text = key.text, .left = *operand};
		*list_push(arena, &asked.compared) = (Asked){.operand = operand, .condition = condition, .with = &nothing};
	}
	return asked;
}

static bool same_key(const CreateIndexKey *have, const IndexKey *wanted) {
	return index_key_same(&(IndexKey){.text = have->text, .column = have->column}, wanted);
}

/* `lower((email)::text)` */
static bool is_made_of(Arena *arena, const CreateIndexKey *key, const char *column) {
	PredicateList *read = key->column || !column ? NULL : predicate_parse(arena, key->text, NULL);
	for (size_t i = 0; read && read->count && i < read->items[0].left.column_count; i++)
		if (strcmp(read->items[0].left.columns[i].column, column) == 0) return true;
	return false;
}

static bool has_all_keys(Arena *arena, const CreateIndex *index, const IndexAdvice *advised) {
	for (size_t i = 0; i < advised->column_count; i++) {
		IndexKey wanted = index_key_read(arena, advised->columns[i]);
		if (i >= index->keys.count || !same_key(&index->keys.items[i], &wanted)) return false;
	}
	return true;
}

/* By its first key, or else by another one or what its first is made of. */
static bool comes_near(Arena *arena, const CreateIndex *index, const IndexKey *wanted, bool by_first) {
	bool first = same_key(&index->keys.items[0], wanted), other = is_made_of(arena, &index->keys.items[0], wanted->column);
	for (size_t i = 1; i < index->keys.count; i++) other = other || same_key(&index->keys.items[i], wanted);
	return by_first ? first : !first && other;
}

/* What is said of the index itself; an obstacle in the query is other advice. */
static const char *fault_of(Arena *arena, const IndexCase *is) {
	UnusedCause cause;
	bool found = index_obstacle(arena, is, &cause) || index_leaves_out_little(arena, is, &cause);
	return found && strncmp(cause.text, is->name, strlen(is->name)) == 0 ? cause.text : NULL;
}

const char *near_index_fault(Arena *arena, const Scan *scan, const IndexAdvice *advised) {
	if (!scan->table || !advised->column_count) return NULL;
	IndexKey wanted = index_key_read(arena, advised->columns[0]);
	TableAsked asked = asked_of(arena, scan, advised);
	for (size_t pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < scan->table->indexes.count; i++) {
			const IndexFacts *known = &scan->table->indexes.items[i];
			const CreateIndex *index = known->definition ? create_index_read(arena, known->definition, NULL) : NULL;
			if (!index || !index->keys.count || !comes_near(arena, index, &wanted, pass == 0)) continue;
			if (!known->valid && !has_all_keys(arena, index, advised)) continue;
			IndexCase is = {.name = sql_identifier(arena, known->name), .index = index, .known = known, .table = scan->table, .asked = &asked};
			const char *fault = fault_of(arena, &is);
			if (fault) return fault;
		}
	}
	return NULL;
}
