/* crowd.c: the sessions of a fixture. */
#include "crowd.h"

#include <libpq-fe.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

enum { BREADTH = 4, CONNECTING_AT_ONCE = 32, LOAD_EVERY_MS = 100, LOAD_STATEMENTS = 10, LOAD_KINDS = 400, PATIENCE_MS = 60000 };

typedef struct Crowd {
	const FixtureSpec *spec;
	const char *conninfo;
	PGconn **conns; /* first those of the lock trees, then the idle ones */
	int locking, count;
	int spoken; /* statements of the load so far */
} Crowd;

/* Whom a session waits for: a chain hangs on the first root, broad trees on the others (or on the same, where there is one). */
static int waits_for(const FixtureSpec *spec, int session) {
	int nth = session - spec->roots, broad = nth - spec->chained;
	if (nth < spec->chained) return nth ? session - 1 : 0;
	int tops = spec->roots > 1 ? spec->roots - 1 : 1;
	if (broad < tops * BREADTH) return spec->roots > 1 ? 1 + broad % tops : 0;
	return spec->roots + spec->chained + broad / BREADTH - tops;
}

static bool give_up(const char *what, const char *why) {
	fprintf(stderr, "%s: %s\n", what, why);
	return false;
}

/* ---- connecting ---- */

/* Takes its next step when the socket is ready; true when it has arrived. */
static bool step(PGconn *conn, PostgresPollingStatusType *wants, short revents) {
	if (revents) *wants = PQconnectPoll(conn);
	return *wants == PGRES_POLLING_OK;
}

static bool connect_some(Crowd *crowd, int first, int last) {
	PostgresPollingStatusType wants[CONNECTING_AT_ONCE];
	struct pollfd fds[CONNECTING_AT_ONCE];
	int64_t late_ms = clock_ms() + PATIENCE_MS;
	for (int i = first; i < last; i++) {
		crowd->conns[i] = PQconnectStart(crowd->conninfo);
		wants[i - first] = PGRES_POLLING_WRITING;
	}
	for (int left = last - first; left;) {
		for (int i = 0; i < CONNECTING_AT_ONCE; i++) {
			bool on_its_way = first + i < last && wants[i] != PGRES_POLLING_OK;
			fds[i] = (struct pollfd){.fd = on_its_way ? PQsocket(crowd->conns[first + i]) : -1, .events = on_its_way && wants[i] == PGRES_POLLING_READING ? POLLIN : POLLOUT};
		}
		poll(fds, CONNECTING_AT_ONCE, 100);
		left = 0;
		for (int i = 0; i < last - first; i++) {
			left += !step(crowd->conns[first + i], &wants[i], fds[i].revents);
			if (wants[i] == PGRES_POLLING_FAILED) return give_up("a session cannot connect", PQerrorMessage(crowd->conns[first + i]));
		}
		if (clock_ms() > late_ms) return give_up("a session cannot connect", "time is out");
	}
	return true;
}

static bool connect_all(Crowd *crowd) {
	for (int first = 0; first < crowd->count; first += CONNECTING_AT_ONCE)
		if (!connect_some(crowd, first, first + CONNECTING_AT_ONCE < crowd->count ? first + CONNECTING_AT_ONCE : crowd->count)) return false;
	return true;
}

/* ---- locks ---- */

/* Everybody in the trees holds something that others can wait for, before anybody waits: so there is no deadlock. */
static bool take_locks(Crowd *crowd) {
	Arena *arena = arena_new();
	bool fine = true;
	for (int i = 0; i < crowd->locking; i++)
		PQsendQuery(crowd->conns[i], arena_printf(arena, "begin; select pg_advisory_xact_lock(%d); update bench_queue set n = n + 1 where id = %d", i, i));
	for (int i = 0; i < crowd->locking; i++)
		for (PGresult *result; (result = PQgetResult(crowd->conns[i])); PQclear(result))
			if (PQresultStatus(result) == PGRES_FATAL_ERROR) fine = give_up("a session takes no lock", PQresultErrorMessage(result));
	arena_free(arena);
	return fine;
}

static void wait_for_locks(Crowd *crowd) {
	Arena *arena = arena_new();
	for (int i = crowd->spec->roots; i < crowd->locking; i++) {
		int whom = waits_for(crowd->spec, i);
		PQsendQuery(crowd->conns[i], i % 2 ? arena_printf(arena, "select pg_advisory_xact_lock(%d)", whom)
		                                   : arena_printf(arena, "update bench_queue set n = n + 1 where id = %d", whom));
	}
	arena_free(arena);
}

/* ---- load ---- */

static void speak(Crowd *crowd) {
	Arena *arena = arena_new();
	for (int i = 0; i < LOAD_STATEMENTS; i++, crowd->spoken++) {
		PGconn *conn = crowd->conns[crowd->locking + crowd->spoken % crowd->spec->idle];
		int kind = crowd->spoken % LOAD_KINDS % crowd->spec->statements;
		PQconsumeInput(conn);
		for (PGresult *result; !PQisBusy(conn) && (result = PQgetResult(conn)); PQclear(result)) continue;
		if (PQtransactionStatus(conn) == PQTRANS_IDLE)
			PQsendQuery(conn, arena_printf(arena, "select max(at) from bench_%d where id > %d%s", kind % crowd->spec->tables, crowd->spoken % 10, kind % 3 ? "" : " or body = 'x'"));
	}
	arena_free(arena);
}

static void hold(Crowd *crowd, int told, pid_t parent) {
	(void)!write(told, "y", 1);
	close(told);
	while (getppid() == parent) {
		poll(NULL, 0, LOAD_EVERY_MS);
		speak(crowd);
	}
}

static void become(const char *conninfo, const FixtureSpec *spec, int told, pid_t parent) {
	signal(SIGTERM, SIG_DFL);
	Crowd crowd = {.spec = spec, .conninfo = conninfo, .locking = spec->roots + spec->chained + spec->waiting};
	crowd.count = crowd.locking + spec->idle;
	crowd.conns = calloc((size_t)crowd.count, sizeof(PGconn *));
	if (!crowd.conns || !connect_all(&crowd) || !take_locks(&crowd)) _exit(1);
	wait_for_locks(&crowd);
	hold(&crowd, told, parent);
	_exit(0);
}

/* ---- seen from outside ---- */

/* Counted by who waits, not by locks: of the many that want one row only one waits for its transaction, the others for their turn. */
static bool await_waiters(const Cluster *cluster, int wanted, Err *err) {
	int64_t late_ms = clock_ms() + PATIENCE_MS;
	Arena *arena = arena_new();
	int waiting = 0;
	while (waiting < wanted && clock_ms() < late_ms) {
		const char *value = cluster_ask(arena, cluster, "postgres", "select count(*) from pg_stat_activity where wait_event_type = 'Lock'", err);
		waiting = value ? atoi(value) : 0;
		poll(NULL, 0, 20);
	}
	arena_free(arena);
	return waiting >= wanted || err_set(err, ERR_TIMEOUT, "only %d of %d sessions wait for a lock", waiting, wanted);
}

bool crowd_gather(const Cluster *cluster, const FixtureSpec *spec, int *process, Err *err) {
	int told[2];
	if (pipe(told) != 0) return err_system(err, "cannot make a pipe");
	Arena *arena = arena_new();
	const char *conninfo = cluster_conninfo(arena, cluster, "postgres");
	pid_t parent = getpid();
	fflush(NULL);
	*process = fork();
	if (*process == 0) {
		close(told[0]);
		close(cluster_channel(cluster)); /* or the server would outlive us for its sake */
		become(conninfo, spec, told[1], parent);
	}
	close(told[1]);
	arena_free(arena);
	char byte;
	bool there = read(told[0], &byte, 1) == 1;
	close(told[0]);
	if (!there) return err_set(err, ERR_SYSTEM, "the sessions of the %s fixture could not be opened", spec->name);
	return await_waiters(cluster, spec->chained + spec->waiting, err);
}
