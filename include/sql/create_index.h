/* create_index.h: a CREATE INDEX statement, taken apart: as typed, or as pg_get_indexdef prints it. */
#ifndef PGWHY_SQL_CREATE_INDEX_H
#define PGWHY_SQL_CREATE_INDEX_H

#include "sql/block.h"

typedef struct CreateIndexKey {
	const char *text; /* as SQL writes it, without direction: `email`, `lower(email)`, `(a + b)` */
	const char *column; /* plain name; NULL for an expression */
	const char *collation, *opclass; /* plain names without their schemas; NULL where the default */
	bool descending, nulls_first; /* as it works */
} CreateIndexKey;

typedef struct CreateIndex {
	const char *sql; /* without name, CONCURRENTLY, IF NOT EXISTS and what follows it: for a planner that is only to pretend it */
	const char *name; /* NULL when none is given */
	TableRef table;
	const char *method; /* "btree" */
	LIST(CreateIndexKey) keys;
	LIST(const char *) include; /* plain names */
	const char *where; /* predicate of a partial index; NULL */
	bool unique;
} CreateIndex;

/* One CREATE INDEX and nothing else, or what stands behind its ON: `orders (status)`. NULL: err says what is wrong, with the position
 * in characters. Recurses as deep as the text nests: call it in a job (base/work.h), unless the text is a line that somebody typed. */
CreateIndex *create_index_read(Arena *arena, const char *text, Err *err);

#endif
