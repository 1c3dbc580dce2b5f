/* environment.h: the environment another program of PostgreSQL needs to connect as we are connected. */
#ifndef PGWHY_PG_ENVIRONMENT_H
#define PGWHY_PG_ENVIRONMENT_H

#include "pg/conn.h"

/* `environment` with the PG* variables of this connection in it and without the password, which is for a pass file: `pass_line` is
 * its line, NULL when none was needed. NULL: there is no connection at the moment. NULL-terminated. */
char **conn_environment(Arena *arena, const Conn *conn, char *const *environment, const char *pass_file, const char **pass_line);

#endif
