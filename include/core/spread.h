/* spread.h: what several runs of the same thing say: the one in the middle, and how far the others stray. Outliers do not decide. */
#ifndef PGWHY_CORE_SPREAD_H
#define PGWHY_CORE_SPREAD_H

#include "base/arena.h"

typedef struct Spread {
	size_t count;
	double median, q1, q3, least, most; /* NaN of none; half of the runs lie between q1 and q3 */
} Spread;

Spread spread_of(const double *values, size_t count); /* what is NaN does not count */
/* Half the distance of q1 and q3, as a share of the median: ±4 %; NaN: not known. */
double spread_share(const Spread *spread);
/* Of times, "20.1 ms ±4%": the median, and how far half of the runs stray from it. */
const char *spread_words(Arena *arena, const Spread *ms);

typedef enum SpreadVerdict {
	SPREAD_TOO_FEW, /* runs of one of them: any difference may be chance */
	SPREAD_NOISE,
	SPREAD_LESS, /* the second is less than the first */
	SPREAD_MORE
} SpreadVerdict;
enum { SPREAD_LEAST_RUNS = 3 };

/* More than noise is what sets the middle halves (q1 to q3) of both apart, the medians by a tenth, and, of few runs, by more than
 * these stray; or when each run of one took twice as long as any of the other. The same thing run five times and five times again,
 * however it strays, is taken for two once in twenty; ten and ten times, once in a hundred. */
SpreadVerdict spread_compare(const Spread *before, const Spread *after);

#endif
