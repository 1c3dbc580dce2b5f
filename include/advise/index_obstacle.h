/* index_obstacle.h: what keeps an index from being any use, by its definition, the catalog and what is asked of its table.
 *
 * It is broken, holds other rows or other values, knows other operators or another order. What it costs is another question
 * (advise/unused_cost.h). */
#ifndef PGWHY_ADVISE_INDEX_OBSTACLE_H
#define PGWHY_ADVISE_INDEX_OBSTACLE_H

#include "advise/table_asked.h"
#include "advise/unused_question.h"

typedef struct IndexCase {
	const char *name; /* that sentences begin with: its own as SQL writes it, or "It" */
	const CreateIndex *index; /* NULL: nobody can read its definition */
	const IndexFacts *known; /* NULL: it is only pretended */
	const TableFacts *table; /* NULL: not known */
	const Facts *facts; /* NULL: not known */
	const TableAsked *asked;
	bool forced; /* a planner was made to take it, so it is of some use */
} IndexCase;

/* The gravest; false when there is none. Recurses in libpg_query: call it in a job. */
bool index_obstacle(Arena *arena, const IndexCase *is, UnusedCause *cause);
/* It is a BRIN index over values that do not lie together. */
bool index_leaves_out_little(Arena *arena, const IndexCase *is, UnusedCause *cause);
/* Does a plan that searches it by these conditions look for something by its leading key, or by none want its order? */
bool index_is_of_use(Arena *arena, const IndexCase *is, const PredicateList *searched);

#endif
