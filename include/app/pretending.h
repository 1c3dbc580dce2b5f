/* pretending.h: plans with indexes that are not there: of a finding, or typed by hand. */
#ifndef PGWHY_APP_PRETENDING_H
#define PGWHY_APP_PRETENDING_H

#include "app/state.h"

void pretending_turn(App *app); /* between the real plan and that with the indexes of the finding and those typed; says why not */
bool pretending_possible(const App *app); /* there is something to turn to, or back from */
void word_whatif(App *app, const char *rest); /* :whatif */

#endif
