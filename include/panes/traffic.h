/* traffic.h: the statements since they were marked, against the time before: a row each, and a verdict over them all. */
#ifndef PGWHY_PANES_TRAFFIC_H
#define PGWHY_PANES_TRAFFIC_H

#include "panes/pane.h"

/* No pane of the dashboard: its rows come of PaneInput.mark and now, and what is wanted `since_reset` is the time before. */
extern const Pane traffic_pane;

/* Since when, against what, what came of it all: a sentence, and one for each thing that has to be known with it. */
void traffic_verdict_page(Page *page, const PaneInput *input);
const char *traffic_marked_words(Arena *arena, const StatementMark *mark, int64_t now_ms); /* "marked 23m ago", "3 marked 23m ago"; clock_ms */

#endif
