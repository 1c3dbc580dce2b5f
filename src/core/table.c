/* table.c: rows and named, typed columns. */
#include "core/table.h"

#include <math.h>

static const size_t cell_bytes[] = {
    [CELL_INT] = sizeof(int64_t), [CELL_REAL] = sizeof(double), [CELL_TEXT] = sizeof(char *), [CELL_BOOL] = sizeof(bool)};

/* The column's values, whatever their type: the arrays of the union start at the same place. */
static void *cells(const TableColumn *column) {
	return column->ints;
}

static void column_make_room(Arena *arena, TableColumn *column, size_t rows, size_t room) {
	size_t bytes = cell_bytes[column->type];
	column->nulls = arena_grow(arena, column->nulls, rows * sizeof(bool), room * sizeof(bool));
	column->ints = arena_grow(arena, cells(column), rows * bytes, room * bytes);
}

Table *table_new(Arena *arena, size_t column_count, size_t row_room) {
	Table *table = ARENA_NEW(arena, Table);
	table->columns = ARENA_ARRAY(arena, TableColumn, column_count);
	table->column_count = column_count;
	table->row_room = row_room;
	for (size_t i = 0; i < column_count; i++) table->columns[i] = (TableColumn){.name = "", .type = CELL_TEXT};
	return table;
}

void table_name(Table *table, Arena *arena, size_t column, const char *name, CellType type) {
	table->columns[column] = (TableColumn){.name = arena_copy(arena, name), .type = type};
	column_make_room(arena, &table->columns[column], 0, table->row_room);
}

void table_make_room(Arena *arena, Table *table, size_t rows) {
	if (table->row_room - table->row_count >= rows) return;
	size_t room = table->row_room ? 2 * table->row_room : 16;
	if (room < table->row_count + rows) room = table->row_count + rows;
	for (size_t i = 0; i < table->column_count; i++) column_make_room(arena, &table->columns[i], table->row_count, room);
	table->row_room = room;
}

size_t table_add_row(Arena *arena, Table *table) {
	for (size_t i = 0; i < table->column_count; i++) /* a column nobody named is still one */
		if (!table->columns[i].nulls) table_name(table, arena, i, table->columns[i].name, table->columns[i].type);
	table_make_room(arena, table, 1);
	for (size_t i = 0; i < table->column_count; i++) table->columns[i].nulls[table->row_count] = true;
	return table->row_count++;
}

static void copy_column(Arena *arena, TableColumn *to, const TableColumn *from, size_t rows) {
	if (!from->nulls) return;
	memcpy(to->nulls, from->nulls, rows * sizeof(bool));
	memcpy(cells(to), cells(from), rows * cell_bytes[from->type]);
	for (size_t row = 0; from->type == CELL_TEXT && row < rows; row++) {
		bool above = row && !from->nulls[row - 1] && from->texts[row] == from->texts[row - 1]; /* kept once, and stays so */
		if (!from->nulls[row]) to->texts[row] = above ? to->texts[row - 1] : arena_copy(arena, from->texts[row]);
	}
}

Table *table_copy(Arena *arena, const Table *table) {
	Table *copy = table_new(arena, table->column_count, table->row_count);
	for (size_t i = 0; i < table->column_count; i++) {
		table_name(copy, arena, i, table->columns[i].name, table->columns[i].type);
		copy_column(arena, &copy->columns[i], &table->columns[i], table->row_count);
	}
	copy->row_count = table->row_count;
	return copy;
}

Table *table_pick(Arena *arena, const Table *table, const char *const *names) {
	Table *picked = table_new(arena, table->column_count, table->row_count);
	picked->column_count = 0;
	for (; *names; names++) {
		size_t from = table_column(table, *names), to = picked->column_count;
		if (from == TABLE_NO_COLUMN) continue;
		picked->column_count++;
		table_name(picked, arena, to, *names, table->columns[from].type);
		copy_column(arena, &picked->columns[to], &table->columns[from], table->row_count);
	}
	picked->row_count = table->row_count;
	return picked;
}

size_t table_column(const Table *table, const char *name) {
	for (size_t i = 0; i < table->column_count; i++)
		if (strcmp(table->columns[i].name, name) == 0) return i;
	return TABLE_NO_COLUMN;
}

/* The column, when there is such a cell and it is not null. */
static const TableColumn *filled(const Table *table, size_t row, size_t column) {
	if (column >= table->column_count || row >= table->row_count || table->columns[column].nulls[row]) return NULL;
	return &table->columns[column];
}

bool table_null(const Table *table, size_t row, size_t column) {
	return !filled(table, row, column);
}

/* 2^63 is the first double beyond int64_t; a cast of more is undefined. */
static int64_t whole(double value) {
	if (value >= 0x1p63) return INT64_MAX;
	if (value < -0x1p63) return INT64_MIN;
	return (int64_t)round(value);
}

int64_t table_int(const Table *table, size_t row, size_t column, int64_t otherwise) {
	const TableColumn *cell = filled(table, row, column);
	if (cell && cell->type == CELL_INT) return cell->ints[row];
	if (cell && cell->type == CELL_REAL) return whole(cell->reals[row]);
	return otherwise;
}

double table_real(const Table *table, size_t row, size_t column, double otherwise) {
	const TableColumn *cell = filled(table, row, column);
	if (cell && cell->type == CELL_REAL) return cell->reals[row];
	if (cell && cell->type == CELL_INT) return (double)cell->ints[row];
	return otherwise;
}

const char *table_text(const Table *table, size_t row, size_t column, const char *otherwise) {
	const TableColumn *cell = filled(table, row, column);
	return cell && cell->type == CELL_TEXT ? cell->texts[row] : otherwise;
}

bool table_bool(const Table *table, size_t row, size_t column, bool otherwise) {
	const TableColumn *cell = filled(table, row, column);
	return cell && cell->type == CELL_BOOL ? cell->bools[row] : otherwise;
}

/* The column to write into: its cell is null unless `value` tells otherwise. Writing what a column cannot hold, or where
 * there is no cell, is a mistake in this program and ends it. */
static TableColumn *target(Table *table, size_t row, size_t column, CellType type, bool null) {
	if (column >= table->column_count || row >= table->row_count) die("table has no cell %zu, %zu", row, column);
	TableColumn *cell = &table->columns[column];
	bool numbers = type <= CELL_REAL && cell->type <= CELL_REAL;
	if (cell->type != type && !numbers) die("column %s holds another type", cell->name);
	cell->nulls[row] = null;
	return cell;
}

void table_set_int(Table *table, size_t row, size_t column, int64_t value) {
	TableColumn *cell = target(table, row, column, CELL_INT, false);
	if (cell->type == CELL_INT)
		cell->ints[row] = value;
	else
		cell->reals[row] = (double)value;
}

void table_set_real(Table *table, size_t row, size_t column, double value) {
	TableColumn *cell = target(table, row, column, CELL_REAL, isnan(value));
	if (isnan(value)) return;
	if (cell->type == CELL_REAL)
		cell->reals[row] = value;
	else
		cell->ints[row] = whole(value);
}

void table_set_text(Table *table, size_t row, size_t column, const char *value) {
	target(table, row, column, CELL_TEXT, !value)->texts[row] = value;
}

void table_set_bool(Table *table, size_t row, size_t column, bool value) {
	target(table, row, column, CELL_BOOL, false)->bools[row] = value;
}

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

int table_compare(const Table *table, size_t row, size_t other, size_t column) {
	const TableColumn *a = filled(table, row, column), *b = filled(table, other, column);
	if (!a || !b) return ORDER(!a, !b);
	switch (a->type) {
	case CELL_INT: return ORDER(a->ints[row], a->ints[other]);
	case CELL_REAL: return ORDER(a->reals[row], a->reals[other]);
	case CELL_BOOL: return ORDER(a->bools[row], a->bools[other]);
	case CELL_TEXT: break;
	}
	int order = strcmp(a->texts[row], a->texts[other]);
	return ORDER(order, 0);
}
