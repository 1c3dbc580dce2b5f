/* filter.h: which rows of a list are wanted.
 *
 *     regex          rows with a text cell that matches (POSIX extended, any case)
 *     column:regex   rows whose cell in that column matches, as it is shown; the column by id or title, or how they begin
 *     column:>10     figures: < <= = >= >, in the column's unit (mean:>1.5s, load:>10%, size:>=2GB)
 *     !…             the others */
#ifndef PGWHY_VIEW_FILTER_H
#define PGWHY_VIEW_FILTER_H

#include "view/column.h"
#include "view/pattern.h"

typedef enum Comparison { COMPARE_NONE, COMPARE_LESS, COMPARE_AT_MOST, COMPARE_EQUAL, COMPARE_AT_LEAST, COMPARE_MORE } Comparison;

typedef struct Filter {
	const ListColumn *columns;
	size_t column_count;
	bool inverse;
	size_t column; /* TABLE_NO_COLUMN: every text column */
	Comparison comparison;
	double bound;
	Pattern pattern; /* COMPARE_NONE; not ready: everything matches */
} Filter;

/* False and err when it makes no sense; the filter then lets everything through. */
bool filter_parse(Filter *filter, const char *text, const ListColumn *columns, size_t column_count, Err *err);
void filter_release(Filter *filter);
bool filter_passes(const Filter *filter, Arena *arena, const Table *table, size_t row);
/* What to highlight in cells of that column; NULL: nothing. */
const Pattern *filter_highlight(const Filter *filter, size_t column);

#endif
