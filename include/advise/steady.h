/* steady.h: may parts of a statement be computed once, twice or elsewhere without changing what it returns? */
#ifndef PGWHY_ADVISE_STEADY_H
#define PGWHY_ADVISE_STEADY_H

#include "advise/facts.h"
#include "sql/statement.h"

/* It calls no volatile function: by the catalog, or without one by the names of PostgreSQL's own. */
bool statement_is_steady(const Statement *statement, const Facts *facts);

#endif
