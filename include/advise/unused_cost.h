/* unused_cost.h: why the planner does without an index that it could use: it reckons that another way costs less. For unused_cause.c. */
#ifndef PGWHY_ADVISE_UNUSED_COST_H
#define PGWHY_ADVISE_UNUSED_COST_H

#include "advise/index_obstacle.h"

/* What misled the planner comes first; none when nothing speaks for costs. */
UnusedCauseList unused_cost_causes(Arena *arena, const UnusedQuestion *question, const UnusedEvidence *evidence, const IndexCase *is);

#endif
