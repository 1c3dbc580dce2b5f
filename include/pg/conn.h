/* conn.h: one connection to a server that never makes the loop wait.
 *
 * Connecting is a background job (libpq looks names up synchronously). Requests queue up and go out one after the other;
 * their replies come by callback from conn_ready() and from nowhere else. When the server is lost each request gets its
 * error, and the connection is made again with backoff. Everything is sent by the extended protocol: one statement each. */
#ifndef PGWHY_PG_CONN_H
#define PGWHY_PG_CONN_H

#include "base/err.h"
#include "base/work.h"
#include "core/server.h"
#include "core/table.h"
#include "pg/params.h"

typedef struct Conn Conn;

typedef enum ConnState {
	CONN_CONNECTING,
	CONN_NEEDS_PASSWORD, /* the server wants one and none was found: call conn_set_password */
	CONN_READY, /* connected; requests are taken (and may be under way) */
	CONN_LOST, /* was there; trying again with backoff */
	CONN_FAILED /* never was there, or may not come in: conn_error says why. Too many clients or a server that is just
	             * starting is tried again: conn_retry_at_ms says when */
} ConnState;

/* `changed` is called from conn_ready or work_collect whenever the state changed. Everything is copied. */
Conn *conn_new(Work *work, const ConnParams *params, void (*changed)(void *owner, Conn *conn), void *owner);
void conn_free(Conn *conn); /* requests under way are dropped without a reply; the server side is closed */
ConnState conn_state(const Conn *conn);
const Err *conn_error(const Conn *conn); /* of CONN_LOST, CONN_FAILED, CONN_NEEDS_PASSWORD (ERR_NONE: none was tried yet) */
const Server *conn_server(const Conn *conn); /* found at connecting; NULL before; lives as long as conn */
const char *conn_schemas(const Conn *conn); /* searched for a name written without one, as an array literal; NULL before */
void conn_set_password(Conn *conn, const char *password);
void conn_retry(Conn *conn); /* now rather than after the backoff */
/* The server is not any more what was found out about it (a standby was promoted): the session is closed, as if lost, and made anew. */
void conn_renew(Conn *conn, const char *why);
int64_t conn_retry_at_ms(const Conn *conn); /* clock_ms of the next attempt; -1 none planned */
/* clock_ms since when a ready server owes an answer that should have come long ago: it hangs, or the network swallows what it says.
 * -1: it answers. `changed` is called when that begins and ends; nothing is lost, nothing is asked again. */
int64_t conn_silent_since_ms(const Conn *conn);
ConnParams conn_params(const Conn *conn, const char *database); /* the same way in, to another database; borrows from conn */

/* For the poll loop: descriptor (-1: none), wanted events (POLLIN, POLLOUT), next deadline (clock_ms, -1 none). */
int conn_fd(const Conn *conn);
short conn_events(const Conn *conn);
int64_t conn_deadline_ms(const Conn *conn);
void conn_ready(Conn *conn); /* something may have arrived, or the deadline passed */

typedef struct Reply {
	Table *table; /* rows; an empty table for a statement without; NULL on error */
	Arena *arena; /* holds table; taken over by the receiver when it sets this to NULL, else freed after the callback */
	Err *err; /* kind ERR_NONE when fine */
	double ms; /* sent to last byte */
	size_t bytes; /* received */
} Reply; /* texts of errors and rows are the server's bytes */
typedef void (*ReplyFn)(void *owner, Reply *reply);

/* One statement, by the extended protocol, with text parameters ($1 …). Texts are copied. */
void conn_query(Conn *conn, const char *sql, const char *const *params, size_t param_count, ReplyFn reply, void *owner);
void conn_forget(Conn *conn, void *owner); /* the owner goes away: no more callbacks to it */
/* A catalog query of src/queries, by name, for panes: READ ONLY, the panes' timeouts, fitted to this server (pg/catalog.h). */
void conn_catalog(Conn *conn, const char *name, const char *const *params, size_t param_count, ReplyFn reply, void *owner);
size_t conn_pending(const Conn *conn); /* requests waiting or under way */

typedef struct ConnCost {
	double ms; /* time spent waiting for replies */
	size_t bytes, requests;
} ConnCost;
ConnCost conn_cost(const Conn *conn); /* totals so far */

#endif
