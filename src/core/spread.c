/* spread.c: median and quartiles of a few runs, and whether those of two are apart. */
#include "core/spread.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/die.h"
#include "core/format.h"

static const double least_change = 0.1; /* of the greater median */

static int by_size(const void *one, const void *other) {
	double a = *(const double *)one, b = *(const double *)other;
	return (a > b) - (a < b);
}

/* Between the two values that stand around the place, in proportion. */
static double quantile(const double *sorted, size_t count, double share) {
	double place = share * (double)(count - 1);
	size_t below = (size_t)place, above = below + 1 < count ? below + 1 : below;
	return sorted[below] + (place - (double)below) * (sorted[above] - sorted[below]);
}

Spread spread_of(const double *values, size_t count) {
	Spread spread = {0, NAN, NAN, NAN, NAN, NAN};
	double *sorted = malloc((count + 1) * sizeof *sorted);
	if (!sorted) die("out of memory");
	for (size_t i = 0; i < count; i++)
		if (!isnan(values[i])) sorted[spread.count++] = values[i];
	qsort(sorted, spread.count, sizeof *sorted, by_size);
	if (spread.count) {
		spread.least = sorted[0];
		spread.q1 = quantile(sorted, spread.count, 0.25);
		spread.median = quantile(sorted, spread.count, 0.5);
		spread.q3 = quantile(sorted, spread.count, 0.75);
		spread.most = sorted[spread.count - 1];
	}
	free(sorted);
	return spread;
}

double spread_share(const Spread *spread) {
	return spread->count > 1 && spread->median > 0 ? (spread->q3 - spread->q1) / 2 / spread->median : NAN;
}

const char *spread_words(Arena *arena, const Spread *ms) {
	double strays = spread_share(ms);
	const char *median = format_ms(arena, ms->median);
	return isnan(strays) ? median : arena_printf(arena, "%s ±%.0f%%", median, ceil(strays * 100 - 1e-6));
}

/* Each run of one took twice as long as any of the other: however they stray, that is no chance. */
static bool is_far_above(const Spread *one, const Spread *other) {
	return one->least >= 2 * other->most && one->median > other->median;
}

/* The fewer the runs, the further apart: of five the medians by as much as both boxes together are wide, of twenty by half of that. */
SpreadVerdict spread_compare(const Spread *before, const Spread *after) {
	if (before->count < SPREAD_LEAST_RUNS || after->count < SPREAD_LEAST_RUNS) return SPREAD_TOO_FEW;
	double change = after->median - before->median, width = before->q3 - before->q1 + after->q3 - after->q1;
	double few = sqrt(5 / fmin((double)before->count, (double)after->count));
	bool overlap = before->q1 <= after->q3 && after->q1 <= before->q3;
	bool counts = !overlap && fabs(change) > width * few && fabs(change) > least_change * fmax(before->median, after->median);
	if (!counts && !is_far_above(before, after) && !is_far_above(after, before)) return SPREAD_NOISE;
	return change < 0 ? SPREAD_LESS : SPREAD_MORE;
}
