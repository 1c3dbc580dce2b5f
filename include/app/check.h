/* check.h: asks the planner about findings: the dialogue of advise/whatif.h over pg/whatif.h, within a budget. */
#ifndef PGWHY_APP_CHECK_H
#define PGWHY_APP_CHECK_H

#include "advise/whatif.h"
#include "pg/explain.h"

typedef struct Check Check;

/* What there is to ask about; has to outlive the check. */
typedef struct CheckSubject {
	const ExplainSpec *spec; /* how the user's own statement is planned */
	const Plan *plan;
	const Facts *facts;
	const AdviseSettings *settings; /* the budget, too */
	const IndexPool *pool;
	FindingList *findings; /* worked on in place, in jobs */
} CheckSubject;

typedef struct CheckCalls {
	void (*holds)(void *owner, bool holds); /* a background job begins to work on the subject; it has let go of it */
	void (*progress)(void *owner, int asked); /* before each question: how many it makes */
	void (*done)(void *owner); /* once, when the findings are final; errors of the server leave a finding as it was */
	void *owner;
} CheckCalls;

/* Is there anything to ask, and HypoPG to ask with? */
bool check_possible(const Server *server, const IndexPool *pool, const FindingList *findings);
/* What it adds to the findings lives in arena. */
Check *check_start(Arena *arena, Work *work, Conn *conn, const CheckSubject *subject, const CheckCalls *calls);
/* Asks nothing more; done comes with the best known so far. */
void check_stop(Check *check);
void check_free(Check *check); /* at any time, also after done; no more calls */

#endif
