/* unused_cause.h: why the planner does without an index, from what it was asked and what the catalog knows.
 *
 * An index that is no use as the statement stands (a cast, a function, another collation …) has another cause than one that could be
 * used and costs more (too many rows, wrong statistics, costs of reading set too high): `forced`, a plan that was made to take it, tells
 * which. */
#ifndef PGWHY_ADVISE_UNUSED_CAUSE_H
#define PGWHY_ADVISE_UNUSED_CAUSE_H

#include "advise/unused_question.h"

/* A cause's word, for JSON, and what it means, for people: "because its column is cast". */
typedef struct UnusedReason {
	const char *word, *means;
} UnusedReason;
extern const UnusedReason unused_reasons[]; /* ends with a NULL word */
const char *unused_cause_told(Arena *arena, const UnusedCause *cause); /* "its column is cast. The column is integer …" */

/* The gravest first, at least one. Recurses in libpg_query: call it in a job. */
UnusedCauseList unused_causes(Arena *arena, const UnusedQuestion *question, const UnusedEvidence *evidence);

#endif
