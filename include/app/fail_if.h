/* fail_if.h: conditions on a plan and the one it had before: what `check` fails on. */
#ifndef PGWHY_APP_FAIL_IF_H
#define PGWHY_APP_FAIL_IF_H

#include "advise/finding.h"
#include "advise/repeated.h"

typedef struct FailMetric FailMetric;

typedef struct FailIf {
	const char *text; /* "buffers>1.2x", as given */
	const FailMetric *metric; /* NULL: shape, new or advice */
	double times; /* of the figure before */
	bool shape, new, advice; /* the plan does something else; there was none before; something is advised that was not */
} FailIf;
typedef LIST(FailIf) FailIfs;

/* "buffers>1.2x", "time>2x", "shape", "new", "advice"; what is none of these is an error (ERR_USAGE) that says what there is. */
bool fail_if_read(Arena *arena, const char *text, FailIf *condition, Err *err);

typedef struct FailSide {
	const Plan *plan; /* NULL: there is none */
	const RepeatedSide *runs; /* their medians count, not the plan's own figures; NULL: it was run once */
	const FindingList *findings; /* what is advised on it; NULL: not known */
} FailSide;

typedef struct FailVerdict {
	double before, after; /* NaN: not known, or no figure */
	bool failed;
	bool noise_known, within_noise; /* of a time, where there were several runs; such a time does not fail */
	const char *note; /* why it failed, or could not be told; NULL */
} FailVerdict;
/* Time and blocks have to grow by a little at least, whatever the factor: 0.02 ms are no news. And where there were several runs, a time has
 * to grow beyond what these stray. */
FailVerdict fail_if_judge(Arena *arena, const FailIf *condition, const FailSide *before, const FailSide *after);

#endif
