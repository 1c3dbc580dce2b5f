/* dashboard.h: the panes on the screen: where each stands, and how much it may ask. */
#ifndef PGWHY_APP_DASHBOARD_H
#define PGWHY_APP_DASHBOARD_H

#include "app/state.h"

/* Divides the screen, and gives each pane its box: four, two or one, those around the focused one; only that one when zoomed. */
Layout dashboard_arrange(App *app);
void dashboard_focus(App *app, size_t pane);
void dashboard_refresh(App *app, bool forced); /* asks the server what is due */
void dashboard_settle(App *app); /* arranges; a pane that came on screen is asked at once */
void dashboard_read_missing(App *app); /* while it is paused: what was never read */
void dashboard_forget(App *app); /* what was sampled is of another server or database */

#endif
