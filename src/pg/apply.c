/* apply.c: a finding's remedy, carried out statement by statement; what a failed one leaves is taken away. */
#include "pg/apply.h"

#include <libpq-fe.h>
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "pg/cancel.h"
#include "pg/catalog.h"
#include "pg/decode.h"
#include "pg/exchange.h"

enum { CANCEL_AGAIN_MS = 100, MOST_STRAYS = 3 };

typedef bool (*Answer)(Apply *apply, PGresult *result);

struct Apply {
	Exchange exchange;
	Arena *arena;
	RemedyStep *steps;
	size_t step_count;
	long lock_timeout_ms;
	ApplyState state;
	double *ms;
	ApplyFn changed;
	Answer answered; /* what the answer to the statement under way is for */
	Err err;
	bool cancelled;
	CancelJob *cancel; /* under way */
	int strays; /* answers that a cancel hit which was meant for the statement before */
};

static const RemedyStep *step_of(const Apply *apply) {
	return &apply->steps[apply->state.step];
}

static void tell(Apply *apply) {
	if (!apply->exchange.forgotten) apply->changed(apply->exchange.owner, &apply->state, &apply->err);
}

static bool finish(Apply *apply) {
	apply->state.stage = APPLY_DONE;
	tell(apply);
	return false;
}

static bool send(Apply *apply, Answer answered, const char *sql, const char *const *params, size_t count) {
	apply->answered = answered;
	apply->state.since_ms = clock_ms();
	exchange_send(&apply->exchange, sql, params, count);
	return true;
}

/* ---- errors ---- */

/* Where the server gives no hint of its own. */
static const struct {
	const char *sqlstate, *hint;
} hints[] = {
	{"55P03", "It waited as long as apply.lock_timeout_ms says, so that nobody waits behind it for longer. Nothing was changed by this statement: try again later."},
	{"42501", "Only its owner may do that to a table, or a member of that role."},
	{"53100", "An index needs its own size, and while it is sorted about as much once more: Sizes shows what takes the room."},
	{"53400", "A limit of this role or server, temp_file_limit: more maintenance_work_mem needs fewer temporary files."},
	{"42P01", "It was dropped, or renamed, since the statement was planned: plan it again."},
	{"42710", "It may be of an earlier try: then ANALYZE of its table is what is left to do."},
	{"42703", "It was changed since the statement was planned: plan it again."},
};

static void note_error(Apply *apply, const PGresult *result) {
	Err *err = &apply->err;
	decode_error(result, err);
	if (strcmp(err->sqlstate, "57014") == 0) err_set(err, ERR_CANCELLED, "the statement was cancelled");
	if (strcmp(err->sqlstate, "55P03") == 0) err->kind = ERR_TIMEOUT;
	for (size_t i = 0; i < sizeof hints / sizeof *hints && !err->hint.len; i++)
		if (strcmp(err->sqlstate, hints[i].sqlstate) == 0) err_hint(err, "%s", hints[i].hint);
}

/* Nobody asked for this one to be cancelled. */
static bool is_stray(Apply *apply, const PGresult *result) {
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	return !apply->cancelled && state && strcmp(state, "57014") == 0 && apply->strays++ < MOST_STRAYS;
}

/* ---- what a failed CREATE INDEX CONCURRENTLY leaves ---- */

static bool remove_it(Apply *apply);

static bool removed(Apply *apply, PGresult *result) {
	if (is_stray(apply, result)) return remove_it(apply);
	apply->state.removed = !decode_failed(result);
	if (apply->state.removed) apply->state.leftover = NULL;
	return finish(apply);
}

static bool remove_it(Apply *apply) {
	apply->state.stage = APPLY_REMOVING;
	bool going = send(apply, removed, apply->state.leftover, NULL, 0);
	tell(apply);
	return going;
}

static bool look(Apply *apply, Answer answered);

static bool is_true(const PGresult *result, const char *column) {
	int number = PQfnumber(result, column);
	return number >= 0 && PQgetvalue(result, 0, number)[0] == 't';
}

static bool is_left_invalid(const PGresult *result) {
	return PQntuples(result) == 1 && !is_true(result, "valid") && is_true(result, "of_the_table") && !is_true(result, "being_built");
}

/* The name was free before: what bears it now, on this table, INVALID and built by nobody, is what was just begun. */
static bool looked_after(Apply *apply, PGresult *result) {
	if (is_stray(apply, result)) return look(apply, looked_after);
	if (decode_failed(result) || !is_left_invalid(result)) return finish(apply);
	apply->state.leftover = arena_printf(apply->arena, "DROP INDEX CONCURRENTLY %s", PQgetvalue(result, 0, PQfnumber(result, "name")));
	return remove_it(apply);
}

static bool look_after(Apply *apply) {
	apply->cancelled = false; /* it did its work: what follows is cancelled by another */
	apply->strays = 0;
	return look(apply, looked_after);
}

/* ---- one step ---- */

static bool next_step(Apply *apply);

static bool skip(Apply *apply) {
	apply->ms[apply->state.step++] = 0;
	return next_step(apply);
}

static bool step_done(Apply *apply, PGresult *result) {
	if (!decode_failed(result)) {
		apply->ms[apply->state.step++] = exchange_ms(&apply->exchange);
		return next_step(apply);
	}
	note_error(apply, result);
	const RemedyStep *step = step_of(apply);
	bool builds = step->index && (step->kind == STEP_BUILD || step->kind == STEP_REINDEX);
	return builds && strcmp(apply->err.sqlstate, "42P07") != 0 ? look_after(apply) : finish(apply);
}

static bool run_it(Apply *apply) {
	if (apply->cancelled || apply->exchange.forgotten) return next_step(apply);
	bool going = send(apply, step_done, step_of(apply)->sql, NULL, 0);
	apply->state.stage = APPLY_RUNNING;
	tell(apply);
	return going;
}

static bool failed(Apply *apply, const PGresult *result) {
	if (!decode_failed(result)) return false;
	note_error(apply, result);
	return true;
}

/* What was INVALID may be in order by now, or gone. */
static bool may_clear(Apply *apply, const PGresult *result) {
	if (is_left_invalid(result)) return run_it(apply);
	if (PQntuples(result) == 0) return skip(apply);
	err_set(&apply->err, ERR_REFUSED, "%s is not what it was: valid by now, or worked on by another session", PQgetvalue(result, 0, PQfnumber(result, "name")));
	err_hint(&apply->err, ":apply looks again.");
	return finish(apply);
}

static bool looked_before(Apply *apply, PGresult *result) {
	if (failed(apply, result)) return finish(apply);
	if (step_of(apply)->kind == STEP_CLEAR) return may_clear(apply, result);
	if (PQntuples(result) == 0) return run_it(apply);
	const char *name = PQgetvalue(result, 0, PQfnumber(result, "name"));
	err_set(&apply->err, ERR_REFUSED, "there is already something called %s", name);
	if (step_of(apply)->kind == STEP_REINDEX) err_hint(&apply->err, "An earlier REINDEX left it: its why in Sizes says what to do.");
	else err_hint(&apply->err, "It came just now. :apply looks again.");
	return finish(apply);
}

static bool look(Apply *apply, Answer answered) {
	const RemedyStep *step = step_of(apply);
	const CatalogText *query = conn_catalog_text(apply->exchange.conn, "apply_index", &apply->err);
	if (!query) return finish(apply);
	const char *const params[] = {step->schema, step->index, step->relation};
	return send(apply, answered, query->sql, params, 3);
}

static bool timeout_set(Apply *apply, PGresult *result) {
	if (failed(apply, result)) return finish(apply);
	return step_of(apply)->index ? look(apply, looked_before) : run_it(apply);
}

static bool next_step(Apply *apply) {
	if (apply->cancelled || apply->exchange.forgotten) err_set(&apply->err, ERR_CANCELLED, "cancelled");
	if (apply->state.step == apply->step_count || err_is(&apply->err)) return finish(apply);
	const char *ms = arena_printf(apply->arena, "%ld", remedy_concurrent(step_of(apply)) ? 0 : apply->lock_timeout_ms);
	return send(apply, timeout_set, "/* pgwhy: apply */ select pg_catalog.set_config('lock_timeout', $1, false)", &ms, 1);
}

/* ---- the session ---- */

static bool session_set(Apply *apply, PGresult *result) {
	if (failed(apply, result)) return finish(apply);
	apply->state.backend_pid = atoi(PQgetvalue(result, 0, 0));
	return next_step(apply);
}

static bool set_session(Apply *apply) {
	Conn *conn = apply->exchange.conn;
	MannerList manners = manners_of_statement(apply->arena, conn_server(conn), conn_session_start(conn), 0, apply->lock_timeout_ms);
	*list_push(apply->arena, &manners) = (Manner){"default_transaction_read_only", "off"};
	manners_add_transaction_timeout(apply->arena, &manners, conn_server(conn));
	const char **params, *sql = manners_sql(apply->arena, &manners, false, &params);
	return send(apply, session_set, sql, params, 2 * manners.count);
}

static bool step(Exchange *exchange, PGresult *result) {
	Apply *apply = (Apply *)exchange;
	if (result) return apply->answered(apply, result);
	if (apply->cancelled || exchange->forgotten) err_set(&apply->err, ERR_CANCELLED, "cancelled");
	if (err_is(&apply->err) || !apply_possible(conn_server(exchange->conn), &apply->err)) return finish(apply);
	return set_session(apply);
}

static void lost(Exchange *exchange, const Err *why) {
	Apply *apply = (Apply *)exchange;
	apply->state.lost = apply->state.stage == APPLY_RUNNING && apply->state.step < apply->step_count;
	err_set(&apply->err, ERR_CONNECTION, "%s", err_is(why) ? why->message.text : "there is no connection to the server");
	if (apply->state.lost) err_hint(&apply->err, "The server may go on by itself. :apply looks, and does what is left.");
	finish(apply);
}

static void destroy(Exchange *exchange) {
	Apply *apply = (Apply *)exchange;
	cancel_forget(apply->cancel);
	err_release(&apply->err);
	arena_free(apply->arena);
	free(apply);
}

/* ---- the contract ---- */

bool apply_takes_writes(const Server *server, Err *err) {
	if (!server->in_recovery) return true;
	err_set(err, ERR_REFUSED, "this server is a standby: it takes its changes from the primary");
	err_hint(err, "Connect to the primary.");
	return false;
}

bool apply_possible(const Server *server, Err *err) {
	if (!apply_takes_writes(server, err)) return false;
	if (!server->pooled) return true;
	err_set(err, ERR_REFUSED, "a pooler stands between: the next statement might reach another session");
	err_hint(err, "Connect past it, to the server itself.");
	return false;
}

static void cancel_again(Exchange *exchange) {
	apply_cancel((Apply *)exchange);
}

static RemedyStep *copy_steps(Arena *arena, const ApplySpec *spec) {
	RemedyStep *steps = ARENA_ARRAY(arena, RemedyStep, spec->step_count + 1);
	for (size_t i = 0; i < spec->step_count; i++) {
		const RemedyStep *step = &spec->steps[i];
		steps[i] = *step;
		steps[i].sql = arena_copy(arena, step->sql);
		steps[i].relation = arena_copy(arena, step->relation);
		steps[i].schema = arena_copy(arena, step->schema);
		steps[i].index = arena_copy(arena, step->index);
	}
	return steps;
}

Apply *apply_start(Conn *conn, const ApplySpec *spec, ApplyFn changed, void *owner) {
	Apply *apply = calloc(1, sizeof *apply);
	if (!apply) die("out of memory");
	Arena *arena = arena_new();
	double *ms = ARENA_ARRAY(arena, double, spec->step_count + 1);
	for (size_t i = 0; i < spec->step_count; i++) ms[i] = NAN;
	*apply = (Apply){
		.exchange = {.step = step, .lost = lost, .destroy = destroy, .alarm = cancel_again},
		.arena = arena,
		.steps = copy_steps(arena, spec),
		.step_count = spec->step_count,
		.lock_timeout_ms = spec->lock_timeout_ms,
		.state = {.ms = ms},
		.ms = ms,
		.changed = changed,
		.err = ERR_INIT,
	};
	exchange_start(conn, &apply->exchange, owner);
	return apply;
}

/* It may have overtaken its statement: without an answer it is sent again. Answers wait until it was delivered. */
static void cancel_sent(void *owner) {
	Apply *apply = owner;
	apply->cancel = NULL;
	apply->exchange.on_hold = false;
	apply->exchange.alarm_at_ms = clock_ms() + CANCEL_AGAIN_MS;
	conn_wake(apply->exchange.conn);
}

void apply_cancel(Apply *apply) {
	Exchange *exchange = &apply->exchange;
	apply->cancelled = true;
	conn_wake(exchange->conn);
	if (apply->cancel || !exchange->started) return;
	apply->cancel = cancel_start(conn_work(exchange->conn), conn_pg(exchange->conn), cancel_sent, apply);
	exchange->on_hold = apply->cancel != NULL;
}
