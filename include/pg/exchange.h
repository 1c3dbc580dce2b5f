/* exchange.h: what stands in a connection's queue; for the files of this floor.
 *
 * An Exchange is one or more statements with nothing of anybody else's in between. When its turn comes `step` is called,
 * first without a result and then with the answer to each statement it sent: it sends the next one with exchange_send and
 * returns true, or returns false when it is over. Callbacks to owners happen inside step and lost, which are called from
 * conn_ready only. */
#ifndef PGWHY_PG_EXCHANGE_H
#define PGWHY_PG_EXCHANGE_H

#include "base/work.h"
#include "core/table.h"
#include "pg/manners.h"
#include "pg/params.h"
#include "pg/stream.h"

struct pg_result;
struct pg_conn;

enum { EXCHANGE_GRACE_MS = 2000 }; /* for an answer on its way, after the statement's time is over */

typedef struct Conn Conn;
typedef struct Exchange Exchange;
struct Exchange {
	bool (*step)(Exchange *exchange, struct pg_result *result);
	void (*lost)(Exchange *exchange, const Err *err); /* the connection went away, or never came: it is over */
	void (*destroy)(Exchange *exchange); /* frees it; called once, whatever happened */
	void (*alarm)(Exchange *exchange); /* called when alarm_at_ms has come while it waits for an answer */
	int64_t alarm_at_ms; /* clock_ms; 0: never. An alarm rings once, an answer switches it off */
	int64_t patience_ms; /* an answer that takes longer is a sign that the server hangs; 0: any may */
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
/* As exchange_send; `rows` takes those of a COPY: the exchange's own, as long as it waits for the answer. */
void exchange_send_copy(Exchange *exchange, const char *sql, const char *const *params, size_t param_count, Stream *rows);
double exchange_ms(const Exchange *exchange); /* the last statement: sent to last byte */
/* The rows of the answer in an arena of their own: made already when they are many. Once for each answer. */
Table *exchange_table(Exchange *exchange, const struct pg_result *result, Arena **arena, size_t *bytes);

/* A catalog query, fitted to this server; kept as long as the connection. */
typedef struct CatalogText {
	const char *name, *sql;
	const char *const *nullable; /* of a query that is to be read by COPY (pg/stream.h); NULL: of any other */
	StreamShape *shape; /* of such a query, once the server has described it */
} CatalogText;

/* What exchanges may know of their connection, and do to it. */
struct pg_conn *conn_pg(const Conn *conn);
Work *conn_work(const Conn *conn);
const Server *conn_server(const Conn *conn);
const SessionStart *conn_session_start(const Conn *conn);
const ConnParams *conn_given(const Conn *conn);
CatalogText *conn_catalog_text(Conn *conn, const char *name, Err *err);
void conn_catalog_described(Conn *conn, CatalogText *text, const struct pg_result *description);
void conn_count_bytes(Conn *conn, size_t bytes);
void conn_wake(Conn *conn); /* conn_ready is wanted at once */
void conn_distrust(Conn *conn, const char *why); /* the session is in a state nobody should meet: close it, connect again */

#endif
