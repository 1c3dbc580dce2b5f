/* repeated.h: a statement that was run several times, alone or in turn with another: what may be said of its time. */
#ifndef PGWHY_ADVISE_REPEATED_H
#define PGWHY_ADVISE_REPEATED_H

#include "advise/labelled_lines.h"
#include "core/spread.h"
#include "plan/diff.h"

typedef struct RepeatedSide {
	const char *name; /* "as it is", "work_mem=64MB", "rewrite"; bytes of strangers */
	double first_ms, first_read_blocks; /* its first run, left out of the rest: the cache may have been cold; NaN: it had none */
	Spread ms, blocks; /* of the others; blocks: shared and local, hit and read */
} RepeatedSide;

typedef struct Repeated {
	size_t wanted; /* runs of each, beside the first */
	size_t count; /* of sides, 1 or 2 */
	RepeatedSide sides[2];
} Repeated;

const Repeated *repeated_copy(Arena *arena, const Repeated *repeated); /* NULL of NULL */
/* What their plans are compared by from then on, where both sides were run. */
void repeated_compare(const Repeated *repeated, PlanDiff *diff);
bool repeated_within_noise(const Repeated *repeated);
/* "faster", "slower", "no-change": the second beside the first; NULL: one alone, or too few runs to tell. */
const char *repeated_verdict(const Repeated *repeated);

const char *say_repeated_runs(Arena *arena, const Repeated *repeated); /* "5 runs each", "3 and 2 of 5 runs" */
/* "47× faster", "within noise", "too few runs to tell". There are two sides. */
const char *say_repeated_verdict(Arena *arena, const Repeated *repeated);
/* A line for each side, and one for the verdict. */
LabelledLines repeated_lines(Arena *arena, const Repeated *repeated);

#endif
