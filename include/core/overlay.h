/* overlay.h: a few rows read again, laid over the samples they belong to.
 *
 * A costly read of all rows happens rarely; the rows on screen are polled in between. Laid over, the newest sample is as new as each row was
 * read last, and the one before holds what the row was before that. */
#ifndef PGWHY_CORE_OVERLAY_H
#define PGWHY_CORE_OVERLAY_H

#include "core/table.h"

/* Cells of `polled` replace those of the row with the same `key` (a CELL_INT column) in `after`, whose old cells go to that row of
 * `before` (NULL: none), all by column name. Columns that `polled` has not, stay; so do rows that `after` has not, which are left out.
 * Texts are copied to the arena. */
void overlay_rows(Arena *arena, Table *before, Table *after, const Table *polled, const char *key);
/* What is null in `table` becomes what `polled` knows. */
void overlay_nulls(Arena *arena, Table *table, const Table *polled, const char *key);

#endif
