/* request.c: the exchanges everybody needs: one statement, and reads of the catalog. */
#include "pg/request.h"

#include <libpq-fe.h>
#include <stdlib.h>

#include "pg/decode.h"
#include "pg/exchange.h"

static void *checked(void *memory) {
	if (!memory) die("out of memory");
	return memory;
}

/* The server itself ends a statement after the time-out. */
static int64_t patience_ms(const Conn *conn) {
	return manners_pane_timeout_ms(conn_given(conn)->statement_timeout_ms) + EXCHANGE_GRACE_MS;
}

/* What the server said, as a Reply; reply_release gives back what its receiver did not take over. */
static Reply reply_of(Exchange *exchange, const PGresult *result, Err *err) {
	Reply reply = {.err = err, .ms = exchange_ms(exchange)};
	if (decode_failed(result)) {
		reply.arena = arena_new();
		decode_error(result, err);
	} else {
		reply.table = exchange_table(exchange, result, &reply.arena, &reply.bytes);
	}
	conn_count_bytes(exchange->conn, reply.bytes);
	return reply;
}

static Reply reply_lost(const Err *why, Err *err) {
	err_set(err, ERR_CONNECTION, "%s", err_is(why) ? why->message.text : "there is no connection to the server");
	if (why->hint.len) err_hint(err, "%s", why->hint.text);
	return (Reply){.arena = arena_new(), .err = err};
}

static void reply_release(Reply *reply) {
	arena_free(reply->arena);
	err_release(reply->err);
}

/* ---- one statement ---- */

typedef struct Query {
	Exchange exchange;
	Arena *arena;
	const char *sql;
	const char **params;
	size_t param_count;
	ReplyFn reply;
} Query;

static const char **copy_params(Arena *arena, const char *const *params, size_t count) {
	const char **copy = ARENA_ARRAY(arena, const char *, count);
	for (size_t i = 0; i < count; i++) copy[i] = arena_copy(arena, params[i]);
	return copy;
}

static bool query_step(Exchange *exchange, PGresult *result) {
	Query *query = (Query *)exchange;
	if (!result) {
		exchange_send(exchange, query->sql, query->params, query->param_count);
		return true;
	}
	if (exchange->forgotten) return false;
	Err err = ERR_INIT;
	Reply reply = reply_of(exchange, result, &err);
	query->reply(exchange->owner, &reply);
	reply_release(&reply);
	return false;
}

static void query_lost(Exchange *exchange, const Err *why) {
	Query *query = (Query *)exchange;
	if (exchange->forgotten) return;
	Err err = ERR_INIT;
	Reply reply = reply_lost(why, &err);
	query->reply(exchange->owner, &reply);
	reply_release(&reply);
}

static void query_destroy(Exchange *exchange) {
	Query *query = (Query *)exchange;
	arena_free(query->arena);
	free(query);
}

void conn_query(Conn *conn, const char *sql, const char *const *params, size_t param_count, ReplyFn reply, void *owner) {
	Query *query = checked(calloc(1, sizeof *query));
	Arena *arena = arena_new();
	*query = (Query){
		.exchange = {.step = query_step, .lost = query_lost, .destroy = query_destroy, .patience_ms = patience_ms(conn)},
		.arena = arena,
		.sql = arena_copy(arena, sql),
		.params = copy_params(arena, params, param_count),
		.param_count = param_count,
		.reply = reply,
	};
	exchange_start(conn, &query->exchange, owner);
}

/* ---- reads of the catalog ---- */

/* Behind a pooler: a transaction of its own, its manners set inside. Alone: the session has them. */
typedef enum ReadStage { READ_FIRST, READ_BEGUN, READ_MANNERED, READ_DESCRIBED, READ_ASKED, READ_ENDED } ReadStage;

enum { MOST_CONFLICTS = 3 };

typedef struct Read {
	Exchange exchange;
	const CatalogReader *reader;
	void *context;
	ReadStage stage;
	CatalogCall call; /* the one under way */
	Stream *rows; /* of it, when they come by COPY */
	int conflicts; /* of a standby, so far */
} Read;

static void read_fail(Read *read, Err *err) {
	Reply reply = {.arena = arena_new(), .err = err, .ms = exchange_ms(&read->exchange)};
	if (!read->exchange.forgotten) read->reader->failed(read->context, &reply);
	arena_free(reply.arena);
}

/* The transaction ends, if there is one; a pooler's connection is handed on clean. */
static bool read_end(Read *read) {
	if (!conn_server(read->exchange.conn)->pooled) return false;
	read->stage = READ_ENDED;
	exchange_send(&read->exchange, "ROLLBACK", NULL, 0);
	return true;
}

static void read_describe(Read *read, const CatalogText *text) {
	Arena *arena = arena_new();
	read->stage = READ_DESCRIBED;
	exchange_send(&read->exchange, stream_describe_sql(arena, text->sql), NULL, 0);
	arena_free(arena);
}

static void read_copy(Read *read, const CatalogText *text) {
	stream_free(read->rows);
	read->rows = stream_new(text->shape);
	read->stage = READ_ASKED;
	exchange_send_copy(&read->exchange, stream_sql(text->shape), NULL, 0, read->rows);
}

static bool read_ask(Read *read) {
	Err err = ERR_INIT;
	const CatalogCall *call = &read->call;
	const CatalogText *text = conn_catalog_text(read->exchange.conn, call->name, &err);
	if (!text) {
		read_fail(read, &err);
		err_release(&err);
		return read_end(read);
	}
	if (text->shape) {
		read_copy(read, text);
	} else if (text->nullable) {
		read_describe(read, text);
	} else {
		read->stage = READ_ASKED;
		exchange_send(&read->exchange, text->sql, call->params, call->param_count);
	}
	return true;
}

static bool read_next(Read *read, Reply *previous) {
	if (read->exchange.forgotten || !read->reader->next(read->context, previous, &read->call)) return read_end(read);
	return read_ask(read);
}

/* What its columns are is known: now for its rows. */
static bool read_described(Read *read, const PGresult *description) {
	Conn *conn = read->exchange.conn;
	conn_catalog_described(conn, conn_catalog_text(conn, read->call.name, NULL), description);
	return read_ask(read);
}

static void send_manners(Read *read) {
	Conn *conn = read->exchange.conn;
	const ConnParams *given = conn_given(conn);
	Arena *arena = arena_new();
	MannerList manners = manners_of_panes(arena, conn_server(conn), given->statement_timeout_ms, given->lock_timeout_ms);
	const char **params, *sql = manners_sql(arena, &manners, true, &params);
	exchange_send(&read->exchange, sql, params, 2 * manners.count);
	arena_free(arena);
}

static bool read_begin(Read *read) {
	if (!conn_server(read->exchange.conn)->pooled) return read_next(read, NULL);
	read->stage = READ_BEGUN;
	exchange_send(&read->exchange, "BEGIN READ ONLY", NULL, 0);
	return true;
}

/* Replay on a standby removed what the query was reading: it may well find it the next time. */
static bool read_conflicts(Read *read, const PGresult *result) {
	const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	bool conflicts = sqlstate && strcmp(sqlstate, "40001") == 0 && !conn_server(read->exchange.conn)->pooled;
	return conflicts && !read->exchange.forgotten && ++read->conflicts < MOST_CONFLICTS;
}

static bool read_take(Read *read, const PGresult *result) {
	if (read_conflicts(read, result)) return read_ask(read);
	Err err = ERR_INIT;
	Reply reply = reply_of(&read->exchange, result, &err);
	bool goes_on;
	if (reply.table) {
		goes_on = read_next(read, &reply);
	} else {
		read_fail(read, &err);
		goes_on = read_end(read);
	}
	reply_release(&reply);
	return goes_on;
}

static bool read_refused(Read *read, const PGresult *result) {
	Err err = ERR_INIT;
	decode_error(result, &err);
	read_fail(read, &err);
	err_release(&err);
	return read_end(read);
}

static bool read_step(Exchange *exchange, PGresult *result) {
	Read *read = (Read *)exchange;
	switch (read->stage) {
	case READ_FIRST: return read_begin(read);
	case READ_BEGUN:
		if (decode_failed(result)) return read_refused(read, result);
		read->stage = READ_MANNERED;
		send_manners(read);
		return true;
	case READ_MANNERED: return decode_failed(result) ? read_refused(read, result) : read_next(read, NULL);
	case READ_DESCRIBED: return decode_failed(result) ? read_refused(read, result) : read_described(read, result);
	case READ_ASKED: return read_take(read, result);
	case READ_ENDED: break;
	}
	if (PQtransactionStatus(conn_pg(exchange->conn)) == PQTRANS_IDLE) return false;
	conn_distrust(exchange->conn, "a transaction would not end");
	return false;
}

static void read_lost(Exchange *exchange, const Err *why) {
	Read *read = (Read *)exchange;
	if (read->stage == READ_ENDED) return; /* its reader has had an answer */
	Err err = ERR_INIT;
	Reply reply = reply_lost(why, &err);
	if (!exchange->forgotten) read->reader->failed(read->context, &reply);
	reply_release(&reply);
}

static void read_destroy(Exchange *exchange) {
	Read *read = (Read *)exchange;
	read->reader->drop(read->context);
	stream_free(read->rows);
	free(read);
}

void catalog_read(Conn *conn, const CatalogReader *reader, void *context, void *owner) {
	Read *read = checked(calloc(1, sizeof *read));
	*read = (Read){
		.exchange = {.step = read_step, .lost = read_lost, .destroy = read_destroy, .patience_ms = patience_ms(conn)},
		.reader = reader,
		.context = context,
	};
	exchange_start(conn, &read->exchange, owner);
}

/* ---- one catalog query ---- */

typedef struct Look {
	Arena *arena;
	const char *name;
	const char **params;
	size_t param_count;
	ReplyFn reply;
	void *owner;
} Look;

static bool look_next(void *context, Reply *previous, CatalogCall *call) {
	Look *look = context;
	if (previous) {
		look->reply(look->owner, previous);
		return false;
	}
	*call = (CatalogCall){.name = look->name, .params = look->params, .param_count = look->param_count};
	return true;
}

static void look_failed(void *context, Reply *reply) {
	Look *look = context;
	look->reply(look->owner, reply);
}

static void look_drop(void *context) {
	Look *look = context;
	arena_free(look->arena);
}

static const CatalogReader look_reader = {.next = look_next, .failed = look_failed, .drop = look_drop};

void conn_catalog(Conn *conn, const char *name, const char *const *params, size_t param_count, ReplyFn reply, void *owner) {
	Arena *arena = arena_new();
	Look *look = ARENA_NEW(arena, Look);
	*look = (Look){
		.arena = arena,
		.name = arena_copy(arena, name),
		.params = copy_params(arena, params, param_count),
		.param_count = param_count,
		.reply = reply,
		.owner = owner,
	};
	catalog_read(conn, &look_reader, look, owner);
}
