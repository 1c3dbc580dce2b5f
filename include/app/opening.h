/* opening.h: plans out of files: looked through in the background, listed when there are several, shown. */
#ifndef PGWHY_APP_OPENING_H
#define PGWHY_APP_OPENING_H

#include "app/state.h"

void opening_open(App *app, const char *path); /* opens a view, at once; closing it stops the reading */
bool opening_under_way(const App *app); /* what is drawn of it changes as time goes by */

#endif
