/* index_search.h: the few indexes of a pool that a statement is best served with, found with as few questions as can be.
 *
 * All of the pool at once: the planner picks those that go best together, and its cost is less than any part of them can
 * reach. Then what it did not search by is cut off, what is carried along must be worth it, and so must each index. Greedy
 * search from one index up would miss what a star join needs: two or three before the cost moves at all. */
#ifndef PGWHY_ADVISE_INDEX_SEARCH_H
#define PGWHY_ADVISE_INDEX_SEARCH_H

#include "advise/index_pool.h"

typedef LIST(const char *) IndexTexts;

typedef struct IndexFound {
	IndexAdvice index;
	const ScanUse *use;
	double cost_without; /* of the statement when all the others are there; NaN: not asked, it is the only one */
} IndexFound;

typedef struct IndexSearchResult {
	IndexFound *items;
	size_t count, room; /* none: nothing gains enough */
	bool asked; /* the planner has seen them all: what is not here is not worth it */
	double cost; /* of the statement with all of them, planner's units */
	double cost_alone; /* with the first alone; NaN: only together are they known to gain */
} IndexSearchResult;

typedef struct IndexSearchLimits {
	double min_gain; /* an index is worth it when it saves that share (0..1) of what the statement costs without it */
	bool include; /* keys that are only read go into INCLUDE */
	size_t at_once; /* about so many indexes may be pretended in one question */
} IndexSearchLimits;

typedef struct IndexSearch IndexSearch;

/* `cost_as_is`: how the statement is planned now, in the planner's units. The pool has to outlive the search. */
IndexSearch *index_search_new(Arena *arena, const IndexPool *pool, double cost_as_is, const IndexSearchLimits *limits);
/* CREATE INDEX texts to plan the statement with; NULL when the search is over. `spent`: of the time there is (0..1); what is left is
 * used for the questions that matter more. */
const IndexTexts *index_search_next(IndexSearch *search, double spent);
/* The plan, and what the planner calls each index, in the order asked (NULL: not known). Plan NULL: it could not be asked. */
void index_search_answer(IndexSearch *search, const Plan *plan, const char *const *names);
/* So far, or at the end. */
const IndexSearchResult *index_search_result(IndexSearch *search);

#endif
