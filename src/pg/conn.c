/* conn.c: one connection to a server that never makes the loop wait: its states, its queue, its socket. */
#include "pg/conn.h"

#include <libpq-fe.h>
#include <stdlib.h>

#include "base/clock.h"
#include "pg/cancel.h"
#include "pg/catalog.h"
#include "pg/connect.h"
#include "pg/decode.h"
#include "pg/exchange.h"
#include "pg/wire.h"

enum { FIRST_BACKOFF_MS = 500, LAST_BACKOFF_MS = 15000 };


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
	Wire wire; /* has a session when CONN_READY */
	Server *server;
	SessionStart start;
	LIST(CatalogText *) texts; /* catalog queries fitted to this server */

	Exchange *first, *last; /* the queue; first->started: it has the connection */
	size_t pending;
	bool silent; /* the server owes an answer for longer than that may take */

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

static void come_in(Conn *conn, Attempt *attempt) {
	wire_open(&conn->wire, attempt->pg, conn->work);
	attempt->pg = NULL;
	conn->server = attempt->server;
	conn->start = attempt->start;
	*list_push(conn->arena, &conn->facts) = attempt->arena;
	attempt->arena = NULL;
	conn->texts.count = 0;
	conn->backoff_ms = FIRST_BACKOFF_MS;
	conn->was_ready = true;
	conn->silent = false;
	err_clear(&conn->err);
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
	exchange_send_copy(exchange, sql, params, param_count, NULL);
}

void exchange_send_copy(Exchange *exchange, const char *sql, const char *const *params, size_t param_count, Stream *rows) {
	exchange->sent_s = clock_s();
	exchange->conn->cost.requests++;
	wire_send(&exchange->conn->wire, sql, params, param_count, rows);
}

/* Everybody in the queue hears of it; whoever asks again in the callback waits for the next time. */
static void refuse_all(Conn *conn, const Err *err) {
	for (size_t left = conn->pending; left && conn->first && !conn->doomed; left--) {
		Exchange *exchange = dequeue(conn);
		exchange->lost(exchange, err);
		exchange->destroy(exchange);
	}
}

static void say_why_lost(Conn *conn) {
	const Wire *wire = &conn->wire;
	const char *last_words = wire->last_words.message.text;
	if (err_is(&wire->distrust)) err_set(&conn->err, ERR_CONNECTION, "%s", wire->distrust.message.text);
	else if (err_is(&wire->last_words)) err_set(&conn->err, ERR_CONNECTION, "the server closed the connection: %s", last_words);
	else decode_connect_error(PQerrorMessage(wire->pg), &conn->err);
	if (!conn->err.message.len) err_set(&conn->err, ERR_CONNECTION, "the server closed the connection");
}

static void lose(Conn *conn) {
	say_why_lost(conn);
	wire_close(&conn->wire);
	conn->silent = false;
	plan_retry(conn);
	conn->state = CONN_LOST;
	refuse_all(conn, &conn->err);
	enter(conn, CONN_LOST);
}

/* Hands the answer, or the connection when it is free, to the first of the queue. */
static void hand_over(Conn *conn, Exchange *exchange) {
	PGresult *result = exchange->started ? wire_take(&conn->wire) : NULL;
	exchange->alarm_at_ms = 0;
	exchange->started = true;
	bool goes_on = exchange->step(exchange, result);
	PQclear(result);
	wire_handed_over(&conn->wire);
	if (goes_on) return;
	dequeue(conn);
	exchange->destroy(exchange);
}

/* True when the first of the queue may go on: the connection is free for it, or its answer is here. */
static bool its_turn(Conn *conn) {
	Wire *wire = &conn->wire;
	if (wire->broken || wire->awaiting || conn->first->on_hold) return false;
	return !conn->first->started || (wire->answered && !wire_digesting(wire));
}

static void note_answer(Conn *conn) {
	conn->first->answered_s = clock_s();
	conn->cost.ms += exchange_ms(conn->first);
}

static void ring(Exchange *exchange) {
	if (!exchange->alarm_at_ms || clock_ms() < exchange->alarm_at_ms) return;
	exchange->alarm_at_ms = 0;
	exchange->alarm(exchange);
}

/* Long after it should have answered a server is said to be silent: it hangs, or what lies in between does. */
static int64_t silent_from_ms(const Conn *conn) {
	bool waits = conn->state == CONN_READY && conn->wire.awaiting && conn->first->patience_ms > 0;
	return waits ? conn->wire.heard_at_ms + conn->first->patience_ms : INT64_MAX;
}

static void listen_for_silence(Conn *conn) {
	bool silent = clock_ms() >= silent_from_ms(conn);
	if (silent == conn->silent) return;
	conn->silent = silent;
	enter(conn, conn->state);
}

static void serve(Conn *conn) {
	Wire *wire = &conn->wire;
	do {
		bool awaited = wire->awaiting;
		wire_receive(wire);
		if (awaited && !wire->awaiting) note_answer(conn);
		if (wire->awaiting && !wire->broken) ring(conn->first);
		if (conn->doomed || !conn->first || !its_turn(conn)) break;
		hand_over(conn, conn->first);
	} while (!conn->doomed);
	if (conn->doomed) return;
	if (wire->broken) lose(conn);
	else listen_for_silence(conn);
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
	return conn->wire.pg ? PQsocket(conn->wire.pg) : -1;
}

short conn_events(const Conn *conn) {
	return wire_events(&conn->wire);
}

static int64_t sooner(int64_t a, int64_t b) {
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

int64_t conn_deadline_ms(const Conn *conn) {
	if (conn->due) return clock_ms();
	if (conn->state != CONN_READY) return conn->attempt ? -1 : conn->retry_at_ms;
	int64_t alarm = conn->first && conn->first->alarm_at_ms ? conn->first->alarm_at_ms : -1, silence = silent_from_ms(conn);
	if (conn->silent || silence == INT64_MAX) silence = -1;
	return sooner(sooner(alarm, silence), wire_deadline_ms(&conn->wire));
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
		.wire = {.last_words = ERR_INIT, .distrust = ERR_INIT},
		.err = ERR_INIT,
		.backoff_ms = FIRST_BACKOFF_MS,
	};
	conn->params = conn_params_copy(conn->arena, params);
	attempt_start(conn);
	return conn;
}

static void destroy(Conn *conn) {
	if (conn->attempt) conn->attempt->owner = NULL;
	if (conn->wire.awaiting) cancel_start(conn->work, conn->wire.pg, NULL, NULL); /* or the server would go on with it */
	for (Exchange *exchange; (exchange = dequeue(conn));) exchange->destroy(exchange);
	wire_release(&conn->wire);
	for (size_t i = 0; i < conn->facts.count; i++) arena_free(conn->facts.items[i]);
	err_release(&conn->err);
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

void conn_renew(Conn *conn, const char *why) {
	if (conn->state == CONN_READY) wire_distrust(&conn->wire, why);
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

int64_t conn_silent_since_ms(const Conn *conn) {
	return conn->silent ? conn->wire.heard_at_ms : -1;
}

int64_t conn_retry_at_ms(const Conn *conn) {
	return conn->attempt ? -1 : conn->retry_at_ms;
}

ConnParams conn_params(const Conn *conn, const char *database) {
	ConnParams params = conn->params;
	if (database) params.only_database = database;
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
	return conn->wire.pg;
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
	return wire_table(&exchange->conn->wire, result, arena, bytes);
}

void conn_wake(Conn *conn) {
	conn->due = true;
}

void conn_distrust(Conn *conn, const char *why) {
	wire_distrust(&conn->wire, why);
}

static Arena *arena_of_facts(const Conn *conn) {
	return conn->facts.items[conn->facts.count - 1];
}

CatalogText *conn_catalog_text(Conn *conn, const char *name, Err *err) {
	for (size_t i = 0; i < conn->texts.count; i++)
		if (strcmp(conn->texts.items[i]->name, name) == 0) return conn->texts.items[i];
	Arena *arena = arena_of_facts(conn);
	const char *sql = catalog_query(arena, conn->server, name, err);
	if (!sql) return NULL;
	CatalogText *text = ARENA_NEW(arena, CatalogText);
	*text = (CatalogText){.name = arena_copy(arena, name), .sql = sql, .nullable = catalog_copied(arena, name)};
	return *list_push(conn->arena, &conn->texts) = text;
}

void conn_catalog_described(Conn *conn, CatalogText *text, const PGresult *description) {
	Arena *arena = arena_of_facts(conn);
	size_t count = (size_t)PQnfields(description);
	StreamColumn *columns = ARENA_ARRAY(arena, StreamColumn, count);
	for (size_t i = 0; i < count; i++) columns[i] = (StreamColumn){PQfname(description, (int)i), PQftype(description, (int)i)};
	text->shape = stream_shape(arena, text->sql, columns, count, text->nullable);
}
