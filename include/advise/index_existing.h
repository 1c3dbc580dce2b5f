/* index_existing.h: what the indexes that are there mean for a new one: one answers it already, one becomes superfluous. */
#ifndef PGWHY_ADVISE_INDEX_EXISTING_H
#define PGWHY_ADVISE_INDEX_EXISTING_H

#include "advise/finding.h"

/* A valid index of the table that finds and sorts all the new one's keys would: it begins with them, the first `equal` in whatever
 * order, read forwards or backwards. NULL when there is none. INCLUDE is not looked at. Table may be NULL. */
const IndexFacts *index_existing(Arena *arena, const TableFacts *table, const IndexAdvice *index, size_t equal);
/* Indexes it makes superfluous, an invalid one in its way, what writes pay: sentences; NULL when there is nothing to tell. */
const char *index_notes(Arena *arena, const TableFacts *table, const IndexAdvice *index);

#endif
