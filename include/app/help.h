/* help.h: the help screen: what can be pressed, clicked, set and typed where the reader is. */
#ifndef PGWHY_APP_HELP_H
#define PGWHY_APP_HELP_H

#include "app/state.h"

void help_open(App *app);

#endif
