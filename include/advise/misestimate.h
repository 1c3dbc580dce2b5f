/* misestimate.h: where the planner's count of rows goes wrong, which of its choices that misled, and why it went wrong. */
#ifndef PGWHY_ADVISE_MISESTIMATE_H
#define PGWHY_ADVISE_MISESTIMATE_H

#include "advise/advise.h"

/* What was chosen because of a wrong count. */
typedef struct Misled {
	const PlanNode *choice; /* NULL: nothing was */
	const char *what; /* "the nested loop ran its inner side 12k times" */
	double stake_ms, stake_cost; /* time in what was chosen */
	double part; /* of it that a better choice may spare, by rule of thumb */
} Misled;

/* By id - 1: is the node's count wrong by at least `factor`, while what it reads was estimated better? */
bool *misestimate_starts(Arena *arena, const Plan *plan, double factor);
Misled misestimate_misled(Arena *arena, const Plan *plan, const PlanNode *node);

typedef struct MisestimateCause {
	const char *because; /* a sentence */
	const char *stale; /* the table whose statistics the catalog shows to be out of date, as SQL writes it; NULL: another cause */
	RemedyKind kind;
	const char *sql, *undo, *notes; /* NULL */
	const char **columns;
	size_t column_count;
} MisestimateCause;

MisestimateCause misestimate_cause(const Advice *advice, const PlanNode *node);

/* Adds a finding for each place where a count goes wrong by FACTOR and something was chosen by it: those of stale statistics,
 * one for a table, or all others. */
void misestimates_tell(Advice *advice, const Rule *rule, bool stale);

#endif
