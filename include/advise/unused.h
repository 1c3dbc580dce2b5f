/* unused.h: "why is my index not used": has the planner tried with its other ways switched off, without knowing how it is reached.
 *
 *     Unused *unused = unused_new(arena, &question);
 *     while (unused_next(unused, &trial)) { … plan the statement with these settings … unused_answer(unused, plan, name); }
 *
 * It stops at the first plan that takes the index; then it asks whether cheaper pages would decide for it. */
#ifndef PGWHY_ADVISE_UNUSED_H
#define PGWHY_ADVISE_UNUSED_H

#include "advise/labelled_lines.h"
#include "advise/unused_cause.h"

typedef struct UnusedTrial {
	const char *const *off; /* settings to switch off */
	size_t off_count;
	const char *cheap_pages; /* value for random_page_cost; NULL: as it is */
} UnusedTrial;

typedef struct UnusedAnswer {
	const char *index; /* as it was asked for: a name, or CREATE INDEX … */
	const char *table; /* NULL: not known */
	const char *definition; /* NULL: not known */
	double index_bytes; /* NaN: not known */
	bool used; /* it is, after all: by `chosen` */
	const PlanNode *chosen; /* what reads the table as things are; NULL: nothing does */
	double cost; /* of the statement as it is planned */
	const PlanNode *forced; /* what uses the index when it has to; NULL: nothing could be made to */
	double forced_cost; /* of the statement then, penalties taken off; NaN */
	const char *switched_off; /* "enable_seqscan": to get there; NULL */
	UnusedCauseList causes; /* none when it is used */
} UnusedAnswer;

typedef struct Unused Unused;

/* Everything passed has to outlive it. Recurses in libpg_query, as what follows: call it in a job. */
Unused *unused_new(Arena *arena, const UnusedQuestion *question);
bool unused_next(Unused *unused, UnusedTrial *trial);
/* The plan that was made; NULL: the server refused. `name` is what it calls a pretended index, NULL else. The plan is kept. */
void unused_answer(Unused *unused, const Plan *plan, const char *name);
const UnusedAnswer *unused_told(const Unused *unused); /* once there is no next trial */

const char *unused_title(Arena *arena, const UnusedAnswer *answer); /* "Why orders_status_idx is not used" */
LabelledLines unused_lines(Arena *arena, const UnusedAnswer *answer);

#endif
