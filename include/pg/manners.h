/* manners.h: the settings our sessions and transactions run under, so that looking never hurts what is looked at.
 *
 * Alone with the server they are set once, for the session; behind a pooler the session is shared with strangers, so every
 * transaction sets them for itself. A user's statement is planned under the settings the session began with. */
#ifndef PGWHY_PG_MANNERS_H
#define PGWHY_PG_MANNERS_H

#include "base/str.h"
#include "core/server.h"

typedef struct Manner {
	const char *name, *value;
} Manner;
typedef LIST(Manner) MannerList;

/* What a new session began with, before our manners. */
typedef struct SessionStart {
	const char *schemas; /* current_schemas(true), as an array literal */
	const char *search_path, *jit, *parallel_workers;
} SessionStart;

long manners_pane_timeout_ms(long given_ms); /* of a pane's statement; 0 given: the usual */
/* Read only, in a hurry, in no one's way. Timeouts of 0 are the usual 1 s and 100 ms. */
MannerList manners_of_panes(Arena *arena, const Server *server, long statement_timeout_ms, long lock_timeout_ms);
/* As if there were no manners of panes, but with these timeouts. */
MannerList manners_of_statement(Arena *arena, const Server *server, const SessionStart *start, long statement_timeout_ms,
                                long lock_timeout_ms);

/* The role's or the database's limit of a whole transaction is none of ours. Since PostgreSQL 17. */
void manners_add_transaction_timeout(Arena *arena, MannerList *manners, const Server *server);

/* `select pg_backend_pid(), set_config($1, $2, …), …` and its parameters, two a manner. */
const char *manners_sql(Arena *arena, const MannerList *manners, bool local, const char ***params);

#endif
