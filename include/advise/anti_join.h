/* anti_join.h: NOT IN (SELECT …) and <> ALL (SELECT …) written as NOT EXISTS, which the server makes an anti join. */
#ifndef PGWHY_ADVISE_ANTI_JOIN_H
#define PGWHY_ADVISE_ANTI_JOIN_H

#include "advise/facts.h"
#include "sql/statement.h"

typedef struct AntiJoin {
	size_t places, alls; /* where the statement says NOT IN or <> ALL of a subquery; <> ALL alone */
	const char *statement; /* with NOT EXISTS in all of them; NULL: one cannot be written so, or there is none */
	bool left_null, right_null; /* may what is compared be null; may what a subquery returns? As far as anyone can tell */
} AntiJoin;

/* Facts may be NULL. Without nulls on either side both say the same. */
AntiJoin anti_join(Arena *arena, const Statement *statement, const Facts *facts);

#endif
