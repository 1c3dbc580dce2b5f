/* test_locks.c: forests of real sessions: edges as pg_blocking_pids has them, and ending one frees exactly whom it was said to free.
 *
 * Every situation is made anew for each session in it that blocks somebody; that one is ended, and the others are looked at. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <libpq-fe.h>
#include <limits.h>
#include <unistd.h>

#include "core/lock_ask.h"
#include "core/lock_forest.h"
#include "core/lock_read.h"
#include "ground.h"
#include "pg/catalog.h"

enum { MOST_ACTORS = 8 };

typedef struct Rig {
	Ground *ground;
	Arena *arena; /* of one situation */
	PGconn *admin;
	Conn *superuser, *monitor, *plain;
	PGconn *actors[MOST_ACTORS + 1]; /* from 1 */
	int pids[MOST_ACTORS + 1];
	int count;
} Rig;

static Rig rig;

/* ---- actors ---- */

static const char *ask(const char *sql) {
	PGresult *result = PQexec(rig.admin, sql);
	if (PQresultStatus(result) != PGRES_TUPLES_OK) fail_msg("%s, in: %s", PQerrorMessage(rig.admin), sql);
	const char *value = arena_copy(rig.arena, PQntuples(result) && !PQgetisnull(result, 0, 0) ? PQgetvalue(result, 0, 0) : "");
	PQclear(result);
	return value;
}

#define SOON(condition)                                                                               \
	for (int64_t late_ms = clock_ms() + GROUND_DEADLINE_MS; !(condition); ground_turn(rig.ground, 2)) \
		if (clock_ms() > late_ms) fail_msg("not in time: %s", #condition)

static PGconn *connected(void) {
	PGconn *conn = PQconnectdb(cluster_conninfo(rig.arena, rig.ground->cluster, "postgres"));
	if (PQstatus(conn) != CONNECTION_OK) fail_msg("%s", PQerrorMessage(conn));
	PQclear(PQexec(conn, "set client_min_messages = error"));
	return conn;
}

static void tell(int actor, const char *sql) {
	if (!rig.actors[actor]) {
		rig.actors[actor] = connected();
		rig.pids[actor] = PQbackendPID(rig.actors[actor]);
		if (actor > rig.count) rig.count = actor;
	}
	if (!PQsendQuery(rig.actors[actor], sql)) fail_msg("%s, in: %s", PQerrorMessage(rig.actors[actor]), sql);
}

static bool done(int actor) {
	return !PQconsumeInput(rig.actors[actor]) || !PQisBusy(rig.actors[actor]);
}

static void does(int actor, const char *sql) {
	tell(actor, sql);
	SOON(done(actor));
	for (PGresult *result; (result = PQgetResult(rig.actors[actor])); PQclear(result))
		if (PQresultStatus(result) == PGRES_FATAL_ERROR) fail_msg("%s, in: %s", PQresultErrorMessage(result), sql);
}

static bool waits(int actor) {
	return *ask(arena_printf(rig.arena, "select 1 from pg_locks where pid = %d and not granted", rig.pids[actor])) != '\0';
}

static void wants(int actor, const char *sql) {
	tell(actor, sql);
	SOON(waits(actor));
}

static bool everyone_gone(void) {
	return !*ask("select 1 from pg_stat_activity where backend_type in ('client backend', 'parallel worker') and application_name = 'actor' and pid <> pg_backend_pid()");
}

static void clear_stage(void) {
	ask("select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'actor' and pid <> pg_backend_pid()");
	for (int i = 1; i <= rig.count; i++) {
		PQfinish(rig.actors[i]);
		rig.actors[i] = NULL;
	}
	rig.count = 0;
	SOON(everyone_gone());
	while (*ask("select 1 from pg_prepared_xacts")) PQclear(PQexec(rig.admin, ask("select format('rollback prepared %L', gid) from pg_prepared_xacts")));
	PQclear(PQexec(rig.admin, "drop index if exists t_b"));
	arena_clear(rig.arena);
}

/* ---- looking ---- */

static LockForest *look(Conn *conn) {
	Answer locks = ground_catalog(rig.ground, conn, "locks", NULL, 0);
	if (!locks.table) fail_msg("%s", locks.message);
	Keys keys = lock_pids(rig.arena, lock_read(rig.arena, locks.table, NULL));
	const char **pids = ARENA_ARRAY(rig.arena, const char *, keys.count);
	for (size_t i = 0; i < keys.count; i++) pids[i] = arena_printf(rig.arena, "%lld", (long long)keys.items[i]);
	const char *const params[] = {catalog_array(rig.arena, pids, keys.count)};
	Answer sessions = ground_catalog(rig.ground, conn, "lock_sessions", params, 1);
	if (!sessions.table) fail_msg("%s", sessions.message);
	return lock_forest(rig.arena, locks.table, sessions.table);
}

static int actor_of(const LockForest *forest, size_t place) {
	for (int i = 1; i <= rig.count; i++)
		if (rig.pids[i] == forest->nodes[place].session->pid) return i;
	return 0; /* the prepared one */
}

/* Who of them all, in the order of their numbers: "1 3". */
static const char *actors(const LockForest *forest, LockSessions places, size_t count) {
	const char *text = "";
	for (int actor = 0; actor <= rig.count; actor++)
		for (size_t i = 0; i < count; i++)
			if (actor_of(forest, places.items[i]) == actor) text = arena_printf(rig.arena, "%s%s%d", text, *text ? " " : "", actor);
	return text;
}

static LockSessions both(LockSessions hard, LockSessions soft) {
	for (size_t i = 0; i < soft.count; i++) *list_push(rig.arena, &hard) = soft.items[i];
	return hard;
}

/* The same whoever looks: all that does not come from what a plain role may not see. */
static const char *described(const LockForest *forest) {
	const char *text = "";
	for (int actor = 0; actor <= rig.count; actor++)
		for (size_t place = 0; place < forest->count; place++) {
			const LockNode *node = &forest->nodes[place];
			if (actor_of(forest, place) != actor) continue;
			LockSessions hard = lock_forest_blockers(rig.arena, forest, place), soft = lock_forest_soft_blockers(rig.arena, forest, place);
			LockEnd end = lock_forest_end(rig.arena, forest, place);
			text = arena_printf(rig.arena, "%s%d%s%s waits for [%s] behind [%s], frees [%s] then [%s]\n", text, actor, node->root ? "*" : "", node->cycle != LOCK_NOBODY ? "o" : "",
			                    actors(forest, hard, hard.count), actors(forest, soft, soft.count), actors(forest, end.freed, end.now), actors(forest, end.freed, end.freed.count));
		}
	return text;
}

static void edges_are_the_servers(const LockForest *forest) {
	for (size_t place = 0; place < forest->count; place++) {
		int actor = actor_of(forest, place);
		if (!actor) continue;
		LockSessions blockers = both(lock_forest_blockers(rig.arena, forest, place), lock_forest_soft_blockers(rig.arena, forest, place));
		const char *ours = actors(forest, blockers, blockers.count), *theirs = "";
		for (int other = 0; other <= rig.count; other++)
			if (*ask(arena_printf(rig.arena, "select 1 where %d = any (pg_blocking_pids(%d))", rig.pids[other], rig.pids[actor])))
				theirs = arena_printf(rig.arena, "%s%s%d", theirs, *theirs ? " " : "", other);
		if (strcmp(ours, theirs) != 0) fail_msg("%d waits for [%s], not [%s], in:\n%s", actor, theirs, ours, described(forest));
	}
}

/* ---- ending ---- */

static const char *still_waiting(void) {
	const char *text = "";
	for (int i = 1; i <= rig.count; i++)
		if (waits(i)) text = arena_printf(rig.arena, "%s%s%d", text, *text ? " " : "", i);
	return text;
}

static void end_actor(int actor) {
	if (actor) ask(arena_printf(rig.arena, "select pg_terminate_backend(%d)", rig.pids[actor]));
	else PQclear(PQexec(rig.admin, ask("select format('rollback prepared %L', gid) from pg_prepared_xacts")));
}

static bool holds_nothing(int actor) {
	return !*ask(arena_printf(rig.arena, "select 1 from pg_locks where pid = %d", rig.pids[actor]));
}

/* Those left when some of a list have gone. */
static const char *without(const char *list, const LockForest *forest, LockSessions gone, size_t count, int ended) {
	const char *text = "";
	for (int actor = 1; actor <= rig.count; actor++) {
		bool listed = strstr(list, arena_printf(rig.arena, "%d", actor)) && actor != ended;
		for (size_t i = 0; i < count; i++) listed = listed && actor_of(forest, gone.items[i]) != actor;
		if (listed) text = arena_printf(rig.arena, "%s%s%d", text, *text ? " " : "", actor);
	}
	return text;
}

static void only_these_wait(const char *wanted, const char *when, const char *forest) {
	int64_t late_ms = clock_ms() + 5000;
	while (strcmp(still_waiting(), wanted) != 0) {
		if (clock_ms() > late_ms) fail_msg("%s there wait [%s], not [%s], in:\n%s", when, still_waiting(), wanted, forest);
		ground_turn(rig.ground, 2);
	}
}

/* Ends a session and then, in their turns, those it frees. */
static void ending_frees_whom_it_should(const LockForest *forest, size_t victim) {
	const char *before = still_waiting(), *foretold = described(forest);
	int ended = actor_of(forest, victim);
	LockEnd end = lock_forest_end(rig.arena, forest, victim);
	end_actor(ended);
	if (ended) SOON(holds_nothing(ended));
	only_these_wait(without(before, forest, end.freed, end.now, ended), arena_printf(rig.arena, "once %d has ended", ended), foretold);
	for (size_t i = 0; i < end.freed.count; i++) {
		int next = actor_of(forest, end.freed.items[i]);
		SOON(done(next));
		for (PGresult *result; (result = PQgetResult(rig.actors[next]));) PQclear(result);
		does(next, "rollback");
		does(next, "select pg_advisory_unlock_all()");
	}
	only_these_wait(without(before, forest, end.freed, end.freed.count, ended), arena_printf(rig.arena, "long after %d has ended", ended), foretold);
}

/* ---- situations ---- */

static void a_row_that_all_want(void) {
	does(1, "begin; update t set b = 1 where a = 1");
	for (int i = 2; i <= 5; i++) {
		does(i, "begin");
		wants(i, "update t set b = 2 where a = 1");
	}
}

static void a_chain_of_rows(void) {
	for (int i = 1; i <= 4; i++) {
		does(i, arena_printf(rig.arena, "begin; update t set b = 1 where a = %d", i));
		if (i > 1) wants(i, arena_printf(rig.arena, "update t set b = 1 where a = %d", i - 1));
	}
	does(5, "begin");
	wants(5, "select * from t where a = 2 for update");
}

static void ddl_behind_two_readers(void) {
	does(1, "begin; select count(*) from t");
	does(2, "begin; select count(*) from t");
	does(3, "begin");
	wants(3, "alter table t add column c int");
	does(4, "begin");
	wants(4, "select count(*) from t");
	does(5, "begin");
	wants(5, "insert into t values (100)");
}

static void several_kinds_of_wishes_in_one_queue(void) {
	does(1, "begin; lock table t in row exclusive mode");
	static const char *const modes[] = {"share", "row exclusive", "share update exclusive", "exclusive"};
	for (int i = 2; i <= 5; i++) {
		does(i, "begin");
		wants(i, arena_printf(rig.arena, "lock table t in %s mode", modes[i - 2]));
	}
	does(6, "begin; lock table t in access share mode"); /* gets along with all of them */
}

static void who_holds_some_of_it_steps_ahead(void) {
	does(1, "begin; lock table t in row exclusive mode");
	does(2, "begin; select count(*) from t");
	does(3, "begin");
	wants(3, "alter table t add column c int");
	does(4, "begin");
	wants(4, "lock table t in share mode");
	wants(2, "lock table t in share mode");
}

static void an_advisory_lock_of_an_idle_session(void) {
	does(1, "select pg_advisory_lock(-5)");
	does(2, "begin");
	wants(2, "select pg_advisory_lock(-5)");
	does(3, "begin");
	wants(3, "select pg_advisory_lock_shared(-5)");
	does(4, "select pg_advisory_lock(1, -2)");
	does(5, "begin");
	wants(5, "select pg_advisory_xact_lock_shared(1, -2)");
}

static void a_prepared_transaction(void) {
	does(1, "begin; update t set b = 1 where a = 1; prepare transaction 'it''s'");
	does(2, "begin");
	wants(2, "update t set b = 2 where a = 1");
	does(3, "begin");
	wants(3, "lock table t in share mode");
	does(4, "begin");
	wants(4, "update t set b = 2 where a = 2"); /* a row nobody has: what it would want next cannot be foretold */
}

static void an_index_built_concurrently(void) {
	does(1, "begin; insert into t values (101)");
	does(2, "begin; insert into t values (102)");
	wants(3, "create index concurrently t_b on t (b)");
	does(4, "begin");
	wants(4, "alter table t add column c int");
}

static void a_cycle(void) {
	does(1, "begin; update t set b = 1 where a = 1");
	does(2, "begin; update t set b = 1 where a = 2");
	wants(1, "update t set b = 2 where a = 2");
	wants(2, "update t set b = 2 where a = 1");
	does(3, "begin");
	wants(3, "update t set b = 3 where a = 1");
}

static void a_key_inserted_twice(void) {
	does(1, "begin; insert into t values (200)");
	does(2, "begin");
	wants(2, "insert into t values (200)");
	does(3, "begin; delete from u where a = 7");
	does(4, "begin");
	wants(4, "insert into v values (7)"); /* which refers to it */
}

static void a_query_in_parallel(void) {
	does(1, "set min_parallel_table_scan_size = 0; set parallel_setup_cost = 0; set parallel_tuple_cost = 0; set max_parallel_workers_per_gather = 2; begin");
	tell(1, "select count(pg_sleep(0.2)) from wide");
	SOON(*ask("select 1 from pg_stat_activity where backend_type = 'parallel worker' and wait_event = 'PgSleep' having count(*) = 2"));
	does(2, "begin");
	wants(2, "alter table wide add column c int");
	does(3, "begin");
	wants(3, "select count(*) from wide");
}

typedef struct Situation {
	const char *name;
	void (*play)(void);
} Situation;
#define SITUATION(play) {#play, play}
static const Situation situations[] = {
	SITUATION(a_row_that_all_want), SITUATION(a_chain_of_rows), SITUATION(ddl_behind_two_readers), SITUATION(several_kinds_of_wishes_in_one_queue),
	SITUATION(who_holds_some_of_it_steps_ahead), SITUATION(an_advisory_lock_of_an_idle_session), SITUATION(a_prepared_transaction),
	SITUATION(an_index_built_concurrently), SITUATION(a_cycle), SITUATION(a_key_inserted_twice), SITUATION(a_query_in_parallel),
};

static void everybody_sees_the_same(const LockForest *forest) {
	Conn *const others[] = {rig.monitor, rig.plain};
	for (size_t i = 0; i < 2; i++) {
		const char *seen = described(look(others[i]));
		if (strcmp(seen, described(forest)) != 0) fail_msg("%s sees\n%snot\n%s", i ? "the plain role" : "pg_monitor", seen, described(forest));
	}
}

/* The next, from an actor's number on, that blocks somebody. */
static size_t next_victim(const LockForest *forest, int *actor) {
	for (; *actor <= rig.count; ++*actor)
		for (size_t place = 0; place < forest->count; place++)
			if (actor_of(forest, place) == *actor && forest->nodes[place].behind) return place;
	return LOCK_NOBODY;
}

static void play_out(const Situation *situation) {
	bool more = true;
	for (int victim = 0; more; victim++) {
		situation->play();
		LockForest *forest = look(rig.superuser);
		if (!forest->waiting) fail_msg("nobody waits in %s", situation->name);
		if (!victim) {
			edges_are_the_servers(forest);
			everybody_sees_the_same(forest);
		}
		size_t place = next_victim(forest, &victim);
		int after = victim + 1;
		more = next_victim(forest, &after) != LOCK_NOBODY;
		ending_frees_whom_it_should(forest, place);
		clear_stage();
	}
}

/* ---- servers ---- */

static const char stage[] =
	"create table t (a int primary key, b int); insert into t select g, 0 from generate_series(1, 10) g; create table u (a int primary key); insert into u values (7);"
	"create table v (a int references u); create table wide (a int, b text); insert into wide select g, repeat('x', 1500) from generate_series(1, 200) g;"
	"create role monitor login; grant pg_monitor to monitor; create role plain login; analyze";

static void plays_out_on(const char *bin_dir) {
	void *opened;
	setenv("PGAPPNAME", "actor", 1);
	const ClusterSpec spec = {.bin_dir = bin_dir, .settings = "max_prepared_transactions = 5\ndeadlock_timeout = 60s\nautovacuum = off\nmax_connections = 30\n"};
	assert_int_equal(ground_set_up(&opened, &spec), 0);
	Ground *ground = opened;
	rig = (Rig){.ground = ground, .arena = arena_new()};
	ground_run(ground, "postgres", stage);
	rig.admin = connected();
	rig.superuser = ground_connect(ground, NULL, NULL);
	rig.monitor = ground_connect(ground, "monitor", NULL);
	rig.plain = ground_connect(ground, "plain", NULL);
	for (size_t i = 0; i < sizeof situations / sizeof *situations; i++) play_out(&situations[i]);
	PQfinish(rig.admin);
	arena_free(rig.arena);
	ground_tear_down(&opened);
}

static void they_play_out_as_foretold(void **state) {
	(void)state;
	plays_out_on(NULL);
}

static void they_do_on(int major) {
	char directory[PATH_MAX], path[64];
	snprintf(path, sizeof path, "build/servers/%d/bin", major);
	if (!realpath(path, directory)) {
		print_message("skip: they_do_on_%d: build/servers/%d is not there (tests/server/fetch.sh %d)\n", major, major, major);
		skip();
	}
	plays_out_on(directory);
}

/* Nothing says there since when who waits, so the order of queues is pg_blocking_pids'. */
static void they_do_on_13(void **state) {
	(void)state;
	they_do_on(13);
}

static void they_do_on_18(void **state) {
	(void)state;
	they_do_on(18);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(they_play_out_as_foretold),
	    cmocka_unit_test(they_do_on_13),
	    cmocka_unit_test(they_do_on_18),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
