/* index_there.h: is an index that is wanted at the server already, or left there half made? */
#ifndef PGWHY_ADVISE_INDEX_THERE_H
#define PGWHY_ADVISE_INDEX_THERE_H

#include "advise/finding.h"

/* As it stands there now; its schema is its table's. */
typedef struct IndexThere {
	const char *schema, *table, *name; /* plain */
	const char *definition; /* pg_get_indexdef */
	const char *attached_to; /* name of the index of its table's parent; NULL: of none */
	bool valid, being_built;
} IndexThere;
typedef LIST(IndexThere) IndexesThere;

/* The same table, method, keys, INCLUDE and WHERE, or an INVALID one under its very name. One attached to `parent` is the best, then one that is valid; NULL: there is none.
 * `parent`: name of the index on the table's parent; NULL: of none. One that is attached to another is taken. */
const IndexThere *index_there_find(Arena *arena, const IndexesThere *there, const IndexAdvice *wanted, const char *parent);

#endif
