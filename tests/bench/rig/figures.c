/* figures.c: medians and spreads. */
#include "figures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static int compare(const void *one, const void *two) {
	double a = *(const double *)one, b = *(const double *)two;
	return (a > b) - (a < b);
}

double figures_share(const Figures *figures, double share) {
	if (!figures->count) return NAN;
	qsort(figures->items, figures->count, sizeof *figures->items, compare);
	return figures->items[(size_t)ceil(share * (double)figures->count) - (share > 0)];
}

const char *figure_text(Arena *arena, double value) {
	if (isnan(value)) return "-";
	if (isinf(value)) return "never";
	return arena_printf(arena, "%.*f", value < 1 ? 2 : value < 20 ? 1 : 0, value);
}

const char *figures_text(Arena *arena, const Figures *figures) {
	const char *median = figure_text(arena, figures_share(figures, 0.5));
	if (figures->count < 2) return median;
	return arena_printf(arena, "%s (%s–%s)", median, figure_text(arena, figures_share(figures, 0)), figure_text(arena, figures_share(figures, 1)));
}
