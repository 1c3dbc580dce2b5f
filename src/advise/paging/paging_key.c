/* paging_key.c: what pages are told apart by. */
#include "advise/paging_key.h"

#include "advise/index_key.h"

typedef struct Reader {
	Arena *arena;
	const Statement *statement;
	const QueryBlock *block;
	const Facts *facts;
} Reader;

static const TableFacts *facts_of(const Reader *reader, const TableRef *ref) {
	return table_facts(reader->facts, ref->schema, ref->name);
}

/* The table a column belongs to: by its qualifier, else the only one that has it. */
static const TableRef *owner_of(const Reader *reader, const ColumnName *name) {
	const TableRef *owner = NULL;
	for (size_t i = 0; i < reader->block->tables.count; i++) {
		const TableRef *ref = &reader->block->tables.items[i];
		if (!ref->name) continue;
		if (name->qualifier) {
			if (strcmp(name->qualifier, table_ref_called(ref)) == 0) return ref;
			continue;
		}
		if (reader->block->tables.count == 1) return ref;
		if (!column_facts(facts_of(reader, ref), name->column)) continue;
		if (owner) return NULL;
		owner = ref;
	}
	return owner;
}

/* The only table whose columns an expression takes; NULL when there are several. */
static const TableRef *owner_of_all(const Reader *reader, const Operand *operand) {
	const TableRef *owner = operand->column_count ? owner_of(reader, &operand->columns[0]) : NULL;
	for (size_t i = 1; i < operand->column_count; i++)
		if (owner_of(reader, &operand->columns[i]) != owner) return NULL;
	return owner;
}

static bool same_column(const Reader *reader, const Operand *operand, const TableRef *ref, const char *column) {
	return operand->kind == OPERAND_COLUMN && strcmp(operand->name.column, column) == 0 &&
	       owner_of(reader, &operand->name) == ref;
}

/* Does some condition of WHERE keep the column from being null? */
static bool never_null_here(const Reader *reader, const TableRef *ref, const char *column) {
	for (size_t i = 0; i < reader->block->where.count; i++) {
		const Predicate *condition = &reader->block->where.items[i];
		bool strict = condition->kind == PREDICATE_EQUAL || condition->kind == PREDICATE_RANGE ||
		              condition->kind == PREDICATE_NOT_NULL || condition->kind == PREDICATE_JOIN ||
		              condition->kind == PREDICATE_IN;
		if (!strict || condition->negated) continue;
		if (same_column(reader, &condition->left, ref, column) ||
		    same_column(reader, &condition->right, ref, column))
			return true;
	}
	return false;
}

/* The side of an outer join that may be filled with nulls: the first table's is not, unless the join is RIGHT or FULL. */
static bool filled_with_nulls(const Reader *reader, const TableRef *ref) {
	if (!reader->block->outer_on.count) return false;
	TokenList tokens = sql_tokens(reader->arena, reader->statement->text);
	for (size_t i = 0; i < tokens.count; i++) {
		if (token_is(reader->statement->text, tokens.items[i], "right") ||
		    token_is(reader->statement->text, tokens.items[i], "full"))
			return true;
	}
	return ref != &reader->block->tables.items[0];
}

static bool nullable(const Reader *reader, const TableRef *ref, const TableFacts *table, const char *column) {
	if (!ref) return true;
	if (never_null_here(reader, ref, column)) return false;
	const ColumnFacts *facts = column_facts(table, column);
	return !facts || !facts->not_null || filled_with_nulls(reader, ref);
}

/* A column, or what is computed of one and is null only where it is. */
static bool keeps_nulls(const Operand *operand) {
	static const char *const functions[] = {"lower", "upper", "date", "date_trunc", "length", "abs"};
	if (operand->kind == OPERAND_COLUMN) return true;
	const char *first = strchr(operand->text, '(');
	if (operand->column_count != 1 || !operand->function || !first || strchr(first + 1, '(')) return false;
	if (strncmp(operand->function, "::", 2) == 0) return true;
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
		if (strcmp(operand->function, functions[i]) == 0) return true;
	return false;
}

static void add_order_by(const Reader *reader, PagingKeys *keys) {
	keys->assumed = !reader->facts;
	for (size_t i = 0; i < reader->block->order_by.count; i++) {
		const SortKey *sort = &reader->block->order_by.items[i];
		PagingKey *key = list_push(reader->arena, keys);
		*key = (PagingKey){.text = sort->operand.text,
		                   .descending = sort->descending,
		                   .nulls_first = sort->nulls_first,
		                   .nullable = true};
		/* Rows have to be compared as they are sorted. */
		if (sort->collation) key->text = arena_printf(reader->arena, "%s COLLATE %s", sort->operand.text, sort->collation);
		key->ref = owner_of_all(reader, &sort->operand);
		key->table = key->ref ? facts_of(reader, key->ref) : NULL;
		/* Without a catalog nobody knows of nulls: say so (notes) rather than write for a case that is rare. */
		if (keeps_nulls(&sort->operand))
			key->nullable = reader->facts ? nullable(reader, key->ref, key->table, sort->operand.columns[0].column) : false;
		if (sort->operand.kind != OPERAND_COLUMN) continue;
		/* In another collation it is another order than that of the column, and of an index on it. */
		if (!sort->collation) key->column = sort->operand.name.column;
	}
}

static bool has_key(const PagingKeys *keys, const TableRef *ref, const char *column) {
	for (size_t i = 0; i < keys->count; i++)
		if (keys->items[i].ref == ref && keys->items[i].column && strcmp(keys->items[i].column, column) == 0)
			return true;
	return false;
}

/* One of the tables whose rows are told apart already. */
static bool known_side(const Reader *reader, const Operand *side, const bool *known) {
	for (size_t i = 0; i < side->column_count; i++) {
		const TableRef *ref = owner_of(reader, &side->columns[i]);
		if (!ref || !known[ref - reader->block->tables.items]) return false;
	}
	return side->column_count > 0;
}

/* Does a condition hold the column to one value: a constant, or one that a row of the known tables gives? */
static bool held(const Reader *reader, const TableRef *ref, const char *column, const bool *known) {
	const PredicateList *lists[] = {&reader->block->where, &reader->block->outer_on};
	for (size_t l = 0; l < 2; l++)
		for (size_t i = 0; i < lists[l]->count; i++) {
			const Predicate *condition = &lists[l]->items[i];
			if (condition->negated) continue;
			bool left = same_column(reader, &condition->left, ref, column),
			     right = same_column(reader, &condition->right, ref, column);
			if (condition->kind == PREDICATE_EQUAL && left && !condition->right.column_count) return true;
			if (condition->kind != PREDICATE_JOIN && condition->kind != PREDICATE_EQUAL) continue;
			if (left && known_side(reader, &condition->right, known)) return true;
			if (right && known_side(reader, &condition->left, known)) return true;
		}
	return false;
}

/* Is a row of this table told apart by a unique index, each of its columns a key of the pages or held to one value? */
static bool told_apart(const Reader *reader, const PagingKeys *keys, const TableRef *ref, const bool *known) {
	const TableFacts *table = facts_of(reader, ref);
	for (size_t i = 0; table && i < table->indexes.count; i++) {
		const IndexFacts *index = &table->indexes.items[i];
		bool apart = index->unique && index->valid && !index->predicate && index->key_count;
		for (size_t k = 0; apart && k < index->key_count; k++) {
			const char *column = index_key_read(reader->arena, index->keys[k]).column;
			const ColumnFacts *facts = column_facts(table, column);
			apart =
			    facts && ((facts->not_null && has_key(keys, ref, column)) || held(reader, ref, column, known));
		}
		if (apart) return true;
	}
	return false;
}

/* ORDER BY takes a bare name for an output's: unless the select list holds this very column, something else may be called
 * so. */
static bool name_is_free(const Reader *reader, const char *column) {
	for (size_t i = 0; i < reader->block->output.count; i++) {
		const Operand *output = &reader->block->output.items[i];
		if (output->kind == OPERAND_OTHER && output->text && strchr(output->text, '*')) return true;
		if (output->kind == OPERAND_COLUMN && strcmp(output->name.column, column) == 0) return true;
	}
	return false;
}

static const char *column_text(const Reader *reader, const PagingKeys *keys, const TableRef *ref, const char *column) {
	const char *name = sql_identifier(reader->arena, column);
	bool written = reader->block->tables.count > 1 || !name_is_free(reader, column);
	for (size_t i = 0; i < keys->count; i++) /* as the statement itself writes columns of that table */
		if (keys->items[i].ref == ref && strchr(keys->items[i].text, '.')) written = true;
	return written ? arena_printf(reader->arena, "%s.%s", sql_identifier(reader->arena, table_ref_called(ref)), name) : name;
}

/* The primary key of a table whose rows the keys do not tell apart goes to their end. */
static bool append_unique_key(const Reader *reader, PagingKeys *keys, const TableRef *ref, const bool *known) {
	const TableFacts *table = facts_of(reader, ref);
	const IndexFacts *unique = table_unique_key(reader->arena, table);
	bool descending = keys->items[keys->count - 1].descending;
	for (size_t i = 0; unique && i < unique->key_count; i++) {
		const char *column = index_key_read(reader->arena, unique->keys[i]).column;
		if (has_key(keys, ref, column) || held(reader, ref, column, known)) continue;
		const char *text = column_text(reader, keys, ref, column);
		*list_push(reader->arena, keys) = (PagingKey){.text = text,
		                                              .ref = ref,
		                                              .table = table,
		                                              .column = column,
		                                              .descending = descending,
		                                              .nulls_first = descending,
		                                              .nullable = nullable(reader, ref, table, column),
		                                              .added = true};
	}
	return unique != NULL;
}

/* Joins that find at most one row for each row known so far tell nothing new; repeated, as one may lead to the next. */
static void follow_joins(const Reader *reader, const PagingKeys *keys, bool *known) {
	for (bool more = true; more;) {
		more = false;
		for (size_t i = 0; i < reader->block->tables.count; i++) {
			if (known[i] || !told_apart(reader, keys, &reader->block->tables.items[i], known)) continue;
			known[i] = more = true;
		}
	}
}

/* Rows that are groups, or distinct, are told apart by what they are made of: what ORDER BY lacks of that goes to its end. */
static void append_what_makes_rows(const Reader *reader, PagingKeys *keys) {
	const QueryBlock *block = reader->block;
	size_t count = block->distinct ? block->output.count : block->group_by.count;
	bool descending = keys->items[keys->count - 1].descending;
	for (size_t i = 0; i < count; i++) {
		const Operand *operand = block->distinct ? &block->output.items[i] : &block->group_by.items[i];
		const TableRef *ref = owner_of_all(reader, operand);
		bool column = operand->kind == OPERAND_COLUMN, there = column ? has_key(keys, ref, operand->name.column) : !operand->column_count;
		for (size_t k = 0; k < keys->count; k++) there = there || strcmp(keys->items[k].text, operand->text) == 0;
		if (there) continue;
		const TableFacts *table = ref ? facts_of(reader, ref) : NULL;
		*list_push(reader->arena, keys) = (PagingKey){.text = operand->text,
		                                              .ref = ref,
		                                              .table = table,
		                                              .column = column ? operand->name.column : NULL,
		                                              .descending = descending,
		                                              .nulls_first = descending,
		                                              .nullable = reader->facts && (!column || nullable(reader, ref, table, operand->name.column)),
		                                              .added = true};
	}
	keys->unique = true;
}

PagingKeys paging_keys(Arena *arena, const Statement *statement, const Facts *facts) {
	PagingKeys keys = {0};
	if (!statement->blocks.count) return keys;
	const QueryBlock *block = &statement->blocks.items[0];
	Reader reader = {.arena = arena, .statement = statement, .block = block, .facts = facts};
	add_order_by(&reader, &keys);
	if (keys.count && (block->distinct || block->group_by.count)) {
		append_what_makes_rows(&reader, &keys);
		return keys;
	}
	if (!keys.count || !block->tables.count) return keys;
	bool *known = arena_alloc(arena, block->tables.count);
	size_t leading = keys.items[0].ref ? (size_t)(keys.items[0].ref - block->tables.items) : 0;
	keys.unique = block->sources == block->tables.count; /* whatever else FROM reads may repeat rows */
	for (size_t n = 0; n < block->tables.count; n++) {
		size_t i = (leading + n) % block->tables.count;
		follow_joins(&reader, &keys, known);
		if (known[i]) continue;
		known[i] = append_unique_key(&reader, &keys, &block->tables.items[i], known);
		if (known[i]) continue;
		keys.unique = false;
		if (facts_of(&reader, &block->tables.items[i])) keys.twins = &block->tables.items[i];
	}
	return keys;
}
