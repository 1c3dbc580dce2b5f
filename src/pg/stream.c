/* stream.c: rows that come by COPY … TO STDOUT (FORMAT binary) -> Table, as they arrive. */
#include "pg/stream.h"

#include <stdlib.h>

#include "base/str.h"
#include "sql/predicate.h"

typedef struct Field Field;
struct Field {
	const char *name;
	CellType type;
	void (*take)(const Field *field, Stream *stream, TableColumn *column, const unsigned char *value, size_t len);
	size_t len; /* of its values; 0: any */
	bool zero_is_null; /* on the way */
};

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

/* ---- values, in network order ---- */

static uint64_t number(const unsigned char *value, size_t len) {
	uint64_t bits = 0;
	for (size_t i = 0; i < len; i++) bits = bits << 8 | value[i];
	return bits;
}

static void take_int(const Field *field, Stream *stream, TableColumn *column, const unsigned char *value, size_t len) {
	(void)field;
	uint64_t bits = number(value, len), sign = UINT64_C(1) << (8 * len - 1);
	column->ints[stream->table->row_count] = (int64_t)((bits ^ sign) - sign);
}

static void take_unsigned(const Field *field, Stream *stream, TableColumn *column, const unsigned char *value, size_t len) {
	(void)field;
	column->ints[stream->table->row_count] = (int64_t)number(value, len);
}

static void take_double(const Field *field, Stream *stream, TableColumn *column, const unsigned char *value, size_t len) {
	(void)field;
	uint64_t bits = number(value, len);
	memcpy(&column->reals[stream->table->row_count], &bits, sizeof bits);
}

static void take_bool(const Field *field, Stream *stream, TableColumn *column, const unsigned char *value, size_t len) {
	(void)field;
	(void)len;
	column->bools[stream->table->row_count] = *value != 0;
}

/* Names come again and again: a text like the one above it is not kept twice. */
static void take_text(const Field *field, Stream *stream, TableColumn *column, const unsigned char *value, size_t len) {
	(void)field;
	size_t row = stream->table->row_count;
	const char *above = row && !column->nulls[row - 1] ? column->texts[row - 1] : NULL;
	bool same = above && strncmp(above, (const char *)value, len) == 0 && !above[len];
	column->texts[row] = same ? above : arena_copy_n(stream->arena, (const char *)value, len);
}

/* How types travel; what is not here is asked for as text. */
static const struct {
	unsigned oid;
	Field field;
	const char *cast;
} types[] = {
	{16, {.type = CELL_BOOL, .take = take_bool, .len = 1}, ""},
	{20, {.type = CELL_INT, .take = take_int, .len = 8, .zero_is_null = true}, ""},
	{21, {.type = CELL_INT, .take = take_int, .len = 2, .zero_is_null = true}, ""},
	{23, {.type = CELL_INT, .take = take_int, .len = 4, .zero_is_null = true}, ""},
	{26, {.type = CELL_INT, .take = take_unsigned, .len = 4}, ""}, /* oid */
	{28, {.type = CELL_INT, .take = take_unsigned, .len = 4}, ""}, /* xid */
	{701, {.type = CELL_REAL, .take = take_double, .len = 8, .zero_is_null = true}, ""},
	{700, {.type = CELL_REAL, .take = take_double, .len = 8, .zero_is_null = true}, "::float8"}, /* float4 */
	{1700, {.type = CELL_REAL, .take = take_double, .len = 8, .zero_is_null = true}, "::float8"}, /* numeric */
};
static const Field as_text = {.type = CELL_TEXT, .take = take_text};

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
	return arena_printf(arena, "select * from (%s) as it limit 0", bare(arena, query));
}

static Field field_of(Arena *arena, const StreamColumn *column, const char *const *nullable, Str *select) {
	Field field = as_text;
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
	shape->sql = arena_printf(arena, "copy (select %s from (%s) as it) to stdout (format binary)", select.text, bare(arena, query));
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

static bool take_header(Reader *reader) {
	static const char signature[] = "PGCOPY\n\377\r\n"; /* and its terminating zero */
	const unsigned char *bytes = next(reader, sizeof signature + 8);
	if (!bytes || memcmp(bytes, signature, sizeof signature) != 0) return false;
	return next(reader, number(bytes + sizeof signature + 4, 4)) != NULL; /* flags, and an extension nobody uses yet */
}

static bool take_value(Stream *stream, size_t i, Reader *reader) {
	enum { NONE = 0xFFFFFFFF };
	const Field *field = &stream->shape->fields[i];
	TableColumn *column = &stream->table->columns[i];
	const unsigned char *head = next(reader, 4);
	if (!head) return false;
	size_t len = number(head, 4), row = stream->table->row_count;
	bool null = len == NONE;
	column->nulls[row] = null && !field->zero_is_null; /* a cell without a value is zero already */
	if (null) return true;
	const unsigned char *value = next(reader, len);
	if (!value || (field->len && len != field->len)) return false;
	field->take(field, stream, column, value, len);
	return true;
}

static bool take_row(Stream *stream, Reader *reader) {
	enum { THE_END = 0xFFFF };
	const unsigned char *head = next(reader, 2);
	if (!head) return false;
	size_t count = number(head, 2);
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
