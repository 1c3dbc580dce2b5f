/* clip.h: copying to the clipboard: SQL, rows, plans. */
#ifndef PGWHY_APP_CLIP_H
#define PGWHY_APP_CLIP_H

#include "app/state.h"

void clip_sql(App *app); /* the finding's remedy in a plan, else the statement */
void clip_row(App *app); /* the row with its headings, or the whole plan as EXPLAIN prints it */

#endif
