/* taste.h: looks, keys and the mouse as the user likes them, from ~/.config/pgwhy and from settings. */
#ifndef PGWHY_APP_TASTE_H
#define PGWHY_APP_TASTE_H

#include "app/state.h"

/* All of it, at the start. Files with mistakes in them are used as far as they go, and what is wrong is said. */
void taste_read(App *app);
/* "NAME=VALUE" of a setting, in force at once. False: what is wrong with it; a theme that cannot be read leaves all as it was, one with
 * mistakes in it is taken. */
bool taste_set(App *app, const char *assignment, Err *err);

#endif
