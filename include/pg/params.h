/* params.h: where to connect to, and as whom. */
#ifndef PGWHY_PG_PARAMS_H
#define PGWHY_PG_PARAMS_H

#include <stdbool.h>

#include "base/arena.h"

/* As given on the command line; NULL where nothing was: libpq then asks PG* variables, service and pass files. */
typedef struct ConnParams {
	const char *host, *port, *user, *database; /* database may be a URI or conninfo string */
	const char *password; /* asked for by us; never from argv */
	bool never_ask_password; /* -w */
	double connect_timeout_s; /* 0: what libpq is told elsewhere, else 10 */
	const char *only_database; /* a plain name, whatever `database` says: of conn_params */
	const char *only_user; /* the same of the user */
	long statement_timeout_ms, lock_timeout_ms; /* of catalog queries; 0: 1000 and 100 */
} ConnParams;

ConnParams conn_params_copy(Arena *arena, const ConnParams *params);

#endif
