/* guard.c: a transaction in which a user's statement is looked at and leaves nothing behind. */
#include "pg/guard.h"

#include <libpq-fe.h>
#include <limits.h>
#include <stdlib.h>

#include "base/clock.h"
#include "pg/decode.h"

enum { CANCEL_AGAIN_MS = 100, LEAST_IDLE_MS = 10000 };

bool guard_send(Guard *guard, GuardAnswer answered, const char *sql, const char *const *params, size_t param_count) {
	guard->answered = answered;
	guard->prefix_chars = LONG_MAX;
	exchange_send(&guard->exchange, sql, params, param_count);
	return true;
}

bool guard_send_text(Guard *guard, GuardAnswer answered, const char *sql, long prefix_chars) {
	guard_send(guard, answered, sql, NULL, 0);
	guard->prefix_chars = prefix_chars;
	return true;
}

/* ---- the end ---- */

static void tell(Guard *guard) {
	if (!guard->exchange.forgotten) guard->ended(guard);
}

bool guard_finish(Guard *guard) {
	if (guard->cancelled) err_set(&guard->err, ERR_CANCELLED, "the statement was cancelled");
	tell(guard);
	return false;
}

static bool rolled_back(Guard *guard, PGresult *result) {
	(void)result;
	Conn *conn = guard->exchange.conn;
	if (PQtransactionStatus(conn_pg(conn)) != PQTRANS_IDLE) conn_distrust(conn, "a transaction would not end");
	return guard_finish(guard);
}

bool guard_roll_back(Guard *guard) {
	return guard_send(guard, rolled_back, "ROLLBACK", NULL, 0);
}

/* ---- errors ---- */

static void say_timeout(Guard *guard, const char *setting, long ms) {
	err_hint(&guard->err, "The setting %s_ms gave it %g s.", setting, (double)ms / 1000);
	guard->err.kind = ERR_TIMEOUT;
}

static bool ran_out_of_time(const Guard *guard) {
	double given_ms = (double)guard->statement_timeout_ms;
	return given_ms > 0 && exchange_ms(&guard->exchange) >= given_ms * 0.98;
}

static void note_error(Guard *guard, const PGresult *result) {
	Err *err = &guard->err;
	decode_error(result, err);
	err->position = err->position > guard->prefix_chars ? err->position - guard->prefix_chars : 0;
	if (strcmp(err->sqlstate, "55P03") == 0) say_timeout(guard, "lock_timeout", guard->lock_timeout_ms);
	if (strcmp(err->sqlstate, "57014") != 0) return;
	if (ran_out_of_time(guard)) say_timeout(guard, "statement_timeout", guard->statement_timeout_ms);
	else err->kind = ERR_CANCELLED; /* by us, or by somebody else */
}

bool guard_went_wrong(Guard *guard, const PGresult *result) {
	if (decode_failed(result)) note_error(guard, result);
	return err_is(&guard->err) || guard->cancelled;
}

/* ---- the beginning ---- */

static bool settings_made(Guard *guard, PGresult *result) {
	if (guard_went_wrong(guard, result)) return guard_roll_back(guard);
	guard->backend_pid = atoi(PQgetvalue(result, 0, 0));
	return guard->open(guard);
}

static bool begun(Guard *guard, PGresult *result) {
	if (guard_went_wrong(guard, result)) return guard_roll_back(guard);
	Arena *arena = guard->arena;
	Conn *conn = guard->exchange.conn;
	MannerList settings = manners_of_statement(arena, conn_server(conn), conn_session_start(conn), guard->statement_timeout_ms, guard->lock_timeout_ms);
	/* Should we be stopped (^Z), or lost, the transaction does not stay open. */
	long idle_ms = guard->statement_timeout_ms > LEAST_IDLE_MS ? guard->statement_timeout_ms : LEAST_IDLE_MS;
	*list_push(arena, &settings) = (Manner){"idle_in_transaction_session_timeout", arena_printf(arena, "%ld", idle_ms)};
	for (size_t i = 0; i < guard->more.count; i++) *list_push(arena, &settings) = guard->more.items[i];
	const char **params, *sql = manners_sql(arena, &settings, true, &params);
	return guard_send(guard, settings_made, sql, params, 2 * settings.count);
}

static bool step(Exchange *exchange, PGresult *result) {
	Guard *guard = (Guard *)exchange;
	if (result) return guard->answered(guard, result);
	bool wanted = !guard->cancelled && !exchange->forgotten;
	if (!wanted || (guard->allowed && !guard->allowed(guard))) return guard_finish(guard);
	return guard_send(guard, begun, guard->begin, NULL, 0);
}

static void lost(Exchange *exchange, const Err *why) {
	Guard *guard = (Guard *)exchange;
	err_set(&guard->err, ERR_CONNECTION, "%s", err_is(why) ? why->message.text : "there is no connection to the server");
	tell(guard);
}

static void cancel_again(Exchange *exchange) {
	guard_cancel((Guard *)exchange);
}

void guard_start(Guard *guard, Conn *conn, void *owner) {
	Exchange *exchange = &guard->exchange;
	exchange->step = step;
	exchange->lost = lost;
	exchange->alarm = cancel_again;
	exchange->patience_ms = guard->statement_timeout_ms > 0 ? guard->statement_timeout_ms + EXCHANGE_GRACE_MS : 0;
	exchange_start(conn, exchange, owner);
}

void guard_release(Guard *guard) {
	cancel_forget(guard->cancel);
	arena_free(guard->arena);
	err_release(&guard->err);
}

/* ---- cancelling ---- */

/* It may have overtaken the statement it was meant for, or not have come through: without an answer it is sent again. */
static void cancel_sent(void *owner) {
	Guard *guard = owner;
	guard->cancel = NULL;
	guard->exchange.on_hold = false;
	guard->exchange.alarm_at_ms = clock_ms() + CANCEL_AGAIN_MS;
	conn_wake(guard->exchange.conn);
}

void guard_cancel(Guard *guard) {
	Exchange *exchange = &guard->exchange;
	guard->cancelled = true;
	conn_wake(exchange->conn);
	if (guard->cancel || !exchange->started) return;
	guard->cancel = cancel_start(conn_work(exchange->conn), conn_pg(exchange->conn), cancel_sent, guard);
	exchange->on_hold = guard->cancel != NULL;
}
