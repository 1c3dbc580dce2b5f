/* kept_view.h: the plans in the store, listed over the panes: opened, named, deleted. */
#ifndef PGWHY_APP_KEPT_VIEW_H
#define PGWHY_APP_KEPT_VIEW_H

#include "app/state.h"

void kept_run(App *app); /* the run is done: its plan goes into the store, or what was proved and tried of it since */
void kept_settings_changed(App *app, const Settings *before); /* by :set */
void kept_view_open(App *app);
/* The plan under the cursor of that list, or the one on screen. */
void kept_name(App *app, const char *name); /* NULL: it loses the one it has */
void kept_diff(App *app, const char *word); /* @NAME, @12 is the one before, and the plan on screen is laid beside it */
void kept_forget(App *app);
void kept_mark(App *app); /* the plan on screen is the one before of its statement for consoles to come, too, if it is kept */

#endif
