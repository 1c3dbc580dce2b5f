/* mark.c: a mark of the statements as text that another console reads. */
#include "report/mark.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "report/json_read.h"
#include "report/json_value.h"

enum { FORMAT = 1, MOST_EARLIER = 6 };

/* ---- as JSON ---- */

static const char *const type_names[] = {[CELL_INT] = "int", [CELL_REAL] = "real", [CELL_TEXT] = "text", [CELL_BOOL] = "bool"};
enum { TYPE_COUNT = sizeof type_names / sizeof *type_names };

static json_t *json_of_cell(const TableColumn *column, size_t row) {
	if (column->nulls[row]) return json_null();
	switch (column->type) {
	case CELL_INT: return json_integer(column->ints[row]);
	case CELL_REAL: return json_of_real(column->reals[row]);
	case CELL_BOOL: return json_boolean(column->bools[row]);
	case CELL_TEXT: break;
	}
	return json_of_text(column->texts[row]);
}

static json_t *json_of_column(const TableColumn *column, size_t rows) {
	json_t *object = json_object(), *cells = json_array();
	for (size_t row = 0; row < rows; row++) json_push(cells, json_of_cell(column, row));
	json_put(object, "name", json_of_text(column->name));
	json_put(object, "type", json_of_text(type_names[column->type]));
	json_put(object, "cells", cells);
	return object;
}

static json_t *json_of_sample(const StatementSample *sample) {
	const Table *counters = sample->counters;
	json_t *object = json_object(), *columns = json_array();
	for (size_t i = 0; i < counters->column_count; i++) json_push(columns, json_of_column(&counters->columns[i], counters->row_count));
	json_put(object, "wall_ms", json_integer(sample->wall_ms));
	json_put(object, "server_s", json_of_real(sample->server_s));
	json_put(object, "reset_at_s", json_of_real(sample->reset_at_s));
	json_put(object, "started_at_s", json_of_real(sample->started_at_s));
	json_put(object, "evictions", json_integer(sample->evictions));
	json_put(object, "columns", columns);
	return object;
}

/* The ages of all there are stand as the powers of a number: so do those of every so-manieth. */
static json_t *json_of_earlier(const StatementMark *mark, size_t most) {
	json_t *list = json_array();
	size_t count = mark->earlier.count, taken = count < most ? count : most;
	for (size_t i = 0; i < taken; i++) json_push(list, json_of_sample(mark->earlier.items[taken > 1 ? i * (count - 1) / (taken - 1) : 0]));
	return list;
}

static json_t *json_of_tags(const StatementMark *mark) {
	json_t *list = json_array();
	for (size_t i = 0; i < mark->tags.count; i++) json_push(list, json_of_text(mark->tags.items[i]));
	return list;
}

static json_t *json_of_texts(Arena *arena, const StatementMark *mark, const Texts *texts) {
	json_t *object = json_object();
	const Table *counters = mark->sample->counters;
	size_t queryid = table_column(counters, "queryid");
	for (size_t row = 0; texts && row < counters->row_count; row++) {
		int64_t key = table_int(counters, row, queryid, 0);
		const char *text = key ? texts_get(texts, key) : NULL;
		if (text) json_put(object, arena_printf(arena, "%" PRId64, key), json_of_text(text));
	}
	return object;
}

/* To the last bit, as json_print() would not: since when a statement is counted is one of its keys. No terminal sees it. */
static const char *print(Arena *arena, json_t *value) {
	char *dump = json_dumps(value, JSON_COMPACT);
	if (!dump) die("out of memory");
	const char *text = arena_copy(arena, dump);
	free(dump);
	json_decref(value);
	return text;
}

static const char *json_with(Arena *arena, const StatementMark *mark, const Texts *texts, size_t earlier) {
	json_t *object = json_object();
	json_put(object, "format", json_integer(FORMAT));
	json_put(object, "server", json_of_text(mark->server));
	json_put(object, "tags", json_of_tags(mark));
	json_put(object, "marked", json_of_sample(mark->sample));
	json_put(object, "earlier", json_of_earlier(mark, earlier));
	json_put(object, "texts", json_of_texts(arena, mark, texts));
	return print(arena, object);
}

const char *report_mark_json(Arena *arena, const StatementMark *mark, const Texts *texts, size_t most_bytes) {
	size_t earlier = MOST_EARLIER;
	const char *json = json_with(arena, mark, texts, earlier);
	while (strlen(json) > most_bytes && earlier) json = json_with(arena, mark, texts, earlier /= 2);
	return strlen(json) > most_bytes && texts ? json_with(arena, mark, NULL, 0) : json;
}

/* ---- read back ---- */

typedef struct Clocks {
	int64_t now_ms, wall_ms;
} Clocks;

static bool read_cell(Table *table, size_t row, size_t column, const json_t *cell, Arena *arena) {
	if (json_is_null(cell)) return true;
	switch (table->columns[column].type) {
	case CELL_INT:
		if (json_is_integer(cell)) table_set_int(table, row, column, json_integer_value(cell));
		return json_is_integer(cell);
	case CELL_REAL:
		if (json_is_number(cell)) table_set_real(table, row, column, json_number_value(cell));
		return json_is_number(cell);
	case CELL_BOOL:
		if (json_is_boolean(cell)) table_set_bool(table, row, column, json_is_true(cell));
		return json_is_boolean(cell);
	case CELL_TEXT: break;
	}
	if (json_is_string(cell)) table_set_text(table, row, column, arena_copy(arena, json_string_value(cell)));
	return json_is_string(cell);
}

static size_t rows_of(JsonReader *reader, const json_t *columns) {
	return json_array_size(json_read_list(reader, json_array_get(columns, 0), "cells"));
}

static bool read_column(JsonReader *reader, Table *table, size_t column, const json_t *from) {
	const json_t *cells = json_read_list(reader, from, "cells");
	if (json_array_size(cells) != table->row_count) return json_wrong(reader, "cells", "is not as long as the others");
	for (size_t row = 0; row < table->row_count; row++)
		if (!read_cell(table, row, column, json_array_get(cells, row), reader->arena)) return json_wrong(reader, table->columns[column].name, "holds what is of another type");
	return true;
}

static Table *read_counters(JsonReader *reader, const json_t *columns) {
	size_t count = json_array_size(columns), rows = rows_of(reader, columns);
	Table *table = table_new(reader->arena, count, rows);
	for (size_t i = 0; i < count; i++) {
		const json_t *column = json_array_get(columns, i);
		int type = json_read_name(reader, column, "type", type_names, TYPE_COUNT, -1);
		if (type < 0) json_wrong(reader, "type", "is none that a cell has");
		table_name(table, reader->arena, i, json_need_text(reader, column, "name"), type < 0 ? CELL_INT : (CellType)type);
	}
	for (size_t row = 0; row < rows && !reader->failed; row++) table_add_row(reader->arena, table);
	for (size_t i = 0; i < count && !reader->failed; i++) read_column(reader, table, i, json_array_get(columns, i));
	return table;
}

static int64_t read_whole(JsonReader *reader, const json_t *object, const char *key) {
	double value = json_read_number(reader, object, key);
	return isnan(value) || fabs(value) > 0x1p53 ? 0 : (int64_t)value;
}

/* Held once, failed or not. */
static StatementSample *read_sample(JsonReader *reader, const json_t *object, const Clocks *clocks) {
	Arena *arena = arena_new();
	JsonReader own = {.arena = arena, .err = reader->err, .failed = reader->failed};
	StatementSample *sample = statement_sample_adopt(arena, read_counters(&own, json_read_list(&own, object, "columns")));
	sample->wall_ms = read_whole(&own, object, "wall_ms");
	sample->at_ms = clocks->now_ms - (clocks->wall_ms - sample->wall_ms);
	sample->server_s = json_read_number(&own, object, "server_s");
	sample->reset_at_s = json_read_number(&own, object, "reset_at_s");
	sample->started_at_s = json_read_number(&own, object, "started_at_s");
	sample->evictions = read_whole(&own, object, "evictions");
	reader->failed = own.failed;
	return sample;
}

static void read_texts(Arena *arena, const json_t *object, Texts *texts) {
	const char *key;
	json_t *text;
	json_object_foreach((json_t *)object, key, text) if (json_is_string(text)) texts_put(arena, texts, strtoll(key, NULL, 10), json_string_value(text));
}

static bool read_mark(JsonReader *reader, const json_t *object, const Clocks *clocks, StatementMark *mark, Texts *texts) {
	if (read_whole(reader, object, "format") != FORMAT) return json_wrong(reader, "format", "is one of another pgwhy");
	mark->server = json_need_text(reader, object, "server");
	mark->sample = read_sample(reader, json_object_get(object, "marked"), clocks);
	const json_t *earlier = json_read_list(reader, object, "earlier");
	for (size_t i = 0; i < json_array_size(earlier) && !reader->failed; i++) *list_push(mark->arena, &mark->earlier) = read_sample(reader, json_array_get(earlier, i), clocks);
	JsonTexts tags = json_read_texts(reader, object, "tags");
	for (size_t i = 0; i < tags.count; i++) *list_push(mark->arena, &mark->tags) = tags.items[i];
	read_texts(mark->arena, json_read_object(reader, object, "texts"), texts);
	return !reader->failed;
}

StatementMark *report_mark_read(const char *json, size_t len, int64_t now_ms, int64_t now_wall_ms, Texts *texts, Err *err) {
	json_t *object = json_parse(json, len, err);
	if (!object) return NULL;
	Arena *arena = arena_new();
	StatementMark *mark = ARENA_NEW(arena, StatementMark);
	*mark = (StatementMark){.arena = arena};
	JsonReader reader = {.arena = arena, .err = err};
	bool fine = read_mark(&reader, object, &(Clocks){now_ms, now_wall_ms}, mark, texts);
	json_decref(object);
	if (fine) return mark;
	statement_mark_free(mark);
	return NULL;
}
