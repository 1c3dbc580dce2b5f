/* diffs.h: the plan on screen laid beside the one before (app/marks.h), the one it was run in turn with, or the real one when it is pretended. */
#ifndef PGWHY_APP_DIFFS_H
#define PGWHY_APP_DIFFS_H

#include "app/state.h"
#include "panes/plan_diff.h"

bool diff_possible(const App *app); /* there is one to lay it beside */
void diff_open(App *app);

/* Of a VIEW_DIFF. */
DiffView *diff_view_of(const View *view);
const Comparison *diff_comparison(const View *view); /* NULL: it is still being made */
void diff_node(App *app); /* all about the pair under the cursor, on a page */

#endif
