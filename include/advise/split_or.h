/* split_or.h: a statement with `x OR y` among its conditions, written as the rows of x and the other rows of y.
 *
 * `SELECT … WHERE x UNION ALL SELECT … WHERE y AND (x) IS NOT TRUE`: exact for nulls and rows that are alike, since every row
 * comes from one half only. */
#ifndef PGWHY_ADVISE_SPLIT_OR_H
#define PGWHY_ADVISE_SPLIT_OR_H

#include "advise/facts.h"
#include "sql/statement.h"

/* The user's own text, twice. NULL where halves cannot simply be put behind each other: groups, an order, a limit, DISTINCT, row
 * locks, subqueries, volatile functions; and where it is not plain what the OR covers: several of them, CASE, comments. */
const char *split_or(Arena *arena, const Statement *statement, const Facts *facts);

#endif
