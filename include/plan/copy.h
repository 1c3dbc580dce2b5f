/* copy.h: a plan of one's own, to change something about it. */
#ifndef PGWHY_PLAN_COPY_H
#define PGWHY_PLAN_COPY_H

#include "plan/plan.h"

/* Its nodes are its own, and point to each other; texts and fields are the other's still. */
Plan *plan_copy(Arena *arena, const Plan *plan);

#endif
