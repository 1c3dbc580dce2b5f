/* app.h: birth and death of the console's state. */
#ifndef PGWHY_APP_APP_H
#define PGWHY_APP_APP_H

#include "app/state.h"

App *app_new(const Options *options, Demo *demo, Err *err); /* the demo stays the caller's */
void app_free(App *app);

#endif
