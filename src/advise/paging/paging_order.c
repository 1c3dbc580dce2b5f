/* paging_order.c: why the rows of a page have to be sorted. */
#include "advise/paging_order.h"

#include "advise/index_key.h"
#include "advise/volatility.h"

static const char *of_expression(Arena *arena, const QueryBlock *block, const SortKey *sort, const PagingKey *key) {
	const Operand *operand = &sort->operand;
	if (sort->collation)
		return arena_printf(arena, "ORDER BY sorts in the collation %s: only an index made in that collation has this order.", sort->collation);
	bool day = operand->function && strcmp(operand->function, "::date") == 0 && operand->column_count == 1 && !block->aggregates && !block->distinct;
	const char *instead = day ? arena_printf(arena, " Sorted by %s itself, the days are in order too.", operand->columns[0].column) : "";
	if (operand_immutable(arena, NULL, key->table, operand) == IMMUTABLE_NO)
		return arena_printf(arena, "ORDER BY sorts by %s, which no index can hold: it depends on more than the row, such as the time zone.%s",
		                    key->text, instead);
	return arena_printf(arena, "ORDER BY sorts by %s: only an index on that very expression has this order.%s", key->text, instead);
}

static const char *of_two_tables(Arena *arena, const PagingKeys *keys) {
	const TableRef *first = keys->items[0].ref;
	for (size_t i = 1; i < keys->count; i++)
		if (keys->items[i].ref && keys->items[i].ref != first && !keys->items[i].added)
			return arena_printf(arena,
			                    "ORDER BY takes columns of %s and of %s, and no index holds both: all rows are joined before the first is known. A "
			                    "copy of the one's column in the other would let an index have this order.",
			                    first->name, keys->items[i].ref->name);
	return NULL;
}

static bool of_table(const QueryBlock *block, const ColumnName *name, const TableRef *ref) {
	if (name->qualifier) return strcmp(name->qualifier, table_ref_called(ref)) == 0;
	return block->tables.count == 1;
}

/* Another table than the order's is searched by a constant, the order's by none. */
static const char *of_another_filter(Arena *arena, const QueryBlock *block, const TableRef *ordered) {
	const Predicate *other = NULL;
	for (size_t i = 0; i < block->where.count; i++) {
		const Predicate *condition = &block->where.items[i];
		bool constant = condition->kind == PREDICATE_EQUAL || condition->kind == PREDICATE_IN || condition->kind == PREDICATE_RANGE;
		if (!constant || condition->left.kind != OPERAND_COLUMN) continue;
		if (of_table(block, &condition->left.name, ordered)) return NULL;
		if (condition->left.name.qualifier) other = condition;
	}
	if (!other) return NULL;
	return arena_printf(arena,
	                    "The rows are chosen by %s and sorted by columns of %s: an index either finds the one or has the other's order. A copy of %s in %s "
	                    "would let one index do both.",
	                    other->text, ordered->name, other->left.text, ordered->name);
}

/* Does it hold the first of these columns, one of them the other way round? */
static bool goes_another_way(Arena *arena, const IndexFacts *index, const PagingKeys *keys, size_t count) {
	bool along = true, against = true;
	for (size_t i = 0; i < count && i < index->key_count; i++) {
		const PagingKey *key = &keys->items[i];
		IndexKey have = index_key_read(arena, index->keys[i]);
		if (index->descending) have.descending = index->descending[i];
		if (index->nulls_first) have.nulls_first = index->nulls_first[i];
		if (!have.column || !key->column || strcmp(have.column, key->column) != 0) return false;
		along = along && have.descending == key->descending && have.nulls_first == key->nulls_first;
		against = against && have.descending != key->descending && have.nulls_first != key->nulls_first;
	}
	return !along && !against;
}

static const char *of_direction(Arena *arena, const PagingKeys *keys) {
	const TableFacts *table = keys->items[0].table;
	size_t count = 0;
	while (count < keys->count && !keys->items[count].added) count++;
	for (size_t i = 0; table && i < table->indexes.count; i++) {
		const IndexFacts *index = &table->indexes.items[i];
		if (index->valid && goes_another_way(arena, index, keys, count))
			return arena_printf(arena,
			                    "%s begins with these columns, but read forwards or backwards it gives another order: directions and places of nulls have to "
			                    "be those of ORDER BY, or all the other way round.",
			                    index->name);
	}
	return NULL;
}

const char *paging_order_obstacle(Arena *arena, const Statement *statement, const PagingKeys *keys) {
	const QueryBlock *block = &statement->blocks.items[0];
	for (size_t i = 0; i < keys->count && i < block->order_by.count; i++)
		if (!keys->items[i].column) return of_expression(arena, block, &block->order_by.items[i], &keys->items[i]);
	if (!keys->count || !keys->items[0].ref) return NULL;
	const char *obstacle = of_two_tables(arena, keys);
	if (!obstacle && block->tables.count > 1) obstacle = of_another_filter(arena, block, keys->items[0].ref);
	return obstacle ? obstacle : of_direction(arena, keys);
}
