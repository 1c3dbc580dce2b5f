/* waits.h: what sessions wait for, sampled: all of them at each tick, the backend that runs a statement of ours ten times a second. */
#ifndef PGWHY_APP_WAITS_H
#define PGWHY_APP_WAITS_H

#include "app/state.h"

void wait_look(App *app); /* at all sessions at work */
void wait_look_at_run(App *app); /* at the backend that runs our statement, and its workers, when it is time */
void wait_forget_run(App *app); /* another statement is run */
const char *wait_notes(Arena *arena, const App *app, const char *notes); /* of the plan: and what was waited for while it was run */

#endif
