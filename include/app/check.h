/* check.h: asks the planner about findings: the dialogue of advise/whatif.h over pg/whatif.h. */
#ifndef PGWHY_APP_CHECK_H
#define PGWHY_APP_CHECK_H

#include "advise/whatif.h"
#include "pg/explain.h"

typedef struct Check Check;

/* Is there anything to ask, and HypoPG to ask with? */
bool check_possible(const Server *server, const FindingList *findings);
/* Works on the findings in place, on the loop's thread; what it adds to them lives in arena. `spec` is how the user's own statement
 * is planned; it and the rest must outlive the check. done is called once, when the findings are final; errors of the server leave a
 * finding as it was. */
Check *check_start(Arena *arena, Work *work, Conn *conn, const ExplainSpec *spec, const Plan *plan, const AdviseSettings *settings,
                   FindingList *findings, void (*done)(void *owner), void *owner);
void check_free(Check *check); /* at any time, also after done; no more calls */

#endif
