/* stage.h: which plan stands on the screen: the run's, or one with indexes that are not there, in its place. */
#ifndef PGWHY_APP_STAGE_H
#define PGWHY_APP_STAGE_H

#include "app/state.h"

const Pretence *stage_pretence(const App *app); /* NULL: the real plan is shown */
const char *stage_state(const App *app); /* what the planner is being asked; NULL: nothing */
void stage_show(App *app, Scenario *scenario); /* that has a plan; taken over */
bool stage_leave(App *app); /* back to the real plan; what is being asked is no longer wanted. False: it is the one on screen */
void stage_clear(App *app); /* the run ends, and with it all that was asked of it */

#endif
