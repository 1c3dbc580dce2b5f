/* waits.h: what all sessions wait for, sampled at each tick; run_waits.h: the one that runs a statement of ours. */
#ifndef PGWHY_APP_WAITS_H
#define PGWHY_APP_WAITS_H

#include "app/state.h"

void wait_look(App *app);

#endif
