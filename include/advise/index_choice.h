/* index_choice.h: the btree index that answers a need best, unless it is there already or gains nothing.
 *
 * Two candidates: equality, sort, range (rows come in order, a LIMIT stops early) and equality, range (fewest rows, then a
 * sort). The cheaper by our arithmetic is advised, the other is its alternative: the planner decides (advise/whatif.h). */
#ifndef PGWHY_ADVISE_INDEX_CHOICE_H
#define PGWHY_ADVISE_INDEX_CHOICE_H

#include "advise/finding.h"
#include "advise/index_cost.h"
#include "advise/index_need.h"

typedef struct IndexChoice {
	bool made; /* false: nothing an index could search by, nothing gained, or there already */
	const IndexFacts *existing; /* a valid index that answers it already; NULL */
	IndexAdvice index;
	bool ordered; /* its rows come in the order wanted */
	double cost; /* an execution with it, planner's units by our arithmetic */
	bool has_second;
	IndexAdvice second;
	const char *notes; /* indexes it makes superfluous, an invalid one in its way, what writes pay; NULL */
} IndexChoice;

/* The table read, for index_cost.h: what was found in memory will be again. */
TableShape table_shape(const Scan *scan);
IndexChoice index_choose(Arena *arena, const Facts *facts, const IndexNeed *need);
/* Of the time or cost of reading the table whole, and `more` done with its rows, so much is left with the index. Processes
 * that shared a measured time did the work side by side; the planner has them share the rows only. */
double index_choice_left(const Plan *plan, const Scan *scan, const IndexChoice *choice, double more);
/* The same of an index that is searched `descents` times an execution and gives `candidates` rows for each one wanted. */
double index_lookups_left(const Plan *plan, const Scan *scan, double descents, double candidates);

#endif
