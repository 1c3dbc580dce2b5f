/* reporting.h: the report for a ticket of the plan on screen: with the plan before, where one of its statement is marked. */
#ifndef PGWHY_APP_REPORTING_H
#define PGWHY_APP_REPORTING_H

#include "app/state.h"

/* By jobs: the message says where it was written. NULL: a name of its own in the working directory. */
void report_write(App *app, const char *path);

#endif
