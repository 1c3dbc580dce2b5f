/* unused_question.h: an index that a plan does without: what is asked, what a planner said to it, and what may keep it from being used. */
#ifndef PGWHY_ADVISE_UNUSED_QUESTION_H
#define PGWHY_ADVISE_UNUSED_QUESTION_H

#include "advise/scan.h"
#include "sql/create_index.h"

typedef struct UnusedQuestion {
	const Plan *plan; /* that does without it */
	const Statement *statement;
	const Facts *facts; /* NULL: not known */
	const TableFacts *table; /* NULL: not known */
	const CreateIndex *index; /* taken apart; NULL: its definition cannot be read */
	const IndexFacts *known; /* NULL: it is only pretended */
	const char *name; /* as a plan names it; NULL: pretended, see unused_answer */
} UnusedQuestion;

/* What a planner said that had other ways switched off, or had other costs set. */
typedef struct UnusedEvidence {
	const Plan *forced; /* uses the index; NULL: it could not be made to */
	const PlanNode *node; /* of it: the one that does */
	bool cheap_pages; /* it takes the index where pages out of order cost little */
} UnusedEvidence;

typedef struct UnusedCause {
	const char *word; /* "function-on-column" */
	const char *text; /* a sentence or two */
	const char *remedy; /* SQL to be run; NULL */
	const char *condition; /* to be written in the place of the one there is; NULL */
} UnusedCause;
typedef LIST(UnusedCause) UnusedCauseList;

#endif
