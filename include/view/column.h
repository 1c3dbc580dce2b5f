/* column.h: one column of a list: its heading and how its cells read. */
#ifndef PGWHY_VIEW_COLUMN_H
#define PGWHY_VIEW_COLUMN_H

#include "core/format.h"
#include "core/table.h"

#define COLUMN_ROUGH "rough"

typedef struct ListColumn {
	const char *id; /* snake_case with unit: JSON key, `col:` of filters */
	const char *title; /* heading */
	CellType type;
	Unit unit;
	int width; /* cells wanted; 0: takes what is left (one column, the last) */
	bool bar; /* a share drawn as a bar in front of its figure */
	bool descending; /* first way to sort */
	bool named; /* names, which differ at their ends: what has no room is left out inside */
	bool rough; /* a figure that is only an estimate in rows whose COLUMN_ROUGH (a hidden bool column) says so: ~412MB */
	bool change; /* a difference: with its sign, sorted by its size; its bar tells by its role which way it goes, less being good */
	const char *help; /* one sentence, for help and the manual */
} ListColumn;

bool column_is_number(const ListColumn *column);
/* The cell as people read it, safe to show, on one line; "" for null. */
const char *column_text(Arena *arena, const ListColumn *column, const Table *table, size_t row, size_t table_column);
/* The first column of that id or title, else the first whose id or title begins so (in any case); TABLE_NO_COLUMN: none. */
size_t column_named(const ListColumn *columns, size_t count, const char *name, size_t len);

#endif
