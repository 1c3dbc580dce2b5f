/* index_name.h: what a new index is called: in the style of the names that are there, and free as far as facts tell. */
#ifndef PGWHY_ADVISE_INDEX_NAME_H
#define PGWHY_ADVISE_INDEX_NAME_H

#include "advise/finding.h"

enum { INDEX_NAME_BYTES = 63 }; /* what a name may take; PostgreSQL cuts the rest off */

/* For an index whose table and columns are set. The most frequent style of the table's indexes (else of all known ones in
 * its schema) is followed, PostgreSQL's own `table_column_idx` without any. Names taken get a number at their end, the first free one from `number` on; 0: none. */
const char *index_name(Arena *arena, const Facts *facts, const IndexAdvice *index, int number);

/* Indexes of all findings and their alternatives that differ get names that differ. */
void index_names_apart(Arena *arena, const Facts *facts, FindingList *findings);

#endif
