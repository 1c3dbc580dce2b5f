/* status.h: the status line: which server, how it is, what pgwhy costs it. */
#ifndef PGWHY_APP_STATUS_H
#define PGWHY_APP_STATUS_H

#include "app/state.h"

void status_line(Canvas *canvas, Box box, const App *app, Arena *arena);

#endif
