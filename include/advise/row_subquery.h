/* row_subquery.h: a scalar subquery that depends on the row at hand, taken apart by its words. */
#ifndef PGWHY_ADVISE_ROW_SUBQUERY_H
#define PGWHY_ADVISE_ROW_SUBQUERY_H

#include "advise/facts.h"
#include "sql/edit.h"
#include "sql/statement.h"

/* The statement it stands in. */
typedef struct RowReader {
	Arena *arena;
	const Facts *facts; /* whose columns are whose; may be NULL */
	const QueryBlock *outer; /* the level that asks */
	const char *text;
	TokenList words; /* of text */
} RowReader;

/* A column as the text names it: [t .] c */
typedef struct NamedColumn {
	const char *qualifier, *column; /* plain; qualifier NULL */
	Span span;
	const TableFacts *table; /* that has it; NULL unknown */
} NamedColumn;

/* inside = outside */
typedef struct KeyPair {
	NamedColumn inside, outside;
} KeyPair;

/* (SELECT value FROM … WHERE keys AND others [ORDER BY … LIMIT 1]) */
typedef struct RowSubquery {
	size_t open, end; /* words: its "(", behind its ")"; given by the caller */
	const QueryBlock *block; /* NULL: it could not be read at all */
	size_t value, value_end, from, where, where_end, order, tail; /* words; where there is none: the ")" */
	const char *function; /* the aggregate; NULL: a column of one row */
	LIST(KeyPair) keys; /* never empty */
	LIST(Span) others; /* conditions on nothing but what it reads */
	bool picks; /* the first row of an ORDER BY; with neither: the keys find one row at most */
} RowSubquery;

/* False: it asks the row for more than equality of columns, or is of another shape. */
bool row_subquery_read(const RowReader *reader, RowSubquery *query);
/* Does a part of it, words [first, end), name a column outside? When in doubt, yes. Its block has to be known. */
bool row_subquery_reaches_out(const RowReader *reader, const RowSubquery *query, size_t first, size_t end);

#endif
