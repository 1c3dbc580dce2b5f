/* finding_change.h: what became of the findings of an earlier plan, now that there is a later one of the same statement.
 *
 * What is told is what is worth it, by share of the statement: when one trouble is mended another's share grows or falls without
 * anybody touching it. So a finding that was told once stays in sight, and says itself that it is no longer worth it. */
#ifndef PGWHY_ADVISE_FINDING_CHANGE_H
#define PGWHY_ADVISE_FINDING_CHANGE_H

#include "advise/finding.h"

typedef enum FindingChangeKind { FINDING_STAYED, FINDING_NEW, FINDING_NOT_WORTH, FINDING_GONE } FindingChangeKind;

typedef struct FindingChange {
	FindingChangeKind kind;
	const Finding *before, *after; /* NULL: it was not there; it is not any more */
	const char *text; /* "no longer worth it: ~2.6 s of 25.0 s" */
} FindingChange;

typedef LIST(FindingChange) FindingChangeList;

/* `after`: what advise() finds in the later plan; `all`: what it finds there with settings.tell_all. Those that are there now
 * come first, as they are ranked, then those that are not worth it, then those that are gone. Borrows the findings. */
FindingChangeList findings_compare(Arena *arena, const Plan *plan, const FindingList *before, const FindingList *after, const FindingList *all);

#endif
