/* ground.h: what server tests stand on: one throw-away server a program, a loop over its connections, answers taken home. */
#ifndef TESTS_SERVER_GROUND_H
#define TESTS_SERVER_GROUND_H

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/embedded.h"
#include "pg/catalog.h"
#include "pg/cluster.h"
#include "pg/conn.h"

enum { GROUND_CONNS = 8, GROUND_DEADLINE_MS = 20000 };

typedef struct Ground {
	Work *work;
	Arena *arena;
	Cluster *cluster;
	Err err;
	Conn *conns[GROUND_CONNS]; /* the loop's; NULL: free place */
	LIST(Arena *) kept; /* of answers */
	int64_t longest_ms; /* that one turn of the loop took: nothing may wait */
} Ground;

static inline void ground_turn(Ground *ground, int timeout_ms) {
	struct pollfd fds[GROUND_CONNS + 1] = {{.fd = work_fd(ground->work), .events = POLLIN}};
	int64_t now = clock_ms();
	for (size_t i = 0; i < GROUND_CONNS; i++) {
		const Conn *conn = ground->conns[i];
		fds[i + 1] = (struct pollfd){.fd = conn ? conn_fd(conn) : -1, .events = conn ? conn_events(conn) : 0};
		int64_t deadline = conn ? conn_deadline_ms(conn) : -1;
		if (deadline >= 0 && deadline - now < timeout_ms) timeout_ms = deadline > now ? (int)(deadline - now) : 0;
	}
	poll(fds, GROUND_CONNS + 1, timeout_ms);
	int64_t began = clock_ms();
	if (fds[0].revents) work_collect(ground->work);
	for (size_t i = 0; i < GROUND_CONNS; i++) {
		Conn *conn = ground->conns[i];
		int64_t deadline = conn ? conn_deadline_ms(conn) : -1;
		if (conn && (fds[i + 1].revents || (deadline >= 0 && deadline <= clock_ms()))) conn_ready(conn);
	}
	if (clock_ms() - began > ground->longest_ms) ground->longest_ms = clock_ms() - began;
}

/* The loop runs until the condition holds, or the test fails because it does not. */
#define UNTIL(ground, condition)                                                                       \
	for (int64_t late_ms = clock_ms() + GROUND_DEADLINE_MS; !(condition); ground_turn((ground), 20)) \
		if (clock_ms() > late_ms) fail_msg("not in time: %s", #condition)

static inline void ground_ignore(void *owner, Conn *conn) {
	(void)owner;
	(void)conn;
}

static inline int ground_set_up(void **state, const ClusterSpec *spec) {
	Ground *ground = calloc(1, sizeof *ground);
	*ground = (Ground){.arena = arena_new(), .err = ERR_INIT};
	ground->work = work_new(&ground->err);
	ground->cluster = cluster_start(spec, &ground->err);
	*state = ground;
	if (ground->work && ground->cluster) return 0;
	fprintf(stderr, "%s\n%s\n", ground->err.message.text, ground->err.hint.text);
	return -1;
}

static inline int ground_tear_down(void **state) {
	Ground *ground = *state;
	for (size_t i = 0; i < GROUND_CONNS; i++) conn_free(ground->conns[i]);
	for (int64_t late_ms = clock_ms() + GROUND_DEADLINE_MS; work_pending(ground->work) && clock_ms() < late_ms;) ground_turn(ground, 20);
	work_free(ground->work);
	cluster_stop(ground->cluster);
	for (size_t i = 0; i < ground->kept.count; i++) arena_free(ground->kept.items[i]);
	arena_free(ground->arena);
	err_release(&ground->err);
	free(ground);
	return 0;
}

static inline ConnParams ground_params(Ground *ground, const char *user, const char *database) {
	return (ConnParams){
		.host = cluster_socket_dir(ground->cluster),
		.port = arena_printf(ground->arena, "%d", cluster_port(ground->cluster)),
		.user = user ? user : cluster_user(ground->cluster),
		.database = database ? database : "postgres",
	};
}

/* A connection in the loop, not waited for. */
static inline Conn *ground_conn(Ground *ground, const ConnParams *params) {
	size_t i = 0;
	while (ground->conns[i]) i++;
	return ground->conns[i] = conn_new(ground->work, params, ground_ignore, ground);
}

static inline Conn *ground_connect(Ground *ground, const char *user, const char *database) {
	ConnParams params = ground_params(ground, user, database);
	Conn *conn = ground_conn(ground, &params);
	UNTIL(ground, conn_state(conn) != CONN_CONNECTING);
	if (conn_state(conn) != CONN_READY) fail_msg("%s", conn_error(conn)->message.text);
	return conn;
}

static inline void ground_leave(Ground *ground, Conn *conn) {
	for (size_t i = 0; i < GROUND_CONNS; i++)
		if (ground->conns[i] == conn) ground->conns[i] = NULL;
	conn_free(conn);
}

/* SQL as the superuser, past what is tested. */
static inline void ground_run(Ground *ground, const char *database, const char *script) {
	if (!cluster_run(ground->cluster, database, script, &ground->err)) fail_msg("%s, in: %s", ground->err.message.text, script);
}

static inline const char *ground_ask(Ground *ground, const char *database, const char *sql) {
	const char *value = cluster_ask(ground->arena, ground->cluster, database, sql, &ground->err);
	if (!value) fail_msg("%s, in: %s", ground->err.message.text, sql);
	return value;
}

/* What a request was answered; texts and rows live as long as the ground. */
typedef struct Answer {
	Ground *ground;
	bool here;
	const Table *table; /* NULL: an error */
	ErrKind kind;
	const char *sqlstate, *message, *hint;
} Answer;

static inline void ground_answered(void *owner, Reply *reply) {
	Answer *answer = owner;
	Ground *ground = answer->ground;
	*answer = (Answer){
		.ground = ground,
		.here = true,
		.table = reply->table,
		.kind = reply->err->kind,
		.sqlstate = arena_copy(ground->arena, reply->err->sqlstate),
		.message = arena_copy(ground->arena, reply->err->message.text),
		.hint = arena_copy(ground->arena, reply->err->hint.text),
	};
	*list_push(ground->arena, &ground->kept) = reply->arena;
	reply->arena = NULL;
}

static inline Answer ground_query(Ground *ground, Conn *conn, const char *sql) {
	Answer answer = {.ground = ground};
	conn_query(conn, sql, NULL, 0, ground_answered, &answer);
	UNTIL(ground, answer.here);
	return answer;
}

static inline Answer ground_catalog(Ground *ground, Conn *conn, const char *name, const char *const *params, size_t param_count) {
	Answer answer = {.ground = ground};
	conn_catalog(conn, name, params, param_count, ground_answered, &answer);
	UNTIL(ground, answer.here);
	return answer;
}

static inline const char *ground_query_name(Ground *ground, const Embedded *query) {
	return arena_copy_n(ground->arena, query->name, strlen(query->name) - strlen(".sql"));
}

/* The types of $1 … of one of src/queries, as the server infers them: "bigint[],text". */
static inline const char *ground_param_types(Ground *ground, Conn *conn, const Embedded *query) {
	const char *text = catalog_fit(ground->arena, conn_server(conn), query->text);
	Answer answer = ground_query(ground, conn, arena_printf(ground->arena, "prepare asked as %s", arena_copy_n(ground->arena, text, strcspn(text, ";"))));
	if (!answer.table) fail_msg("%s: %s", query->name, answer.message);
	answer = ground_query(ground, conn, "select coalesce(array_to_string(parameter_types::text[], ','), '') from pg_prepared_statements");
	const char *types = table_text(answer.table, 0, 0, "");
	ground_query(ground, conn, "deallocate asked");
	return types;
}

/* Values of a type that might be asked for: some that are there, some that are not. */
static inline const char *ground_plausible(const char *type, size_t len) {
	static const struct {
		const char *type, *value;
	} values[] = {
		{"oid[]", "{1259,1247,1,0,4294967295}"},   {"bigint[]", "{1259,1247,1,0}"}, {"integer[]", "{1,0}"},
		{"text[]", "{pg_class,NULL,t,\"o'brien\"}"}, {"name[]", "{pg_class,t}"},                              {"text", "postgres"},
		{"name", "postgres"},                      {"boolean", "true"},                                    {"timestamp with time zone", "now"},
	};
	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		if (strlen(values[i].type) == len && strncmp(values[i].type, type, len) == 0) return values[i].value;
	return "1";
}

/* One of src/queries, given nulls, empty arrays or plausible values: what it answers when it refuses any of them, else the last. */
static inline Answer ground_try_query(Ground *ground, Conn *conn, const Embedded *query) {
	enum { NULLS, EMPTY, PLAUSIBLE, WAYS, MOST = 9 };
	const char *types = ground_param_types(ground, conn, query), *name = ground_query_name(ground, query);
	Answer answer = {0};
	for (int way = NULLS; way < WAYS; way++) {
		const char *params[MOST] = {0};
		size_t count = 0;
		for (const char *type = types; *type && count < MOST; type += strspn(type, ",")) {
			size_t len = strcspn(type, ",");
			bool array = len > 2 && type[len - 1] == ']';
			params[count++] = way == NULLS ? NULL : way == EMPTY && array ? "{}" : ground_plausible(type, len);
			type += len;
		}
		answer = ground_catalog(ground, conn, name, params, count);
		if (!answer.table || !count) break;
	}
	return answer;
}

/* Every query that can be asked here is answered: those of pg_stat_statements cannot where conn_server names a problem. */
static inline void ground_try_queries(Ground *ground, Conn *conn) {
	const Server *server = conn_server(conn);
	for (const Embedded *query = embedded_queries; query->name; query++) {
		bool statements = strncmp(query->name, "statements", strlen("statements")) == 0 || strcmp(query->name, "facts_calls.sql") == 0;
		if (statements && server->statements_problem) continue;
		Answer answer = ground_try_query(ground, conn, query);
		if (!answer.table) fail_msg("%s as %s on %s: %s", query->name, server->user, server->version_text, answer.message);
	}
}

/* The first value as text, whatever its type is not. */
static inline const char *answer_text(const Answer *answer) {
	if (!answer->table) fail_msg("%s", answer->message);
	return table_text(answer->table, 0, 0, NULL);
}

static inline int64_t answer_int(const Answer *answer) {
	if (!answer->table) fail_msg("%s", answer->message);
	return table_int(answer->table, 0, 0, INT64_MIN);
}

#endif
