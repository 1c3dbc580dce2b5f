/* facts.c: looking up what the server's catalog knows. */
#include "advise/facts.h"

#include <math.h>

#include "advise/index_key.h"

#define VISIBLE_SHARE 0.9
#define UPDATED_SHARE 0.1 /* of the rows, since statistics were reset */

const TableFacts *table_facts(const Facts *facts, const char *schema, const char *name) {
	const TableFacts *found = NULL;
	if (!facts || !name) return NULL;
	for (size_t i = 0; i < facts->tables.count; i++) {
		const TableFacts *table = &facts->tables.items[i];
		if (strcmp(table->name, name) != 0) continue;
		if (schema && table->schema && strcmp(table->schema, schema) != 0) continue;
		if (found) return NULL;
		found = table;
	}
	return found;
}

const ColumnFacts *column_facts(const TableFacts *table, const char *name) {
	for (size_t i = 0; table && name && i < table->columns.count; i++)
		if (strcmp(table->columns.items[i].name, name) == 0) return &table->columns.items[i];
	return NULL;
}

const IndexFacts *index_facts(const TableFacts *table, const char *name) {
	for (size_t i = 0; table && name && i < table->indexes.count; i++)
		if (strcmp(table->indexes.items[i].name, name) == 0) return &table->indexes.items[i];
	return NULL;
}

const char *index_facts_text(const IndexFacts *index) {
	static const char word[] = " USING ";
	const char *at = index->definition ? strstr(index->definition, word) : NULL;
	return at ? at + strlen(word) : index->method ? index->method : "";
}

double table_index_bytes(const TableFacts *table) {
	double bytes = table->indexes_unknown ? NAN : 0;
	for (size_t i = 0; i < table->indexes.count; i++) bytes += table->indexes.items[i].bytes;
	return bytes;
}

const IndexFacts *index_led_by(Arena *arena, const TableFacts *table, const char *column) {
	for (size_t i = 0; table && i < table->indexes.count; i++) {
		const IndexFacts *index = &table->indexes.items[i];
		if (!index->valid || index->predicate || !index->key_count) continue;
		if (index->method && strcmp(index->method, "btree") != 0) continue;
		const char *first = index_key_read(arena, index->keys[0]).column;
		if (first && strcmp(first, column) == 0) return index;
	}
	return NULL;
}

const FunctionFacts *function_facts(const Facts *facts, const char *name) {
	for (size_t i = 0; facts && name && i < facts->functions.count; i++)
		if (strcmp(facts->functions.items[i].name, name) == 0) return &facts->functions.items[i];
	return NULL;
}

const ForeignKeyFacts *foreign_key_facts(const Facts *facts, const char *name, const char *referred) {
	const ForeignKeyFacts *found = NULL;
	bool several = false;
	for (size_t i = 0; facts && name && i < facts->foreign_keys.count; i++) {
		const ForeignKeyFacts *key = &facts->foreign_keys.items[i];
		if (strcmp(key->name, name) != 0) continue;
		if (referred && strcmp(key->referred, referred) == 0) return key;
		several = found != NULL;
		found = key;
	}
	return several ? NULL : found;
}

static bool tells_rows_apart(Arena *arena, const TableFacts *table, const IndexFacts *index) {
	if (!index->unique || !index->valid || index->predicate) return false;
	for (size_t i = 0; i < index->key_count; i++) {
		const ColumnFacts *column = column_facts(table, index_key_read(arena, index->keys[i]).column);
		if (!column || !column->not_null) return false;
	}
	return index->key_count > 0;
}

const IndexFacts *table_unique_key(Arena *arena, const TableFacts *table) {
	const IndexFacts *best = NULL;
	for (size_t i = 0; table && i < table->indexes.count; i++) {
		const IndexFacts *index = &table->indexes.items[i];
		if (!tells_rows_apart(arena, table, index)) continue;
		if (index->primary) return index;
		if (!best || index->key_count < best->key_count) best = index;
	}
	return best;
}

bool table_mostly_visible(const TableFacts *table) {
	return table->pages > 0 && table->all_visible_pages >= VISIBLE_SHARE * table->pages && !(table->updates > UPDATED_SHARE * table->rows);
}

double facts_calls_per_s(const Facts *facts) {
	return facts && facts->use ? facts->use->calls_per_s : NAN;
}

const StatementUse *statement_use_copy(Arena *arena, const StatementUse *use) {
	StatementUse *copy = ARENA_NEW(arena, StatementUse);
	*copy = *use;
	copy->asker = arena_copy(arena, use->asker);
	return copy;
}

int facts_version(const Facts *facts) {
	return facts && facts->server ? facts->server->version : 0;
}
