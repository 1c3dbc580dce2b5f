/* runs.h: the console's statements under way. */
#ifndef PGWHY_APP_RUNS_H
#define PGWHY_APP_RUNS_H

#include "app/state.h"

void run_statement(App *app, const char *text, const char *database, const char *row_key, RunMode mode, const char *notes);
void run_given_plan(App *app, Arena *arena, const KeptPlan *given, const char *notes); /* its arena is taken over */
bool run_has_text(App *app); /* false: the plan's statement is not known, and that was said */
bool run_row(App *app, RunMode mode); /* the statement of the row, or of the plan on screen; false: it has none, and that was said */
/* It is the statement of the row that the why on screen is about: there still when nothing happens to the row any more, and the list drops it.
 * False: it is not, and that the row is gone was said. */
bool run_stands_for_row(App *app);
void runs_forget(App *app); /* the last one; its connection may go then */
PlanShown run_shown(Arena *arena, const App *app); /* the plan on screen, the run's or a scenario's; there is one */

#endif
