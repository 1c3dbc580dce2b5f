/* index_size.h: how large a btree would be when just built, equal keys packed together as PostgreSQL 13 and later do. */
#ifndef PGWHY_ADVISE_INDEX_SIZE_H
#define PGWHY_ADVISE_INDEX_SIZE_H

#include "advise/finding.h"

/* For `rows` entries (less than the table's for a partial index), from the widths and distinct counts of its columns; NaN when a
 * width is unknown or the method is not btree. server_version 0 is taken as a recent one. */
double index_size_bytes(Arena *arena, const TableFacts *table, const IndexAdvice *index, double rows, int server_version);

#endif
