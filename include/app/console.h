/* console.h: the console, from its first screen to its last. */
#ifndef PGWHY_APP_CONSOLE_H
#define PGWHY_APP_CONSOLE_H

#include "app/options.h"

int console_run(const Options *options); /* exit status */

#endif
