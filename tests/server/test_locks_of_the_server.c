/* test_locks_of_the_server.c: who waits for what the server does by itself: autovacuum, and a standby's recovery; and who keeps it waiting. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>
#include <unistd.h>

#include "actors.h"

static void raise_curtain(Ground *ground) {
	setenv("PGAPPNAME", "actor", 1);
	rig = (Rig){.ground = ground, .arena = arena_new()};
	rig.admin = connected("postgres");
	rig.superuser = ground_connect(ground, NULL, NULL);
	rig.monitor = ground_connect(ground, "monitor", NULL);
	rig.plain = ground_connect(ground, "plain", NULL);
}

static void drop_curtain(void) {
	Conn *const seats[] = {rig.superuser, rig.monitor, rig.plain};
	for (size_t i = 0; i < 3; i++) ground_leave(rig.ground, seats[i]);
	for (int i = 1; i <= rig.count; i++) PQfinish(rig.actors[i]);
	PQfinish(rig.admin);
	arena_free(rig.arena);
	rig = (Rig){0};
}

static void everybody_sees(const char *tree) {
	Conn *const seats[] = {rig.superuser, rig.monitor, rig.plain};
	for (size_t i = 0; i < 3; i++) {
		const char *seen = tree_of(look(seats[i]));
		if (strcmp(seen, tree) != 0) fail_msg("role %zu sees\n%snot\n%s", i, seen, tree);
	}
}

/* The one that is no actor. */
static const LockSession *the_server(const LockForest *forest) {
	for (size_t place = 0; place < forest->count; place++)
		if (!actor_of(forest, place)) return forest->nodes[place].session;
	fail_msg("only actors are there");
	return NULL;
}

/* ---- autovacuum ---- */

/* A page a tenth of a second: it is there for as long as it is looked at. */
static const char vacuumed[] =
	"create role monitor login; grant pg_monitor to monitor; create role plain login;"
	"create table %s (a int, b text) with (autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1, autovacuum_vacuum_threshold = 1,"
	" autovacuum_vacuum_scale_factor = 0, autovacuum_freeze_max_age = %d);"
	"insert into %s select g, repeat('x', 1500) from generate_series(1, 1500) g; delete from %s where a %% 2 = 0";

static void is_in_the_way_of_ddl(const char *bin_dir, bool wraparound) {
	void *opened;
	const ClusterSpec spec = {.bin_dir = bin_dir, .settings = "deadlock_timeout = 60s\nautovacuum_naptime = 1s\n"};
	assert_int_equal(ground_set_up(&opened, &spec), 0);
	Ground *ground = opened;
	ground_run(ground, "postgres", arena_printf(ground->arena, vacuumed, "t", wraparound ? 100000 : 200000000, "t", "t"));
	raise_curtain(ground);
	if (wraparound) does(2, "do $$ begin for i in 1..100001 loop perform txid_current(); commit; end loop; end $$");
	const char *holds = arena_printf(rig.arena, "select 1 from pg_locks as l join pg_stat_activity as a using (pid) where relation = 't'::regclass"
	                                            " and backend_type = 'autovacuum worker' and query like 'autovacuum: VACUUM%%public.t%s'", wraparound ? " (to prevent wraparound)" : "");
	SOON(*ask(holds));
	does(1, "begin");
	wants(1, "alter table t add column c int");
	everybody_sees("0* 1 1/1\n 1 0 0/0\n");
	assert_string_equal(the_server(look(rig.monitor))->backend_type, "autovacuum worker");
	assert_int_equal(strstr(the_server(look(rig.superuser))->query, "(to prevent wraparound)") != NULL, wraparound);
	ask("select pg_cancel_backend(pid) from pg_stat_activity where backend_type = 'autovacuum worker'");
	SOON(done(1));
	drop_curtain();
	ground_tear_down(&opened);
}

static const char *server_of(char *directory, int major) {
	char path[64];
	snprintf(path, sizeof path, "build/servers/%d/bin", major);
	if (realpath(path, directory)) return directory;
	print_message("skip: autovacuum_is_in_the_way_on_%d: build/servers/%d is not there (tests/server/fetch.sh %d)\n", major, major, major);
	skip();
	return NULL;
}

static void autovacuum_is_in_the_way(void **state) {
	(void)state;
	is_in_the_way_of_ddl(NULL, false);
}

static void autovacuum_against_wraparound_is_called_one(void **state) {
	(void)state;
	char directory[PATH_MAX];
	is_in_the_way_of_ddl(server_of(directory, 18), true);
}

/* ---- recovery ---- */

static void replay_and_readers_wait_for_each_other(void **state) {
	(void)state;
	static const char settings[] = "max_standby_streaming_delay = -1\ndeadlock_timeout = 60s\n";
	void *opened;
	assert_int_equal(ground_set_up(&opened, &(ClusterSpec){.settings = settings}), 0);
	Ground *primary = opened, standby = {.work = primary->work, .arena = primary->arena, .err = ERR_INIT};
	ground_run(primary, "postgres", "create table t (a int); create role monitor login; grant pg_monitor to monitor; create role plain login");
	standby.cluster = cluster_start(&(ClusterSpec){.settings = settings, .standby_of = primary->cluster}, &standby.err);
	if (!standby.cluster) fail_msg("%s", standby.err.message.text);
	raise_curtain(&standby);
	PGconn *ddl = PQconnectdb(cluster_conninfo(rig.arena, primary->cluster, "postgres"));

	PQclear(PQexec(ddl, "begin; lock table t in access exclusive mode"));
	ground_run(primary, "postgres", "create table flushes_the_log ()");
	SOON(*ask("select 1 from pg_locks where relation = 't'::regclass and mode = 'AccessExclusiveLock' and granted"));
	does(1, "begin");
	wants(1, "select count(*) from t");
	everybody_sees("0* 1 1/1\n 1 0 0/0\n");
	assert_string_equal(the_server(look(rig.monitor))->backend_type, "startup");
	PQclear(PQexec(ddl, "rollback"));
	SOON(done(1)); /* and stays in its transaction */

	PQclear(PQexec(ddl, "begin; lock table t in access exclusive mode"));
	ground_run(primary, "postgres", "drop table flushes_the_log");
	SOON(*ask("select 1 from pg_locks where relation = 't'::regclass and not granted"));
	everybody_sees("1* 1 1/1\n 0 0 0/0\n"); /* of which pg_blocking_pids knows nothing */

	PQfinish(ddl);
	drop_curtain();
	cluster_stop(standby.cluster);
	for (size_t i = 0; i < standby.kept.count; i++) arena_free(standby.kept.items[i]);
	err_release(&standby.err);
	ground_tear_down(&opened);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(autovacuum_is_in_the_way),
		cmocka_unit_test(autovacuum_against_wraparound_is_called_one),
		cmocka_unit_test(replay_and_readers_wait_for_each_other),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
