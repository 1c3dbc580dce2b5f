/* index_name.h: what a new index is called: in the style of the names that are there, and free as far as facts tell. */
#ifndef PGWHY_ADVISE_INDEX_NAME_H
#define PGWHY_ADVISE_INDEX_NAME_H

#include "advise/finding.h"

enum { INDEX_NAME_BYTES = 63 }; /* what a name may take; PostgreSQL cuts the rest off */

/* Is it one: `table` and behind it `cols`, with what stands around them ("idx_table_cols"); or auto? */
bool index_naming_valid(const char *naming);

/* For an index whose table and columns are set, in the `naming` wanted; without one (NULL, auto) the most frequent style of the table's indexes (else of all known ones in
 * its schema) is followed, PostgreSQL's own `table_column_idx` without any. Names taken get a number at their end, the first free one from `number` on; 0: none. */
const char *index_name_in(Arena *arena, const char *naming, const Facts *facts, const IndexAdvice *index, int number);
const char *index_name(Arena *arena, const Facts *facts, const IndexAdvice *index, int number); /* without one */

bool index_name_taken(const Facts *facts, const char *schema, const char *name); /* as far as they tell; schema NULL: any */

/* Indexes of all findings and their alternatives are named as wanted, those that differ apart. */
void index_names_apart(Arena *arena, const char *naming, const Facts *facts, FindingList *findings);

#endif
