/* hidden.c: rows of pg_stat_statements that a role may count but not read. */
#include "core/hidden.h"

static void copy_cell(Table *to, size_t to_row, const Table *from, size_t from_row, size_t column) {
	if (table_null(from, from_row, column)) return;
	switch (from->columns[column].type) {
	case CELL_INT: table_set_int(to, to_row, column, table_int(from, from_row, column, 0)); break;
	case CELL_REAL: table_set_real(to, to_row, column, table_real(from, from_row, column, 0)); break;
	case CELL_TEXT: table_set_text(to, to_row, column, table_text(from, from_row, column, NULL)); break;
	case CELL_BOOL: table_set_bool(to, to_row, column, table_bool(from, from_row, column, false)); break;
	}
}

static size_t copy_row(Arena *arena, Table *to, const Table *from, size_t row) {
	size_t at = table_add_row(arena, to);
	for (size_t column = 0; column < from->column_count; column++) copy_cell(to, at, from, row, column);
	return at;
}

typedef LIST(size_t) Places;

static Places places_of(Arena *arena, const Table *table, const char *const *names) {
	Places places = {0};
	for (; *names; names++) {
		size_t column = table_column(table, *names);
		if (column != TABLE_NO_COLUMN) *list_push(arena, &places) = column;
	}
	return places;
}

static void add_counters(Table *to, size_t to_row, const Table *from, size_t from_row, const Places *counters) {
	for (size_t i = 0; i < counters->count; i++) {
		size_t column = counters->items[i];
		if (table_null(from, from_row, column)) continue;
		if (from->columns[column].type == CELL_INT)
			table_set_int(to, to_row, column, table_int(to, to_row, column, 0) + table_int(from, from_row, column, 0));
		else table_set_real(to, to_row, column, table_real(to, to_row, column, 0) + table_real(from, from_row, column, 0));
	}
}

const Table *hidden_merge(Arena *arena, const Table *table, const char *const *counters) {
	size_t queryid = table_column(table, "queryid"), userid = table_column(table, "userid"), dbid = table_column(table, "dbid");
	size_t first = 0;
	while (first < table->row_count && !table_null(table, first, queryid)) first++;
	if (first == table->row_count) return table;
	Table *merged = table_new(arena, table->column_count, 0); /* of the many rows few may stay */
	for (size_t column = 0; column < table->column_count; column++)
		table_name(merged, arena, column, table->columns[column].name, table->columns[column].type);
	const Places added = places_of(arena, table, counters);
	Places hidden = {0}; /* rows of merged: roles times databases, so few that looking through them is fine */
	for (size_t row = 0; row < table->row_count; row++) {
		size_t same = hidden.count;
		if (table_null(table, row, queryid))
			for (same = 0; same < hidden.count; same++)
				if (table_int(merged, hidden.items[same], userid, 0) == table_int(table, row, userid, 0) &&
				    table_int(merged, hidden.items[same], dbid, 0) == table_int(table, row, dbid, 0))
					break;
		if (same < hidden.count) add_counters(merged, hidden.items[same], table, row, &added);
		else {
			size_t at = copy_row(arena, merged, table, row);
			if (table_null(table, row, queryid)) *list_push(arena, &hidden) = at;
		}
	}
	return merged;
}
