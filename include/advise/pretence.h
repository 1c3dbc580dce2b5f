/* pretence.h: a statement as it would be planned if some indexes were there, and what is to be said of that. */
#ifndef PGWHY_ADVISE_PRETENCE_H
#define PGWHY_ADVISE_PRETENCE_H

#include "advise/unused.h"

typedef struct PretenceIndex {
	const char *sql; /* CREATE INDEX ON … */
	bool off; /* it stands there, but is not pretended */
	const char *name; /* as the plan has it; NULL: not asked yet */
	double bytes; /* at most; NaN: not known */
	bool used;
	const UnusedAnswer *why; /* of one left aside; NULL: not found out */
} PretenceIndex;

typedef struct Pretence {
	LIST(PretenceIndex) indexes;
	size_t finding; /* whose indexes the last ones are, from 1; 0: all were typed by hand */
	const char *rewrite; /* planned in the statement's place; NULL */
	const Plan *plan; /* NULL: not there (yet) */
	double cost_before; /* as things are */
	const char *state; /* what goes on; NULL: nothing */
} Pretence;

size_t pretence_count(const Pretence *pretence); /* of the indexes that are not off */
const char *pretence_title(Arena *arena, const Pretence *pretence); /* "What if: 2 indexes pretended" */
const char *pretence_costs(Arena *arena, const Pretence *pretence); /* "3 400 → 12, 283 times less"; there is a plan */
LabelledLines pretence_lines(Arena *arena, const Pretence *pretence);

#endif
