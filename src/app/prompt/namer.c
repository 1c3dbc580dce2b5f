/* namer.c: fills the cache of names in the background. */
#include "app/namer.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/str.h"

enum {
	PART_ROWS = 4000, /* of names_relations.sql */
	OLD_MS = 10000, /* names older than this are read again when somebody types */
	REST = 200, /* and a reading that took t ms rests for 200 t */
	SORRY_MS = 10000, /* after a refusal */
	MOST_COLUMNS_ASKED = 64,
	FEW_RELATIONS = 60, /* of so few, all columns are read beforehand */
};

struct Namer {
	Names *names;
	Conn *conn;
	size_t step; /* of steps; STEP_COUNT: all is read */
	uint32_t after; /* the last oid of the part before */
	bool asking, asking_columns, wanted, renew;
	double reading_ms;
	int64_t read_at_ms, not_before_ms;
	uint32_t columns[MOST_COLUMNS_ASKED], asked[MOST_COLUMNS_ASKED]; /* relations whose columns are wanted; under way */
	size_t column_count, asked_count;
	void (*changed)(void *owner);
	void *owner;
};

/* ---- what each step reads ---- */

static uint32_t oid_of(const Table *table, size_t row, const char *column) {
	return (uint32_t)table_int(table, row, table_column(table, column), 0);
}

static const char *text_of(const Table *table, size_t row, const char *column) {
	return table_text(table, row, table_column(table, column), NULL);
}

static void take_schemas(Namer *namer, const Table *table) {
	names_begin(namer->names, NAME_SCHEMA);
	for (size_t i = 0; i < table->row_count; i++)
		names_add(namer->names, NAME_SCHEMA, (Name){text_of(table, i, "name"), "schema", oid_of(table, i, "oid"), oid_of(table, i, "place")});
	names_settle(namer->names, NAME_SCHEMA);
}

static const char *relation_note(char kind, bool partition) {
	switch (kind) {
	case 'p': return "partitioned table";
	case 'v': return "view";
	case 'm': return "materialized view";
	case 'f': return "foreign table";
	case 'S': return "sequence";
	case 'i':
	case 'I': return "index";
	default: return partition ? "partition" : "table";
	}
}

static void take_relations(Namer *namer, const Table *table) {
	size_t partition = table_column(table, "partition");
	if (!namer->after) {
		names_begin(namer->names, NAME_RELATION);
		names_begin(namer->names, NAME_INDEX);
	}
	for (size_t i = 0; i < table->row_count; i++) {
		char kind = *table_text(table, i, table_column(table, "kind"), "r");
		NameKind as = kind == 'i' || kind == 'I' ? NAME_INDEX : NAME_RELATION;
		namer->after = oid_of(table, i, "oid");
		names_add(namer->names, as, (Name){text_of(table, i, "name"), relation_note(kind, table_bool(table, i, partition, false)), namer->after, oid_of(table, i, "schema")});
	}
	if (table->row_count == PART_ROWS) return;
	names_settle(namer->names, NAME_RELATION);
	names_settle(namer->names, NAME_INDEX);
	namer->after = 0;
}

static void take_functions(Namer *namer, const Table *table) {
	Arena *arena = arena_new();
	names_begin(namer->names, NAME_FUNCTION);
	for (size_t i = 0; i < table->row_count; i++) {
		const char *result = text_of(table, i, "result"), *kind = text_of(table, i, "kind");
		const char *note = result ? arena_printf(arena, "%s, %s", kind, result) : kind;
		names_add(namer->names, NAME_FUNCTION, (Name){text_of(table, i, "name"), note, 0, oid_of(table, i, "schema")});
	}
	names_settle(namer->names, NAME_FUNCTION);
	arena_free(arena);
}

static void take_settings(Namer *namer, const Table *table) {
	names_begin(namer->names, NAME_SETTING);
	names_begin(namer->names, NAME_CHOICES);
	for (size_t i = 0; i < table->row_count; i++) {
		const char *name = text_of(table, i, "name"), *choices = text_of(table, i, "choices");
		names_add(namer->names, NAME_SETTING, (Name){.text = name, .note = text_of(table, i, "value")});
		if (choices) names_add(namer->names, NAME_CHOICES, (Name){.text = name, .note = choices});
	}
	names_settle(namer->names, NAME_SETTING);
	names_settle(namer->names, NAME_CHOICES);
}

static void take_cluster(Namer *namer, const Table *table) {
	names_begin(namer->names, NAME_DATABASE);
	names_begin(namer->names, NAME_ROLE);
	for (size_t i = 0; i < table->row_count; i++) {
		const char *kind = text_of(table, i, "kind");
		names_add(namer->names, strcmp(kind, "role") == 0 ? NAME_ROLE : NAME_DATABASE, (Name){.text = text_of(table, i, "name"), .note = kind});
	}
	names_settle(namer->names, NAME_DATABASE);
	names_settle(namer->names, NAME_ROLE);
}

static const struct {
	const char *query;
	void (*take)(Namer *namer, const Table *table);
} steps[] = {
	{"names_schemas", take_schemas},   {"names_relations", take_relations}, {"names_functions", take_functions},
	{"names_settings", take_settings}, {"names_cluster", take_cluster},
};
enum { STEP_COUNT = sizeof steps / sizeof *steps };

/* ---- asking ---- */

/* With few tables, whatever is typed first finds its columns. */
static void want_columns_of_few(Namer *namer) {
	NameRange all = names_find(namer->names, NAME_RELATION, "");
	size_t own = 0;
	for (size_t i = 0; i < all.count; i++) own += all.items[i].oid >= 16384;
	for (size_t i = 0; i < all.count && own <= FEW_RELATIONS; i++)
		if (all.items[i].oid >= 16384 && names_place(namer->names, all.items[i].schema)) namer_columns(namer, all.items[i].oid);
}

static void step_done(void *owner, Reply *reply) {
	Namer *namer = owner;
	namer->asking = false;
	namer->reading_ms += reply->ms;
	if (!reply->table) {
		namer->after = 0;
		namer->not_before_ms = clock_ms() + SORRY_MS;
		return;
	}
	steps[namer->step].take(namer, reply->table);
	if (namer->after) return; /* another part */
	if (++namer->step < STEP_COUNT) return;
	namer->read_at_ms = clock_ms();
	namer->not_before_ms = namer->read_at_ms + (int64_t)(namer->reading_ms * REST);
	want_columns_of_few(namer);
	namer->changed(namer->owner);
}

static void ask_step(Namer *namer) {
	Arena *arena = arena_new();
	const char *param = namer->step == 0 ? conn_schemas(namer->conn) : arena_printf(arena, "%" PRIu32, namer->after);
	namer->asking = true;
	conn_catalog(namer->conn, steps[namer->step].query, &param, namer->step < 2, step_done, namer);
	arena_free(arena);
}

static void put_columns(Namer *namer, const Table *table, uint32_t relation) {
	Arena *arena = arena_new();
	LIST(NameColumn) columns = {0};
	size_t of = table_column(table, "relation");
	for (size_t i = 0; i < table->row_count; i++)
		if ((uint32_t)table_int(table, i, of, 0) == relation)
			*list_push(arena, &columns) = (NameColumn){text_of(table, i, "name"), text_of(table, i, "type")};
	names_put_columns(namer->names, relation, columns.items, columns.count);
	arena_free(arena);
}

static void columns_came(void *owner, Reply *reply) {
	Namer *namer = owner;
	namer->asking_columns = false;
	if (reply->table)
		for (size_t i = 0; i < namer->asked_count; i++) put_columns(namer, reply->table, namer->asked[i]);
	else namer->not_before_ms = clock_ms() + SORRY_MS;
	namer->changed(namer->owner);
}

static void ask_columns(Namer *namer) {
	Str array = STR_INIT;
	for (size_t i = 0; i < namer->column_count; i++) str_printf(&array, "%s%" PRIu32, i ? "," : "{", namer->columns[i]);
	str_add_char(&array, '}');
	memcpy(namer->asked, namer->columns, sizeof namer->asked);
	namer->asked_count = namer->column_count;
	namer->column_count = 0;
	namer->asking_columns = true;
	const char *const param = array.text;
	conn_catalog(namer->conn, "names_columns", &param, 1, columns_came, namer);
	str_release(&array);
}

/* Columns are wanted now, by somebody who looks at the popup; all else waits until nobody else asks. */
void namer_tick(Namer *namer) {
	if (!namer->conn || conn_state(namer->conn) != CONN_READY || namer->asking) return;
	if (namer->column_count && !namer->asking_columns) ask_columns(namer);
	int64_t now = clock_ms();
	if (conn_pending(namer->conn) || now < namer->not_before_ms) return;
	bool old = namer->step == STEP_COUNT && (namer->renew || (namer->wanted && now > namer->read_at_ms + OLD_MS));
	namer->wanted = false;
	if (old) {
		namer->step = 0;
		namer->reading_ms = 0;
		namer->renew = false;
	}
	if (namer->step < STEP_COUNT) ask_step(namer);
}

void namer_wanted(Namer *namer) {
	namer->wanted = true;
}

void namer_renew(Namer *namer) {
	namer->renew = true;
	namer->not_before_ms = 0;
}

const NameColumns *namer_columns(Namer *namer, uint32_t relation) {
	const NameColumns *columns = names_columns(namer->names, relation);
	if (columns) return columns;
	for (size_t i = 0; i < namer->column_count; i++)
		if (namer->columns[i] == relation) return NULL;
	for (size_t i = 0; i < namer->asked_count && namer->asking_columns; i++)
		if (namer->asked[i] == relation) return NULL;
	if (namer->column_count < MOST_COLUMNS_ASKED) namer->columns[namer->column_count++] = relation;
	return NULL;
}

/* ---- life ---- */

Namer *namer_new(void (*changed)(void *owner), void *owner) {
	Namer *namer = calloc(1, sizeof *namer);
	if (!namer) die("out of memory");
	*namer = (Namer){.names = names_new(), .changed = changed, .owner = owner};
	return namer;
}

void namer_connect(Namer *namer, Conn *conn) {
	if (namer->conn) conn_forget(namer->conn, namer);
	names_forget(namer->names);
	*namer = (Namer){.names = namer->names, .conn = conn, .changed = namer->changed, .owner = namer->owner};
}

void namer_free(Namer *namer) {
	if (!namer) return;
	if (namer->conn) conn_forget(namer->conn, namer);
	names_free(namer->names);
	free(namer);
}

Names *namer_names(Namer *namer) {
	return namer->names;
}
