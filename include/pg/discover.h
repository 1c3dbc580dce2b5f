/* discover.h: the rows of src/queries/server.sql -> Server.
 *
 * When pg_stat_statements works but hides the statements of other roles, `statements_problem` is NULL and `statements_remedy`
 * holds the GRANT that would show them. */
#ifndef PGWHY_PG_DISCOVER_H
#define PGWHY_PG_DISCOVER_H

#include "core/table.h"
#include "pg/manners.h"

/* What only libpq knows of a connection. */
typedef struct Connected {
	int version; /* PQserverVersion */
	const char *version_text; /* parameter server_version */
	const char *host, *port;
	int backend_pid; /* PQbackendPID */
} Connected;

/* Borrows from `facts` and `connected`. */
Server *discover(Arena *arena, const Table *facts, const Connected *connected, SessionStart *start);

/* Says in the server's fields what keeps pg_stat_statements from answering here, and the exact remedy. `libraries`: what is
 * preloaded, NULL when this role may not know; `callable`: the role may call its function. */
void statements_check(Arena *arena, Server *server, bool loaded, bool callable, const char *libraries);

#endif
