/* update.h: what happens -> what changes. */
#ifndef PGWHY_APP_UPDATE_H
#define PGWHY_APP_UPDATE_H

#include "app/state.h"

void app_input(App *app); /* the terminal has bytes */
void app_tick(App *app); /* deadlines that passed, pages that are stale */
int64_t app_deadline_ms(const App *app);
void app_signals(App *app);

#endif
