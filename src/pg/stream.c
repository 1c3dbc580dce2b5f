/* stream.c: rows that come by COPY … TO STDOUT (FORMAT binary) -> Table, as they arrive. */
#include "pg/stream.h"

#include <stdlib.h>

#include "base/str.h"
#include "sql/predicate.h"

/* How a value travels. */
typedef enum Travel { AS_TEXT, AS_BOOL, AS_INT2, AS_INT4, AS_INT8, AS_OID, AS_FLOAT8 } Travel;

static const size_t travel_bytes[] = {[AS_BOOL] = 1, [AS_INT2] = 2, [AS_INT4] = 4, [AS_INT8] = 8, [AS_OID] = 4, [AS_FLOAT8] = 8};

typedef struct Field {
	const char *name;
	Travel travel;
	CellType type;
	bool zero_is_null; /* on the way */
} Field;

struct StreamShape {
	const char *sql;
	Field *fields;
	size_t field_count;
	size_t rows; /* that came last time */
};

struct Stream {
	StreamShape *shape;
	Arena *arena;
	Table *table;
	size_t bytes;
	bool begun; /* the header has come */
};

/* How types travel; what is not here is asked for as text. */
static const struct {
	unsigned oid;
	const char *cast;
	Field field;
} types[] = {
	{16, "", {.travel = AS_BOOL, .type = CELL_BOOL}},
	{20, "", {.travel = AS_INT8, .type = CELL_INT, .zero_is_null = true}},
	{21, "", {.travel = AS_INT2, .type = CELL_INT, .zero_is_null = true}},
	{23, "", {.travel = AS_INT4, .type = CELL_INT, .zero_is_null = true}},
	{26, "", {.travel = AS_OID, .type = CELL_INT}},
	{28, "", {.travel = AS_OID, .type = CELL_INT}}, /* xid */
	{701, "", {.travel = AS_FLOAT8, .type = CELL_REAL, .zero_is_null = true}},
	{700, "::float8", {.travel = AS_FLOAT8, .type = CELL_REAL, .zero_is_null = true}}, /* float4 */
	{1700, "::float8", {.travel = AS_FLOAT8, .type = CELL_REAL, .zero_is_null = true}}, /* numeric */
};

/* ---- shapes ---- */

static bool listed(const char *const *names, const char *name) {
	for (; *names; names++)
		if (strcmp(*names, name) == 0) return true;
	return false;
}

/* It becomes a part of another statement: without its semicolon. */
static const char *bare(Arena *arena, const char *query) {
	size_t len = strlen(query);
	while (len && strchr(" \t\n;", query[len - 1])) len--;
	return arena_copy_n(arena, query, len);
}

const char *stream_describe_sql(Arena *arena, const char *query) {
	return arena_printf(arena, "/* pgwhy: columns */ select * from (%s) as it limit 0", bare(arena, query));
}

static Field field_of(Arena *arena, const StreamColumn *column, const char *const *nullable, Str *select) {
	Field field = {.travel = AS_TEXT, .type = CELL_TEXT};
	const char *cast = "::text", *name = sql_identifier(arena, column->name);
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (types[i].oid == column->type) {
			field = types[i].field;
			cast = types[i].cast;
		}
	field.name = arena_copy(arena, column->name);
	if (listed(nullable, column->name)) field.zero_is_null = false;
	str_printf(select, field.zero_is_null ? "%snullif(%s, 0)%s" : "%s%s%s", select->len ? ", " : "", name, cast);
	return field;
}

StreamShape *stream_shape(Arena *arena, const char *query, const StreamColumn *columns, size_t column_count, const char *const *nullable) {
	StreamShape *shape = ARENA_NEW(arena, StreamShape);
	shape->fields = ARENA_ARRAY(arena, Field, column_count);
	shape->field_count = column_count;
	Str select = STR_INIT;
	for (size_t i = 0; i < column_count; i++) shape->fields[i] = field_of(arena, &columns[i], nullable, &select);
	shape->sql = arena_printf(arena, "/* pgwhy: copy */ copy (select %s from (%s) as it) to stdout (format binary)", select.text, bare(arena, query));
	str_release(&select);
	return shape;
}

const char *stream_sql(const StreamShape *shape) {
	return shape->sql;
}

/* ---- rows ---- */

static void begin_table(Stream *stream, size_t rows) {
	const StreamShape *shape = stream->shape;
	stream->arena = arena_new();
	stream->table = table_new(stream->arena, shape->field_count, rows);
	for (size_t i = 0; i < shape->field_count; i++)
		table_name(stream->table, stream->arena, i, shape->fields[i].name, shape->fields[i].type);
}

Stream *stream_new(StreamShape *shape) {
	Stream *stream = calloc(1, sizeof *stream);
	if (!stream) die("out of memory");
	stream->shape = shape;
	begin_table(stream, shape->rows + shape->rows / 32);
	return stream;
}

/* The message, and how far it is read. */
typedef struct Reader {
	const unsigned char *at;
	size_t left;
} Reader;

/* The next bytes; NULL: there are not that many. */
static const unsigned char *next(Reader *reader, size_t len) {
	if (reader->left < len) return NULL;
	const unsigned char *bytes = reader->at;
	reader->at += len;
	reader->left -= len;
	return bytes;
}

/* Numbers, in network order. */
static uint16_t two_bytes(const unsigned char *at) {
	return (uint16_t)(at[0] << 8 | at[1]);
}

static uint32_t four_bytes(const unsigned char *at) {
	return (uint32_t)two_bytes(at) << 16 | two_bytes(at + 2);
}

static uint64_t eight_bytes(const unsigned char *at) {
	return (uint64_t)four_bytes(at) << 32 | four_bytes(at + 4);
}

static bool take_header(Reader *reader) {
	static const char signature[] = "PGCOPY\n\377\r\n"; /* and its terminating zero */
	const unsigned char *bytes = next(reader, sizeof signature + 8);
	if (!bytes || memcmp(bytes, signature, sizeof signature) != 0) return false;
	return next(reader, four_bytes(bytes + sizeof signature + 4)) != NULL; /* flags, and an extension nobody uses yet */
}

/* Names come again and again: a text like the one above it is not kept twice. */
static const char *text(Stream *stream, const TableColumn *column, size_t row, const char *value, size_t len) {
	const char *above = row && !column->nulls[row - 1] ? column->texts[row - 1] : NULL;
	bool same = above && strncmp(above, value, len) == 0 && !above[len];
	return same ? above : arena_copy_n(stream->arena, value, len);
}

static void put(Stream *stream, TableColumn *column, Travel travel, const unsigned char *value, size_t len) {
	size_t row = stream->table->row_count;
	uint64_t bits;
	switch (travel) {
	case AS_TEXT: column->texts[row] = text(stream, column, row, (const char *)value, len); break;
	case AS_BOOL: column->bools[row] = *value != 0; break;
	case AS_INT2: column->ints[row] = (int16_t)two_bytes(value); break;
	case AS_INT4: column->ints[row] = (int32_t)four_bytes(value); break;
	case AS_INT8: column->ints[row] = (int64_t)eight_bytes(value); break;
	case AS_OID: column->ints[row] = four_bytes(value); break;
	case AS_FLOAT8:
		bits = eight_bytes(value);
		memcpy(&column->reals[row], &bits, sizeof bits);
		break;
	}
}

static bool take_value(Stream *stream, size_t i, Reader *reader) {
	enum { NONE = -1 };
	const Field *field = &stream->shape->fields[i];
	TableColumn *column = &stream->table->columns[i];
	const unsigned char *head = next(reader, 4);
	if (!head) return false;
	int32_t len = (int32_t)four_bytes(head);
	bool null = len == NONE;
	column->nulls[stream->table->row_count] = null && !field->zero_is_null; /* a cell without a value is zero already */
	if (null) return true;
	const unsigned char *value = len < 0 ? NULL : next(reader, (size_t)len);
	if (!value || (field->travel != AS_TEXT && (size_t)len != travel_bytes[field->travel])) return false;
	put(stream, column, field->travel, value, (size_t)len);
	return true;
}

static bool take_row(Stream *stream, Reader *reader) {
	enum { THE_END = 0xFFFF };
	const unsigned char *head = next(reader, 2);
	if (!head) return false;
	size_t count = two_bytes(head);
	if (count == THE_END) return reader->left == 0;
	if (count != stream->shape->field_count) return false;
	table_make_room(stream->arena, stream->table, 1);
	for (size_t i = 0; i < count; i++)
		if (!take_value(stream, i, reader)) return false;
	stream->table->row_count++;
	return true;
}

/* Messages are whole rows; the header comes with the first of them or alone. */
bool stream_take(Stream *stream, const char *message, size_t len) {
	enum { MESSAGE_BYTES = 5 }; /* around it, on the wire */
	Reader reader = {(const unsigned char *)message, len};
	stream->bytes += len + MESSAGE_BYTES;
	if (!stream->begun && !take_header(&reader)) return false;
	stream->begun = true;
	while (reader.left)
		if (!take_row(stream, &reader)) return false;
	return true;
}

/* What outgrew its room has left its former places in the arena. */
static void pack(Stream *stream) {
	Arena *loose = stream->arena;
	stream->arena = arena_new();
	stream->table = table_copy(stream->arena, stream->table);
	arena_free(loose);
}

Table *stream_table(Stream *stream, Arena **arena, size_t *bytes) {
	if (stream->table->row_count > stream->shape->rows + stream->shape->rows / 32) pack(stream);
	stream->shape->rows = stream->table->row_count;
	*arena = stream->arena;
	*bytes = stream->bytes;
	stream->arena = NULL;
	return stream->table;
}

void stream_free(Stream *stream) {
	if (!stream) return;
	arena_free(stream->arena);
	free(stream);
}
