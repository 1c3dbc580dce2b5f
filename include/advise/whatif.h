/* whatif.h: has the planner judge findings, without knowing how it is reached.
 *
 *     WhatIf *whatif = whatif_new(arena, plan, facts_settings, &findings);
 *     while (whatif_next(whatif, &question)) { … plan it, the indexes pretended … whatif_answer(whatif, plan, names); }
 *
 * Each finding's indexes are asked for alone, then its alternatives, at the end those that gain nothing alone together with
 * the rest. What the planner uses becomes hypothetical, with its cost before and after; what it leaves aside, or gains less
 * than the minimum by, goes. A refused question (an access method that cannot be pretended) leaves its finding as it was. */
#ifndef PGWHY_ADVISE_WHATIF_H
#define PGWHY_ADVISE_WHATIF_H

#include "advise/advise.h"

typedef struct WhatIfQuestion {
	const char *const *indexes; /* CREATE INDEX texts to pretend; none: how it is planned as things are */
	size_t index_count;
	const char *statement; /* to plan; NULL: the user's own */
} WhatIfQuestion;

typedef struct WhatIf WhatIf;

/* Works on the findings in place; everything passed has to outlive it. Settings may be NULL. */
WhatIf *whatif_new(Arena *arena, const Plan *plan, const AdviseSettings *settings, FindingList *findings);
/* The next question; false when there is none: then the findings are final, and ranked anew. */
bool whatif_next(WhatIf *whatif, WhatIfQuestion *question);
/* The planner's answer to it, and what it calls each of the indexes pretended, in the question's order (names NULL: not
 * known, then whether they were used is told by the cost). Plan NULL: it could not be asked. */
void whatif_answer(WhatIf *whatif, const Plan *answer, const char *const *names);

#endif
