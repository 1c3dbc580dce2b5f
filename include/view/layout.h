/* layout.h: which part of the screen belongs to whom.
 *
 *     status                 one line
 *     main                   panes, or the view that is open
 *     prompt                 as many lines as are typed, while it is open
 *     foot                   one line of hints, or a message, which may take a few
 *
 * Boxes lie inside the screen and never overlap; from LAYOUT_LEAST_WIDTH x LAYOUT_LEAST_HEIGHT on none that was asked for is empty.
 * On a smaller screen everything is `main`. */
#ifndef PGWHY_VIEW_LAYOUT_H
#define PGWHY_VIEW_LAYOUT_H

#include "view/canvas.h"

enum { LAYOUT_LEAST_WIDTH = 40, LAYOUT_LEAST_HEIGHT = 10 };

typedef struct Layout {
	bool too_small;
	Box status, main, prompt, foot;
} Layout;

/* prompt_rows: lines wanted for the prompt, 0: it is closed; foot_rows: at least 1; main keeps LAYOUT_LEAST_MAIN lines whatever is
 * typed or said. */
enum { LAYOUT_LEAST_MAIN = 4 };
Layout layout_make(int width, int height, int prompt_rows, int foot_rows);

/* Two parts of a box: side by side when it is wide enough for both, else one above the other. `share` of it goes to the first. */
void layout_split(Box box, double share, int least_width, Box *first, Box *second);

/* Up to four panes: a grid of four, two above each other, or one, as the box has room. How many were placed. */
enum { LAYOUT_MOST_PANES = 4 };
size_t layout_panes(Box box, size_t wanted, Box panes[LAYOUT_MOST_PANES]);

/* A box of that size in the middle of another, made smaller where it must be. */
Box layout_centred(Box box, int width, int height);
/* What is left of a box within its frame. */
Box layout_inside(Box box);

#endif
