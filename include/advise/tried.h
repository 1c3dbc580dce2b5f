/* tried.h: what became of a finding's indexes when they were built for real and rolled back (pg/tryout.h). */
#ifndef PGWHY_ADVISE_TRIED_H
#define PGWHY_ADVISE_TRIED_H

#include "advise/finding.h"

typedef struct Tried {
	bool unseen; /* the transaction that built them could not see them: only build_ms and bytes are known */
	double ms[2], blocks[2], cost[2]; /* of the statement without and with them, by EXPLAIN ANALYZE */
	double build_ms, bytes; /* of all of them together */
	const Plan *plans[2]; /* those two; NULL: not known */
} Tried;

const Tried *tried_copy(Arena *arena, const Tried *tried);
/* The finding with what was measured; what could not be seen leaves its basis as it was. */
void finding_try(Finding *finding, const Tried *tried);
/* "462 ms → 0.3 ms · 40121 → 4 buffers · built in 1.2 s, 9.4 MB, rolled back"; NULL: nobody tried it. */
const char *say_tried(Arena *arena, const Finding *finding);

#endif
