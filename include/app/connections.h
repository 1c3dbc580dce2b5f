/* connections.h: the console's connections: one for the panes, one for statements, one to another database. */
#ifndef PGWHY_APP_CONNECTIONS_H
#define PGWHY_APP_CONNECTIONS_H

#include "app/state.h"

void connections_open(App *app); /* for the panes */
void connections_ask_password(App *app, Conn *conn); /* NULL: before there is one (-W) */
Conn *connection_for(App *app, const char *database); /* for statements; NULL database: ours; opened when first needed */
/* To another database or as another role (NULL: as now), panes and prompt; the connections there are stay until that one is ready. */
void connections_switch(App *app, const char *database, const char *role);
void connections_close(App *app);

#endif
