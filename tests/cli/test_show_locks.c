/* test_show_locks.c: `pgwhy show locks` on sessions that really wait, for those who may see what they do and those who may not. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <libpq-fe.h>

#include "cli.h"

enum { ACTORS = 4 };
static PGconn *actors[ACTORS];
static const char *pids[ACTORS];

static void does(Cli *cli, int actor, const char *sql) {
	if (!actors[actor]) {
		actors[actor] = PQconnectdb(cluster_conninfo(cli->arena, cli->cluster, "postgres"));
		pids[actor] = arena_printf(cli->arena, "%d", PQbackendPID(actors[actor]));
	}
	PGresult *result = PQexec(actors[actor], sql);
	if (PQresultStatus(result) > PGRES_TUPLES_OK) fail_msg("%s, in: %s", PQerrorMessage(actors[actor]), sql);
	PQclear(result);
}

static void wants(Cli *cli, int actor, const char *sql) {
	does(cli, actor, "begin");
	assert_true(PQsendQuery(actors[actor], sql));
	cli_until_true(cli, arena_printf(cli->arena, "select exists (select from pg_locks where pid = %s and not granted)", pids[actor]));
}

/* 0 sits on a row of "odd\"name", 1 waits for it, 2 wants the whole table and waits for both, 3 reads behind 2. */
static int set_up(void **state) {
	const ClusterSpec spec = {.settings = "autovacuum = off\n"};
	if (cli_set_up(state, &spec) != 0) return -1;
	Cli *cli = *state;
	cli_sql(cli, "postgres", "create table \"odd\"\"name\x1b[31m\" as select 1 as a; create role plain login");
	cli_sql(cli, "postgres", "create database empty");
	does(cli, 0, "begin; update \"odd\"\"name\x1b[31m\" set a = 2");
	wants(cli, 1, "update \"odd\"\"name\x1b[31m\" set a = 3");
	wants(cli, 2, "alter table \"odd\"\"name\x1b[31m\" add b int");
	wants(cli, 3, "select * from \"odd\"\"name\x1b[31m\"");
	return 0;
}

static int tear_down(void **state) {
	for (int i = 0; i < ACTORS; i++) PQfinish(actors[i]);
	return cli_tear_down(state);
}

/* Those in a list of pids, in the order of their numbers: "0 1". */
static const char *actors_in(Cli *cli, const json_t *list) {
	const char *text = "";
	const json_t *pid;
	size_t nth;
	for (int i = 0; i < ACTORS; i++)
		json_array_foreach(list, nth, pid)
			if (json_integer_value(pid) == strtoll(pids[i], NULL, 10)) text = arena_printf(cli->arena, "%s%s%d", text, *text ? " " : "", i);
	return text;
}

static json_t *session_of(json_t *forest, int actor) {
	json_t *session;
	size_t nth;
	json_array_foreach(json_object_get(forest, "sessions"), nth, session)
		if (json_integer_value(json_object_get(session, "pid")) == strtoll(pids[actor], NULL, 10)) return session;
	fail_msg("actor %d is not there", actor);
	return NULL;
}

static void the_forest_is_right(Cli *cli, json_t *forest) {
	static const char *const wanted[ACTORS][4] = {
		/* waits for, softly for, frees now, eventually */
		{"", "", "1", "1 2 3"}, {"0", "", "", ""}, {"0 1", "", "3", "3"}, {"", "2", "", ""},
	};
	static const char *const keys[] = {"waits_for", "waits_softly_for", "frees_now", "frees_eventually"};
	assert_int_equal(json_integer_value(json_object_get(forest, "waiting")), 3);
	assert_int_equal(json_array_size(json_object_get(forest, "sessions")), ACTORS);
	for (int actor = 0; actor < ACTORS; actor++) {
		json_t *session = session_of(forest, actor);
		for (size_t i = 0; i < 4; i++) assert_string_equal(actors_in(cli, json_object_get(session, keys[i])), wanted[actor][i]);
		assert_true(json_is_true(json_object_get(session, "root")) == (actor == 0));
		assert_string_equal(json_string_value(json_object_get(session, "database")), "postgres");
		json_t *object = json_object_get(json_object_get(session, "wanted"), "object");
		if (actor) assert_string_equal(json_string_value(object), "public.\"odd\"\"name\x1b[31m\"");
	}
}

static void it_is_right_for_a_superuser(void **state) {
	Cli *cli = *state;
	json_t *forest = cli_json(cli, PGWHY(cli, 0, "show", "locks", "--format", "json").out);
	the_forest_is_right(cli, forest);
	assert_string_equal(json_string_value(json_object_get(session_of(forest, 0), "state")), "idle in transaction");
	assert_true(json_is_string(json_object_get(session_of(forest, 0), "backend_start")));
	assert_true(json_real_value(json_object_get(session_of(forest, 1), "wait_s")) > 0);
}

static void it_is_right_for_a_plain_role(void **state) {
	Cli *cli = *state;
	json_t *forest = cli_json(cli, PGWHY(cli, 0, "show", "locks", "--format", "json", "-U", "plain").out);
	the_forest_is_right(cli, forest);
	assert_true(json_is_null(json_object_get(session_of(forest, 0), "state")));
	assert_true(json_is_null(json_object_get(session_of(forest, 0), "query")));
}

/* Its name is asked for there. */
static void from_another_database_it_is_as_right(void **state) {
	Cli *cli = *state;
	the_forest_is_right(cli, cli_json(cli, PGWHY(cli, 0, "show", "locks", "--format", "json", "-d", "empty").out));
	has(PGWHY(cli, 0, "show", "locks", "-d", "empty").out, "AccessExclusive on public.\"odd\"\"name?[31m\" of database postgres");
}

/* Only its number is known where we may not come in. */
static void a_database_that_is_closed_keeps_its_names(void **state) {
	Cli *cli = *state;
	cli_sql(cli, "empty", "revoke connect on database postgres from public");
	json_t *forest = cli_json(cli, PGWHY(cli, 0, "show", "locks", "--format", "json", "-d", "empty", "-U", "plain").out);
	assert_true(json_is_null(json_object_get(json_object_get(session_of(forest, 2), "wanted"), "object")));
	has(PGWHY(cli, 0, "show", "locks", "-d", "empty", "-U", "plain").out, " of database postgres");
	cli_sql(cli, "empty", "grant connect on database postgres to public");
}

static void it_reads_as_a_tree(void **state) {
	Cli *cli = *state;
	Ran ran = PGWHY(cli, 0, "show", "locks");
	has(ran.out, arena_printf(cli->arena, "%s idle in xact", pids[0]));
	has(ran.out, arena_printf(cli->arena, "%s ALTER TABLE", pids[2]));
	has(ran.out, "AccessExclusive");
	has(ran.out, "1 now, 2 later");
	has(ran.out, arena_printf(cli->arena, "session %s (postgres), idle in transaction for ", pids[0])); /* above the tree */
	has(ran.out, arena_printf(cli->arena, ": cancel %s ALTER TABLE, frees 1 at once; end it, frees 1 at once, 3 in the end\n\nsession ", pids[2]));
	has(ran.out, "DDL ahead of 1: AccessExclusive on public.\"odd\"\"name?[31m\", also held by ");
	has(PGWHY(cli, 0, "show", "locks", "--format", "csv").out, "session,blocks,wait_ms,frees,xact_age_ms,user,application,database,state,wants,object,pid,query,brief");
}

static void again_and_again_it_is_one_line_each(void **state) {
	Cli *cli = *state;
	Ran ran = PGWHY(cli, 0, "show", "locks", "--format", "json", "--every", "0.1s", "--count", "2");
	const char *end = strchr(ran.out, '\n');
	the_forest_is_right(cli, cli_json(cli, arena_copy_n(cli->arena, ran.out, (size_t)(end - ran.out))));
	the_forest_is_right(cli, cli_json(cli, end + 1));
}

static void nothing_waiting_is_nothing_to_show(void **state) {
	Cli *cli = *state;
	cli_sql(cli, "postgres", arena_printf(cli->arena, "select pg_terminate_backend(pid) from unnest(array[%s,%s,%s,%s]) as pid", pids[0], pids[1], pids[2], pids[3]));
	cli_until_true(cli, "select not exists (select from pg_locks where not granted)");
	assert_string_equal(PGWHY(cli, 0, "show", "locks").out, "no session waits for a lock\n");
	json_t *forest = cli_json(cli, PGWHY(cli, 0, "show", "locks", "--format", "json").out);
	assert_int_equal(json_integer_value(json_object_get(forest, "waiting")), 0);
	assert_int_equal(json_array_size(json_object_get(forest, "sessions")), 0);
}

int main(int argc, char **argv) {
	(void)argc;
	cli_find_program(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_right_for_a_superuser),
		cmocka_unit_test(it_is_right_for_a_plain_role),
		cmocka_unit_test(from_another_database_it_is_as_right),
		cmocka_unit_test(a_database_that_is_closed_keeps_its_names),
		cmocka_unit_test(it_reads_as_a_tree),
		cmocka_unit_test(again_and_again_it_is_one_line_each),
		cmocka_unit_test(nothing_waiting_is_nothing_to_show), /* ends them: the last */
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
