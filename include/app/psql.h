/* psql.h: psql on the screen's place, connected as we are. */
#ifndef PGWHY_APP_PSQL_H
#define PGWHY_APP_PSQL_H

#include "app/state.h"

void psql_open(App *app);

#endif
