/* switching.h: what comes of a connection that comes up or goes; \c. */
#ifndef PGWHY_APP_SWITCHING_H
#define PGWHY_APP_SWITCHING_H

#include "app/state.h"

void connection_changed(void *app, Conn *conn); /* for App.conn_changed */
/* To another database or as another role (NULL: as now), panes and prompt; the connections there are stay until that one is ready. */
void switch_to(App *app, const char *database, const char *role);

#endif
