/* test_locks.c: forests of real sessions: edges as pg_blocking_pids has them, and ending one frees exactly whom it was said to free.
 *
 * Every situation is made anew for each session in it that blocks somebody; that one is ended, and the others are looked at. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>
#include <unistd.h>

#include "actors.h"

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

static void an_index_that_waits_for_an_old_snapshot(void) {
	does(1, "begin isolation level repeatable read; select count(*) from u"); /* another table */
	wants(2, "create index concurrently r_c on r (b)");
}

/* Two share the row, and the server waits for its holders one by one: of the second nobody is told. */
static void a_row_shared_by_two(void) {
	does(1, "begin; select * from t where a = 1 for share");
	does(2, "begin; select * from t where a = 1 for share");
	does(3, "begin");
	wants(3, "update t set b = 3 where a = 1");
}

static void a_schema_about_to_be_dropped(void) {
	does(1, "begin; create table s.one (a int)");
	does(2, "begin");
	wants(2, "drop schema s");
	does(3, "begin");
	wants(3, "create table s.two (a int)");
	does(4, "begin; comment on database template1 is 'one'"); /* of no database */
	does(5, "begin");
	wants(5, "comment on database template1 is 'two'");
}

static void a_table_of_another_database(void) {
	for (int i = 1; i <= 3; i++) enters(i, "elsewhere");
	does(1, "begin; update far set a = 1");
	does(2, "begin");
	wants(2, "update far set a = 2");
	does(3, "begin");
	wants(3, "truncate far");
}

/* It waits for all who use the table, not only for who writes it. */
static void an_index_dropped_concurrently(void) {
	does(1, "begin; select count(*) from r");
	does(2, "begin; select count(*) from r");
	wants(3, "drop index concurrently r_b");
	does(4, "begin");
	wants(4, "alter table r add column c int");
}

static void an_index_rebuilt_concurrently(void) {
	does(1, "begin; insert into r values (1)");
	does(2, "begin; select count(*) from r");
	wants(3, "reindex index concurrently r_b");
}

/* Meanwhile it holds nothing that would tell whom it meets next. */
static void a_partition_detached_concurrently(void) {
	does(1, "begin; select count(*) from p");
	wants(2, "alter table p detach partition p1 concurrently");
}

/* One builds an index under the lock that keeps others from migrating; the other waits for that lock, and has a snapshot. */
static void two_who_migrate(void) {
	does(1, "select pg_advisory_lock(2053462845)");
	wants(2, "select pg_advisory_lock(2053462845)");
	wants(1, "create index concurrently r_c on r (b)");
}

static void a_chain_of_several_kinds(void) {
	does(1, "begin; update t set b = 1 where a = 1");
	does(2, "begin; lock table u in exclusive mode");
	does(3, "select pg_advisory_lock(3)");
	does(4, "begin; insert into r values (4)");
	wants(2, "update t set b = 2 where a = 1");
	wants(3, "begin; insert into u values (3)");
	wants(4, "select pg_advisory_lock_shared(3)");
	does(5, "begin");
	wants(5, "lock table r in share mode");
	does(6, "begin");
	wants(6, "insert into r values (6)"); /* who writes stands behind who wants nobody to */
}

/* No lock is waited for, but the end of whoever might make its snapshot unsafe. */
static void a_snapshot_that_is_to_be_safe(void) {
	for (int i = 1; i <= 2; i++) does(i, arena_printf(rig.arena, "begin isolation level serializable; insert into r select count(*) from u where a = %d", i));
	wants(3, "begin isolation level serializable read only deferrable; select count(*) from r");
	does(4, "begin; update u set a = 7 where a = 7");
	wants(5, "update u set a = 7 where a = 7");
}

typedef struct Situation {
	const char *name;
	void (*play)(void);
	const char *tree; /* as a superuser sees it; NULL: in which order the server waits for several is not said */
	int since; /* the first server that can */
	bool unforeseeable; /* what ending one frees: it is only looked at */
} Situation;
#define SITUATION(situation) .name = #situation, .play = situation
static const Situation situations[] = {
	{SITUATION(a_row_that_all_want), .tree = "1* 4 1/4\n 2 3 0/0\n  3 2 0/0\n  4 1 0/0\n  5 0 0/0\n"},
	{SITUATION(a_chain_of_rows), .tree = "1* 4 1/4\n 2 3 1/3\n  3 2 1/1\n   4 0 0/0\n   5 0 0/0\n"},
	{SITUATION(ddl_behind_two_readers), .tree = "1* 3 0/0\n 3 2 2/2\n  ~4 0 0/0\n  ~5 0 0/0\n2* 3 0/0\n"},
	{SITUATION(several_kinds_of_wishes_in_one_queue), .tree = "1* 4 1/4\n 2 3 2/2\n  ~3 1 0/0\n  ~4 1 0/0\n 5 0 0/0\n"},
	{SITUATION(who_holds_some_of_it_steps_ahead), .tree = "1* 3 1/3\n 2 2 0/0\n 3 1 0/0\n 4 0 0/0\n"},
	{SITUATION(an_advisory_lock_of_an_idle_session), .tree = "1* 2 1/2\n 2 1 0/0\n 3 0 0/0\n4* 1 1/1\n 5 0 0/0\n"},
	{SITUATION(a_prepared_transaction), .tree = "0* 3 1/3\n 2 2 0/0\n 3 1 1/1\n  ~4 0 0/0\n"},
	{SITUATION(an_index_built_concurrently), .tree = NULL},
	{SITUATION(an_index_that_waits_for_an_old_snapshot), .tree = "1* 1 1/1\n 2 0 0/0\n"},
	{SITUATION(a_cycle), .tree = "1*o 2 1/2\n 2*o 2 1/2\n  3 0 0/0\n"},
	{SITUATION(a_key_inserted_twice), .tree = "1* 1 1/1\n 2 0 0/0\n3* 1 1/1\n 4 0 0/0\n"},
	{SITUATION(a_query_in_parallel), .tree = "1* 2 1/2\n 2 1 1/1\n  ~3 0 0/0\n"},
	{SITUATION(a_row_shared_by_two), .tree = "1* 1 1/1\n 3 0 0/0\n", .unforeseeable = true},
	{SITUATION(a_schema_about_to_be_dropped), .tree = "1* 2 1/2\n 2 1 1/1\n  ~3 0 0/0\n4* 1 1/1\n 5 0 0/0\n"},
	{SITUATION(a_table_of_another_database), .tree = "1* 2 1/2\n 2 1 0/0\n 3 0 0/0\n"},
	{SITUATION(an_index_dropped_concurrently), .tree = NULL},
	{SITUATION(an_index_rebuilt_concurrently), .tree = "1* 1 0/0\n 3 0 0/0\n"},
	{SITUATION(a_partition_detached_concurrently), .tree = "1* 1 1/1\n 2 0 0/0\n", .since = 140000, .unforeseeable = true},
	{SITUATION(two_who_migrate), .tree = "2*o 1 1/1\n 1*o 1 1/1\n"},
	{SITUATION(a_snapshot_that_is_to_be_safe), .tree = "1* 1 0/0\n 3 0 0/0\n2* 1 0/0\n4* 1 1/1\n 5 0 0/0\n"},
	{SITUATION(a_chain_of_several_kinds), .tree = "1* 5 1/5\n 2 4 1/4\n  3 3 1/3\n   4 2 1/2\n    5 1 1/1\n     ~6 0 0/0\n"},
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

static void play_out(const Situation *situation, bool every_victim) {
	bool more = true;
	for (int victim = 0; more; victim++) {
		situation->play();
		LockForest *forest = look(rig.superuser);
		if (!forest->waiting) fail_msg("nobody waits in %s", situation->name);
		if (!victim) {
			if (situation->tree && strcmp(tree_of(forest), situation->tree) != 0) fail_msg("%s is\n%snot\n%s", situation->name, tree_of(forest), situation->tree);
			edges_are_the_servers(forest);
			everybody_sees_the_same(forest);
		}
		size_t place = next_victim(forest, &victim);
		int after = victim + 1;
		more = every_victim && next_victim(forest, &after) != LOCK_NOBODY;
		if (!situation->unforeseeable) ending_frees_whom_it_should(forest, place);
		clear_stage();
	}
}

/* One after the other it would help nobody. */
static void two_ddl_in_one_queue_are_cancelled_together(void) {
	does(1, "begin; select count(*) from t");
	does(2, "begin");
	wants(2, "alter table t add column c int");
	does(3, "begin");
	wants(3, "alter table t add column d int");
	wants(4, "select count(*) from t");
	wants(5, "select count(*) from t");
	LockForest *forest = look(rig.superuser);
	if (strcmp(tree_of(forest), "1* 4 1/4\n 2 3 0/0\n 3 2 0/0\n  ~4 0 0/0\n  ~5 0 0/0\n") != 0) fail_msg("%s", tree_of(forest));
	LockSessions ddl = {0};
	for (int actor = 2; actor <= 3; actor++) *list_push(rig.arena, &ddl) = lock_forest_place(forest, rig.pids[actor], NULL);
	LockEnd end = lock_forest_end_all(rig.arena, forest, ddl);
	assert_string_equal(actors(forest, end.freed, end.now), "4 5");
	ask(arena_printf(rig.arena, "select pg_cancel_backend(%d), pg_cancel_backend(%d)", rig.pids[2], rig.pids[3]));
	SOON(done(4) && done(5));
	clear_stage();
}

/* ---- names ---- */

static void things_are_called_what_the_catalog_calls_them(void) {
	static const struct {
		const char *key, *text;
	} things[] = {
		{"1259::bigint << 32 | 't'::regclass::oid::bigint", "table public.t"},
		{"1259::bigint << 32 | 'p'::regclass::oid::bigint", "table public.p"},
		{"1259::bigint << 32 | 'r_b'::regclass::oid::bigint", "index public.r_b"},
		{"2615::bigint << 32 | 's'::regnamespace::oid::bigint", "schema s"},
		{"1260::bigint << 32 | 'plain'::regrole::oid::bigint", "role plain"},
		{"1262::bigint << 32 | (select oid from pg_database where datname = 'elsewhere')::bigint", "database elsewhere"},
		{"1247::bigint << 32 | 'int4'::regtype::oid::bigint", "type pg_catalog.int4"},
		{"2612::bigint << 32 | 13", "object 13 of pg_language"},
		{"1259::bigint << 32 | 4294967295", ""},
	};
	Answer answer;
	for (size_t i = 0; i < sizeof things / sizeof *things; i++) {
		const char *const params[] = {arena_printf(rig.arena, "{%s}", ask(arena_printf(rig.arena, "select %s", things[i].key)))};
		answer = ground_catalog(rig.ground, rig.plain, "lock_names", params, 1);
		if (!answer.table) fail_msg("%s", answer.message);
		assert_string_equal(table_text(answer.table, 0, table_column(answer.table, "text"), NULL), things[i].text);
	}
}

/* ---- crowds ---- */

enum { CROWD = 90 }; /* more than are asked about one by one; 500 are for the bench */

static int count_waiting(void) {
	return atoi(ask("select count(*) from pg_locks where not granted"));
}

static void same_edges(const LockForest *forest, int actor) {
	size_t place = lock_forest_place(forest, rig.pids[actor], NULL);
	LockSessions blockers = both(lock_forest_blockers(rig.arena, forest, place), lock_forest_soft_blockers(rig.arena, forest, place));
	Str pids = STR_INIT;
	for (size_t i = 0; i < blockers.count; i++) str_printf(&pids, "%s%lld", i ? "," : "", (long long)forest->nodes[blockers.items[i]].session->pid);
	const char *same = "select 1 where (select array_agg(p order by p) from unnest('{%s}'::int[]) p) = (select array_agg(distinct p order by p) from unnest(pg_blocking_pids(%d)) p)";
	if (!*ask(arena_printf(rig.arena, same, pids.text, rig.pids[actor]))) fail_msg("actor %d does not wait for {%s}", actor, pids.text);
	str_release(&pids);
}

/* Of all alike, each waits for those before it; the whole crowd is behind the first one. */
static void crowd_waits(const char *holds, const char *first, const char *others) {
	does(1, holds);
	for (int actor = 2; actor <= CROWD; actor++) {
		does(actor, "begin");
		tell(actor, actor == 2 ? first : others);
		if (actor % 50 == 2) SOON(waits(actor)); /* in order, here and there */
	}
	SOON(count_waiting() == CROWD - 1);
}

static void one_row_is_given_to_one_at_a_time(void) {
	static const char update[] = "update t set b = 2 where a = 1";
	crowd_waits("begin; update t set b = 1 where a = 1", update, update);
	LockForest *forest = look(rig.superuser);
	assert_int_equal(forest->waiting, CROWD - 1);
	assert_int_equal(forest->root_count, 1);
	assert_int_equal(actor_of(forest, 0), 1);
	assert_int_equal(forest->nodes[0].behind, CROWD - 1);
	assert_int_equal(forest->nodes[0].frees, CROWD - 1);
	assert_int_equal(forest->nodes[0].frees_now, 1);
	same_edges(forest, 2);
	same_edges(forest, 3);
	end_actor(1);
	SOON(done(2));
	SOON(count_waiting() == CROWD - 2); /* the next has its turn at the row, and waits for who has it now */
	clear_stage();
}

static void all_who_read_stand_behind_one_ddl(void) {
	crowd_waits("begin; select count(*) from t", "alter table t add column c int", "select count(*) from t");
	LockForest *forest = look(rig.superuser);
	size_t ddl = lock_forest_place(forest, rig.pids[2], NULL);
	assert_int_equal(forest->nodes[0].behind, CROWD - 1);
	assert_int_equal(forest->nodes[0].frees_now, 1);
	assert_int_equal(forest->nodes[ddl].parent, 0);
	assert_int_equal(forest->nodes[ddl].frees_now, CROWD - 2);
	for (size_t place = 2; place < forest->count; place++) assert_true(forest->nodes[place].parent == ddl && forest->nodes[place].softly);
	same_edges(forest, CROWD);
	ask(arena_printf(rig.arena, "select pg_cancel_backend(%d)", rig.pids[2]));
	SOON(count_waiting() == 0);
	clear_stage();
}

/* ---- servers ---- */

static const char stage[] =
	"create schema s; create table p (a int) partition by range (a); create table p1 partition of p for values from (0) to (10);"
	"create table t (a int primary key, b int); insert into t select g, 0 from generate_series(1, 10) g; create table u (a int primary key); insert into u values (7);"
	"create table v (a int references u); create table wide (a int, b text); insert into wide select g, repeat('x', 1500) from generate_series(1, 200) g;"
	"create role monitor login; grant pg_monitor to monitor; create role plain login; analyze";

/* NULL: the server that is installed, where everybody in the way is ended in turn; elsewhere the first. */
static void plays_out_on(const char *bin_dir) {
	void *opened;
	setenv("PGAPPNAME", "actor", 1);
	const ClusterSpec spec = {.bin_dir = bin_dir, .settings = "max_prepared_transactions = 5\ndeadlock_timeout = 60s\nautovacuum = off\nmax_connections = 110\n"};
	assert_int_equal(ground_set_up(&opened, &spec), 0);
	Ground *ground = opened;
	rig = (Rig){.ground = ground, .arena = arena_new()};
	ground_run(ground, "postgres", stage);
	ground_run(ground, "postgres", "create database elsewhere");
	ground_run(ground, "elsewhere", "create table far as select 0 as a");
	rig.admin = connected("postgres");
	rig.superuser = ground_connect(ground, NULL, NULL);
	rig.monitor = ground_connect(ground, "monitor", NULL);
	rig.plain = ground_connect(ground, "plain", NULL);
	clear_stage();
	for (size_t i = 0; i < sizeof situations / sizeof *situations; i++)
		if (conn_server(rig.superuser)->version >= situations[i].since) play_out(&situations[i], !bin_dir);
	two_ddl_in_one_queue_are_cancelled_together();
	things_are_called_what_the_catalog_calls_them();
	one_row_is_given_to_one_at_a_time();
	if (!bin_dir) all_who_read_stand_behind_one_ddl();
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
