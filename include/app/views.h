/* views.h: what lies over the panes, opened and closed. */
#ifndef PGWHY_APP_VIEWS_H
#define PGWHY_APP_VIEWS_H

#include "app/state.h"

void view_open(App *app, ViewKind kind, const char *title);
void view_close(App *app); /* the one on top */
bool view_why(App *app); /* of the row under the cursor; false: there is none */
void view_plan(App *app);
void view_node(App *app); /* of the plan: all about the one under the cursor, its advice in full */
void view_raw(App *app); /* the plan as EXPLAIN prints it */
void view_totals(App *app); /* of the plan: by table, by index, by node type */
void view_rebuild(App *app); /* the pages whose data changed */

#endif
