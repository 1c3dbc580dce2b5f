/* column.c: one column of a list. */
#include "view/column.h"

#include <inttypes.h>
#include <math.h>
#include <strings.h>

#include "base/utf8.h"

bool column_is_number(const ListColumn *column) {
	return column->type == CELL_INT || column->type == CELL_REAL;
}

/* Whole percents: a tenth is no change. */
static const char *change_text(Arena *arena, Unit unit, double value) {
	const char *sign = value > 0 ? "+" : value < 0 ? "-" : "";
	if (unit != UNIT_SHARE) return arena_printf(arena, "%s%s", sign, format_unit(arena, unit, fabs(value)));
	long percent = lround(fabs(value) * 100);
	return arena_printf(arena, "%s%ld%%", percent ? sign : "", percent);
}

const char *column_text(Arena *arena, const ListColumn *column, const Table *table, size_t row, size_t cell) {
	if (table_null(table, row, cell)) return "";
	if (column->type == CELL_TEXT) return utf8_clean(arena, table_text(table, row, cell, ""));
	if (column->type == CELL_BOOL) return table_bool(table, row, cell, false) ? "yes" : "no";
	if (column->type == CELL_INT && column->unit == UNIT_NONE) /* a name rather than a figure: pid, queryid */
		return arena_printf(arena, "%" PRId64, table_int(table, row, cell, 0));
	if (column->change) return change_text(arena, column->unit, table_real(table, row, cell, NAN));
	const char *figure = format_unit(arena, column->unit, table_real(table, row, cell, NAN));
	bool rough = column->rough && table_bool(table, row, table_column(table, COLUMN_ROUGH), false);
	return rough ? arena_printf(arena, "~%s", figure) : figure;
}

static bool is(const char *word, const char *name, size_t len) {
	return strncasecmp(word, name, len) == 0 && !word[len];
}

static bool begins(const char *word, const char *name, size_t len) {
	return strncasecmp(word, name, len) == 0;
}

typedef bool Fits(const char *word, const char *name, size_t len);

static size_t find(const ListColumn *columns, size_t count, const char *name, size_t len, Fits *fits) {
	for (size_t i = 0; i < count; i++)
		if (fits(columns[i].id, name, len) || fits(columns[i].title, name, len)) return i;
	return TABLE_NO_COLUMN;
}

size_t column_named(const ListColumn *columns, size_t count, const char *name, size_t len) {
	if (!len) return TABLE_NO_COLUMN;
	size_t exact = find(columns, count, name, len, is);
	return exact != TABLE_NO_COLUMN ? exact : find(columns, count, name, len, begins);
}
