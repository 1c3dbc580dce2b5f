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
#include <stdlib.h>

#include "pg/catalog.h"
#include "pg/decode.h"
#include "pg/guard.h"
#include "pg/repair.h"

#define SAVEPOINT "pgwhy_before"
#define PREPARED "pgwhy_statement"

enum { MOST_CLEANINGS = 3 };

typedef bool (*Step)(Explain *explain);
typedef bool (*AnswerStep)(Explain *explain, PGresult *result);

struct Explain {
	Guard guard; /* its arena: of the reply and of everything below */
	ExplainSpec spec;
	ExplainFn reply;
	const char *names; /* of tables written without a schema, as an array literal */
	PretendedIndex *pretended; /* of spec.pretend */
	size_t pretended_count;

	AnswerStep answered; /* what the answer to the statement under way is for */
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
};

static bool take_away(Explain *explain);
static bool plan_it(Explain *explain);

static const Server *server_of(const Explain *explain) {
	return conn_server(explain->guard.exchange.conn);
}

/* The guard knows what it guards by its beginning only. */
static bool answered(Guard *guard, PGresult *result) {
	Explain *explain = (Explain *)guard;
	return explain->answered(explain, result);
}

static bool send_with(Explain *explain, AnswerStep then, const char *sql, const char *const *params, size_t count) {
	explain->answered = then;
	return guard_send(&explain->guard, answered, sql, params, count);
}

static bool send_sql(Explain *explain, AnswerStep then, const char *sql) {
	return send_with(explain, then, sql, NULL, 0);
}

static bool send_text(Explain *explain, AnswerStep then, const char *sql, long prefix_chars) {
	explain->answered = then;
	return guard_send_text(&explain->guard, answered, sql, prefix_chars);
}

static bool went_wrong(Explain *explain, const PGresult *result) {
	return guard_went_wrong(&explain->guard, result);
}

/* ---- the end ---- */

static const char *notes_of(Explain *explain) {
	const char *parts[] = {
		explain->path_note,
		explain->repair.notes,
		explain->generic && explain->json ? repair_doubts(explain->guard.arena, explain->spec.statement->text) : NULL,
	};
	const char *notes = NULL;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (parts[i]) notes = notes ? arena_printf(explain->guard.arena, "%s %s", notes, parts[i]) : parts[i];
	return notes;
}

static void tell(Guard *guard) {
	Explain *explain = (Explain *)guard;
	bool failed = err_is(&guard->err);
	ExplainReply reply = {
		.json = failed ? NULL : explain->json,
		.len = failed ? 0 : explain->json_len,
		.arena = guard->arena,
		.err = &guard->err,
		.would_write = strcmp(guard->err.sqlstate, "25006") == 0,
		.generic = explain->generic,
		.types = explain->types,
		.type_count = explain->type_count,
		.search_path = explain->path,
		.notes = notes_of(explain),
		.ms = explain->ms,
		.pretended = explain->pretended,
		.pretended_count = failed ? 0 : explain->pretended_count,
	};
	explain->reply(guard->exchange.owner, &reply);
	guard->arena = reply.arena; /* NULL: taken over */
}

/* ---- taking away what a rollback leaves ---- */

/* A late cancel can hit the cleaning itself: it is tried again, and in the end the session is closed. */
static bool clean_again(Explain *explain) {
	if (++explain->cleanings < MOST_CLEANINGS) return take_away(explain);
	conn_distrust(explain->guard.exchange.conn, "a statement could not be cleaned up after");
	return guard_finish(&explain->guard);
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
	return sql_identifier(explain->guard.arena, server_extension(server_of(explain), "hypopg")->schema);
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
		const char *sql = arena_printf(explain->guard.arena, "/* pgwhy: what-if */ select %s.hypopg_reset()", hypopg_schema(explain));
		return take_trace(explain, &explain->traces.indexes, sql);
	}
	if (explain->traces.locks) return take_trace(explain, &explain->traces.locks, "/* pgwhy: traces */ select pg_catalog.pg_advisory_unlock_all()");
	return guard_roll_back(&explain->guard);
}

static bool back_at_savepoint(Explain *explain, PGresult *result) {
	return decode_failed(result) ? clean_again(explain) : take_next(explain);
}

static bool take_away(Explain *explain) {
	if (explain->guard.cancelled || explain->guard.exchange.forgotten) explain->then = NULL;
	return explain->savepoint ? send_sql(explain, back_at_savepoint, "ROLLBACK TO SAVEPOINT " SAVEPOINT) : guard_roll_back(&explain->guard);
}

/* ---- the savepoint, and what is pretended behind it ---- */

static bool savepoint_set(Explain *explain, PGresult *result) {
	if (went_wrong(explain, result)) return take_away(explain);
	return plan_it(explain);
}

static bool pretended(Explain *explain, PGresult *result) {
	if (went_wrong(explain, result)) return take_away(explain);
	for (; explain->pretended_count < explain->spec.pretend_count; explain->pretended_count++) {
		int row = (int)explain->pretended_count;
		if (row >= PQntuples(result) || PQgetisnull(result, row, 0)) {
			err_set(&explain->guard.err, ERR_SERVER, "HypoPG cannot pretend this index: %s", explain->spec.pretend[row]);
			err_hint(&explain->guard.err, "It knows btree, hash and BRIN indexes.");
			return take_away(explain);
		}
		explain->pretended[row] = (PretendedIndex){
			.name = arena_copy(explain->guard.arena, PQgetvalue(result, row, 0)),
			.bytes = strtod(PQgetvalue(result, row, 1), NULL),
		};
	}
	return plan_it(explain);
}

/* However many there are: one round trip. */
static bool pretend_all(Explain *explain) {
	if (!explain->spec.pretend_count) return plan_it(explain);
	const char *schema = hypopg_schema(explain);
	const char *sql = arena_printf(explain->guard.arena, "/* pgwhy: what-if */ select h.indexname, %s.hypopg_relation_size(h.indexrelid)"
	                                               " from unnest($1::text[]) with ordinality as wanted (sql, nth)"
	                                               " left join lateral %s.hypopg_create_index(wanted.sql) h on true order by wanted.nth", schema, schema);
	const char *array = catalog_array(explain->guard.arena, explain->spec.pretend, explain->spec.pretend_count);
	explain->traces.indexes = true;
	return send_with(explain, pretended, sql, &array, 1);
}

static bool savepoint_ready(Explain *explain, PGresult *result) {
	if (went_wrong(explain, result)) return take_away(explain);
	explain->savepoint = true;
	return pretend_all(explain);
}

/* ---- somebody else's search_path ---- */

static bool path_set(Explain *explain, PGresult *result) {
	if (went_wrong(explain, result)) return take_away(explain);
	return send_sql(explain, savepoint_set, "SAVEPOINT " SAVEPOINT); /* or the way back would undo the path */
}

static bool give_up_paths(Explain *explain) {
	err_move(&explain->guard.err, &explain->missing);
	explain->path = explain->path_note = NULL;
	return take_away(explain);
}

static bool try_next_path(Explain *explain) {
	if (explain->next_path >= explain->paths->row_count) return give_up_paths(explain);
	explain->path = table_text(explain->paths, explain->next_path++, 0, "");
	explain->path_note = arena_printf(explain->guard.arena, "Its tables were found with search_path = %s.", explain->path);
	return send_with(explain, path_set, "/* pgwhy: search_path */ select pg_catalog.set_config('search_path', $1, true)", &explain->path, 1);
}

static bool paths_found(Explain *explain, PGresult *result) {
	size_t bytes;
	if (decode_failed(result)) return give_up_paths(explain);
	explain->paths = decode_table(explain->guard.arena, result, &bytes);
	return try_next_path(explain);
}

static bool look_for_paths(Explain *explain) {
	const char *sql = conn_catalog_text(explain->guard.exchange.conn, "explain_paths", NULL)->sql;
	return send_with(explain, paths_found, sql, &explain->names, 1);
}

/* ---- planning, again when the text could be mended ---- */

static bool try_again(Explain *explain) {
	bool missing = strcmp(explain->guard.err.sqlstate, "42P01") == 0;
	if (explain->finds_path && missing) {
		if (!err_is(&explain->missing)) err_move(&explain->missing, &explain->guard.err);
		explain->then = explain->paths ? try_next_path : look_for_paths;
	} else if (explain->generic && repair_after(explain->guard.arena, &explain->repair, &explain->guard.err)) {
		explain->then = plan_it;
	}
	if (explain->then) err_clear(&explain->guard.err);
	return take_away(explain);
}

static bool explained(Explain *explain, PGresult *result) {
	explain->ms = exchange_ms(&explain->guard.exchange);
	if (went_wrong(explain, result)) return try_again(explain);
	if (PQtransactionStatus(conn_pg(explain->guard.exchange.conn)) != PQTRANS_INTRANS) {
		conn_distrust(explain->guard.exchange.conn, "a statement left its transaction");
		err_set(&explain->guard.err, ERR_SERVER, "the statement left its transaction");
		return guard_finish(&explain->guard);
	}
	if (PQntuples(result) != 1) {
		err_set(&explain->guard.err, ERR_SERVER, "the server sent no plan");
		return take_away(explain);
	}
	explain->json_len = (size_t)PQgetlength(result, 0, 0);
	explain->json = arena_copy_n(explain->guard.arena, PQgetvalue(result, 0, 0), explain->json_len);
	conn_count_bytes(explain->guard.exchange.conn, explain->json_len);
	return take_away(explain);
}

static bool execute_it(Explain *explain) {
	Str sql = STR_INIT;
	str_printf(&sql, "%sEXECUTE " PREPARED, explain_prefix(explain->guard.arena, &explain->spec, server_of(explain)));
	for (size_t i = 0; i < explain->repair.param_count; i++) str_add(&sql, i ? ", NULL" : "(NULL");
	if (explain->repair.param_count) str_add_char(&sql, ')');
	send_sql(explain, explained, sql.text);
	str_release(&sql);
	return true;
}

static bool types_found(Explain *explain, PGresult *result) {
	if (went_wrong(explain, result)) return take_away(explain);
	explain->type_count = (size_t)PQntuples(result);
	explain->types = ARENA_ARRAY(explain->guard.arena, const char *, explain->type_count);
	for (size_t i = 0; i < explain->type_count; i++) explain->types[i] = arena_copy(explain->guard.arena, PQgetvalue(result, (int)i, 0));
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

static bool takes_locks(const ExplainSpec *spec) {
	return spec->analyze && (spec->allow_write || spec->may_lock);
}

static bool plan_it(Explain *explain) {
	long prefix_chars;
	if (explain->generic) {
		const char *sql = repair_prepare_sql(explain->guard.arena, &explain->repair, PREPARED, &prefix_chars);
		return send_text(explain, prepared, sql, prefix_chars);
	}
	explain->traces.locks = takes_locks(&explain->spec);
	const char *prefix = explain_prefix(explain->guard.arena, &explain->spec, server_of(explain));
	const char *sql = arena_printf(explain->guard.arena, "%s%s", prefix, explain->spec.statement->text);
	return send_text(explain, explained, sql, (long)strlen(prefix));
}

/* ---- the beginning ---- */

static bool is_allowed(Guard *guard) {
	Explain *explain = (Explain *)guard;
	return explain_allowed(&explain->spec, server_of(explain), &guard->err);
}

static bool transaction_open(Guard *guard) {
	Explain *explain = (Explain *)guard;
	bool comes_back = explain->generic || explain->finds_path || explain->spec.pretend_count > 0 || takes_locks(&explain->spec);
	return comes_back ? send_sql(explain, savepoint_ready, "SAVEPOINT " SAVEPOINT) : plan_it(explain);
}

static void explain_destroy(Exchange *exchange) {
	Explain *explain = (Explain *)exchange;
	guard_release(&explain->guard);
	err_release(&explain->missing);
	free(explain);
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

static MannerList manners_of(Arena *arena, const ExplainSpec *spec, bool generic) {
	MannerList manners = {0};
	if (generic) *list_push(arena, &manners) = (Manner){"plan_cache_mode", "force_generic_plan"};
	for (size_t i = 0; i < spec->setting_count; i++) *list_push(arena, &manners) = (Manner){spec->settings[i].name, spec->settings[i].value};
	return manners;
}

Explain *explain_start(Conn *conn, const ExplainSpec *spec, ExplainFn reply, void *owner) {
	Explain *explain = calloc(1, sizeof *explain);
	if (!explain) die("out of memory");
	Arena *arena = arena_new();
	*explain = (Explain){
		.guard = {
			.exchange = {.destroy = explain_destroy},
			.arena = arena,
			.statement_timeout_ms = spec->statement_timeout_ms,
			.lock_timeout_ms = spec->lock_timeout_ms,
			.allowed = is_allowed,
			.open = transaction_open,
			.ended = tell,
			.err = ERR_INIT,
		},
		.spec = explain_spec_copy(arena, spec),
		.reply = reply,
		.names = bare_names(arena, spec->statement),
		.pretended = ARENA_ARRAY(arena, PretendedIndex, spec->pretend_count),
		.missing = ERR_INIT,
	};
	spec = &explain->spec;
	explain->repair = repair_begin(arena, spec->statement->text, (size_t)spec->statement->parameter_count);
	explain->generic = !spec->analyze && explain->repair.param_count > 0;
	explain->finds_path = !spec->analyze && (spec->find_path || explain->generic);
	explain->guard.begin = spec->allow_write ? "BEGIN READ WRITE" : "BEGIN READ ONLY";
	explain->guard.more = manners_of(arena, spec, explain->generic);
	guard_start(&explain->guard, conn, owner);
	return explain;
}

void explain_cancel(Explain *explain) {
	guard_cancel(&explain->guard);
}

int explain_backend_pid(const Explain *explain) {
	return explain->guard.backend_pid;
}
