/* value_view.h: the plans of a $1 statement under several values, on the screen: a list of them, what is to be said below. */
#ifndef PGWHY_APP_VALUE_VIEW_H
#define PGWHY_APP_VALUE_VIEW_H

#include "app/state.h"
#include "report/plan.h"

bool value_view_possible(App *app); /* the statement of the plan at hand has parameters */
void value_view_open(App *app); /* for it; says so when it has none */
void value_view_pick(App *app, RunMode mode); /* the plan of the row under the cursor */
const char *value_view_state(Arena *arena, const View *view); /* "planning …"; NULL: it is done */
bool value_view_has_report(const View *view); /* there is a plan, and its connection */
PlanReport value_view_report(Arena *arena, const View *view); /* all of it, to be written */
bool value_view_cancel(App *app); /* the one on top; false: nothing of it is under way */

/* For all there are. */
void value_views_conn_changed(App *app);
void value_views_tick(App *app); /* takes what came to be known meanwhile */

#endif
