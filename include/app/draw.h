/* draw.h: the state of the console -> the screen. */
#ifndef PGWHY_APP_DRAW_H
#define PGWHY_APP_DRAW_H

#include "app/state.h"

void app_draw(App *app);

#endif
