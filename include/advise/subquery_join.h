/* subquery_join.h: scalar subqueries that depend on the row at hand, written as joins to their result by key. */
#ifndef PGWHY_ADVISE_SUBQUERY_JOIN_H
#define PGWHY_ADVISE_SUBQUERY_JOIN_H

#include "advise/facts.h"
#include "sql/statement.h"

/* `(SELECT sum(x) FROM t WHERE t.key = o.id)` of the select list, WHERE or ORDER BY becomes `LEFT JOIN (SELECT key, sum(x) FROM t
 * GROUP BY key)`, one that takes the first row of an order `LEFT JOIN (SELECT DISTINCT ON (key) …)`. */
typedef struct SubqueryJoin {
	const char *statement; /* with every such subquery joined; NULL: there is none, or one cannot be written so */
	size_t joined;
	const char *check; /* what has to be so for the same rows to come, a sentence or two; NULL: they do */
} SubqueryJoin;

/* Facts may be NULL; they tell whose columns are meant, and of which types. */
SubqueryJoin subquery_join(Arena *arena, const Statement *statement, const Facts *facts);

#endif
