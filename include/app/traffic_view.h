/* traffic_view.h: the statements marked as before in Queries (`m`), and what they did since, listed over the panes (`D`). */
#ifndef PGWHY_APP_TRAFFIC_VIEW_H
#define PGWHY_APP_TRAFFIC_VIEW_H

#include "app/state.h"

/* The list at hand, or the why on top of it, is of statements that can be marked. */
bool traffic_at_hand(const App *app);
void traffic_mark(App *app); /* all statements, or those tagged in the list at hand, as they were counted last */
void traffic_open(App *app); /* what they did since; from the why of a statement, the cursor is on its row */
const char *traffic_note(Arena *arena, const App *app, const PaneState *state); /* in the frame of a pane: "marked 23m ago"; NULL: no word */
void traffic_sampled(App *app, const PaneState *state); /* the pane has a new sample */
void traffic_free(App *app);

#endif
