/* ending.h: sessions cancelled or terminated: looked at anew, asked about in a box, and signalled only as who they were.
 *
 * Between the key and the box the server is asked who they are now and what they hold, so what the box foretells is of that moment. The
 * statement that signals compares them once more (panes/session_act.h). */
#ifndef PGWHY_APP_ENDING_H
#define PGWHY_APP_ENDING_H

#include "app/state.h"
#include "panes/session_act.h"
#include "view/popup.h"

void ending_begin(App *app, SessionAct act); /* the tagged sessions, or else the one under the cursor, or that the why is about */
Question ending_question(const App *app); /* of MODAL_END */
void ending_answer(App *app, bool yes);
void ending_tick(App *app); /* sees whether those who were signalled have stopped, and reports it */
int64_t ending_deadline_ms(const App *app); /* clock_ms of the next look; -1: none */
void ending_free(App *app);

#endif
