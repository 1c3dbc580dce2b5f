/* consent.h: what is not done to a server without a yes, and the words to ask for it. */
#ifndef PGWHY_APP_CONSENT_H
#define PGWHY_APP_CONSENT_H

#include "pg/explain.h"
#include "plan/plan.h"

extern const char consent_to_write[]; /* the warning: what a rollback does not undo */

/* Why running a statement needs a yes, the beginning of a question; NULL: it needs none. `warning`: what to know before, NULL. */
const char *consent_wanted(Arena *arena, const Statement *statement, const Facts *facts, const Plan *plan, double most_cost, const char **warning);
/* The same of the functions it calls alone. */
const char *consent_to_call(Arena *arena, const Statement *statement, const Facts *facts);

#endif
