/* popup.h: a list of candidates laid over the screen, above the line they belong to. */
#ifndef PGWHY_TERM_POPUP_H
#define PGWHY_TERM_POPUP_H

#include "view/canvas.h"

typedef struct Candidate {
	const char *text; /* as it is put in */
	const char *note; /* dim beside it: what it is; NULL */
} Candidate;

/* Above row y, their first letters at x as far as the canvas lets them. What has no room is counted in the last line. `chosen`: the one to
 * mark and to keep in sight; `count` for none. */
void popup_draw(Canvas *canvas, int x, int y, const Candidate *candidates, size_t count, size_t chosen);

#endif
