/* replan.h: a statement planned once more under other conditions: indexes pretended, settings changed, the text rewritten. */
#ifndef PGWHY_APP_REPLAN_H
#define PGWHY_APP_REPLAN_H

#include "pg/whatif.h"
#include "plan/plan.h"

typedef struct Replanned {
	const Plan *plan; /* NULL: err says why */
	const PretendedIndex *pretended; /* one an index of the spec's `pretend` */
	const Err *err;
	Arena *arena; /* of all that; taken over when set to NULL */
} Replanned;

typedef void (*ReplanFn)(void *owner, Replanned *replanned);

typedef struct Replan Replan;
/* Nothing is run. `statement`: to be planned in the place of the spec's own; NULL. Copies what it needs; the callback comes once, not from
 * in here, and the handle is over when it returns. */
Replan *replan_start(Work *work, Conn *conn, const ExplainSpec *spec, const char *statement, ReplanFn reply, void *owner);
void replan_stop(Replan *replan); /* before the callback came: it never will; NULL is fine */

#endif
