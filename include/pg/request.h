/* request.h: what stands in a connection's queue; for the files of this floor.
 *
 * An Exchange is one or more statements with nothing of anybody else's in between. When its turn comes `step` is called, first without
 * a result and then with the answer to each statement it sent: it sends the next one with exchange_send and returns true, or returns
 * false when it is over. Callbacks to owners happen inside step and lost, which are called from conn_ready only. */
#ifndef PGWHY_PG_REQUEST_H
#define PGWHY_PG_REQUEST_H

#include "pg/conn.h"
#include "pg/manners.h"

struct pg_result;
struct pg_conn;

typedef struct Exchange Exchange;
struct Exchange {
	bool (*step)(Exchange *exchange, struct pg_result *result);
	void (*lost)(Exchange *exchange, const Err *err); /* the connection went away, or never came: it is over */
	void (*destroy)(Exchange *exchange); /* frees it; called once, whatever happened */
	void (*alarm)(Exchange *exchange); /* called when alarm_at_ms has come while it waits for an answer */
	int64_t alarm_at_ms; /* clock_ms; 0: never. An alarm rings once, an answer switches it off */
	void *owner; /* whom conn_forget names */
	bool forgotten; /* its owner went away: it goes on (to clean up), but calls nobody back */
	bool on_hold; /* answers have to wait until this is false again */
	bool started;
	double sent_s, answered_s; /* clock of the last statement */
	Conn *conn;
	Exchange *next;
};

/* Puts it at the end of the queue, which owns it from now on. */
void exchange_start(Conn *conn, Exchange *exchange, void *owner);
void exchange_send(Exchange *exchange, const char *sql, const char *const *params, size_t param_count);

/* A read of catalog queries under the panes' manners. `next` is handed the rows of the query before (NULL: nothing was asked yet) and
 * names the next query; false: it has all it wants. `failed` is called instead of the next call of `next`. */
typedef struct CatalogCall {
	const char *name;
	const char *const *params;
	size_t param_count;
} CatalogCall;
typedef struct CatalogReader {
	bool (*next)(void *context, Reply *previous, CatalogCall *call);
	void (*failed)(void *context, Reply *reply);
	void (*drop)(void *context); /* frees context; called once, whatever happened */
} CatalogReader;
void catalog_read(Conn *conn, const CatalogReader *reader, void *context, void *owner);

/* What exchanges may know of their connection. */
struct pg_conn *conn_pg(const Conn *conn);
Work *conn_work(const Conn *conn);
const SessionStart *conn_session_start(const Conn *conn);
const ConnParams *conn_given(const Conn *conn);
const char *conn_catalog_text(Conn *conn, const char *name, Err *err); /* fitted to this server, kept */
/* The rows of the answer in an arena of their own: made already when they are many. Once for each answer. */
Table *conn_take_table(Conn *conn, const struct pg_result *result, Arena **arena, size_t *bytes);
void conn_count_bytes(Conn *conn, size_t bytes);
void conn_wake(Conn *conn); /* conn_ready is wanted at once */
void conn_distrust(Conn *conn, const char *why); /* the session is in a state nobody should meet: close it, connect again */

/* PQcancel in a job: it waits for the server. `done` is called from work_collect; NULL when nobody cares. A cancel that overtakes
 * its statement is lost: who has to be sure asks again while there is no answer. Without `done` the job does so itself, once. */
typedef struct CancelJob CancelJob;
CancelJob *cancel_post(Conn *conn, void (*done)(void *owner, bool sent), void *owner);
void cancel_forget(CancelJob *job); /* the owner went away */

#endif
