/* mouse.h: what clicks and the wheel mean: the wheel scrolls what is under the pointer, a click goes there, on a heading it sorts, and
 * twice it is Enter. */
#ifndef PGWHY_APP_MOUSE_H
#define PGWHY_APP_MOUSE_H

#include "app/state.h"

void app_mouse(App *app, Mouse mouse);

#endif
