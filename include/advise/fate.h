/* fate.h: what became of the findings of an earlier plan, now that there is a later one of the same statement.
 *
 * What is told is what is worth it, by share of the statement: when one trouble is mended another's share grows or falls without
 * anybody touching it. So a finding that was told once stays in sight, and says itself that it is no longer worth it. */
#ifndef PGWHY_ADVISE_FATE_H
#define PGWHY_ADVISE_FATE_H

#include "advise/finding.h"

typedef enum Fate { FATE_STAYED, FATE_NEW, FATE_NOT_WORTH, FATE_GONE } Fate;

typedef struct FindingFate {
	Fate fate;
	const Finding *before, *after; /* NULL: it was not there; it is not any more */
	const char *text; /* "no longer worth it: ~2.6 s of 25.0 s" */
} FindingFate;

typedef LIST(FindingFate) FindingFateList;

/* `after`: what advise() finds in the later plan; `slight`: what it finds there with settings.slight. Those that are there now
 * come first, as they are ranked, then those that are not worth it, then those that are gone. Borrows the findings. */
FindingFateList findings_fates(Arena *arena, const Plan *plan, const FindingList *before, const FindingList *after, const FindingList *slight);

#endif
