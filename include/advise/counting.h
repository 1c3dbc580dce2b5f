/* counting.h: counts that ask for more than is wanted, written anew: is there any, are there so many, about how many. */
#ifndef PGWHY_ADVISE_COUNTING_H
#define PGWHY_ADVISE_COUNTING_H

#include "advise/facts.h"
#include "sql/statement.h"

/* Counts that are only compared with none: `(SELECT count(*) FROM …) > 0` and `SELECT count(*) = 0 FROM …` with EXISTS, wherever
 * they stand in the statement. Always the same rows; a column without AS is called otherwise. NULL when there is none. */
const char *counting_as_exists(Arena *arena, const Statement *statement, const Facts *facts);
/* A statement that counts all its rows, stopping behind `most` of them: `most` + 1 means more. NULL when it does something else. */
const char *counting_capped(Arena *arena, const Statement *statement, const Facts *facts, size_t most);
/* About how many, without reading them: pg_class of a whole table, else what the planner expects (`rows=` of EXPLAIN). */
const char *counting_estimated(Arena *arena, const Statement *statement, const Facts *facts);

#endif
