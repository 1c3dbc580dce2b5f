/* reel.h: the statements of a file, one after the other, each as the prompt would do it. */
#ifndef PGWHY_APP_REEL_H
#define PGWHY_APP_REEL_H

#include "app/state.h"

void reel_open(App *app, const char *path); /* read in the background, then begun */
void reel_tick(App *app); /* the next one, when the one before is done; after the last, what came of each */
void reel_stop(App *app); /* another statement takes its place */

#endif
