/* connect.h: one attempt to connect, from name look-up to a session that behaves and a server that is known; a job. */
#ifndef PGWHY_PG_CONNECT_H
#define PGWHY_PG_CONNECT_H

#include "base/err.h"
#include "pg/manners.h"
#include "pg/params.h"

struct pg_conn;

typedef struct Attempt {
	Arena *arena; /* of all that is here; the taker of `server` takes it over by setting it to NULL */
	ConnParams params;
	void *owner; /* for its starter; NULL: nobody waits for it any more */
	/* found */
	struct pg_conn *pg; /* NULL: failed, err says why */
	Server *server;
	SessionStart start;
	Err err;
	bool needs_password; /* the server wants one, or another one: then err holds what it said of the last */
	bool passing; /* it may work in a moment: too many clients, the server is starting */
} Attempt;

Attempt *attempt_new(const ConnParams *params, void *owner);
void attempt_run(void *attempt); /* waits: for a job */
void attempt_free(Attempt *attempt); /* what was not taken over */

#endif
