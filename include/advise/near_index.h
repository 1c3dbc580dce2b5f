/* near_index.h: an index that looks as if it answered a need, and why it does not. */
#ifndef PGWHY_ADVISE_NEAR_INDEX_H
#define PGWHY_ADVISE_NEAR_INDEX_H

#include "advise/finding.h"
#include "advise/scan.h"

/* A sentence on the index of the scan's table that comes nearest to what is advised: invalid, only for other rows, of another
 * method, operator class or collation, over an expression, or with another column in front; NULL when none comes near. */
const char *near_index_fault(Arena *arena, const Scan *scan, const IndexAdvice *advised);

#endif
