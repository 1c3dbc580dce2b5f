/* paging_key.h: what pages are told apart by: the ORDER BY of a statement, made unique by a primary key at its end. */
#ifndef PGWHY_ADVISE_PAGING_KEY_H
#define PGWHY_ADVISE_PAGING_KEY_H

#include "advise/facts.h"
#include "sql/statement.h"

typedef struct PagingKey {
	const char *text; /* as the statement writes it: `o.created_at` */
	const TableRef *ref; /* whose columns it takes; NULL: of several tables, or not told */
	const TableFacts *table;
	const char *column; /* plain name; NULL: an expression, or in another collation */
	bool descending, nulls_first; /* as it works */
	bool nullable; /* as far as anyone can tell */
	bool added; /* a tie-breaker the statement has not got */
} PagingKey;

typedef struct PagingKeys {
	PagingKey *items;
	size_t count;
	size_t room;
	bool assumed; /* there are no facts: columns were taken to be never null */
	bool unique; /* no two rows have the same keys, as far as facts tell */
	const TableRef *twins; /* a known table without a unique key: its rows cannot be told apart; NULL */
} PagingKeys;

/* Of the outermost block. Groups and distinct rows are told apart by what makes them; other rows by primary keys. */
PagingKeys paging_keys(Arena *arena, const Statement *statement, const Facts *facts);

#endif
