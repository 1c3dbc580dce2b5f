/* connections.h: the console's connections: one for the panes, one for statements, one to another database. */
#ifndef PGWHY_APP_CONNECTIONS_H
#define PGWHY_APP_CONNECTIONS_H

#include "app/state.h"

void connections_open(App *app); /* for the panes */
void connections_ask_password(App *app, Conn *conn); /* NULL: before there is one (-W) */
Conn *connection_for(App *app, const char *database); /* for statements; NULL database: ours; opened when first needed */
void connections_use(App *app, Conn *conn); /* for the panes, in the place of the one before */
void connection_drop(App *app, Conn **conn); /* closed, and NULL; NULL already is fine */
void connections_close(App *app);

#endif
