/* connections.h: the console's connections: one for the panes, one for statements, one to another database. */
#ifndef PGWHY_APP_CONNECTIONS_H
#define PGWHY_APP_CONNECTIONS_H

#include "app/state.h"

void connections_open(App *app); /* for the panes */
void connections_ask_password(App *app, Conn *conn); /* NULL: before there is one (-W) */
Conn *connection_for(App *app, const char *database); /* for statements; NULL database: ours; opened when first needed */
void connections_close(App *app);

#endif
