/* written_condition.h: a condition that the plan prints, found again in the user's own text, so that it can be said otherwise there. */
#ifndef PGWHY_ADVISE_WRITTEN_CONDITION_H
#define PGWHY_ADVISE_WRITTEN_CONDITION_H

#include "sql/statement.h"

/* The statement's own condition that the plan prints so, a cast the planner added left aside; NULL. */
const Predicate *written_condition(const Statement *statement, const Predicate *planned);
/* The statement with `instead` where it says `written`; all else stays as it was written. NULL when either is NULL, and
 * when there is no such place, or several. */
const char *statement_with_condition(Arena *arena, const Statement *statement, const Predicate *written, const char *instead);

#endif
