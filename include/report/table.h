/* table.h: the rows of a pane as text or JSON.
 *
 * The Table's columns and the ListColumns stand in the same order; what follows in the Table (row_key and the like) is left out.
 * `rows` says which rows in which order (list_rows), NULL all of them as they stand. */
#ifndef PGWHY_REPORT_TABLE_H
#define PGWHY_REPORT_TABLE_H

#include "view/list.h"

/* A heading and aligned columns, whole texts, no control bytes, no blanks at line ends. */
const char *report_table_text(Arena *arena, const Table *table, const ListRows *rows, const ListColumn *columns, size_t column_count);
/* A list of objects, keys are the column ids: one row a line, or all in one line; ends in a line break. */
const char *report_table_json(Arena *arena, const Table *table, const ListRows *rows, const ListColumn *columns, size_t column_count,
                              bool one_line);

#endif
