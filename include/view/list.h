/* list.h: a Table on a Canvas: heading, rows, cursor, sort, filter, first column frozen.
 *
 * The Table's columns and the ListColumns stand in the same order. A hidden text column `row_key` (no ListColumn) says which row is
 * which, so the cursor stays on its row when the figures change. */
#ifndef PGWHY_VIEW_LIST_H
#define PGWHY_VIEW_LIST_H

#include "base/err.h"
#include "core/format.h"
#include "core/table.h"
#include "view/canvas.h"

#define LIST_ROW_KEY "row_key"

typedef struct ListColumn {
	const char *id; /* snake_case with unit: JSON key, `col:` of filters */
	const char *title; /* heading */
	CellType type;
	Unit unit;
	int width; /* cells wanted; 0: takes what is left (one column, the last) */
	bool bar; /* a share drawn as a bar in front of its figure */
	bool descending; /* first way to sort */
	const char *help; /* one sentence, for help and the manual */
} ListColumn;

typedef struct List {
	size_t cursor; /* place among the rows shown */
	size_t top; /* first row on screen */
	size_t first_column; /* first unfrozen column on screen */
	size_t sort; /* column */
	bool inverted; /* against the column's first way */
	Str key; /* row_key under the cursor; empty: the first row, whatever it is */
	Str filter; /* as typed; empty: all */
} List;

#define LIST_INIT(sort_column) {.sort = (sort_column), .key = STR_INIT, .filter = STR_INIT}
void list_release(List *list);

/* Rows to show, in order. A bad regex sets err and filters nothing. */
typedef struct ListRows {
	size_t *rows; /* table rows */
	size_t count;
} ListRows;
ListRows list_rows(Arena *arena, const List *list, const Table *table, const ListColumn *columns, size_t column_count, Err *err);
/* Puts the cursor back on its row after new data (or at the same place when the row is gone), and the window around it. */
void list_settle(List *list, const Table *table, ListRows rows, int height);
void list_move(List *list, const Table *table, ListRows rows, long by); /* clamps; remembers the row's key */
/* The heading takes the first line of the box. */
void list_draw(Canvas *canvas, Box box, const List *list, const Table *table, ListRows rows, const ListColumn *columns, size_t column_count,
               bool focused);

#endif
