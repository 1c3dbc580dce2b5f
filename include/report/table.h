/* table.h: the rows of a pane as text, JSON, CSV or Markdown.
 *
 * The Table's columns and the ListColumns stand in the same order; what follows in the Table (row_key and the like) is left out.
 * `rows` says which rows in which order (list_rows), NULL all of them as they stand. */
#ifndef PGWHY_REPORT_TABLE_H
#define PGWHY_REPORT_TABLE_H

#include "view/list.h"

/* A heading and aligned columns, whole texts, no control bytes, no blanks at line ends; a tree's rows behind their branches. */
const char *report_table_text(Arena *arena, const Table *table, const ListRows *rows, const ListColumn *columns, size_t column_count);
/* A list of objects, keys are the column ids: one row a line, or all in one line; ends in a line break. */
const char *report_table_json(Arena *arena, const Table *table, const ListRows *rows, const ListColumn *columns, size_t column_count,
                              bool one_line);
/* A line of column ids when a `heading` is wanted, then the rows: figures as they are whatever the locale, nothing for null, "" for an
 * empty text; quoted as RFC 4180 says, lines ended by \n. Texts are those of the server but for what no terminal should see: a
 * spreadsheet may take one that begins with `=` for a formula. */
const char *report_table_csv(Arena *arena, const Table *table, const ListRows *rows, const ListColumn *columns, size_t column_count,
                             bool heading);
/* A table for a ticket: titles, figures as people read them and to the right, and no cell is taken for markup. */
const char *report_table_markdown(Arena *arena, const Table *table, const ListRows *rows, const ListColumn *columns, size_t column_count);

#endif
