/* locks.c: what a reading of the Locks pane costs while hundreds wait, beside the least that can be asked, pg_blocking_pids for everybody, and
 * pg_activity's own query where that is installed.
 *
 *     WAITERS=500 make bench
 *
 * CPU of both sides in ms, the median of some rounds taken in turn, and bytes on the wire. Linux only: it looks at other processes' clocks. */
#include <libpq-fe.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/sampler.h"
#include "base/clock.h"
#include "panes/locks.h"
#include "pg/cluster.h"
#include "rig/figures.h"
#include "rig/meter.h"

enum { ROUNDS = 15, PATIENCE_MS = 60000, SETTLE_MS = 5 };

static void check(bool fine, const char *message) {
	if (fine) return;
	fprintf(stderr, "%s\n", message);
	_exit(1);
}

/* ---- who waits ---- */

/* What the first session does and stays in, what the second one wants, and what all others want. */
typedef struct Crowd {
	const char *name, *holds, *wants_first, *wants;
} Crowd;

static const Crowd crowds[] = {
	{"one row, all want it", "begin; update t set b = 0 where a = 1", "update t set b = 1 where a = 1", "update t set b = 1 where a = 1"},
	{"readers behind one ALTER TABLE", "begin; select count(*) from t", "alter table t add column c int", "select count(*) from t"},
	{"LOCK TABLE, one after the other", "begin; lock table t", "begin; lock table t", "begin; lock table t"},
	{"one advisory lock", "select pg_advisory_lock(1)", "select pg_advisory_lock(1)", "select pg_advisory_lock(1)"},
};

typedef struct Stage {
	Arena *arena;
	Cluster *cluster;
	PGconn *admin;
	PGconn **conns; /* the holder, then those who wait */
	int count;
} Stage;

static int64_t waiting(Stage *stage) {
	PGresult *result = PQexec(stage->admin, "select count(*) from pg_locks where not granted");
	int64_t count = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
	PQclear(result);
	return count;
}

static void await(Stage *stage, int64_t wanted) {
	for (int64_t late_ms = clock_ms() + PATIENCE_MS; waiting(stage) != wanted; poll(NULL, 0, 10)) check(clock_ms() < late_ms, "the sessions do not wait as they should");
}

static void gather(Stage *stage, const Crowd *crowd) {
	for (int i = 0; i < stage->count; i++) {
		stage->conns[i] = PQconnectdb(cluster_conninfo(stage->arena, stage->cluster, "postgres"));
		check(PQstatus(stage->conns[i]) == CONNECTION_OK, PQerrorMessage(stage->conns[i]));
	}
	PQclear(PQexec(stage->conns[0], crowd->holds));
	for (int i = 1; i < stage->count; i++) {
		PQsendQuery(stage->conns[i], i == 1 ? crowd->wants_first : crowd->wants);
		if (i == 1) await(stage, 1);
	}
	await(stage, stage->count - 1);
}

static void dismiss(Stage *stage) {
	PQclear(PQexec(stage->admin, "select count(pg_terminate_backend(pid)) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()"));
	for (int i = 0; i < stage->count; i++) PQfinish(stage->conns[i]);
}

/* ---- what a reading costs ---- */

typedef struct Costs {
	const char *name;
	Figures server_ms, client_ms, bytes;
} Costs;

static void note(Stage *stage, Costs *costs, double server_ms, double client_ms, double bytes) {
	*list_push(stage->arena, &costs->server_ms) = server_ms;
	*list_push(stage->arena, &costs->client_ms) = client_ms;
	*list_push(stage->arena, &costs->bytes) = bytes;
}

static void ask_plainly(Stage *stage, PGconn *pg, const char *sql, Costs *costs) {
	double server_ms = meter_cpu_ms(PQbackendPID(pg)), client_ms = meter_cpu_ms(getpid()), bytes = 0;
	PGresult *result = PQexec(pg, sql);
	check(PQresultStatus(result) == PGRES_TUPLES_OK, PQresultErrorMessage(result));
	client_ms = meter_cpu_ms(getpid()) - client_ms;
	for (int row = 0; row < PQntuples(result); row++)
		for (int column = 0; column < PQnfields(result); column++) bytes += 4 + PQgetlength(result, row, column);
	PQclear(result);
	poll(NULL, 0, SETTLE_MS); /* the server's last strokes */
	note(stage, costs, meter_cpu_ms(PQbackendPID(pg)) - server_ms, client_ms, bytes);
}

/* The pane's own way, as the console does it: the sample, who they are, and what is made of them. */
typedef struct Looker {
	Work *work;
	Conn *conn;
	Sampler *sampler;
} Looker;

static void ignore_conn(void *owner, Conn *conn) {
	(void)owner;
	(void)conn;
}

static void ignore_sample(void *owner, Sampler *sampler) {
	(void)owner;
	(void)sampler;
}

static void turn(Looker *looker) {
	struct pollfd fds[] = {{.fd = work_fd(looker->work), .events = POLLIN}, {.fd = conn_fd(looker->conn), .events = conn_events(looker->conn)}};
	int64_t deadline_ms = conn_deadline_ms(looker->conn), left_ms = deadline_ms - clock_ms();
	poll(fds, 2, deadline_ms < 0 ? 100 : left_ms > 0 ? (int)left_ms : 0);
	if (fds[0].revents) work_collect(looker->work);
	if (fds[1].revents || (deadline_ms >= 0 && clock_ms() >= deadline_ms)) conn_ready(looker->conn);
}

static Looker looker_open(Stage *stage) {
	Err err = ERR_INIT;
	Looker looker = {.work = work_new(&err)};
	check(looker.work != NULL, err.message.text);
	const ConnParams params = {.database = cluster_conninfo(stage->arena, stage->cluster, "postgres"), .statement_timeout_ms = 20000};
	looker.conn = conn_new(looker.work, &params, ignore_conn, NULL);
	while (conn_state(looker.conn) == CONN_CONNECTING) turn(&looker);
	check(conn_state(looker.conn) == CONN_READY, conn_error(looker.conn)->message.text);
	looker.sampler = sampler_new(pane_named("locks"), ignore_sample, NULL);
	sampler_connect(looker.sampler, looker.conn);
	return looker;
}

static void looker_close(Looker *looker) {
	sampler_free(looker->sampler);
	conn_free(looker->conn);
	for (; work_pending(looker->work); work_collect(looker->work)) poll(NULL, 0, 1);
	work_free(looker->work);
}

static size_t look(Stage *stage, Looker *looker, Costs *costs, Figures *rows_ms) {
	pid_t backend = (pid_t)conn_server(looker->conn)->backend_pid;
	double server_ms = meter_cpu_ms(backend), client_ms = meter_cpu_ms(getpid()), began_ms;
	PaneInput input;
	sampler_tick(looker->sampler, &(SamplerTurn){.forced = true, .on_screen = true}, NULL, 0);
	while (sampler_waiting(looker->sampler)) turn(looker);
	check(!err_is(sampler_error(looker->sampler)) && sampler_input(looker->sampler, false, &input), sampler_error(looker->sampler)->message.text);
	Arena *arena = arena_new();
	began_ms = meter_cpu_ms(getpid());
	size_t count = pane_named("locks")->rows(arena, &input)->row_count;
	arena_free(arena);
	client_ms = meter_cpu_ms(getpid()) - client_ms;
	*list_push(stage->arena, rows_ms) = meter_cpu_ms(getpid()) - began_ms;
	poll(NULL, 0, SETTLE_MS);
	note(stage, costs, meter_cpu_ms(backend) - server_ms, client_ms, (double)sampler_cost(looker->sampler).last_bytes);
	return count;
}

/* ---- the queries beside it ---- */

static const char floor_sql[] = "select (select count(*) from pg_locks), (select count(*) from pg_stat_activity)";
static const char everybody_sql[] = "select pid, usename, state, query, pg_blocking_pids(pid) from pg_stat_activity where cardinality(pg_blocking_pids(pid)) > 0";

static const char *replaced(Arena *arena, const char *text, const char *what, const char *with) {
	for (const char *at; (at = strstr(text, what));) text = arena_printf(arena, "%.*s%s%s", (int)(at - text), text, with, at + strlen(what));
	return text;
}

/* From where Debian puts it, filled in as pg_activity would at its start. NULL: it is not installed. */
static const char *peers_sql(Arena *arena) {
	FILE *file = fopen("/usr/lib/python3/dist-packages/pgactivity/queries/get_blocking_post_090600.sql", "r");
	if (!file) return NULL;
	char *text = NULL;
	size_t room = 0;
	ssize_t len = getdelim(&text, &room, '\0', file);
	fclose(file);
	const char *sql = len > 0 ? arena_copy(arena, text) : NULL;
	free(text);
	if (!sql) return NULL;
	sql = replaced(arena, replaced(arena, sql, "{duration_column}", "query_start"), "%(min_duration)s", "0");
	return replaced(arena, replaced(arena, sql, "%(dbname_filter)s", "NULL::text"), "%%", "%");
}

/* ---- the report ---- */

static const char *ratio(Arena *arena, const Figures *figures, const Figures *to) {
	return arena_printf(arena, "x%.2f", figures_share(figures, 0.5) / figures_share(to, 0.5));
}

static void say(Arena *arena, const Costs *costs, const Costs *ours) {
	printf("  %-38s server ms %-22s %-6s client ms %-18s %-6s kB %.0f\n", costs->name, figures_text(arena, &costs->server_ms), ratio(arena, &costs->server_ms, &ours->server_ms),
	       figures_text(arena, &costs->client_ms), ratio(arena, &costs->client_ms, &ours->client_ms), figures_share(&costs->bytes, 0.5) / 1e3);
}

static void compare(Stage *stage, const Crowd *crowd) {
	enum { OURS, FLOOR, EVERYBODY, PEER, WAYS };
	Costs costs[WAYS] = {{.name = "pgwhy: read, forest, rows"}, {.name = "pg_locks and pg_stat_activity counted"}, {.name = "pg_blocking_pids of everybody"}, {.name = "pg_activity's query"}};
	const char *const queries[WAYS] = {[FLOOR] = floor_sql, [EVERYBODY] = everybody_sql, [PEER] = peers_sql(stage->arena)};
	Figures rows_ms = {0};
	size_t rows = 0;
	gather(stage, crowd);
	Looker looker = looker_open(stage);
	for (int round = 0; round < ROUNDS; round++) {
		rows = look(stage, &looker, &costs[OURS], &rows_ms);
		for (int way = FLOOR; way < WAYS; way++)
			if (queries[way]) ask_plainly(stage, stage->admin, queries[way], &costs[way]);
	}
	printf("%s: %d wait, %zu rows made in %s ms of the client's\n", crowd->name, stage->count - 1, rows, figures_text(stage->arena, &rows_ms));
	for (int way = OURS; way < WAYS; way++)
		if (way == OURS || queries[way]) say(stage->arena, &costs[way], &costs[OURS]);
	fflush(stdout);
	looker_close(&looker);
	dismiss(stage);
}

int main(void) {
	Err err = ERR_INIT;
	const char *wanted = getenv("WAITERS");
	int waiters = wanted && atoi(wanted) > 1 ? atoi(wanted) : 500;
	Stage stage = {.arena = arena_new(), .count = waiters + 1};
	const char *settings = arena_printf(stage.arena, "autovacuum = off\ndeadlock_timeout = 10min\nmax_connections = %d\n", waiters + 20);
	stage.cluster = cluster_start(&(ClusterSpec){.settings = settings}, &err);
	check(stage.cluster != NULL, err.message.text);
	check(cluster_run(stage.cluster, "postgres", "create table t (a int primary key, b int); insert into t values (1, 0)", &err), err.message.text);
	stage.admin = PQconnectdb(cluster_conninfo(stage.arena, stage.cluster, "postgres"));
	check(PQstatus(stage.admin) == CONNECTION_OK, PQerrorMessage(stage.admin));
	PQclear(PQexec(stage.admin, "set client_min_messages = error"));
	stage.conns = ARENA_ARRAY(stage.arena, PGconn *, (size_t)stage.count);
	for (size_t i = 0; i < sizeof crowds / sizeof *crowds; i++) compare(&stage, &crowds[i]);
	PQfinish(stage.admin);
	cluster_stop(stage.cluster);
	err_release(&err);
	arena_free(stage.arena);
	return 0;
}
