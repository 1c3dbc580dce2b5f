/* diff_rows.h: two plans on a canvas, node beside node: in two columns where there is room, else as one tree of both. */
#ifndef PGWHY_VIEW_DIFF_ROWS_H
#define PGWHY_VIEW_DIFF_ROWS_H

#include "plan/diff.h"
#include "view/canvas.h"
#include "view/plan_bar.h"

enum {
	DIFF_BESIDE_CELLS = 110, /* from here on there are two columns */
	DIFF_BARS = 2,
	DIFF_NONE = -1,
};

typedef struct DiffLook {
	PlanBar bars[DIFF_BARS]; /* the figures beside each node; those there is room for */
	size_t bar_count;
	size_t first; /* the pair drawn at the top */
	int selected; /* the pair under the cursor; DIFF_NONE */
	int left; /* levels of the tree left out; DIFF_NONE: of each row as many as it takes */
} DiffLook;

/* What can be shown of both plans: what was wanted, else their costs. */
PlanBar diff_bar_of(PlanBar wanted, const PlanDiff *diff);
PlanBar diff_bar_next(PlanBar bar, const PlanDiff *diff); /* in a circle */
int diff_left(const PlanDiff *diff, const DiffLook *look, int width); /* the levels to leave out so that the cursor's row can be read */
void diff_headings_draw(Canvas *canvas, Box box, const PlanDiff *diff, const DiffLook *look);
void diff_rows_draw(Canvas *canvas, Box box, const PlanDiff *diff, const DiffLook *look, Arena *arena); /* a row for each pair, as far as there is room */

#endif
