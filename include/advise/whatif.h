/* whatif.h: has the planner judge findings, and find the indexes that no rule has thought of, without knowing how it is reached.
 *
 *     WhatIf *whatif = whatif_new(arena, plan, facts, settings, &pool, &findings);
 *     while (whatif_next(whatif, spent, &question)) { … plan it, the indexes pretended … whatif_answer(whatif, plan, names); }
 *     whatif_finish(whatif);
 *
 * First the indexes: one search (advise/index_search.h) over what all findings propose and what the plan's columns allow. What it
 * comes to takes the place of the rules' own proposals, with its cost before and after; what the planner leaves aside, or
 * gains less than the minimum by, goes. Then each statement rewritten. A refused question leaves its findings as they were. */
#ifndef PGWHY_ADVISE_WHATIF_H
#define PGWHY_ADVISE_WHATIF_H

#include "advise/index_pool.h"

typedef struct WhatIfQuestion {
	const char *const *indexes; /* CREATE INDEX texts to pretend; may be none */
	size_t index_count;
	const char *statement; /* to plan; NULL: the user's own */
} WhatIfQuestion;

typedef struct WhatIf WhatIf;

/* Works on the findings in place; everything passed has to outlive it. The plan's cost is how things are: it has to come from
 * the server that answers, with the same settings. Settings may be NULL. */
WhatIf *whatif_new(Arena *arena, const Plan *plan, const Facts *facts, const AdviseSettings *settings, const IndexPool *pool,
                   FindingList *findings);
/* The next question, when `spent` (0..1) of the time there is are over; false when there is none. */
bool whatif_next(WhatIf *whatif, double spent, WhatIfQuestion *question);
/* The planner's answer to it, and what it calls each of the indexes pretended, in the question's order (NULL: not known). Plan
 * NULL: it could not be asked. */
void whatif_answer(WhatIf *whatif, const Plan *answer, const char *const *names);
/* Gives the findings what is known, at the end or whenever there is no more time, and ranks them anew. */
void whatif_finish(WhatIf *whatif);

#endif
