/* volatility.h: what comes out different when it is computed again, or under other settings.
 *
 * By the catalog, or without one by the names of PostgreSQL's own functions. */
#ifndef PGWHY_ADVISE_VOLATILITY_H
#define PGWHY_ADVISE_VOLATILITY_H

#include "advise/facts.h"
#include "sql/statement.h"

/* A volatile function that the statement calls; NULL: none, so its parts may be computed once, twice or elsewhere. */
const char *statement_volatile_function(const Statement *statement, const Facts *facts);

/* May it stand in an index? */
typedef enum Immutable { IMMUTABLE_NO, IMMUTABLE_YES, IMMUTABLE_UNKNOWN } Immutable;
Immutable operand_immutable(Arena *arena, const Facts *facts, const TableFacts *table, const Operand *operand);

#endif
