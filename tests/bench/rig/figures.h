/* figures.h: what was measured again and again, and what to say of it. */
#ifndef PGWHY_TESTS_BENCH_FIGURES_H
#define PGWHY_TESTS_BENCH_FIGURES_H

#include "base/arena.h"

typedef struct Figures {
	double *items;
	size_t count, room;
} Figures;

double figures_share(const Figures *figures, double share); /* 0.5: the median; NaN: there are none */
/* "12.3 (11.8–14.0)": median and spread; "-": there are none. */
const char *figures_text(Arena *arena, const Figures *figures);
const char *figure_text(Arena *arena, double value); /* three digits; "-" for NaN, "never" for infinity */

#endif
