/* test_connect.c: libpq's ways in, as commands without a terminal have them, and every way of not getting in. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <sys/stat.h>

#include "cli.h"

static int set_up(void **state) {
	const ClusterSpec spec = {.hba = "local all secret scram-sha-256\nlocal all shut reject\n", .settings = "max_connections = 20\n"};
	if (cli_set_up(state, &spec) != 0) return -1;
	cli_sql(*state, "postgres", "create role secret login password 'open sesame'; create role shut login; create role plain login; create role nologin");
	cli_sql(*state, "postgres", "create database plan");
	return 0;
}

/* Who we are, and where, by the plan of a statement that only that role can plan there. */
static void gets_in(Cli *cli, const char *role, const Start *start, const char *const *args) {
	LIST(const char *) all = {0};
	*list_push(cli->arena, &all) = "explain";
	*list_push(cli->arena, &all) = "-c";
	*list_push(cli->arena, &all) = arena_printf(cli->arena, "select 1 / (current_user = '%s')::int", role);
	for (; *args; args++) *list_push(cli->arena, &all) = *args;
	*list_push(cli->arena, &all) = NULL;
	Ran ran = cli_run(cli, 0, start, all.items);
	assert_string_equal(ran.err, "");
	has_not(ran.out, "sesame");
}

static const char *socket_dir(Cli *cli) {
	return cluster_socket_dir(cli->cluster);
}

static const char *port(Cli *cli) {
	return arena_printf(cli->arena, "%d", cluster_port(cli->cluster));
}

#define ENV(...) &(const Start){.env = ARGS(__VA_ARGS__)}
#define NOWHERE "PGHOST=/nowhere", "PGPORT=1", "PGUSER=nobody", "PGDATABASE=nothing"

/* ---- ways in ---- */

static void options_win_over_the_environment(void **state) {
	Cli *cli = *state;
	gets_in(cli, "plain", ENV(NOWHERE), ARGS("-h", socket_dir(cli), "-p", port(cli), "-U", "plain", "-d", "postgres"));
	gets_in(cli, "plain", ENV("PGUSER=plain"), ARGS(NULL));
	gets_in(cli, "plain", NULL, ARGS("--username=plain", "--dbname", "plan")); /* a database called like a command */
}

static void uris_and_conninfo_strings_are_taken(void **state) {
	Cli *cli = *state;
	Str host = STR_INIT;
	for (const char *c = socket_dir(cli); *c; c++) str_printf(&host, "%%%02X", (unsigned char)*c);
	gets_in(cli, "plain", ENV(NOWHERE), ARGS("-d", arena_printf(cli->arena, "postgresql://plain@%s:%s/postgres", host.text, port(cli))));
	gets_in(cli, "secret", ENV(NOWHERE), ARGS("-d", arena_printf(cli->arena, "postgres://secret:open%%20sesame@/postgres?host=%s&port=%s", socket_dir(cli), port(cli))));
	gets_in(cli, "plain", ENV(NOWHERE), ARGS("-d", arena_printf(cli->arena, "host=%s port=%s user=plain dbname=postgres", socket_dir(cli), port(cli))));
	str_release(&host);
}

static void service_files_are_read(void **state) {
	Cli *cli = *state;
	const char *text = arena_printf(cli->arena, "[here]\nhost=%s\nport=%s\nuser=plain\ndbname=postgres\n", socket_dir(cli), port(cli));
	const char *path = cli_file(cli, "services", text, strlen(text)), *file = arena_printf(cli->arena, "PGSERVICEFILE=%s", path);
	gets_in(cli, "plain", ENV(file, "PGSERVICE=here"), ARGS(NULL));
	gets_in(cli, "plain", ENV(file), ARGS("-d", "service=here"));
	has(PGWHY_WITH(cli, 3, ENV(file, "PGSERVICE=there"), "explain", "-c", "select 1").err, "\"there\"");
}

static void passwords_come_from_the_environment_and_from_files(void **state) {
	Cli *cli = *state;
	static const char line[] = "*:*:*:secret:open sesame\n";
	gets_in(cli, "secret", ENV("PGPASSWORD=open sesame"), ARGS("-U", "secret"));
	gets_in(cli, "secret", ENV("PGPASSWORD=open sesame"), ARGS("-U", "secret", "-w"));
	const char *path = cli_file(cli, ".pgpass", line, sizeof line - 1);
	assert_int_equal(chmod(path, 0600), 0);
	gets_in(cli, "secret", NULL, ARGS("-U", "secret"));
	assert_int_equal(rename(path, arena_printf(cli->arena, "%s/elsewhere", cli->home)), 0);
	gets_in(cli, "secret", ENV(arena_printf(cli->arena, "PGPASSFILE=%s/elsewhere", cli->home)), ARGS("-U", "secret"));
}

/* ---- ways out ---- */

static void a_wrong_password_is_said_to_be_wrong(void **state) {
	Cli *cli = *state;
	Ran ran = PGWHY_WITH(cli, 3, ENV("PGPASSWORD=open barley"), "explain", "-U", "secret", "-c", "select 1");
	has(ran.err, "password authentication failed");
	has_not(ran.err, "barley");
	assert_string_equal(ran.out, "");
	has(PGWHY_WITH(cli, 3, ENV("PGPASSWORD=open barley"), "explain", "-w", "-U", "secret", "-c", "select 1").err, "password authentication failed");
	has(PGWHY(cli, 3, "show", "queries", "-d", "postgresql://secret:barley@/postgres").err, "password authentication failed");
}

static void a_password_that_nobody_can_be_asked_for_is_told_where_to_put(void **state) {
	Cli *cli = *state;
	Ran ran = PGWHY(cli, 3, "explain", "-U", "secret", "-c", "select 1");
	has(ran.err, "no terminal");
	has(ran.err, "PGPASSWORD");
	Ran never = PGWHY(cli, 3, "explain", "-w", "-U", "secret", "-c", "select 1");
	has(never.err, "no password supplied");
	has(PGWHY(cli, 3, "explain", "-W", "-c", "select 1").err, "no terminal");
}

static void no_server_is_an_error_with_a_hint(void **state) {
	Cli *cli = *state;
	static const char *const commands[][3] = {{"explain", "-c", "select 1"}, {"show", "queries", NULL}};
	for (size_t i = 0; i < 2; i++) {
		Ran ran = PGWHY_WITH(cli, 3, ENV("PGHOST=/nowhere"), commands[i][0], commands[i][1], commands[i][2]);
		has(ran.err, "/nowhere/.s.PGSQL");
		has(ran.err, "Is the server running");
		assert_string_equal(ran.out, "");
	}
	PGWHY_WITH(cli, 3, ENV("PGHOST=127.0.0.1", "PGPORT=1"), "explain", "-c", "select 1");
	has(PGWHY_WITH(cli, 3, ENV("PGHOST=no.such.host.invalid"), "explain", "-c", "select 1").err, "no.such.host.invalid");
}

static void what_the_server_refuses_is_said(void **state) {
	Cli *cli = *state;
	has(PGWHY(cli, 3, "explain", "-d", "nothing", "-c", "select 1").err, "database \"nothing\" does not exist");
	has(PGWHY(cli, 3, "explain", "-U", "nobody", "-c", "select 1").err, "role \"nobody\" does not exist");
	has(PGWHY(cli, 3, "explain", "-U", "nologin", "-c", "select 1").err, "not permitted to log in");
	has(PGWHY(cli, 3, "explain", "-U", "shut", "-c", "select 1").err, "pg_hba.conf rejects");
	has(PGWHY(cli, 3, "explain", "-d", "postgresql:///postgres?nonsense=1", "-c", "select 1").err, "nonsense");
	has(PGWHY(cli, 3, "explain", "-p", "many", "-c", "select 1").err, "many");
}

static void a_full_server_is_not_waited_for(void **state) {
	Cli *cli = *state;
	cli_sql(cli, "postgres", "alter role plain connection limit 0");
	has(PGWHY(cli, 3, "explain", "-U", "plain", "-c", "select 1").err, "too many connections");
	cli_sql(cli, "postgres", "alter role plain connection limit -1");
}

int main(int argc, char **argv) {
	(void)argc;
	cli_find_program(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_win_over_the_environment),
		cmocka_unit_test(uris_and_conninfo_strings_are_taken),
		cmocka_unit_test(service_files_are_read),
		cmocka_unit_test(passwords_come_from_the_environment_and_from_files),
		cmocka_unit_test(a_wrong_password_is_said_to_be_wrong),
		cmocka_unit_test(a_password_that_nobody_can_be_asked_for_is_told_where_to_put),
		cmocka_unit_test(no_server_is_an_error_with_a_hint),
		cmocka_unit_test(what_the_server_refuses_is_said),
		cmocka_unit_test(a_full_server_is_not_waited_for),
	};
	return cmocka_run_group_tests(tests, set_up, cli_tear_down);
}
