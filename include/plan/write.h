/* write.h: Plan -> EXPLAIN's TEXT format, whatever format it came in. */
#ifndef PGWHY_PLAN_WRITE_H
#define PGWHY_PLAN_WRITE_H

#include "plan/plan.h"

/* The plan as the server's EXPLAIN (FORMAT TEXT) would have printed it: its layout, its order, its words. What JSON doesn't say is as
 * versions 13 and later have it. Figures that nobody knows are N; fields of other makers stand as `Name: value`. The bytes are the
 * server's: to be cleaned before they are shown. */
const char *plan_write(Arena *arena, const Plan *plan);

#endif
