/* diffs.h: the plan on screen laid beside the one before (app/marks.h). */
#ifndef PGWHY_APP_DIFFS_H
#define PGWHY_APP_DIFFS_H

#include "app/state.h"
#include "panes/plan_diff.h"

void diff_open(App *app); /* the plan on screen, laid beside the one before */

/* Of a VIEW_DIFF. */
DiffView *diff_view_of(const View *view);
const Comparison *diff_comparison(const View *view); /* NULL: it is still being made */
void diff_node(App *app); /* all about the pair under the cursor, on a page */

#endif
