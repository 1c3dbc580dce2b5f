/* relation_change.h: what became of the tables of an earlier plan: rows, sizes, indexes that came and went. */
#ifndef PGWHY_ADVISE_RELATION_CHANGE_H
#define PGWHY_ADVISE_RELATION_CHANGE_H

#include "advise/facts.h"

typedef struct RelationChange {
	const TableFacts *before, *after;
	const char *sizes; /* "public.orders: 1.2M → 2.4M rows, table 381 MB → 858 MB"; NULL: nothing beyond a tenth */
	LIST(const IndexFacts *) added, removed; /* valid ones; built anew in another way is both */
} RelationChange;

typedef LIST(RelationChange) RelationChangeList;

/* Of the tables both know those with something to tell, in their order. Either may be NULL: nothing is known. Borrows both. */
RelationChangeList relations_compare(Arena *arena, const Facts *before, const Facts *after);
/* "orders_status_idx on public.orders: btree (status)" */
const char *relation_index_words(Arena *arena, const TableFacts *table, const IndexFacts *index);

#endif
