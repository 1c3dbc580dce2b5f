/* memory.h: nodes that work_mem was too small for: what that cost, and how much of it would do. */
#ifndef PGWHY_ADVISE_MEMORY_H
#define PGWHY_ADVISE_MEMORY_H

#include "advise/advise.h"

/* Of one node, or of all of a kind: they get one finding. */
typedef struct Shortage {
	const PlanNode *node; /* that loses most; NULL: none is short */
	size_t nodes;
	double wanted_kb; /* work_mem for one process that spares it; NaN unknown */
	double saves_ms, saves_cost; /* of what they took */
	double worst_ms; /* that the node loses */
	double stake_ms, stake_cost;
} Shortage;

/* What temporary files cost a node: the time of their I/O where it was measured, else the share `untimed` of its own. A hash
 * table's are written by Hash and read by the join above: `helper`, NULL for all others. */
Shortage shortage_of_files(const PlanNode *node, const PlanNode *helper, double wanted_kb, double untimed);
void shortage_join(Shortage *all, Shortage one);
/* " (and 2 more)", or nothing. */
const char *shortage_others(Arena *arena, const Shortage *all);

/* Node, weight, and the work_mem to set; where that is too much to set, `instead` says what else helps: a sentence or two. */
void shortage_tell(const Advice *advice, Finding *finding, const Shortage *all, const char *each, const char *instead);

/* Hashes may take work_mem times so much: by the plan's settings, the server's, or its version. 1 where nobody knows. */
double hash_mem_multiplier(const Advice *advice);

/* The figures of each process: first the node's own fields, then those of each worker. NULL after the last. */
const PlanValue *node_process(const PlanNode *node, const PlanValue *before);
double process_figure(const PlanValue *process, const char *field); /* 0: it is not told */

#endif
