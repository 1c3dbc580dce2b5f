/* distinct_exists.h: SELECT DISTINCT of one table joined with another, written with EXISTS: no row is doubled to be merged again. */
#ifndef PGWHY_ADVISE_DISTINCT_EXISTS_H
#define PGWHY_ADVISE_DISTINCT_EXISTS_H

#include "advise/facts.h"
#include "sql/statement.h"

/* By table of the outermost block: is something of it returned? NULL: nobody can tell. */
const bool *distinct_returned(Arena *arena, const Statement *statement, const Facts *facts);
/* `SELECT DISTINCT a.x FROM a JOIN b ON … WHERE …` -> `SELECT DISTINCT a.x FROM a WHERE EXISTS (SELECT FROM b WHERE (…) AND (…))`,
 * without DISTINCT where a unique key is among what is returned. Always the same rows. NULL for any other shape. */
const char *distinct_as_exists(Arena *arena, const Statement *statement, const Facts *facts);

#endif
