/* connect.c: one attempt to connect, from name look-up to a session that behaves and a server that is known. */
#include "pg/connect.h"

#include <errno.h>
#include <libpq-fe.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>

#include "base/clock.h"
#include "pg/catalog.h"
#include "pg/decode.h"
#include "pg/discover.h"

enum {
	PATIENCE_MS = 3000, /* then libpq takes its own way, address by address */
	ANSWER_MS = 10000, /* for the first answers of a server that let us in */
	CONNECT_TIMEOUT_S = 10
};

ConnParams conn_params_copy(Arena *arena, const ConnParams *params) {
	ConnParams copy = *params;
	copy.host = arena_copy(arena, params->host);
	copy.port = arena_copy(arena, params->port);
	copy.user = arena_copy(arena, params->user);
	copy.database = arena_copy(arena, params->database);
	copy.password = arena_copy(arena, params->password);
	copy.only_database = arena_copy(arena, params->only_database);
	copy.only_user = arena_copy(arena, params->only_user);
	return copy;
}

Attempt *attempt_new(const ConnParams *params, void *owner) {
	Attempt *attempt = calloc(1, sizeof *attempt);
	if (!attempt) die("out of memory");
	*attempt = (Attempt){.arena = arena_new(), .owner = owner, .err = ERR_INIT};
	attempt->params = conn_params_copy(attempt->arena, params);
	return attempt;
}

void attempt_free(Attempt *attempt) {
	if (!attempt) return;
	PQfinish(attempt->pg);
	arena_free(attempt->arena);
	err_release(&attempt->err);
	free(attempt);
}

/* ---- the ways libpq offers ---- */

typedef struct Keywords {
	LIST(const char *) names;
	LIST(const char *) values;
} Keywords;

static void keyword(Arena *arena, Keywords *keywords, const char *name, const char *value) {
	if (!value) return;
	*list_push(arena, &keywords->names) = name;
	*list_push(arena, &keywords->values) = value;
}

static bool has_value(PQconninfoOption *options, const char *name) {
	for (PQconninfoOption *option = options; option && option->keyword; option++)
		if (strcmp(option->keyword, name) == 0) return option->val && *option->val;
	return false;
}

/* Has the user said something about it, in the environment, a URI, or perhaps in a service file we cannot see into? */
static bool user_said(const ConnParams *params, const char *name) {
	PQconninfoOption *standard = PQconndefaults();
	PQconninfoOption *written = params->database ? PQconninfoParse(params->database, NULL) : NULL;
	bool said = has_value(standard, name) || has_value(standard, "service");
	said = said || has_value(written, name) || has_value(written, "service");
	PQconninfoFree(standard);
	PQconninfoFree(written);
	return said;
}

/* A network that swallows packets is noticed in a minute, not in hours. */
static const struct {
	const char *name, *value;
} liveliness[] = {
	{"keepalives_idle", "20"}, {"keepalives_interval", "5"}, {"keepalives_count", "4"}, {"tcp_user_timeout", "30000"},
};

/* As psql does it, what a URI says wins over options written beside it; what follows it wins over the URI. */
static Keywords keywords_of(Arena *arena, const ConnParams *params, bool utf8) {
	Keywords keywords = {0};
	keyword(arena, &keywords, "host", params->host);
	keyword(arena, &keywords, "port", params->port);
	keyword(arena, &keywords, "user", params->user);
	for (size_t i = 0; i < sizeof liveliness / sizeof *liveliness; i++)
		if (!user_said(params, liveliness[i].name)) keyword(arena, &keywords, liveliness[i].name, liveliness[i].value);
	if (params->connect_timeout_s <= 0 && !user_said(params, "connect_timeout"))
		keyword(arena, &keywords, "connect_timeout", arena_printf(arena, "%d", CONNECT_TIMEOUT_S));
	keyword(arena, &keywords, "fallback_application_name", "pgwhy");
	/* Only the first dbname is looked into: a stranger's database called "host=evil" is never taken for more than a name. */
	keyword(arena, &keywords, "dbname", params->database ? params->database : "");
	keyword(arena, &keywords, "dbname", params->only_database);
	keyword(arena, &keywords, "user", params->only_user);
	keyword(arena, &keywords, "password", params->password);
	keyword(arena, &keywords, "application_name", "pgwhy");
	if (params->connect_timeout_s > 0)
		keyword(arena, &keywords, "connect_timeout", arena_printf(arena, "%.0f", ceil(params->connect_timeout_s)));
	if (utf8) keyword(arena, &keywords, "client_encoding", "UTF8");
	*list_push(arena, &keywords.names) = NULL;
	*list_push(arena, &keywords.values) = NULL;
	return keywords;
}

static void swallow(void *nobody, const PGresult *notice) {
	(void)nobody;
	(void)notice;
}

/* Waits until the socket is ready or the deadline is past. */
static bool wait_for(PGconn *pg, short events, int64_t deadline_ms) {
	for (;;) {
		struct pollfd socket = {.fd = PQsocket(pg), .events = events};
		int64_t left = deadline_ms - clock_ms();
		int ready = left > 0 ? poll(&socket, 1, (int)left) : 0;
		if (ready > 0) return true;
		if (ready == 0 || errno != EINTR) return false;
	}
}

/* libpq tells the SQLSTATE of a refusal only in the text of verbose errors, which can be had once the object exists: so the
 * first steps are made by hand. When they take long (an address that swallows packets, with others behind it) PQreset
 * begins again and keeps libpq's time-outs for each address. */
static void establish(PGconn *pg) {
	PQsetErrorVerbosity(pg, PQERRORS_VERBOSE);
	PQsetNoticeReceiver(pg, swallow, NULL);
	int64_t deadline = clock_ms() + PATIENCE_MS;
	PostgresPollingStatusType wants = PQstatus(pg) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
	while (wants == PGRES_POLLING_READING || wants == PGRES_POLLING_WRITING) {
		if (!wait_for(pg, wants == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline)) {
			PQreset(pg);
			return;
		}
		wants = PQconnectPoll(pg);
	}
}

static PGconn *open_connection(Attempt *attempt, bool utf8) {
	Keywords keywords = keywords_of(attempt->arena, &attempt->params, utf8);
	PGconn *pg = PQconnectStartParams(keywords.names.items, keywords.values.items, 1);
	if (!pg) die("out of memory");
	establish(pg);
	if (PQstatus(pg) != CONNECTION_OK) decode_connect_error(PQerrorMessage(pg), &attempt->err);
	return pg;
}

/* ---- why not ---- */

static bool begins(const char *sqlstate, const char *beginning) {
	return strncmp(sqlstate, beginning, strlen(beginning)) == 0;
}

/* Class 28: authorization; poolers send 08P01. */
static bool wrong_password(PGconn *pg, const char *sqlstate) {
	return PQconnectionUsedPassword(pg) && (begins(sqlstate, "28") || begins(sqlstate, "08P01"));
}

#define AGAIN "The server is asked again in a while."

/* Refusals that pass. What it says may be in any language; the place in its source that says it (part of a verbose error) is not, and a
 * pooler's words are English. The first that fits counts. */
static const struct {
	const char *sqlstate, *word, *hint;
} passing[] = {
	{"53300", "InitializeSessionUserId", "Close some of this role's sessions, or raise its limit with ALTER ROLE … CONNECTION LIMIT. " AGAIN},
	{"53300", "CheckMyDatabase", "Close some of this database's sessions, or raise its limit with ALTER DATABASE … CONNECTION LIMIT. " AGAIN},
	{"53300", "InitPostgres", "The last places are kept for superusers: close idle sessions, or raise max_connections. " AGAIN},
	{"53300", "", "Close idle sessions, raise max_connections, or put a pooler in front of the server. " AGAIN},
	{"08P01", "no more connections allowed", "The pooler is full: raise its max_client_conn, or connect to the server itself. " AGAIN},
	{"08P01", "cannot connect to server", "The pooler is there, the server behind it is not. " AGAIN},
	{"08P01", "server login has been failing", "The pooler is there, the server behind it does not let it in. " AGAIN},
	{"", "ax client connections reached", "The pooler is full. " AGAIN},
	{"57P0", "", AGAIN}, /* starting, stopping, recovering */
	{"40001", "", AGAIN}, /* a standby's replay was in the way */
	{"57014", "", AGAIN}, /* its own statement_timeout */
};

static void judge_passing(Attempt *attempt, const char *words) {
	for (size_t i = 0; i < sizeof passing / sizeof *passing; i++) {
		if (!begins(attempt->err.sqlstate, passing[i].sqlstate) || !strstr(words, passing[i].word)) continue;
		attempt->passing = true;
		err_hint(&attempt->err, "%s", passing[i].hint);
		return;
	}
}

static void judge_refusal(Attempt *attempt, PGconn *pg) {
	judge_passing(attempt, PQerrorMessage(pg));
	if (attempt->passing || attempt->params.never_ask_password) return;
	bool wanted = PQconnectionNeedsPassword(pg), wrong = wrong_password(pg, attempt->err.sqlstate);
	attempt->needs_password = wanted || wrong;
	if (wanted && !wrong) err_clear(&attempt->err);
}

/* ---- the first questions ---- */

/* Blocking, but never for longer than a while. */
static PGresult *ask(PGconn *pg, const char *sql, const char *const *params, size_t param_count) {
	int64_t deadline = clock_ms() + ANSWER_MS;
	PGresult *answer = NULL;
	if (!PQsendQueryParams(pg, sql, (int)param_count, NULL, params, NULL, NULL, 0)) return NULL;
	for (;;) {
		while (PQisBusy(pg))
			if (!wait_for(pg, POLLIN, deadline) || !PQconsumeInput(pg)) {
				PQclear(answer);
				return NULL;
			}
		PGresult *result = PQgetResult(pg);
		if (!result) return answer;
		PQclear(answer);
		answer = result;
	}
}

static bool asked_in_vain(PGresult *answer, PGconn *pg, const char *what, Err *err) {
	if (answer && !decode_failed(answer)) return false;
	if (answer) decode_error(answer, err);
	else if (PQstatus(pg) != CONNECTION_OK) decode_connect_error(PQerrorMessage(pg), err);
	else err_set(err, ERR_TIMEOUT, "the server does not answer");
	err->kind = ERR_CONNECTION;
	err_prefix(err, "while %s", what);
	PQclear(answer);
	return true;
}

/* A database of unknown encoding may hold any bytes: they come as they are. */
static bool settle_encoding(PGconn *pg, Err *err) {
	const char *server = PQparameterStatus(pg, "server_encoding"), *client = PQparameterStatus(pg, "client_encoding");
	if (!server || !client || strcmp(server, "SQL_ASCII") != 0 || strcmp(client, "SQL_ASCII") == 0) return true;
	PGresult *answer = ask(pg, "/* pgwhy: bytes */ select pg_catalog.set_config('client_encoding', 'SQL_ASCII', false)", NULL, 0);
	if (asked_in_vain(answer, pg, "setting the client's encoding", err)) return false;
	PQclear(answer);
	return true;
}

static bool find_out(Attempt *attempt, PGconn *pg) {
	Arena *arena = attempt->arena;
	const char *relations = catalog_optional_relations(arena, embedded_queries);
	PGresult *answer = ask(pg, catalog_query(arena, NULL, "server", NULL), &relations, 1);
	if (asked_in_vain(answer, pg, "asking the server about itself", &attempt->err)) return false;
	size_t bytes;
	const Connected connected = {
		.version = PQserverVersion(pg),
		.version_text = PQparameterStatus(pg, "server_version"),
		.host = arena_copy(arena, PQhost(pg)),
		.port = arena_copy(arena, PQport(pg)),
		.backend_pid = PQbackendPID(pg),
	};
	attempt->server = discover(arena, decode_table(arena, answer, &bytes), &connected, &attempt->start);
	PQclear(answer);
	return true;
}

static bool behave(Attempt *attempt, PGconn *pg) {
	if (attempt->server->pooled) return true;
	const ConnParams *given = &attempt->params;
	MannerList manners = manners_of_panes(attempt->arena, attempt->server, given->statement_timeout_ms, given->lock_timeout_ms);
	const char **params, *sql = manners_sql(attempt->arena, &manners, false, &params);
	PGresult *answer = ask(pg, sql, params, 2 * manners.count);
	if (asked_in_vain(answer, pg, "setting the session's time-outs", &attempt->err)) return false;
	PQclear(answer);
	return true;
}

void attempt_run(void *job) {
	Attempt *attempt = job;
	PGconn *pg = open_connection(attempt, true);
	if (PQstatus(pg) != CONNECTION_OK && begins(attempt->err.sqlstate, "0A000")) { /* the server cannot convert to UTF8 */
		PQfinish(pg);
		err_clear(&attempt->err);
		pg = open_connection(attempt, false);
	}
	if (PQstatus(pg) != CONNECTION_OK) {
		judge_refusal(attempt, pg);
	} else if (settle_encoding(pg, &attempt->err) && find_out(attempt, pg) && behave(attempt, pg)) {
		PQsetErrorVerbosity(pg, PQERRORS_DEFAULT);
		attempt->pg = pg;
		return;
	} else {
		judge_passing(attempt, attempt->err.message.text);
		if (!*attempt->err.sqlstate) attempt->passing = true; /* let in, and then no answer */
	}
	PQfinish(pg);
}
