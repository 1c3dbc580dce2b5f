/* overlay.c: a few rows read again, laid over the samples they belong to. */
#include "core/overlay.h"

#include <stdlib.h>

/* The polled rows by key: few, and looked up for each row of a big sample. */
typedef struct PolledRow {
	int64_t key;
	size_t row;
} PolledRow;

static int compare_keys(const void *one, const void *two) {
	const PolledRow *a = one, *b = two;
	return (a->key > b->key) - (a->key < b->key);
}

static PolledRow *by_key(Arena *arena, const Table *polled, const char *key) {
	PolledRow *rows = ARENA_ARRAY(arena, PolledRow, polled->row_count);
	size_t column = table_column(polled, key);
	for (size_t row = 0; row < polled->row_count; row++) rows[row] = (PolledRow){table_int(polled, row, column, 0), row};
	qsort(rows, polled->row_count, sizeof *rows, compare_keys);
	return rows;
}

static void copy_cell(Arena *arena, Table *to, size_t to_row, size_t to_column, const Table *from, size_t from_row, size_t from_column) {
	TableColumn *target = &to->columns[to_column];
	const TableColumn *source = &from->columns[from_column];
	target->nulls[to_row] = source->nulls[from_row];
	if (source->nulls[from_row]) return;
	switch (target->type) {
	case CELL_INT: target->ints[to_row] = table_int(from, from_row, from_column, 0); break;
	case CELL_REAL: target->reals[to_row] = table_real(from, from_row, from_column, 0); break;
	case CELL_BOOL: target->bools[to_row] = table_bool(from, from_row, from_column, false); break;
	case CELL_TEXT: target->texts[to_row] = arena_copy(arena, table_text(from, from_row, from_column, "")); break;
	}
}

typedef struct Overlay {
	Arena *arena; /* of the table's texts */
	const Table *polled;
	bool nulls_only;
} Overlay;

static void lay_row(const Overlay *overlay, Table *table, size_t row, size_t polled_row) {
	for (size_t i = 0; i < overlay->polled->column_count; i++) {
		size_t column = table_column(table, overlay->polled->columns[i].name);
		if (column == TABLE_NO_COLUMN || (overlay->nulls_only && !table_null(table, row, column))) continue;
		copy_cell(overlay->arena, table, row, column, overlay->polled, polled_row, i);
	}
}

static void lay_over(const Overlay *overlay, Table *table, const char *key) {
	Arena *scratch = arena_new();
	PolledRow *rows = by_key(scratch, overlay->polled, key);
	size_t column = table_column(table, key), count = overlay->polled->row_count;
	for (size_t row = 0; count && row < table->row_count; row++) {
		PolledRow wanted = {.key = table_int(table, row, column, 0)};
		const PolledRow *found = bsearch(&wanted, rows, count, sizeof *rows, compare_keys);
		if (found) lay_row(overlay, table, row, found->row);
	}
	arena_free(scratch);
}

/* The rows of `after` with the polled keys, as they are until now: polled once more, so to say, into `before`. */
static Table *rows_until_now(Arena *arena, const Table *after, const Table *polled, const char *key) {
	PolledRow *rows = by_key(arena, polled, key);
	Table *now = table_new(arena, after->column_count, polled->row_count);
	for (size_t i = 0; i < after->column_count; i++) table_name(now, arena, i, after->columns[i].name, after->columns[i].type);
	size_t column = table_column(after, key), count = polled->row_count;
	for (size_t row = 0; count && row < after->row_count; row++) {
		PolledRow wanted = {.key = table_int(after, row, column, 0)};
		if (!bsearch(&wanted, rows, count, sizeof *rows, compare_keys)) continue;
		size_t at = table_add_row(arena, now);
		for (size_t i = 0; i < after->column_count; i++) copy_cell(arena, now, at, i, after, row, i);
	}
	return now;
}

void overlay_rows(Arena *arena, Table *before, Table *after, const Table *polled, const char *key) {
	Arena *scratch = arena_new();
	if (before) {
		Overlay until_now = {.arena = arena, .polled = rows_until_now(scratch, after, polled, key)};
		lay_over(&until_now, before, key);
	}
	lay_over(&(Overlay){.arena = arena, .polled = polled}, after, key);
	arena_free(scratch);
}

void overlay_nulls(Arena *arena, Table *table, const Table *polled, const char *key) {
	lay_over(&(Overlay){.arena = arena, .polled = polled, .nulls_only = true}, table, key);
}
