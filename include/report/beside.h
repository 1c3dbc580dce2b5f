/* beside.h: what there is to know of a run beside its nodes: where it ran, with which settings, what took time outside of them. */
#ifndef PGWHY_REPORT_BESIDE_H
#define PGWHY_REPORT_BESIDE_H

#include "plan/plan.h"

typedef struct BesideLine {
	const char *label, *text; /* "settings", "work_mem = 64kB"; safe to show */
} BesideLine;
typedef LIST(BesideLine) BesideLines;

/* Only what is known and worth a line; server_version 0: not known. */
BesideLines beside_lines(Arena *arena, const Plan *plan, int server_version);

#endif
