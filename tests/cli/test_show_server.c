/* test_show_server.c: `pgwhy show server`: one object, right for each role and for what the server lacks. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli.h"

static int set_up(void **state) {
	const ClusterSpec spec = {.settings = "shared_preload_libraries = 'pg_stat_statements'\nautovacuum = off\nmax_connections = 30\n"};
	if (cli_set_up(state, &spec) != 0) return -1;
	cli_sql(*state, "postgres", "create extension pg_stat_statements; create role plain login; create role watcher login; grant pg_monitor to watcher");
	cli_sql(*state, "template1", "create database bare");
	return 0;
}

static json_t *shown(Cli *cli, const char *user, const char *database) {
	return cli_json(cli, PGWHY(cli, 0, "show", "server", "--format", "json", "-U", user, "-d", database).out);
}

static json_t *at(json_t *object, const char *path) {
	for (const char *part = path; object && *part; part += strcspn(part, "/"), part += *part == '/') {
		json_t *inner = NULL;
		const char *key;
		json_t *value;
		json_object_foreach(object, key, value)
			if (strlen(key) == strcspn(part, "/") && strncmp(key, part, strlen(key)) == 0) inner = value;
		object = inner;
	}
	if (!object) fail_msg("there is no %s", path);
	return object;
}

static json_t *problem(json_t *server, const char *fact) {
	json_t *it;
	size_t nth;
	json_array_foreach(at(server, "problems"), nth, it)
		if (strcmp(json_string_value(json_object_get(it, "fact")), fact) == 0) return it;
	return NULL;
}

static void a_superuser_is_told_all(void **state) {
	Cli *cli = *state;
	json_t *server = shown(cli, cluster_user(cli->cluster), "postgres");
	assert_string_equal(json_string_value(at(server, "server/role")), "primary");
	assert_string_equal(json_string_value(at(server, "server/database")), "postgres");
	assert_true(json_number_value(at(server, "server/uptime_s")) >= 0);
	assert_true(json_is_true(at(server, "rights/superuser")) && json_is_true(at(server, "rights/pg_read_all_stats")));
	assert_true(json_is_true(at(server, "extensions/pg_stat_statements/usable")));
	assert_int_equal(json_integer_value(at(server, "extensions/pg_stat_statements/max")), 5000);
	assert_int_equal(json_integer_value(at(server, "sessions/max_connections")), 30);
	assert_true(json_integer_value(at(server, "sessions/connections")) >= 1);
	assert_true(json_integer_value(at(server, "settings/shared_buffers_bytes")) >= 128 * 1024);
	assert_int_equal(json_integer_value(at(server, "settings/statement_timeout_ms")), 0); /* the role's, not that of our own session */
	assert_true(json_is_false(at(server, "settings/autovacuum")));
	assert_non_null(problem(server, "autovacuum"));
	assert_true(json_integer_value(at(json_array_get(at(server, "pgwhy/connections"), 0), "pid")) > 0);
	assert_true(json_number_value(at(json_array_get(at(server, "pgwhy/reads"), 0), "total_ms")) > 0);
}

static void a_plain_role_is_told_what_it_is_not_shown(void **state) {
	Cli *cli = *state;
	json_t *server = shown(cli, "plain", "postgres"), *missing = problem(server, "pg_read_all_stats");
	assert_true(json_is_false(at(server, "rights/superuser")) && json_is_false(at(server, "rights/pg_monitor")));
	assert_non_null(missing);
	const char *grant = json_string_value(json_object_get(missing, "remedy"));
	assert_string_equal(grant, "GRANT pg_read_all_stats TO plain");
	cli_sql(cli, "postgres", grant); /* and that is all it takes */
	assert_null(problem(shown(cli, "plain", "postgres"), "pg_read_all_stats"));
	cli_sql(cli, "postgres", "revoke pg_read_all_stats from plain");
}

static void pg_monitor_is_enough(void **state) {
	Cli *cli = *state;
	json_t *server = shown(cli, "watcher", "postgres");
	assert_true(json_is_true(at(server, "rights/pg_monitor")) && json_is_false(at(server, "rights/superuser")));
	assert_null(problem(server, "pg_read_all_stats"));
	assert_string_equal(json_string_value(at(server, "extensions/shared_preload_libraries")), "pg_stat_statements");
}

static void a_database_without_the_extension_says_so(void **state) {
	Cli *cli = *state;
	json_t *server = shown(cli, cluster_user(cli->cluster), "bare"), *missing = problem(server, "pg_stat_statements");
	assert_true(json_is_null(at(server, "extensions/pg_stat_statements/version")) && json_is_false(at(server, "extensions/pg_stat_statements/usable")));
	assert_non_null(missing);
	has(json_string_value(json_object_get(missing, "hint")), "CREATE EXTENSION pg_stat_statements;");
}

static void an_old_version_of_the_extension_says_how_to_update(void **state) {
	Cli *cli = *state;
	cli_sql(cli, "bare", "create extension pg_stat_statements version '1.8'");
	json_t *server = shown(cli, cluster_user(cli->cluster), "bare"), *old = problem(server, "pg_stat_statements");
	assert_string_equal(json_string_value(at(server, "extensions/pg_stat_statements/version")), "1.8");
	assert_non_null(old);
	const char *update = json_string_value(json_object_get(old, "remedy"));
	assert_string_equal(update, "ALTER EXTENSION pg_stat_statements UPDATE");
	cli_sql(cli, "bare", update);
	assert_null(problem(shown(cli, cluster_user(cli->cluster), "bare"), "pg_stat_statements"));
	cli_sql(cli, "bare", "drop extension pg_stat_statements");
}

static void what_is_switched_off_says_what_that_costs(void **state) {
	Cli *cli = *state;
	cli_sql(cli, "postgres", "alter role watcher set track_activities = off; alter role watcher set enable_indexscan = off; alter role watcher set statement_timeout = '7s'");
	json_t *server = shown(cli, "watcher", "postgres"), *off = problem(server, "track_activities");
	assert_non_null(off);
	has(json_string_value(json_object_get(off, "problem")), "neither state nor statement");
	assert_non_null(problem(server, "enable_indexscan"));
	assert_int_equal(json_integer_value(at(server, "settings/statement_timeout_ms")), 7000);
	cli_sql(cli, "postgres", "alter role watcher reset all");
}

static void text_and_lines_say_the_same(void **state) {
	Cli *cli = *state;
	Ran ran = PGWHY(cli, 0, "show", "server");
	has(ran.out, "shared_buffers");
	has(ran.out, "grow with every update");
	Ran lines = PGWHY(cli, 0, "show", "server", "--format", "json", "--every", "0.2", "--count", "2");
	const char *second = strchr(lines.out, '\n') + 1;
	assert_true(json_is_object(cli_json(cli, second)) && strchr(second, '\n') == second + strlen(second) - 1);
}

int main(int argc, char **argv) {
	(void)argc;
	cli_find_program(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_superuser_is_told_all),
		cmocka_unit_test(a_plain_role_is_told_what_it_is_not_shown),
		cmocka_unit_test(pg_monitor_is_enough),
		cmocka_unit_test(a_database_without_the_extension_says_so),
		cmocka_unit_test(an_old_version_of_the_extension_says_how_to_update),
		cmocka_unit_test(what_is_switched_off_says_what_that_costs),
		cmocka_unit_test(text_and_lines_say_the_same),
	};
	return cmocka_run_group_tests(tests, set_up, cli_tear_down);
}
