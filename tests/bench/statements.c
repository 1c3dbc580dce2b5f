/* statements.c: what a refresh of the Queries pane costs with 50,000 statements, beside libpq alone receiving the same columns as rows.
 *
 * CPU of both sides in ms (the least of some rounds: a busy machine only adds), bytes on the wire, memory. Linux only: it looks into /proc. */
#include <libpq-fe.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "panes/pane.h"
#include "pg/catalog.h"
#include "pg/cluster.h"
#include "pg/conn.h"

enum { SIDE = 224, RAN_MEANWHILE = 5, ROUNDS = 8 };

static const char settings[] = "shared_preload_libraries = 'pg_stat_statements'\npg_stat_statements.max = 60000\nautovacuum = off\n";
static const char many[] =
	"create extension pg_stat_statements; set pg_stat_statements.track = 'all';"
	"do $$ begin execute (select 'create table wide (' || string_agg('c' || g || ' int', ', ') || ')' from generate_series(1, %d) as g); end $$;"
	"do $$ begin for i in 1 .. %d loop for j in 1 .. %d loop execute format('select c%%s, c%%s from wide', i, j); end loop; end loop; end $$";
static const char some[] =
	"set pg_stat_statements.track = 'all';"
	"do $$ begin for i in 1 .. %d loop for j in 1 .. %d loop execute format('select c%%s, c%%s from wide', i, j); end loop; end loop; end $$";

static void check(bool fine, const Err *err) {
	if (fine) return;
	fprintf(stderr, "%s\n", err->message.text);
	_exit(1);
}

static double own_cpu_ms(void) {
	struct timespec used;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return (double)used.tv_sec * 1e3 + (double)used.tv_nsec / 1e6;
}

static double number_in(Arena *arena, const char *path, const char *behind) {
	FILE *file = fopen(path, "r");
	if (!file) return NAN;
	double number = NAN;
	char *line = arena_alloc(arena, 256);
	while (isnan(number) && fgets(line, 256, file))
		if (strncmp(line, behind, strlen(behind)) == 0) number = strtod(line + strlen(behind), NULL);
	fclose(file);
	return number;
}

static double cpu_ms_of(Arena *arena, int pid) {
	return number_in(arena, arena_printf(arena, "/proc/%d/schedstat", pid), "") / 1e6;
}

static double resident_mb(Arena *arena) {
	return number_in(arena, "/proc/self/status", "VmRSS:") / 1e3;
}

typedef struct Figures {
	double server_ms, client_ms, delta_ms, totals_ms, bytes;
} Figures;

static void keep_least(Figures *least, const Figures *figures) {
	least->server_ms = fmin(least->server_ms, figures->server_ms);
	least->client_ms = fmin(least->client_ms, figures->client_ms);
	least->delta_ms = fmin(least->delta_ms, figures->delta_ms);
	least->totals_ms = fmin(least->totals_ms, figures->totals_ms);
	least->bytes = figures->bytes;
}

/* ---- libpq alone ---- */

static Figures ask_libpq(Arena *arena, PGconn *pg, const char *sql) {
	Figures figures = {.server_ms = cpu_ms_of(arena, PQbackendPID(pg)), .client_ms = own_cpu_ms()};
	PGresult *result = PQexecParams(pg, sql, 0, NULL, NULL, NULL, NULL, 0);
	if (PQresultStatus(result) != PGRES_TUPLES_OK) fprintf(stderr, "%s", PQresultErrorMessage(result));
	figures.client_ms = own_cpu_ms() - figures.client_ms;
	poll(NULL, 0, 5); /* the server's last strokes */
	figures.server_ms = cpu_ms_of(arena, PQbackendPID(pg)) - figures.server_ms;
	for (int row = 0; row < PQntuples(result); row++)
		for (int column = 0; column < PQnfields(result); column++) figures.bytes += 4 + PQgetlength(result, row, column);
	PQclear(result);
	return figures;
}

static Figures libpq_alone(Arena *arena, const Cluster *cluster, const char *sql) {
	Figures least = {INFINITY, INFINITY, INFINITY, INFINITY, 0};
	PGconn *pg = PQconnectdb(cluster_conninfo(arena, cluster, "postgres"));
	for (int i = 0; i < ROUNDS; i++) {
		Figures figures = ask_libpq(arena, pg, sql);
		keep_least(&least, &figures);
	}
	PQfinish(pg);
	return least;
}

/* ---- pgwhy ---- */

typedef struct Looker {
	Work *work;
	Conn *conn;
	Arena *before_arena, *after_arena;
	Table *before, *after;
	bool here;
	Figures figures;
} Looker;

static void changed(void *owner, Conn *conn) {
	(void)owner;
	(void)conn;
}

static void arrived(void *owner, Reply *reply) {
	Looker *looker = owner;
	check(reply->table != NULL, reply->err);
	arena_free(looker->before_arena);
	looker->before_arena = looker->after_arena;
	looker->before = looker->after;
	looker->after_arena = reply->arena;
	looker->after = reply->table;
	looker->figures.bytes = (double)reply->bytes;
	looker->here = true;
	reply->arena = NULL;
}

static void turn(Looker *looker) {
	struct pollfd fds[] = {{.fd = work_fd(looker->work), .events = POLLIN}, {.fd = conn_fd(looker->conn), .events = conn_events(looker->conn)}};
	int64_t deadline_ms = conn_deadline_ms(looker->conn), left_ms = deadline_ms - clock_ms();
	poll(fds, 2, deadline_ms < 0 ? 100 : left_ms > 0 ? (int)left_ms : 0);
	if (fds[0].revents) work_collect(looker->work);
	if (fds[1].revents || (deadline_ms >= 0 && clock_ms() >= deadline_ms)) conn_ready(looker->conn);
}

/* The pane's own part of it. */
static double rows_ms(const Looker *looker, bool since_reset) {
	Arena *arena = arena_new();
	double began_ms = own_cpu_ms();
	const PaneInput input = {
		.server = conn_server(looker->conn), .before = looker->before, .after = looker->after, .interval_s = 1, .since_reset = since_reset};
	pane_named("queries")->rows(arena, &input);
	double took_ms = own_cpu_ms() - began_ms;
	arena_free(arena);
	return took_ms;
}

static void look(Arena *arena, Looker *looker) {
	int backend_pid = conn_server(looker->conn)->backend_pid;
	double client_ms = own_cpu_ms(), server_ms = cpu_ms_of(arena, backend_pid);
	looker->here = false;
	conn_catalog(looker->conn, "statements", NULL, 0, arrived, looker);
	while (!looker->here) turn(looker);
	looker->figures.client_ms = own_cpu_ms() - client_ms;
	if (looker->before) looker->figures.delta_ms = rows_ms(looker, false);
	looker->figures.totals_ms = rows_ms(looker, true);
	poll(NULL, 0, 5);
	looker->figures.server_ms = cpu_ms_of(arena, backend_pid) - server_ms;
}

static Figures pgwhy(Arena *arena, const Cluster *cluster, const char **sql, double *held_mb) {
	Err err = ERR_INIT;
	Figures least = {INFINITY, INFINITY, INFINITY, INFINITY, 0};
	Looker looker = {.work = work_new(&err)};
	check(looker.work != NULL, &err);
	const ConnParams params = {.database = cluster_conninfo(arena, cluster, "postgres"), .statement_timeout_ms = 20000};
	looker.conn = conn_new(looker.work, &params, changed, NULL);
	while (conn_state(looker.conn) == CONN_CONNECTING) turn(&looker);
	check(conn_state(looker.conn) == CONN_READY, conn_error(looker.conn));
	*sql = catalog_query(arena, conn_server(looker.conn), "statements", &err);
	for (int i = 0; i < ROUNDS; i++) {
		check(cluster_run(cluster, "postgres", arena_printf(arena, some, RAN_MEANWHILE, SIDE), &err), &err);
		look(arena, &looker);
		if (i) keep_least(&least, &looker.figures); /* the first one is asked what its columns are */
	}
	*held_mb = resident_mb(arena);
	conn_free(looker.conn);
	while (work_pending(looker.work)) {
		poll(NULL, 0, 1);
		work_collect(looker.work);
	}
	work_free(looker.work);
	arena_free(looker.before_arena);
	arena_free(looker.after_arena);
	return least;
}

static void say(const char *what, const Figures *figures, const Figures *floor) {
	double client_ms = figures->client_ms + (isfinite(figures->delta_ms) ? figures->delta_ms : 0);
	printf("%-34s server %6.1f ms x%.2f   client %5.1f ms x%.2f   %6.2f MB x%.2f\n", what, figures->server_ms, figures->server_ms / floor->server_ms,
	       client_ms, client_ms / floor->client_ms, figures->bytes / 1e6, figures->bytes / floor->bytes);
}

int main(void) {
	Arena *arena = arena_new();
	Err err = ERR_INIT;
	Cluster *cluster = cluster_start(&(ClusterSpec){.settings = settings}, &err);
	check(cluster != NULL, &err);
	check(cluster_run(cluster, "postgres", arena_printf(arena, many, SIDE + 1, SIDE, SIDE), &err), &err);
	double empty_mb = resident_mb(arena), held_mb = 0;
	const char *sql;
	Figures ours = pgwhy(arena, cluster, &sql, &held_mb), rows = libpq_alone(arena, cluster, sql);
	Figures count = libpq_alone(arena, cluster, "select count(*) from pg_stat_statements(false)");
	printf("%d statements, of which %d ran in between\n", SIDE * SIDE, RAN_MEANWHILE * SIDE);
	say("libpq alone, their number", &count, &rows);
	say("libpq alone, their rows as text", &rows, &rows);
	say("pgwhy, read and compared", &ours, &rows);
	printf("of pgwhy's client: %.1f ms to compare two samples and make the pane's rows (all of them, since reset: %.1f ms)\n", ours.delta_ms, ours.totals_ms);
	printf("memory for two samples %.1f MB, all told %.1f MB\n", held_mb - empty_mb, held_mb);
	cluster_stop(cluster);
	err_release(&err);
	arena_free(arena);
	return 0;
}
