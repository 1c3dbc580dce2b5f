/* applying_site.c: what is there by now where a finding's indexes are to go: partitions, indexes, names. */
#include "app/applying_parts.h"
#include "pg/catalog.h"

enum { MOST_NOTED = 3 };

static void read_names(Applying *a);

static const char *text_at(const Applying *a, const Table *table, size_t row, const char *column) {
	return arena_copy(a->arena, table_text(table, row, table_column(table, column), NULL));
}

static bool arrived(Applying *a, Reply *reply) {
	if (reply->table) return true;
	err_move(&a->err, reply->err);
	applying_finish(a);
	return false;
}

static bool any_index_to_make(const Applying *a) {
	for (size_t i = 0; i < a->steps.count; i++)
		if (a->steps.items[i].index) return true;
	return false;
}

/* Made anew with what was found out since: other names, fewer steps. */
static void take_steps(Applying *a) {
	a->steps = remedy_steps(a->arena, &a->finding, &a->site, &a->err);
	if (err_is(&a->err)) applying_finish(a);
	else if (any_index_to_make(a)) read_names(a);
	else applying_ask(a);
}

/* ---- names ---- */

static bool makes_way(const Applying *a, const RemedyStep *step) {
	for (size_t i = 0; i < a->steps.count; i++) {
		const RemedyStep *other = &a->steps.items[i];
		if (other->kind == STEP_CLEAR && strcmp(other->index, step->index) == 0 && strcmp(other->schema, step->schema) == 0) return true;
	}
	return false;
}

static void note_taken(Applying *a, const Table *table, size_t row) {
	a->note = arena_printf(a->arena, "%s%s%s is %s", a->note ? a->note : "", a->note ? ", " : "Under another name than advised: ", text_at(a, table, row, "qualified"), text_at(a, table, row, "kind"));
}

/* As if they were tables: no index is called like one of them. */
static void names_came(void *owner, Reply *reply) {
	Applying *a = owner;
	if (!arrived(a, reply)) return;
	size_t count = reply->table->row_count;
	for (size_t i = 0; i < count && i < MOST_NOTED; i++) note_taken(a, reply->table, i);
	for (size_t i = 0; i < count; i++)
		*list_push(a->arena, &a->taken->tables) = (TableFacts){.schema = text_at(a, reply->table, i, "schema"), .name = text_at(a, reply->table, i, "name")};
	if (count) take_steps(a);
	else applying_ask(a);
}

static void read_names(Applying *a) {
	const char **schemas = ARENA_ARRAY(a->arena, const char *, a->steps.count), **names = ARENA_ARRAY(a->arena, const char *, a->steps.count);
	size_t count = 0;
	for (size_t i = 0; i < a->steps.count; i++) {
		const RemedyStep *step = &a->steps.items[i];
		if (!step->index || makes_way(a, step)) continue;
		schemas[count] = step->schema;
		names[count++] = step->index;
	}
	const char *const params[] = {catalog_array(a->arena, schemas, count), catalog_array(a->arena, names, count)};
	conn_catalog(a->watch, "apply_names", params, 2, names_came, a);
}

/* ---- indexes ---- */

static void indexes_came(void *owner, Reply *reply) {
	Applying *a = owner;
	const Table *table = reply->table;
	if (!arrived(a, reply)) return;
	for (size_t i = 0; i < table->row_count; i++)
		*list_push(a->arena, &a->site.indexes) = (IndexThere){
			.schema = text_at(a, table, i, "schema"), .table = text_at(a, table, i, "table"), .name = text_at(a, table, i, "name"),
			.definition = text_at(a, table, i, "definition"), .attached_to = text_at(a, table, i, "attached_to"),
			.valid = table_bool(table, i, table_column(table, "valid"), false), .being_built = table_bool(table, i, table_column(table, "being_built"), false),
		};
	take_steps(a);
}

static void read_indexes(Applying *a) {
	size_t count, indexes = a->finding.indexes.count;
	const char **named = remedy_tables(a->arena, &a->finding, &count), **keys = ARENA_ARRAY(a->arena, const char *, indexes);
	const char **tables = ARENA_ARRAY(a->arena, const char *, count + a->site.partitions.count);
	for (size_t i = 0; i < count; i++) tables[i] = named[i];
	for (size_t i = 0; i < a->site.partitions.count; i++) tables[count++] = sql_qualified(a->arena, a->site.partitions.items[i].schema, a->site.partitions.items[i].name);
	for (size_t i = 0; i < indexes; i++) keys[i] = arena_printf(a->arena, "%zu", a->finding.indexes.items[i].column_count);
	const char *const params[] = {catalog_array(a->arena, tables, count), catalog_array(a->arena, keys, indexes)};
	conn_catalog(a->watch, "apply_indexes", params, 2, indexes_came, a);
}

/* ---- partitions ---- */

static void partitions_came(void *owner, Reply *reply) {
	Applying *a = owner;
	const Table *table = reply->table;
	if (!arrived(a, reply)) return;
	for (size_t i = 0; i < table->row_count; i++)
		*list_push(a->arena, &a->site.partitions) = (PartitionFacts){
			.schema = text_at(a, table, i, "schema"), .name = text_at(a, table, i, "name"), .kind = *table_text(table, i, table_column(table, "kind"), "r"),
			.parent_schema = text_at(a, table, i, "parent_schema"), .parent = text_at(a, table, i, "parent"),
		};
	read_indexes(a);
}

/* Names that the statement's tables have are known already, with the style that they are in. */
static Facts *names_known(const Applying *a) {
	Facts *taken = ARENA_NEW(a->arena, Facts);
	*taken = (Facts){0};
	const Facts *known = a->run ? a->run->facts : NULL;
	for (size_t i = 0; known && i < known->tables.count; i++) *list_push(a->arena, &taken->tables) = known->tables.items[i];
	return taken;
}

void applying_read_site(Applying *a) {
	a->taken = names_known(a);
	a->site = (RemedySite){.taken = a->taken, .naming = setting_text(&a->app->settings, SETTING_NAMING)};
	size_t count;
	const char **tables = remedy_tables(a->arena, &a->finding, &count);
	const char *const params[] = {catalog_array(a->arena, tables, count)};
	if (count) conn_catalog(a->watch, "apply_partitions", params, 1, partitions_came, a);
	else take_steps(a);
}
