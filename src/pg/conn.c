/* conn.c: one connection to a server that never makes the loop wait: its states, its queue, its socket. */
#include "pg/conn.h"

#include <libpq-fe.h>
#include <poll.h>
#include <stdlib.h>

#include "base/clock.h"
#include "pg/cancel.h"
#include "pg/catalog.h"
#include "pg/connect.h"
#include "pg/decode.h"
#include "pg/digest.h"
#include "pg/exchange.h"

enum { FIRST_BACKOFF_MS = 500, LAST_BACKOFF_MS = 15000 };

typedef struct QueryText {
	const char *name, *text;
} QueryText;

struct Conn {
	Arena *arena; /* params */
	LIST(Arena *) facts; /* of each time we connected: callers may still hold a Server of before */
	ConnParams params;
	Work *work;
	void (*changed)(void *owner, Conn *conn);
	void *owner;

	ConnState state;
	Err err;
	Attempt *attempt; /* the job that connects, while it runs */
	bool was_ready;
	int64_t backoff_ms, retry_at_ms;
	PGconn *pg; /* only when CONN_READY */
	Server *server;
	SessionStart start;
	LIST(QueryText) texts; /* catalog queries fitted to this server */

	Exchange *first, *last; /* the queue; first->started: it has the connection */
	size_t pending;
	bool awaiting; /* a statement was sent and its answer is not complete */
	bool answered; /* it is, and has not been handed over */
	PGresult *result; /* of it, so far */
	Digest *digesting; /* the job that makes a table of it, when it is big */
	Digest *digested; /* what it made, for whoever gets the result */
	bool broken; /* libpq or conn_distrust says that it is over */
	Err last_words; /* what a server says before it closes */

	bool due; /* conn_ready is wanted now */
	int depth; /* inside callbacks */
	bool doomed; /* conn_free was called from one of them */
	ConnCost cost;
};

/* ---- states ---- */

static void enter(Conn *conn, ConnState state) {
	conn->state = state;
	if (!conn->doomed) conn->changed(conn->owner, conn);
}

static void attempt_ended(void *job);

static void attempt_start(Conn *conn) {
	conn->retry_at_ms = -1;
	conn->attempt = attempt_new(&conn->params, conn);
	work_post(conn->work, attempt_run, attempt_ended, conn->attempt);
}

static void plan_retry(Conn *conn) {
	conn->retry_at_ms = clock_ms() + conn->backoff_ms;
	conn->backoff_ms = conn->backoff_ms * 2 < LAST_BACKOFF_MS ? conn->backoff_ms * 2 : LAST_BACKOFF_MS;
}

/* What ends a session says why: as the answer to what was asked, or unasked, as a notice. Other notices are nobody's business. */
static void keep_last_words(void *arg, const PGresult *result) {
	Conn *conn = arg;
	const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
	if (severity && strcmp(severity, "FATAL") == 0) decode_error(result, &conn->last_words);
}

static void come_in(Conn *conn, Attempt *attempt) {
	conn->pg = attempt->pg;
	attempt->pg = NULL;
	PQsetnonblocking(conn->pg, 1);
	PQsetNoticeReceiver(conn->pg, keep_last_words, conn);
	conn->server = attempt->server;
	conn->start = attempt->start;
	*list_push(conn->arena, &conn->facts) = attempt->arena;
	attempt->arena = NULL;
	conn->texts.count = 0;
	conn->backoff_ms = FIRST_BACKOFF_MS;
	conn->was_ready = true;
	err_clear(&conn->err);
	err_clear(&conn->last_words);
	enter(conn, CONN_READY);
}

static void stay_out(Conn *conn, Attempt *attempt) {
	err_move(&conn->err, &attempt->err);
	if (attempt->needs_password) {
		enter(conn, CONN_NEEDS_PASSWORD);
		return;
	}
	if (conn->was_ready || attempt->passing) plan_retry(conn);
	enter(conn, conn->was_ready ? CONN_LOST : CONN_FAILED);
}

static void destroy(Conn *conn);

static void leave(Conn *conn) {
	if (--conn->depth == 0 && conn->doomed) destroy(conn);
}

static void attempt_ended(void *job) {
	Attempt *attempt = job;
	Conn *conn = attempt->owner;
	if (conn) {
		conn->attempt = NULL;
		conn->due = true;
		conn->depth++;
		if (attempt->pg) come_in(conn, attempt);
		else stay_out(conn, attempt);
		leave(conn);
	}
	attempt_free(attempt);
}

/* ---- the queue ---- */

static Exchange *dequeue(Conn *conn) {
	Exchange *exchange = conn->first;
	if (!exchange) return NULL;
	conn->first = exchange->next;
	if (!conn->first) conn->last = NULL;
	conn->pending--;
	return exchange;
}

void exchange_start(Conn *conn, Exchange *exchange, void *owner) {
	exchange->conn = conn;
	exchange->owner = owner;
	*(conn->first ? &conn->last->next : &conn->first) = exchange;
	conn->last = exchange;
	conn->pending++;
	conn->due = true;
}

void exchange_send(Exchange *exchange, const char *sql, const char *const *params, size_t param_count) {
	Conn *conn = exchange->conn;
	exchange->sent_s = clock_s();
	conn->awaiting = true;
	conn->cost.requests++;
	bool sent = PQsendQueryParams(conn->pg, sql, (int)param_count, NULL, params, NULL, NULL, 0);
	if (!sent || PQflush(conn->pg) < 0) conn->broken = true;
}

/* Everybody in the queue hears of it; whoever asks again in the callback waits for the next time. */
static void refuse_all(Conn *conn, const Err *err) {
	for (size_t left = conn->pending; left && conn->first && !conn->doomed; left--) {
		Exchange *exchange = dequeue(conn);
		exchange->lost(exchange, err);
		exchange->destroy(exchange);
	}
}

static void drop_digests(Conn *conn) {
	if (conn->digesting) conn->digesting->done = NULL;
	digest_free(conn->digested);
	conn->digesting = conn->digested = NULL;
}

static void close_session(Conn *conn) {
	drop_digests(conn);
	PQclear(conn->result);
	PQfinish(conn->pg);
	conn->result = NULL;
	conn->pg = NULL;
	conn->awaiting = conn->answered = conn->broken = false;
}

static void say_why_lost(Conn *conn) {
	if (err_is(&conn->err)) return; /* conn_distrust has */
	const char *last_words = conn->last_words.message.text;
	if (err_is(&conn->last_words)) err_set(&conn->err, ERR_CONNECTION, "the server closed the connection: %s", last_words);
	else decode_connect_error(PQerrorMessage(conn->pg), &conn->err);
	if (!conn->err.message.len) err_set(&conn->err, ERR_CONNECTION, "the server closed the connection");
}

static void lose(Conn *conn) {
	say_why_lost(conn);
	close_session(conn);
	plan_retry(conn);
	conn->state = CONN_LOST;
	refuse_all(conn, &conn->err);
	enter(conn, CONN_LOST);
}

/* It would go on for ever: nobody here takes or gives such data. */
static bool is_copy(ExecStatusType status) {
	return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
}

/* Takes what has arrived of the answer; true when it is complete. */
static bool receive(Conn *conn) {
	while (!PQisBusy(conn->pg)) {
		PGresult *result = PQgetResult(conn->pg);
		if (!result) return !conn->broken;
		if (is_copy(PQresultStatus(result))) conn_distrust(conn, "a statement began to copy");
		keep_last_words(conn, result);
		PQclear(conn->result);
		conn->result = result;
		if (PQstatus(conn->pg) == CONNECTION_BAD) conn->broken = true;
		if (conn->broken) return false;
	}
	return false;
}

static void digest_done(Digest *digest) {
	Conn *conn = digest->owner;
	conn->digesting = NULL;
	conn->digested = digest;
	conn->result = digest->result;
	digest->result = NULL;
	conn->due = true;
}

/* A big result is made a table of before it is handed over; true while that goes on. */
static bool digests(Conn *conn) {
	if (!conn->digesting && !conn->digested && conn->answered && digest_wanted(conn->result)) {
		conn->digesting = digest_start(conn->work, conn->result, digest_done, conn);
		conn->result = NULL;
	}
	return conn->digesting != NULL;
}

/* Hands the answer, or the connection when it is free, to the first of the queue. */
static void hand_over(Conn *conn, Exchange *exchange) {
	PGresult *result = conn->result;
	conn->result = NULL;
	conn->answered = false;
	exchange->alarm_at_ms = 0;
	if (exchange->started && !result) result = PQmakeEmptyPGresult(conn->pg, PGRES_FATAL_ERROR); /* an answer it is, if an empty one */
	exchange->started = true;
	bool goes_on = exchange->step(exchange, result);
	PQclear(result);
	digest_free(conn->digested);
	conn->digested = NULL;
	if (goes_on) return;
	dequeue(conn);
	exchange->destroy(exchange);
}

static void listen_for_answer(Conn *conn) {
	if (!receive(conn)) return;
	conn->awaiting = false;
	conn->answered = true;
	conn->first->answered_s = clock_s();
	conn->cost.ms += exchange_ms(conn->first);
}

static void ring(Exchange *exchange) {
	if (!exchange->alarm_at_ms || clock_ms() < exchange->alarm_at_ms) return;
	exchange->alarm_at_ms = 0;
	exchange->alarm(exchange);
}

static void serve(Conn *conn) {
	if (!PQconsumeInput(conn->pg) || PQflush(conn->pg) < 0) conn->broken = true;
	(void)PQisBusy(conn->pg); /* reads what a server says unasked */
	while (!conn->broken && !conn->doomed && conn->first) {
		if (conn->awaiting) listen_for_answer(conn);
		if (conn->awaiting && !conn->broken) ring(conn->first);
		bool turn = conn->answered || !conn->first->started;
		if (conn->broken || conn->awaiting || !turn || conn->first->on_hold || digests(conn)) break;
		hand_over(conn, conn->first);
	}
	if (!conn->doomed && (conn->broken || PQstatus(conn->pg) == CONNECTION_BAD)) lose(conn);
}

void conn_ready(Conn *conn) {
	conn->due = false;
	conn->depth++;
	switch (conn->state) {
	case CONN_READY: serve(conn); break;
	case CONN_LOST:
	case CONN_FAILED:
		if (!conn->attempt) refuse_all(conn, &conn->err);
		if (!conn->doomed && conn->retry_at_ms >= 0 && clock_ms() >= conn->retry_at_ms) attempt_start(conn);
		break;
	case CONN_CONNECTING:
	case CONN_NEEDS_PASSWORD: break;
	}
	leave(conn);
}

/* ---- the poll loop ---- */

int conn_fd(const Conn *conn) {
	return conn->pg ? PQsocket(conn->pg) : -1;
}

/* What could not be sent at once stays in libpq's buffer. */
short conn_events(const Conn *conn) {
	if (!conn->pg) return 0;
	return PQflush(conn->pg) > 0 ? POLLIN | POLLOUT : POLLIN;
}

int64_t conn_deadline_ms(const Conn *conn) {
	if (conn->due) return clock_ms();
	if (conn->state == CONN_READY) return conn->first && conn->first->alarm_at_ms ? conn->first->alarm_at_ms : -1;
	return conn->attempt ? -1 : conn->retry_at_ms;
}

/* ---- life ---- */

Conn *conn_new(Work *work, const ConnParams *params, void (*changed)(void *owner, Conn *conn), void *owner) {
	Conn *conn = calloc(1, sizeof *conn);
	if (!conn) die("out of memory");
	*conn = (Conn){
		.arena = arena_new(),
		.work = work,
		.changed = changed,
		.owner = owner,
		.err = ERR_INIT,
		.last_words = ERR_INIT,
		.backoff_ms = FIRST_BACKOFF_MS,
	};
	conn->params = conn_params_copy(conn->arena, params);
	attempt_start(conn);
	return conn;
}

static void destroy(Conn *conn) {
	if (conn->attempt) conn->attempt->owner = NULL;
	if (conn->awaiting) cancel_start(conn->work, conn->pg, NULL, NULL); /* or the server would go on with it */
	for (Exchange *exchange; (exchange = dequeue(conn));) exchange->destroy(exchange);
	if (conn->pg) close_session(conn);
	for (size_t i = 0; i < conn->facts.count; i++) arena_free(conn->facts.items[i]);
	err_release(&conn->err);
	err_release(&conn->last_words);
	arena_free(conn->arena);
	free(conn);
}

void conn_free(Conn *conn) {
	if (!conn) return;
	conn->doomed = true;
	if (conn->depth == 0) destroy(conn);
}

void conn_forget(Conn *conn, void *owner) {
	Exchange *before = NULL, *next;
	for (Exchange *exchange = conn->first; exchange; exchange = next) {
		next = exchange->next;
		if (exchange->owner == owner && !exchange->started) {
			*(before ? &before->next : &conn->first) = next;
			if (!next) conn->last = before;
			conn->pending--;
			exchange->destroy(exchange);
			continue;
		}
		if (exchange->owner == owner) exchange->forgotten = true;
		before = exchange;
	}
}

void conn_set_password(Conn *conn, const char *password) {
	if (conn->attempt) return;
	conn->params.password = arena_copy(conn->arena, password);
	err_clear(&conn->err);
	conn->state = CONN_CONNECTING;
	attempt_start(conn);
}

void conn_retry(Conn *conn) {
	if (conn->attempt || (conn->state != CONN_LOST && conn->state != CONN_FAILED)) return;
	conn->backoff_ms = FIRST_BACKOFF_MS;
	attempt_start(conn);
}

/* ---- asked from outside ---- */

ConnState conn_state(const Conn *conn) {
	return conn->state;
}

const Err *conn_error(const Conn *conn) {
	return &conn->err;
}

const Server *conn_server(const Conn *conn) {
	return conn->server;
}

const char *conn_schemas(const Conn *conn) {
	return conn->server ? conn->start.schemas : NULL;
}

int64_t conn_retry_at_ms(const Conn *conn) {
	return conn->attempt ? -1 : conn->retry_at_ms;
}

ConnParams conn_params(const Conn *conn, const char *database) {
	ConnParams params = conn->params;
	params.only_database = database;
	return params;
}

size_t conn_pending(const Conn *conn) {
	return conn->pending;
}

ConnCost conn_cost(const Conn *conn) {
	return conn->cost;
}

/* ---- asked by exchanges ---- */

PGconn *conn_pg(const Conn *conn) {
	return conn->pg;
}

Work *conn_work(const Conn *conn) {
	return conn->work;
}

const SessionStart *conn_session_start(const Conn *conn) {
	return &conn->start;
}

const ConnParams *conn_given(const Conn *conn) {
	return &conn->params;
}

void conn_count_bytes(Conn *conn, size_t bytes) {
	conn->cost.bytes += bytes;
}

double exchange_ms(const Exchange *exchange) {
	return (exchange->answered_s - exchange->sent_s) * 1000;
}

Table *exchange_table(Exchange *exchange, const PGresult *result, Arena **arena, size_t *bytes) {
	Digest *digest = exchange->conn->digested;
	if (!digest) {
		*arena = arena_new();
		return decode_table(*arena, result, bytes);
	}
	*arena = digest->arena;
	*bytes = digest->bytes;
	digest->arena = NULL;
	return digest->table;
}

void conn_wake(Conn *conn) {
	conn->due = true;
}

void conn_distrust(Conn *conn, const char *why) {
	err_set(&conn->err, ERR_CONNECTION, "the connection was closed because %s", why);
	conn->broken = conn->due = true;
}

const char *conn_catalog_text(Conn *conn, const char *name, Err *err) {
	for (size_t i = 0; i < conn->texts.count; i++)
		if (strcmp(conn->texts.items[i].name, name) == 0) return conn->texts.items[i].text;
	Arena *arena = conn->facts.items[conn->facts.count - 1];
	const char *text = catalog_query(arena, conn->server, name, err);
	if (text) *list_push(conn->arena, &conn->texts) = (QueryText){arena_copy(arena, name), text};
	return text;
}
