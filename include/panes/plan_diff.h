/* plan_diff.h: two plans compared, on the screen: verdict, nodes beside nodes, what else there is to say. */
#ifndef PGWHY_PANES_PLAN_DIFF_H
#define PGWHY_PANES_PLAN_DIFF_H

#include "view/diff_rows.h"
#include "view/diff_said.h"

/* Where the reader is. */
typedef struct DiffView {
	size_t pair; /* under the cursor */
	size_t top; /* the first one on screen */
	PlanBar bar; /* wanted: see diff_bar_of */
	int height; /* rows of nodes at the last draw */
} DiffView;

void diff_view_begin(DiffView *view, const Comparison *shown); /* on the dearest that changed; buffers before time */
void diff_view_move(DiffView *view, const Comparison *shown, long by);
/* To the next (+1) or previous (-1) pair with a node that matches, around the ends; 0: the cursor's will do. False: there is none. */
bool diff_view_search(DiffView *view, const Comparison *shown, const char *search, int direction);
int diff_view_at(Box box, const DiffView *view, const Comparison *shown, int y); /* the pair drawn there; DIFF_NONE */
void diff_view_page(Page *page, const DiffView *view, const Comparison *shown); /* all there is to know of the pair under the cursor, and of both plans */
void diff_view_draw(Canvas *canvas, Box box, DiffView *view, const Comparison *shown, Arena *arena); /* leaves in view what it showed */

#endif
