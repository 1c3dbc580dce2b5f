/* test_show_activity.c: `pgwhy show activity` on sessions that really work, sit and wait, for those who may see what they do and those who may not. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <libpq-fe.h>

#include "cli.h"

enum { ACTORS = 3 };
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

/* 0 sits on a row, 1 waits for it, 2 is connected and does nothing. */
static int set_up(void **state) {
	const ClusterSpec spec = {.settings = "autovacuum = off\n"};
	if (cli_set_up(state, &spec) != 0) return -1;
	Cli *cli = *state;
	cli_sql(cli, "postgres", "create table t as select 1 as a; create role plain login");
	does(cli, 0, "set application_name = 'odd\"name'; begin; update t set a = 2 /* \x1b[31m */");
	does(cli, 1, "select 1");
	does(cli, 2, "select 2");
	assert_true(PQsendQuery(actors[1], "update t set a = 3"));
	cli_until_true(cli, arena_printf(cli->arena, "select wait_event_type = 'Lock' from pg_stat_activity where pid = %s", pids[1]));
	return 0;
}

static int tear_down(void **state) {
	for (int i = 0; i < ACTORS; i++) PQfinish(actors[i]);
	return cli_tear_down(state);
}

static json_t *row_of(json_t *rows, int actor) {
	json_t *row;
	size_t nth;
	json_array_foreach(rows, nth, row)
		if (json_integer_value(json_object_get(row, "pid")) == strtoll(pids[actor], NULL, 10)) return row;
	return NULL;
}

static const char *text(json_t *row, const char *key) {
	const char *value = json_string_value(json_object_get(row, key));
	return value ? value : "";
}

static void who_works_and_who_sits_is_told(void **state) {
	Cli *cli = *state;
	json_t *rows = cli_json(cli, PGWHY(cli, 0, "show", "activity", "--format", "json").out);
	json_t *holder = row_of(rows, 0), *waiter = row_of(rows, 1);
	assert_string_equal(text(holder, "state"), "idle in transaction");
	assert_string_equal(text(holder, "application"), "odd\"name");
	assert_string_equal(text(waiter, "wait_event"), "Lock:transactionid");
	assert_string_equal(text(waiter, "blocked_by"), pids[0]);
	assert_string_equal(text(waiter, "query"), "update t set a = 3");
	assert_true(json_real_value(json_object_get(waiter, "query_age_ms")) > 0);
	assert_true(json_number_value(json_object_get(waiter, "backend_age_ms")) >= json_number_value(json_object_get(waiter, "query_age_ms")));
	assert_true(json_is_null(json_object_get(waiter, "progress")));
	assert_null(row_of(rows, 2));
	assert_int_equal(json_array_size(rows), 2); /* and not ourselves */
}

static void idle_ones_are_told_when_they_are_wanted(void **state) {
	Cli *cli = *state;
	json_t *rows = cli_json(cli, PGWHY(cli, 0, "show", "activity", "--format", "json", "--set", "activity.idle=on").out);
	assert_string_equal(text(row_of(rows, 2), "state"), "idle");
	has(PGWHY(cli, 0, "show", "activity", "--set", "activity.idle=on").out, "checkpointer");
}

static void a_plain_role_sees_who_is_there(void **state) {
	Cli *cli = *state;
	json_t *rows = cli_json(cli, PGWHY(cli, 0, "show", "activity", "--format", "json", "-U", "plain").out), *holder = row_of(rows, 0);
	assert_string_equal(text(holder, "doing"), "hidden");
	assert_string_equal(text(holder, "application"), "odd\"name");
	assert_true(json_is_null(json_object_get(holder, "state")) && json_is_null(json_object_get(holder, "query")) && json_is_null(json_object_get(holder, "query_age_ms")));
}

static void it_reads_in_every_format(void **state) {
	Cli *cli = *state;
	Ran ran = PGWHY(cli, 0, "show", "activity");
	has(ran.out, "idle xact");
	has(ran.out, "Lock:transactionid");
	has_not(ran.out, "\x1b");
	has(PGWHY(cli, 0, "show", "activity", "--format", "markdown").out, "| ");
	has(PGWHY(cli, 0, "show", "activity", "--format", "csv").out,
	    "pid,age_ms,doing,wait_event,user,application,database,client,state,query_age_ms,xact_age_ms,backend_age_ms,xmin_age,workers,blocked_by,progress,queryid,backend_type,query,brief");
	const char *twice = PGWHY(cli, 0, "show", "activity", "--format", "json", "--every", "0.1", "--count", "2").out;
	assert_non_null(row_of(cli_json(cli, strchr(twice, '\n') + 1), 0));
}

static void nobody_at_work_is_nothing_to_show(void **state) {
	Cli *cli = *state;
	cli_sql(cli, "postgres", arena_printf(cli->arena, "select pg_terminate_backend(pid) from unnest(array[%s,%s,%s]) as pid", pids[0], pids[1], pids[2]));
	cli_until_true(cli, "select count(*) = 1 from pg_stat_activity where backend_type = 'client backend'");
	assert_string_equal(PGWHY(cli, 0, "show", "activity").out, "no session is at work; idle ones are left out\n");
	assert_int_equal(json_array_size(cli_json(cli, PGWHY(cli, 0, "show", "activity", "--format", "json").out)), 0);
}

int main(int argc, char **argv) {
	(void)argc;
	cli_find_program(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_works_and_who_sits_is_told),
		cmocka_unit_test(idle_ones_are_told_when_they_are_wanted),
		cmocka_unit_test(a_plain_role_sees_who_is_there),
		cmocka_unit_test(it_reads_in_every_format),
		cmocka_unit_test(nobody_at_work_is_nothing_to_show), /* ends them: the last */
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
