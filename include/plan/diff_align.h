/* diff_align.h: which nodes of two plans do the same work.
 *
 * They are told by what they do, not by where they stand: a scan by what it reads, a join by the tables it joins, a step by its role and
 * by what is read below it. So a Sort, Gather or Memoize that came in between shifts nothing. */
#ifndef PGWHY_PLAN_DIFF_ALIGN_H
#define PGWHY_PLAN_DIFF_ALIGN_H

#include "plan/plan.h"

/* By id - 1: the node of the other plan that does the same work; NULL. */
typedef struct Alignment {
	const PlanNode **after; /* of those before */
	const PlanNode **before; /* of those after */
} Alignment;

Alignment diff_align(Arena *arena, const Plan *before, const Plan *after);

#endif
