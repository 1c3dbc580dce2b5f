/* relations.c: tables, their sizes and their indexes as JSON. */
#include "report/relations.h"

#include <math.h>

#include "report/json_value.h"

static json_t *json_of_index(const IndexFacts *index) {
	json_t *object = json_object();
	json_put(object, "name", json_of_text(index->name));
	json_put(object, "method", json_of_text(index->method));
	json_put(object, "definition", json_of_text(index->definition));
	json_put(object, "valid", json_boolean(index->valid));
	json_put(object, "unique", json_boolean(index->unique));
	json_put(object, "primary", json_boolean(index->primary));
	json_put(object, "constraint", json_boolean(index->constraint));
	json_put(object, "bytes", json_of_count(index->bytes));
	json_put(object, "scans", json_of_count(index->scans));
	return object;
}

static json_t *json_of_relation(const TableFacts *table) {
	json_t *object = json_object(), *indexes = json_array();
	for (size_t i = 0; i < table->indexes.count; i++) json_push(indexes, json_of_index(&table->indexes.items[i]));
	json_put(object, "relation", json_of_qualified(table->schema, table->name));
	json_put(object, "schema", json_of_text(table->schema));
	json_put(object, "table", json_of_text(table->name));
	json_put(object, "rows", table->rows < 0 ? json_null() : json_of_count(table->rows));
	json_put(object, "table_bytes", json_of_count(table->bytes));
	json_put(object, "index_bytes", json_of_count(table_index_bytes(table)));
	json_put(object, "indexes", table->indexes_unknown ? json_null() : indexes);
	if (table->indexes_unknown) json_decref(indexes);
	return object;
}

json_t *json_of_relations(const Facts *facts) {
	json_t *list = json_array();
	for (size_t i = 0; facts && i < facts->tables.count; i++) json_push(list, json_of_relation(&facts->tables.items[i]));
	return list;
}

/* ---- read again ---- */

static IndexFacts read_index(JsonReader *reader, const json_t *object) {
	return (IndexFacts){
		.name = json_need_text(reader, object, "name"),
		.method = json_need_text(reader, object, "method"),
		.definition = json_read_text(reader, object, "definition"),
		.valid = json_read_flag(reader, object, "valid"),
		.unique = json_read_flag(reader, object, "unique"),
		.primary = json_read_flag(reader, object, "primary"),
		.constraint = json_read_flag(reader, object, "constraint"),
		.bytes = json_read_number(reader, object, "bytes"),
		.scans = json_read_number(reader, object, "scans"),
	};
}

static void read_relation(JsonReader *reader, const json_t *object, TableFacts *table) {
	const json_t *indexes = json_read_list(reader, object, "indexes");
	double rows = json_read_number(reader, object, "rows");
	*table = (TableFacts){
		.rows = rows >= 0 ? rows : -1,
		.pages = NAN, .all_visible_pages = NAN,
		.bytes = json_read_number(reader, object, "table_bytes"),
		.parallel_workers = NAN,
		.live_rows = NAN, .dead_rows = NAN, .modified_since_analyze = NAN,
		.updates = NAN, .hot_updates = NAN, .inserts = NAN, .deletes = NAN,
		.analyzed_at_s = NAN,
		.indexes_unknown = !indexes,
	};
	json_read_relation(reader, object, &table->schema, &table->name);
	if (!table->schema) json_wrong(reader, "relation", "has no schema");
	for (size_t i = 0; i < json_array_size(indexes); i++) *list_push(reader->arena, &table->indexes) = read_index(reader, json_array_get(indexes, i));
}

const Facts *relations_of_json(JsonReader *reader, const json_t *list) {
	if (!list) return NULL;
	Facts *facts = ARENA_NEW(reader->arena, Facts);
	if (!json_is_array(list)) json_wrong(reader, "relations", "are no list");
	for (size_t i = 0; i < json_array_size(list) && !reader->failed; i++) read_relation(reader, json_array_get(list, i), list_push(reader->arena, &facts->tables));
	return reader->failed ? NULL : facts;
}
