/* space_advice.h: what there is to say of a relation's space, why, and what to do about it.
 *
 * An index that was not scanned is evidence only with an age: counters of a day accuse nobody. */
#ifndef PGWHY_PANES_SPACE_ADVICE_H
#define PGWHY_PANES_SPACE_ADVICE_H

#include "panes/space.h"

/* What a relation is seen with. */
typedef struct SpaceCase {
	const PaneInput *input;
	const Table *info; /* the row of sizes_info; NULL: not there */
	const Spaces *spaces;
	const Space *space;
} SpaceCase;

const char *space_note(Arena *arena, const SpaceCase *it); /* a few words beside the row; "" */
Role space_role(const SpaceCase *it);
FindingList space_findings(Arena *arena, const SpaceCase *it); /* of the relation, then of a table's indexes, biggest first */
void space_why(Page *page, const SpaceCase *it, int width);

#endif
