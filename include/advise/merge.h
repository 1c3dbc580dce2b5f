/* merge.h: what several rules found of one trouble becomes one finding.
 *
 * Two ways to spare one scan: the better one stays. One index for two scans: the longer serves both. A cause and its symptoms:
 * the cause stays, has the symptoms' figures in its evidence and what helps until then in its notes, and names them. Their times
 * may overlap, so it saves as much as the one that saves most. */
#ifndef PGWHY_ADVISE_MERGE_H
#define PGWHY_ADVISE_MERGE_H

#include "advise/finding.h"

/* One rule's findings follow from another's where their nodes lie so to each other. NULL: it is about the whole statement. */
typedef struct Explanation {
	const char *symptom, *cause; /* rule ids */
	bool (*holds)(const Plan *plan, const PlanNode *symptom, const PlanNode *cause);
	bool told; /* the cause's evidence has it already */
} Explanation;

extern const Explanation explanations[]; /* ends with a row whose symptom is NULL */

/* Before they are ranked: what explains others saves more. */
void findings_merge(Arena *arena, const Plan *plan, FindingList *findings);

#endif
