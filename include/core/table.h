/* table.h: rows and named, typed columns; what a query returned, or what a pane shows.
 *
 * Values stand column by column in arrays, so 50,000 rows of counters take 8 bytes a cell. A cell may be null. Texts
 * are whatever bytes the server sent, terminated; they are cleaned where they are drawn, not here. */
#ifndef PGWHY_CORE_TABLE_H
#define PGWHY_CORE_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

typedef enum CellType { CELL_INT, CELL_REAL, CELL_TEXT, CELL_BOOL } CellType;

typedef struct TableColumn {
	const char *name;
	CellType type;
	bool *nulls; /* per row */
	union {
		int64_t *ints;
		double *reals;
		const char **texts;
		bool *bools;
	};
} TableColumn;

typedef struct Table {
	TableColumn *columns;
	size_t column_count;
	size_t row_count;
	size_t row_room;
} Table;

Table *table_new(Arena *arena, size_t column_count, size_t row_room);
void table_name(Table *table, Arena *arena, size_t column, const char *name, CellType type); /* before the first row */
Table *table_copy(Arena *arena, const Table *table); /* whole, texts too */
Table *table_pick(Arena *arena, const Table *table, const char *const *names); /* a copy with the columns of these names, each once, as far as there are any */
size_t table_add_row(Arena *arena, Table *table); /* all null; its number */
void table_make_room(Arena *arena, Table *table, size_t rows); /* for that many more: for who fills columns by hand */

#define TABLE_NO_COLUMN ((size_t)-1)
size_t table_column(const Table *table, const char *name); /* TABLE_NO_COLUMN when there is none */

/* Reading forgives: no such column, null, or another type gives `otherwise`; ints read as reals and reals as ints. */
bool table_null(const Table *table, size_t row, size_t column);
int64_t table_int(const Table *table, size_t row, size_t column, int64_t otherwise);
double table_real(const Table *table, size_t row, size_t column, double otherwise);
const char *table_text(const Table *table, size_t row, size_t column, const char *otherwise);
bool table_bool(const Table *table, size_t row, size_t column, bool otherwise);

void table_set_int(Table *table, size_t row, size_t column, int64_t value);
void table_set_real(Table *table, size_t row, size_t column, double value); /* NaN sets null */
void table_set_text(Table *table, size_t row, size_t column, const char *value); /* borrowed; NULL sets null */
void table_set_bool(Table *table, size_t row, size_t column, bool value);

/* -1, 0, 1 as numbers or bytes compare; nulls last. */
int table_compare(const Table *table, size_t row, size_t other, size_t column);

#endif
