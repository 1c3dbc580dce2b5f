/* act.h: what each action of the keymap does. To add one: its row in view/keymap.h, a line in themes/default.keys, its function and row here. */
#ifndef PGWHY_APP_ACT_H
#define PGWHY_APP_ACT_H

#include "app/state.h"

bool app_can(Action action); /* there is a function for it */
void app_act(App *app, Action action);
bool app_lacks_row(App *app, Action action); /* it is done to a row, or with what that stands for, and there is none */
void act_search(App *app, int direction); /* the next (+1) or previous match in what is on top; 0: from here on */
Str *act_entry_text(App *app); /* what is typed after `/`: the filter of the pane, or the search of the view */

#endif
