/* explain.c: a user's statement under EXPLAIN, safely: one exchange, from BEGIN to a connection as clean as before.
 *
 *     BEGIN READ ONLY; set_config(…)
 *     [SAVEPOINT; hypothetical indexes]
 *     EXPLAIN (…) text    or    PREPARE … AS text; EXPLAIN (…) EXECUTE …
 *     [ROLLBACK TO; DEALLOCATE; perhaps mend the text and plan again; unlock; forget the indexes]
 *     ROLLBACK
 *
 * What a rollback does not take away (a prepared statement, session locks, HypoPG's indexes) is taken away while the
 * transaction is open, because behind a pooler that is how long the server's session is ours. When even that fails the
 * connection is closed inside the transaction, and a pooler closes the session with it. */
#include "pg/explain.h"

#include <libpq-fe.h>
#include <limits.h>
#include <stdlib.h>

#include "base/clock.h"
#include "pg/cancel.h"
#include "pg/catalog.h"
#include "pg/decode.h"
#include "pg/exchange.h"
#include "pg/repair.h"

#define SAVEPOINT "pgwhy_before"
#define PREPARED "pgwhy_statement"

enum { MOST_CLEANINGS = 3, CANCEL_AGAIN_MS = 100 };

/* The connection answers one statement at a time: each Step sends one, or ends it all by returning false. */
typedef bool (*Step)(Explain *explain);
typedef bool (*AnswerStep)(Explain *explain, PGresult *result);

struct Explain {
	Exchange exchange;
	Arena *arena; /* of the reply and of everything below */
	ExplainSpec spec;
	ExplainFn reply;
	const char *names; /* of tables written without a schema, as an array literal */
	PretendedIndex *pretended; /* of spec.pretend */
	size_t pretended_count;

	AnswerStep answered; /* what the answer to the statement under way is for */
	long prefix_chars; /* in front of the user's text in that statement */
	int backend_pid;
	bool generic; /* by PREPARE and EXPLAIN EXECUTE */
	bool finds_path; /* when a table is missing */
	bool savepoint; /* errors come back here */
	struct { bool statement, locks, indexes; } traces; /* to be taken away before the transaction may end */
	bool *trace; /* the one that is being taken away */
	int cleanings; /* tried again */
	Repair repair;
	const char **types; /* of the parameters */
	size_t type_count;
	Step then; /* once there is no statement left over; NULL: the end */
	const Table *paths; /* search_paths to try */
	size_t next_path;
	const char *path, *path_note; /* the one that is tried */
	Err missing; /* the first refusal for want of a table */

	const char *json;
	size_t json_len;
	double ms;
	Err err;
	bool cancelled;
	CancelJob *cancel; /* under way */
};

static bool take_away(Explain *explain);
static bool plan_it(Explain *explain);

static const Server *server_of(const Explain *explain) {
	return conn_server(explain->exchange.conn);
}

static PGTransactionStatusType transaction_of(const Explain *explain) {
	return PQtransactionStatus(conn_pg(explain->exchange.conn));
}

static bool send_with(Explain *explain, AnswerStep answered, const char *sql, const char *const *params, size_t count) {
	explain->answered = answered;
	explain->prefix_chars = LONG_MAX;
	exchange_send(&explain->exchange, sql, params, count);
	return true;
}

static bool send_sql(Explain *explain, AnswerStep answered, const char *sql) {
	return send_with(explain, answered, sql, NULL, 0);
}

/* A text of the user's: the server's positions are meant in it. */
static bool send_text(Explain *explain, AnswerStep answered, const char *sql, long prefix_chars) {
	send_sql(explain, answered, sql);
	explain->prefix_chars = prefix_chars;
	return true;
}

/* ---- the end ---- */

static const char *notes_of(Explain *explain) {
	const char *parts[] = {
		explain->path_note,
		explain->repair.notes,
		explain->generic && explain->json ? repair_doubts(explain->arena, explain->spec.statement->text) : NULL,
	};
	const char *notes = NULL;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (parts[i]) notes = notes ? arena_printf(explain->arena, "%s %s", notes, parts[i]) : parts[i];
	return notes;
}

static void tell(Explain *explain) {
	if (explain->exchange.forgotten) return;
	bool failed = err_is(&explain->err);
	ExplainReply reply = {
		.json = failed ? NULL : explain->json,
		.len = failed ? 0 : explain->json_len,
		.arena = explain->arena,
		.err = &explain->err,
		.would_write = strcmp(explain->err.sqlstate, "25006") == 0,
		.generic = explain->generic,
		.types = explain->types,
		.type_count = explain->type_count,
		.search_path = explain->path,
		.notes = notes_of(explain),
		.ms = explain->ms,
		.pretended = explain->pretended,
		.pretended_count = failed ? 0 : explain->pretended_count,
	};
	explain->reply(explain->exchange.owner, &reply);
	explain->arena = reply.arena; /* NULL: taken over */
}

static bool finish(Explain *explain) {
	if (explain->cancelled) err_set(&explain->err, ERR_CANCELLED, "the statement was cancelled");
	tell(explain);
	return false;
}

static bool rolled_back(Explain *explain, PGresult *result) {
	(void)result;
	if (transaction_of(explain) != PQTRANS_IDLE) conn_distrust(explain->exchange.conn, "a transaction would not end");
	return finish(explain);
}

static bool roll_back(Explain *explain) {
	return send_sql(explain, rolled_back, "ROLLBACK");
}

/* ---- errors ---- */

static void say_timeout(Explain *explain, const char *setting, long ms) {
	err_hint(&explain->err, "The setting %s_ms gave it %g s.", setting, (double)ms / 1000);
	explain->err.kind = ERR_TIMEOUT;
}

static bool ran_out_of_time(const Explain *explain) {
	double given_ms = (double)explain->spec.statement_timeout_ms;
	return given_ms > 0 && exchange_ms(&explain->exchange) >= given_ms * 0.98;
}

static void note_error(Explain *explain, const PGresult *result) {
	Err *err = &explain->err;
	decode_error(result, err);
	err->position = err->position > explain->prefix_chars ? err->position - explain->prefix_chars : 0;
	if (strcmp(err->sqlstate, "55P03") == 0) say_timeout(explain, "lock_timeout", explain->spec.lock_timeout_ms);
	if (strcmp(err->sqlstate, "57014") != 0) return;
	if (ran_out_of_time(explain)) say_timeout(explain, "statement_timeout", explain->spec.statement_timeout_ms);
	else err->kind = ERR_CANCELLED; /* by us, or by somebody else */
}

/* The answer is an error, or what was asked for is no longer wanted. */
static bool went_wrong(Explain *explain, const PGresult *result) {
	if (decode_failed(result)) note_error(explain, result);
	return err_is(&explain->err) || explain->cancelled;
}

/* ---- taking away what a rollback leaves ---- */

/* A late cancel can hit the cleaning itself: it is tried again, and in the end the session is closed. */
static bool clean_again(Explain *explain) {
	if (++explain->cleanings < MOST_CLEANINGS) return take_away(explain);
	conn_distrust(explain->exchange.conn, "a statement could not be cleaned up after");
	return finish(explain);
}

static bool take_next(Explain *explain);

static bool trace_gone(Explain *explain, PGresult *result) {
	if (decode_failed(result)) return clean_again(explain);
	*explain->trace = false;
	return take_next(explain);
}

static bool take_trace(Explain *explain, bool *trace, const char *sql) {
	explain->trace = trace;
	return send_sql(explain, trace_gone, sql);
}

static const char *hypopg_schema(Explain *explain) {
	return sql_identifier(explain->arena, server_extension(server_of(explain), "hypopg")->schema);
}

/* A statement goes before the indexes it may have been planned with: without them it could not even be looked at. */
static bool take_next(Explain *explain) {
	if (explain->traces.statement) return take_trace(explain, &explain->traces.statement, "DEALLOCATE " PREPARED);
	if (explain->then) {
		Step then = explain->then;
		explain->then = NULL;
		return then(explain);
	}
	if (explain->traces.indexes) {
		const char *sql = arena_printf(explain->arena, "/* pgwhy: what-if */ select %s.hypopg_reset()", hypopg_schema(explain));
		return take_trace(explain, &explain->traces.indexes, sql);
	}
	if (explain->traces.locks) return take_trace(explain, &explain->traces.locks, "/* pgwhy: traces */ select pg_catalog.pg_advisory_unlock_all()");
	return roll_back(explain);
}

static bool back_at_savepoint(Explain *explain, PGresult *result) {
	return decode_failed(result) ? clean_again(explain) : take_next(explain);
}

static bool take_away(Explain *explain) {
	if (explain->cancelled || explain->exchange.forgotten) explain->then = NULL;
	return explain->savepoint ? send_sql(explain, back_at_savepoint, "ROLLBACK TO SAVEPOINT " SAVEPOINT) : roll_back(explain);
}

/* ---- the savepoint, and what is pretended behind it ---- */

static bool savepoint_set(Explain *explain, PGresult *result) {
	if (went_wrong(explain, result)) return take_away(explain);
	return plan_it(explain);
}

static bool pretend_next(Explain *explain);

static bool index_pretended(Explain *explain, PGresult *result) {
	if (went_wrong(explain, result)) return take_away(explain);
	if (PQntuples(result) != 1) {
		const char *index = explain->spec.pretend[explain->pretended_count];
		err_set(&explain->err, ERR_SERVER, "HypoPG cannot pretend this index: %s", index);
		err_hint(&explain->err, "It knows btree, hash and BRIN indexes.");
		return take_away(explain);
	}
	explain->pretended[explain->pretended_count++] = (PretendedIndex){
		.name = arena_copy(explain->arena, PQgetvalue(result, 0, 0)),
		.bytes = strtod(PQgetvalue(result, 0, 1), NULL),
	};
	return pretend_next(explain);
}

static bool pretend_next(Explain *explain) {
	if (explain->pretended_count == explain->spec.pretend_count) return plan_it(explain);
	const char *schema = hypopg_schema(explain);
	const char *sql = arena_printf(explain->arena, "/* pgwhy: what-if */ select indexname, %s.hypopg_relation_size(indexrelid)"
	                                               " from %s.hypopg_create_index($1)", schema, schema);
	explain->traces.indexes = true;
	return send_with(explain, index_pretended, sql, &explain->spec.pretend[explain->pretended_count], 1);
}

static bool savepoint_ready(Explain *explain, PGresult *result) {
	if (went_wrong(explain, result)) return take_away(explain);
	explain->savepoint = true;
	return pretend_next(explain);
}

/* ---- somebody else's search_path ---- */

static bool path_set(Explain *explain, PGresult *result) {
	if (went_wrong(explain, result)) return take_away(explain);
	return send_sql(explain, savepoint_set, "SAVEPOINT " SAVEPOINT); /* or the way back would undo the path */
}

static bool give_up_paths(Explain *explain) {
	err_move(&explain->err, &explain->missing);
	explain->path = explain->path_note = NULL;
	return take_away(explain);
}

static bool try_next_path(Explain *explain) {
	if (explain->next_path >= explain->paths->row_count) return give_up_paths(explain);
	explain->path = table_text(explain->paths, explain->next_path++, 0, "");
	explain->path_note = arena_printf(explain->arena, "Its tables were found with search_path = %s.", explain->path);
	return send_with(explain, path_set, "/* pgwhy: search_path */ select pg_catalog.set_config('search_path', $1, true)", &explain->path, 1);
}

static bool paths_found(Explain *explain, PGresult *result) {
	size_t bytes;
	if (decode_failed(result)) return give_up_paths(explain);
	explain->paths = decode_table(explain->arena, result, &bytes);
	return try_next_path(explain);
}

static bool look_for_paths(Explain *explain) {
	const char *sql = conn_catalog_text(explain->exchange.conn, "explain_paths", NULL)->sql;
	return send_with(explain, paths_found, sql, &explain->names, 1);
}

/* ---- planning, again when the text could be mended ---- */

static bool try_again(Explain *explain) {
	bool missing = strcmp(explain->err.sqlstate, "42P01") == 0;
	if (explain->finds_path && missing) {
		if (!err_is(&explain->missing)) err_move(&explain->missing, &explain->err);
		explain->then = explain->paths ? try_next_path : look_for_paths;
	} else if (explain->generic && repair_after(explain->arena, &explain->repair, &explain->err)) {
		explain->then = plan_it;
	}
	if (explain->then) err_clear(&explain->err);
	return take_away(explain);
}

static bool explained(Explain *explain, PGresult *result) {
	explain->ms = exchange_ms(&explain->exchange);
	if (went_wrong(explain, result)) return try_again(explain);
	if (transaction_of(explain) != PQTRANS_INTRANS) {
		conn_distrust(explain->exchange.conn, "a statement left its transaction");
		err_set(&explain->err, ERR_SERVER, "the statement left its transaction");
		return finish(explain);
	}
	if (PQntuples(result) != 1) {
		err_set(&explain->err, ERR_SERVER, "the server sent no plan");
		return take_away(explain);
	}
	explain->json_len = (size_t)PQgetlength(result, 0, 0);
	explain->json = arena_copy_n(explain->arena, PQgetvalue(result, 0, 0), explain->json_len);
	conn_count_bytes(explain->exchange.conn, explain->json_len);
	return take_away(explain);
}

static bool execute_it(Explain *explain) {
	Str sql = STR_INIT;
	str_printf(&sql, "%sEXECUTE " PREPARED, explain_prefix(explain->arena, &explain->spec, server_of(explain)));
	for (size_t i = 0; i < explain->repair.param_count; i++) str_add(&sql, i ? ", NULL" : "(NULL");
	if (explain->repair.param_count) str_add_char(&sql, ')');
	send_sql(explain, explained, sql.text);
	str_release(&sql);
	return true;
}

static bool types_found(Explain *explain, PGresult *result) {
	if (went_wrong(explain, result)) return take_away(explain);
	explain->type_count = (size_t)PQntuples(result);
	explain->types = ARENA_ARRAY(explain->arena, const char *, explain->type_count);
	for (size_t i = 0; i < explain->type_count; i++) explain->types[i] = arena_copy(explain->arena, PQgetvalue(result, (int)i, 0));
	return execute_it(explain);
}

static bool prepared(Explain *explain, PGresult *result) {
	static const char types[] = "/* pgwhy: prepared */ select type from pg_catalog.pg_prepared_statements,"
	                            " pg_catalog.unnest(parameter_types::pg_catalog.text[]) with ordinality as u (type, n)"
	                            " where name = '" PREPARED "' order by n";
	if (went_wrong(explain, result)) return try_again(explain);
	explain->traces.statement = true;
	return explain->spec.pretend_count ? execute_it(explain) : send_sql(explain, types_found, types);
}

static bool plan_it(Explain *explain) {
	long prefix_chars;
	if (explain->generic) {
		const char *sql = repair_prepare_sql(explain->arena, &explain->repair, PREPARED, &prefix_chars);
		return send_text(explain, prepared, sql, prefix_chars);
	}
	explain->traces.locks = explain->spec.allow_write;
	const char *prefix = explain_prefix(explain->arena, &explain->spec, server_of(explain));
	const char *sql = arena_printf(explain->arena, "%s%s", prefix, explain->spec.statement->text);
	return send_text(explain, explained, sql, (long)strlen(prefix));
}

/* ---- the beginning ---- */

static bool settings_made(Explain *explain, PGresult *result) {
	if (went_wrong(explain, result)) return take_away(explain);
	explain->backend_pid = atoi(PQgetvalue(result, 0, 0));
	bool comes_back = explain->generic || explain->finds_path || explain->spec.pretend_count > 0 || explain->spec.allow_write;
	return comes_back ? send_sql(explain, savepoint_ready, "SAVEPOINT " SAVEPOINT) : plan_it(explain);
}

static bool begun(Explain *explain, PGresult *result) {
	if (went_wrong(explain, result)) return roll_back(explain);
	Arena *arena = explain->arena;
	const ExplainSpec *spec = &explain->spec;
	const SessionStart *start = conn_session_start(explain->exchange.conn);
	MannerList settings = manners_of_statement(arena, server_of(explain), start, spec->statement_timeout_ms, spec->lock_timeout_ms);
	if (explain->generic) *list_push(arena, &settings) = (Manner){"plan_cache_mode", "force_generic_plan"};
	for (size_t i = 0; i < spec->setting_count; i++)
		*list_push(arena, &settings) = (Manner){spec->settings[i].name, spec->settings[i].value};
	const char **params, *sql = manners_sql(arena, &settings, true, &params);
	return send_with(explain, settings_made, sql, params, 2 * settings.count);
}

static bool explain_step(Exchange *exchange, PGresult *result) {
	Explain *explain = (Explain *)exchange;
	if (result) return explain->answered(explain, result);
	bool wanted = !explain->cancelled && !exchange->forgotten;
	if (!wanted || !explain_allowed(&explain->spec, server_of(explain), &explain->err)) return finish(explain);
	return send_sql(explain, begun, explain->spec.allow_write ? "BEGIN READ WRITE" : "BEGIN READ ONLY");
}

static void explain_lost(Exchange *exchange, const Err *why) {
	Explain *explain = (Explain *)exchange;
	err_set(&explain->err, ERR_CONNECTION, "%s", err_is(why) ? why->message.text : "there is no connection to the server");
	tell(explain);
}

static void explain_destroy(Exchange *exchange) {
	Explain *explain = (Explain *)exchange;
	cancel_forget(explain->cancel);
	arena_free(explain->arena);
	err_release(&explain->err);
	err_release(&explain->missing);
	free(explain);
}

static void cancel_again(Exchange *exchange) {
	explain_cancel((Explain *)exchange);
}

/* ---- the contract ---- */

static const char *bare_names(Arena *arena, const Statement *statement) {
	LIST(const char *) names = {0};
	if (statement->target.name && !statement->target.schema) *list_push(arena, &names) = statement->target.name;
	for (size_t block = 0; block < statement->blocks.count; block++)
		for (size_t i = 0; i < statement->blocks.items[block].tables.count; i++) {
			const TableRef *table = &statement->blocks.items[block].tables.items[i];
			if (!table->schema) *list_push(arena, &names) = table->name;
		}
	return catalog_array(arena, names.items, names.count);
}

static int64_t patience_ms(const ExplainSpec *spec) {
	return spec->statement_timeout_ms > 0 ? spec->statement_timeout_ms + EXCHANGE_GRACE_MS : 0;
}

Explain *explain_start(Conn *conn, const ExplainSpec *spec, ExplainFn reply, void *owner) {
	Explain *explain = calloc(1, sizeof *explain);
	if (!explain) die("out of memory");
	Arena *arena = arena_new();
	*explain = (Explain){
		.exchange = {.step = explain_step, .lost = explain_lost, .destroy = explain_destroy, .alarm = cancel_again, .patience_ms = patience_ms(spec)},
		.arena = arena,
		.spec = explain_spec_copy(arena, spec),
		.reply = reply,
		.names = bare_names(arena, spec->statement),
		.pretended = ARENA_ARRAY(arena, PretendedIndex, spec->pretend_count),
		.missing = ERR_INIT,
		.err = ERR_INIT,
	};
	spec = &explain->spec;
	explain->repair = repair_begin(arena, spec->statement->text, (size_t)spec->statement->parameter_count);
	explain->generic = !spec->analyze && explain->repair.param_count > 0;
	explain->finds_path = !spec->analyze && (spec->find_path || explain->generic);
	exchange_start(conn, &explain->exchange, owner);
	return explain;
}

/* It may have overtaken the statement it was meant for, or not have come through: without an answer it is sent again. */
static void cancel_sent(void *owner) {
	Explain *explain = owner;
	explain->cancel = NULL;
	explain->exchange.on_hold = false;
	explain->exchange.alarm_at_ms = clock_ms() + CANCEL_AGAIN_MS;
	conn_wake(explain->exchange.conn);
}

void explain_cancel(Explain *explain) {
	explain->cancelled = true;
	conn_wake(explain->exchange.conn);
	if (explain->cancel || !explain->exchange.started) return;
	Conn *conn = explain->exchange.conn;
	explain->cancel = cancel_start(conn_work(conn), conn_pg(conn), cancel_sent, explain);
	explain->exchange.on_hold = explain->cancel != NULL;
}

int explain_backend_pid(const Explain *explain) {
	return explain->backend_pid;
}
