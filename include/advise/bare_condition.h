/* bare_condition.h: a condition on something computed from a column -> one on the bare column, which an ordinary index can serve.
 *
 * `created_at::date = $1` -> `(created_at >= $1::date AND created_at < $1::date + 1)`. Exact: where the bare form alone would let
 * more rows through, the old condition stays beside it; what `note` tells of is the exception. */
#ifndef PGWHY_ADVISE_BARE_CONDITION_H
#define PGWHY_ADVISE_BARE_CONDITION_H

#include "advise/facts.h"
#include "sql/predicate.h"

typedef struct Bare {
	const char *column; /* plain name */
	const char *condition; /* NULL: cannot be written so */
	bool range; /* compares by < or >, else by = */
	const char *note; /* what to know, NULL */
} Bare;

/* The types of columns come from facts; table may be NULL. */
Bare bare_condition(Arena *arena, const TableFacts *table, const Predicate *condition);
/* A plain column under a cast that looks free (to text) but is not, by its type: `(id)::text = '42'`. */
bool bare_hides_cast(const TableFacts *table, const Operand *operand);

#endif
