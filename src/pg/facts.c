/* facts.c: what the catalog knows about the tables, indexes, foreign keys and functions a statement names. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "pg/catalog.h"
#include "pg/explain.h"
#include "pg/exchange.h"
#include "pg/request.h"

/* One read of the catalog in a few queries; the later ones ask for what the first found. */
typedef enum Stage { STAGE_TABLES, STAGE_COLUMNS, STAGE_INDEXES, STAGE_PARTITIONS, STAGE_FOREIGN_KEYS, STAGE_FUNCTIONS, STAGE_CALLS, STAGE_DONE } Stage;

typedef struct Load {
	Arena *arena; /* of the reply */
	Conn *conn;
	FactsFn reply;
	void *owner;
	Facts *facts;
	Stage stage;
	const char *table_schemas, *table_names, *function_schemas, *function_names; /* array literals */
	const char *queryid; /* NULL: not known */
	LIST(int64_t) oids; /* of facts->tables */
	const char *oid_array, *locked_array;
	const char *params[3];
} Load;

/* ---- reading rows ---- */

typedef struct Row {
	const Table *table;
	size_t row;
} Row;

static size_t place(Row at, const char *column) {
	return table_column(at.table, column);
}

static const char *text(Arena *arena, Row at, const char *column) {
	return arena_copy(arena, table_text(at.table, at.row, place(at, column), NULL));
}

static double real(Row at, const char *column) {
	return table_real(at.table, at.row, place(at, column), NAN);
}

static bool yes(Row at, const char *column) {
	return table_bool(at.table, at.row, place(at, column), false);
}

static int64_t whole(Row at, const char *column) {
	return table_int(at.table, at.row, place(at, column), 0);
}

static char kind_of(Arena *arena, Row at) {
	const char *kind = text(arena, at, "kind");
	return kind && *kind ? *kind : 'r';
}

static const char *oid_list(Arena *arena, const Table *tables, bool only_locked) {
	Str list = STR_INIT;
	str_add_char(&list, '{');
	for (size_t row = 0; row < tables->row_count; row++) {
		Row at = {tables, row};
		if (only_locked && !yes(at, "locked")) continue;
		str_printf(&list, "%s%" PRId64, list.len > 1 ? "," : "", whole(at, "oid"));
	}
	str_add_char(&list, '}');
	const char *array = arena_copy_n(arena, list.text, list.len);
	str_release(&list);
	return array;
}

static void take_tables(Load *load, const Table *rows) {
	for (size_t row = 0; row < rows->row_count; row++) {
		Row at = {rows, row};
		*list_push(load->arena, &load->oids) = whole(at, "oid");
		*list_push(load->arena, &load->facts->tables) = (TableFacts){
			.schema = text(load->arena, at, "schema"),
			.name = text(load->arena, at, "name"),
			.kind = kind_of(load->arena, at),
			.partition_key = text(load->arena, at, "partition_key"),
			.rows = real(at, "rows"),
			.pages = real(at, "pages"),
			.all_visible_pages = real(at, "all_visible_pages"),
			.bytes = real(at, "bytes"),
			.parallel_workers = real(at, "parallel_workers"),
			.live_rows = real(at, "live_rows"),
			.dead_rows = real(at, "dead_rows"),
			.modified_since_analyze = real(at, "modified_since_analyze"),
			.updates = real(at, "updates"),
			.hot_updates = real(at, "hot_updates"),
			.inserts = real(at, "inserts"),
			.deletes = real(at, "deletes"),
			.analyzed_at_s = real(at, "analyzed_at_s"),
			.temporary = yes(at, "temporary"),
		};
	}
	load->oid_array = oid_list(load->arena, rows, false);
	load->locked_array = oid_list(load->arena, rows, true);
}

static TableFacts *table_of(Load *load, Row at) {
	int64_t oid = whole(at, "relation");
	for (size_t i = 0; i < load->oids.count; i++)
		if (load->oids.items[i] == oid) return &load->facts->tables.items[i];
	return NULL;
}

static void take_columns(Load *load, const Table *rows) {
	for (size_t row = 0; row < rows->row_count; row++) {
		Row at = {rows, row};
		TableFacts *table = table_of(load, at);
		if (!table) continue;
		*list_push(load->arena, &table->columns) = (ColumnFacts){
			.name = text(load->arena, at, "name"),
			.type = text(load->arena, at, "type"),
			.not_null = yes(at, "not_null"),
			.distinct = real(at, "distinct_values"),
			.null_share = real(at, "null_share"),
			.width_bytes = real(at, "width_bytes"),
			.correlation = real(at, "correlation"),
			.top_share = real(at, "top_share"),
			.top_value = text(load->arena, at, "top_value"),
			.rare_share = real(at, "rare_share"),
			.rare_value = text(load->arena, at, "rare_value"),
			.middle_value = text(load->arena, at, "middle_value"),
			.low_value = text(load->arena, at, "low_value"),
			.high_value = text(load->arena, at, "high_value"),
		};
	}
}

/* ---- indexes: a row for each of their columns, those of one index together ---- */

typedef struct IndexRows {
	const Table *table;
	size_t first, end;
} IndexRows;

static IndexRows index_rows(const Table *rows, size_t first) {
	size_t end = first + 1;
	while (end < rows->row_count && whole((Row){rows, end}, "index") == whole((Row){rows, first}, "index")) end++;
	return (IndexRows){rows, first, end};
}

static IndexFacts index_of(Arena *arena, IndexRows rows) {
	Row first = {rows.table, rows.first};
	size_t room = rows.end - rows.first;
	const char **keys = ARENA_ARRAY(arena, const char *, room), **include = ARENA_ARRAY(arena, const char *, room);
	const char **opclasses = ARENA_ARRAY(arena, const char *, room);
	bool *descending = ARENA_ARRAY(arena, bool, room), *nulls_first = ARENA_ARRAY(arena, bool, room);
	IndexFacts index = {
		.name = text(arena, first, "name"),
		.method = text(arena, first, "method"),
		.keys = keys,
		.descending = descending,
		.nulls_first = nulls_first,
		.opclasses = opclasses,
		.include = include,
		.predicate = text(arena, first, "predicate"),
		.definition = text(arena, first, "definition"),
		.valid = yes(first, "valid"),
		.unique = yes(first, "unique"),
		.primary = yes(first, "primary"),
		.constraint = yes(first, "constraint"),
		.bytes = real(first, "bytes"),
		.scans = real(first, "scans"),
	};
	/* What could not be read because the table is locked is there all the same: keys and rows of who knows what. */
	if (yes(first, "partial") && !index.predicate) index.predicate = "?";
	for (size_t row = rows.first; row < rows.end; row++) {
		Row at = {rows.table, row};
		const char *key = text(arena, at, "key");
		if (!key) key = "?";
		if (yes(at, "included")) {
			include[index.include_count++] = key;
			continue;
		}
		descending[index.key_count] = yes(at, "descending");
		nulls_first[index.key_count] = yes(at, "nulls_first");
		opclasses[index.key_count] = text(arena, at, "opclass");
		keys[index.key_count++] = key;
	}
	return index;
}

static void take_indexes(Load *load, const Table *rows) {
	for (size_t row = 0; row < rows->row_count;) {
		IndexRows index = index_rows(rows, row);
		TableFacts *table = table_of(load, (Row){rows, row});
		if (table) *list_push(load->arena, &table->indexes) = index_of(load->arena, index);
		row = index.end;
	}
}

/* ---- partitions ---- */

static void take_partitions(Load *load, const Table *rows) {
	for (size_t row = 0; row < rows->row_count; row++) {
		Row at = {rows, row};
		TableFacts *table = table_of(load, at);
		if (table) *list_push(load->arena, &table->partitions) = (PartitionFacts){
			.schema = text(load->arena, at, "schema"),
			.name = text(load->arena, at, "name"),
			.kind = kind_of(load->arena, at),
			.parent_schema = text(load->arena, at, "parent_schema"),
			.parent = text(load->arena, at, "parent"),
		};
	}
}

static bool has_partitioned(const Facts *facts) {
	for (size_t i = 0; i < facts->tables.count; i++)
		if (facts->tables.items[i].kind == 'p') return true;
	return false;
}

/* ---- foreign keys: a row for each of their columns, too ---- */

static void take_foreign_keys(Load *load, const Table *rows) {
	for (size_t row = 0, end; row < rows->row_count; row = end) {
		Row first = {rows, row};
		for (end = row + 1; end < rows->row_count; end++)
			if (whole((Row){rows, end}, "constraint") != whole(first, "constraint")) break;
		const char **columns = ARENA_ARRAY(load->arena, const char *, end - row);
		for (size_t i = row; i < end; i++) columns[i - row] = text(load->arena, (Row){rows, i}, "column");
		*list_push(load->arena, &load->facts->foreign_keys) = (ForeignKeyFacts){
			.name = text(load->arena, first, "name"),
			.schema = text(load->arena, first, "schema"),
			.table = text(load->arena, first, "table"),
			.referred = text(load->arena, first, "referred"),
			.columns = columns,
			.column_count = end - row,
			.indexed = yes(first, "indexed"),
			.partitioned = yes(first, "partitioned"),
		};
	}
}

/* ---- functions ---- */

static int rank(char volatility) {
	return volatility == 'i' ? 0 : volatility == 's' ? 1 : 2;
}

static FunctionFacts *last_function(Facts *facts) {
	return facts->functions.count ? &facts->functions.items[facts->functions.count - 1] : NULL;
}

static void take_functions(Load *load, const Table *rows) {
	for (size_t row = 0; row < rows->row_count; row++) {
		Row at = {rows, row};
		const char *volatility = text(load->arena, at, "volatility");
		FunctionFacts function = {
			.schema = text(load->arena, at, "schema"),
			.name = text(load->arena, at, "name"),
			.volatility = volatility ? *volatility : 'v',
		};
		FunctionFacts *known = last_function(load->facts);
		bool same = known && strcmp(known->name, function.name) == 0 && strcmp(known->schema, function.schema) == 0;
		if (!same) *list_push(load->arena, &load->facts->functions) = function;
		else if (rank(function.volatility) > rank(known->volatility)) known->volatility = function.volatility;
	}
}

/* ---- calls ---- */

static void take_calls(Load *load, const Table *rows) {
	if (!rows->row_count) return;
	Row at = {rows, 0};
	double calls = real(at, "calls"), since_s = real(at, "since_s"), since_reset_s = real(at, "since_reset_s");
	if (!(calls > 0)) return;
	StatementUse *use = ARENA_NEW(load->arena, StatementUse);
	*use = (StatementUse){.calls = calls, .rows_per_call = real(at, "rows") / calls, .calls_per_s = calls / (isnan(since_s) ? since_reset_s : since_s)};
	load->facts->use = use;
}

/* ---- one after the other ---- */

static const struct {
	const char *query;
	void (*take)(Load *load, const Table *rows);
} stages[] = {
	[STAGE_TABLES] = {"facts_tables", take_tables},
	[STAGE_COLUMNS] = {"facts_columns", take_columns},
	[STAGE_INDEXES] = {"facts_indexes", take_indexes},
	[STAGE_PARTITIONS] = {"facts_partitions", take_partitions},
	[STAGE_FOREIGN_KEYS] = {"facts_foreign_keys", take_foreign_keys},
	[STAGE_FUNCTIONS] = {"facts_functions", take_functions},
	[STAGE_CALLS] = {"facts_calls", take_calls},
};

/* What a stage asks for; false: nothing, so it is left out. */
static bool stage_params(Load *load, size_t *count) {
	const char *schemas = conn_session_start(load->conn)->schemas;
	bool has_tables = load->facts->tables.count > 0;
	switch (load->stage) {
	case STAGE_TABLES:
		memcpy(load->params, (const char *[]){load->table_schemas, load->table_names, schemas}, sizeof load->params);
		*count = 3;
		return strcmp(load->table_names, "{}") != 0;
	case STAGE_COLUMNS:
	case STAGE_PARTITIONS:
	case STAGE_FOREIGN_KEYS:
		load->params[0] = load->oid_array;
		*count = 1;
		return load->stage == STAGE_PARTITIONS ? has_partitioned(load->facts) : has_tables;
	case STAGE_INDEXES:
		load->params[0] = load->oid_array;
		load->params[1] = load->locked_array;
		*count = 2;
		return has_tables;
	case STAGE_FUNCTIONS:
		memcpy(load->params, (const char *[]){load->function_schemas, load->function_names, schemas}, sizeof load->params);
		*count = 3;
		return strcmp(load->function_names, "{}") != 0;
	case STAGE_CALLS:
		load->params[0] = load->queryid;
		*count = 1;
		return load->queryid && !conn_server(load->conn)->statements_problem;
	case STAGE_DONE: break;
	}
	return false;
}

static void facts_tell(Load *load, Facts *facts, Err *err) {
	FactsReply reply = {.facts = facts, .arena = load->arena, .err = err};
	load->arena = NULL;
	load->reply(load->owner, &reply);
	arena_free(reply.arena);
}

static void facts_done(Load *load) {
	Err none = ERR_INIT;
	load->facts->server = server_copy(load->arena, conn_server(load->conn));
	facts_tell(load, load->facts, &none);
}

static bool load_next(void *context, Reply *previous, CatalogCall *call) {
	Load *load = context;
	if (previous) stages[load->stage++].take(load, previous->table);
	size_t count = 0;
	while (load->stage != STAGE_DONE && !stage_params(load, &count)) load->stage++;
	if (load->stage != STAGE_DONE) {
		*call = (CatalogCall){.name = stages[load->stage].query, .params = load->params, .param_count = count};
		return true;
	}
	facts_done(load);
	return false;
}

/* Calls are a thing to have, but not one that advice needs. */
static void load_failed(void *context, Reply *reply) {
	Load *load = context;
	if (load->stage == STAGE_CALLS) facts_done(load);
	else facts_tell(load, NULL, reply->err);
}

static void load_drop(void *context) {
	Load *load = context;
	arena_free(load->arena); /* NULL once it was told */
	free(load);
}

static const CatalogReader load_reader = {.next = load_next, .failed = load_failed, .drop = load_drop};

void facts_load(Conn *conn, const FactsWish *wish, FactsFn reply, void *owner) {
	Load *load = calloc(1, sizeof *load);
	if (!load) die("out of memory");
	Arena *arena = arena_new();
	size_t most = wish->table_count > wish->function_count ? wish->table_count : wish->function_count;
	const char **schemas = ARENA_ARRAY(arena, const char *, most), **names = ARENA_ARRAY(arena, const char *, most);
	*load = (Load){.arena = arena, .conn = conn, .reply = reply, .owner = owner, .facts = ARENA_NEW(arena, Facts)};
	for (size_t i = 0; i < wish->table_count; i++) {
		schemas[i] = wish->tables[i].schema;
		names[i] = wish->tables[i].name;
	}
	load->table_schemas = catalog_array(arena, schemas, wish->table_count);
	load->table_names = catalog_array(arena, names, wish->table_count);
	for (size_t i = 0; i < wish->function_count; i++) {
		schemas[i] = wish->functions[i].schema;
		names[i] = wish->functions[i].name;
	}
	load->function_schemas = catalog_array(arena, schemas, wish->function_count);
	load->function_names = catalog_array(arena, names, wish->function_count);
	if (wish->queryid) load->queryid = arena_printf(arena, "%" PRId64, wish->queryid);
	catalog_read(conn, &load_reader, load, owner);
}
