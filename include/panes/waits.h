/* waits.h: the wait profile in a why: shares over the last minute, and what kinds of waits mean. */
#ifndef PGWHY_PANES_WAITS_H
#define PGWHY_PANES_WAITS_H

#include "panes/pane.h"

void waits_figures(Page *page, const char *label, WaitTally tally); /* none: nothing is said */
const char *waits_meaning(const char *event); /* "IO:DataFileRead": what it says, as a cause; NULL: nothing */

#endif
