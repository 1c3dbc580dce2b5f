/* list.h: a Table on a Canvas: heading, rows, cursor, sort, filter, first column frozen.
 *
 * The Table's columns and the ListColumns stand in the same order. A hidden text column `row_key` (no ListColumn) says which row is
 * which, so the cursor stays on its row when the figures change. */
#ifndef PGWHY_VIEW_LIST_H
#define PGWHY_VIEW_LIST_H

#include "base/err.h"
#include "view/canvas.h"
#include "view/column.h"

#define LIST_ROW_KEY "row_key"
/* A second hidden text column makes a tree of the rows: the row_key of the parent, null for a root. Children stand under their parent,
 * brothers in the order of the sort; the first column is drawn as text behind its branches. A row that passes the filter brings its
 * ancestors along. Parents that are not there, and circles, lose no row (tree.h). */
#define LIST_ROW_PARENT "row_parent"
/* A third, of numbers: the Role of the row's text, where something is wrong with it; null for ordinary text. */
#define LIST_ROW_ROLE "row_role"
/* A fourth, of numbers: the order of rows that are equal in the column sorted by, before their keys. */
#define LIST_ROW_ORDER "row_order"
/* A fifth, of bools: rows whose descendants are hidden until list_fold shows them; not while a filter looks for some of them. */
#define LIST_ROW_FOLDED "row_folded"
/* A sixth, of texts: a sentence on the row, told at the foot of a list that is high enough while the cursor is on it. */
#define LIST_ROW_NOTE "row_note"
bool list_is_tree(const Table *table);

typedef struct ListFold {
	const char *key; /* of a row, there or not */
	bool hidden; /* its descendants are; false: they are shown, though the table folds them */
} ListFold;

typedef struct List {
	size_t cursor; /* place among the rows shown */
	size_t top; /* first row on screen */
	size_t first_column; /* first unfrozen column on screen; 0 is as good as 1 */
	size_t sort; /* column */
	bool inverted; /* against the column's first way */
	Str key; /* row_key under the cursor; empty: the first row, whatever it is */
	Str filter; /* as typed, see filter.h; empty: all */
	LIST(const char *) tags; /* row keys; in `arena` */
	bool flat; /* a tree's rows as a plain list */
	bool whole; /* what the table folds is shown: to print all there is */
	LIST(ListFold) folds; /* done by list_fold; in `arena` */
	Arena *arena; /* NULL until something is folded or tagged */
} List;

#define LIST_INIT(sort_column) {.sort = (sort_column), .key = STR_INIT, .filter = STR_INIT}
void list_release(List *list);

/* Rows to show, in order: nulls last both ways, equal rows by LIST_ROW_ORDER and their key. A bad filter sets err and filters nothing. */
typedef struct ListRows {
	size_t *rows; /* table rows */
	size_t count;
	const char **branches; /* per place: "│ └ " before the first column's text, "" for a root; NULL: not a tree, or flat */
	size_t *folded; /* per place: how many rows are hidden below it; with branches */
} ListRows;
ListRows list_rows(Arena *arena, const List *list, const Table *table, const ListColumn *columns, size_t column_count, Err *err);
int list_lines(const Table *table, int height); /* of rows, in a box so high: heading and note take their share */
/* Puts the cursor back on its row after new data (or at the same place when the row is gone), and the window around it: before each
 * list_draw, with the height of its box. */
void list_settle(List *list, const Table *table, ListRows rows, int height);
void list_move(List *list, const Table *table, ListRows rows, long by); /* clamps; remembers the row's key */
bool list_row(const List *list, ListRows rows, size_t *row); /* the table row under the cursor; false: there is none */
/* Hides what stands below the row under the cursor, or shows it; on a row without children, the same for its parent, which gets the
 * cursor. False: there is nothing to fold. The rows have to be made again. */
bool list_fold(List *list, const Table *table, ListRows rows);
void list_tag(List *list, const Table *table, ListRows rows); /* the row under the cursor, or takes its tag off; goes on to the next */
bool list_tagged(const List *list, const char *key);
void list_untag(List *list); /* all */
void list_scroll(List *list, size_t column_count, int by); /* sideways; clamps */
/* The heading takes the first line of the box. Columns that do not fit are left out whole and `‹` `›` tell of them; the last one stays
 * when its width is 0. */
void list_draw(Canvas *canvas, Box box, const List *list, const Table *table, ListRows rows, const ListColumn *columns, size_t column_count,
               bool focused);

/* For the mouse, with places counted from the corner of a settled list's box. */
bool list_column_at(const List *list, ListRows rows, const ListColumn *columns, size_t column_count, int width, int x, size_t *column); /* false: between them */
bool list_go_to(List *list, const Table *table, ListRows rows, int y); /* the cursor onto the row of that line; false: there is none */
void list_wheel(List *list, const Table *table, ListRows rows, int height, long by); /* moves the window, and the cursor only to stay in it */

/* Between the files of the list. */
enum { LIST_NOTE_LINES = 3 };
const char *list_key_at(const Table *table, ListRows rows, size_t place);
size_t list_window_top(const List *list, size_t count, int height); /* of the window that shows the cursor and moves least */
int list_note_lines(const Table *table, int height); /* set aside; the same whichever row the cursor is on, or rows would move with it */

#endif
