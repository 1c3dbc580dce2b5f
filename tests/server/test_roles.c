/* test_roles.c: whoever asks, and whatever the server lacks: every query that can be asked is answered, the rest is said with its remedy. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "ground.h"

static int set_up(void **state) {
	const ClusterSpec spec = {.settings = "shared_preload_libraries = 'pg_stat_statements'\nmax_connections = 40\n"};
	if (ground_set_up(state, &spec) != 0) return -1;
	ground_run(*state, "postgres",
	           "create extension pg_stat_statements; create table t (id int primary key, a int); insert into t select g, g from generate_series(1, 100) g;"
	           "create role plain login; create role monitor login in role pg_monitor; create role reader login in role pg_read_all_stats;"
	           "create role signaller login in role pg_signal_backend; create role \"O'Neil \"\"x\\ \" login;"
	           "create role stranger login noinherit in role pg_monitor; create role frozen login;"
	           "alter role frozen set default_transaction_read_only = on; alter role frozen set search_path = 'nosuch', '$user';"
	           "alter role frozen set datestyle = 'German, DMY'; alter role frozen set intervalstyle = 'sql_standard'; alter role frozen set bytea_output = 'escape';"
	           "alter role frozen set extra_float_digits = -15; alter role frozen set timezone = 'Asia/Kathmandu'");
	return 0;
}

static void every_role_is_answered(void **state) {
	Ground *ground = *state;
	static const struct {
		const char *user;
		bool reads_all_stats;
	} roles[] = {
		{NULL, true}, {"plain", false}, {"monitor", true}, {"reader", true}, {"signaller", false}, {"O'Neil \"x\\ ", false}, {"stranger", false}, {"frozen", false},
	};
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
		Conn *conn = ground_connect(ground, roles[i].user, NULL);
		if (conn_server(conn)->reads_all_stats != roles[i].reads_all_stats) fail_msg("%s", conn_server(conn)->user);
		assert_int_equal(conn_server(conn)->superuser, !roles[i].user);
		assert_int_equal(conn_server(conn)->statements_remedy == NULL, roles[i].reads_all_stats);
		ground_try_queries(ground, conn);
		ground_leave(ground, conn);
	}
}

/* Their administrators are no superusers: they have a role of the service's, and what it was granted. */
static void administrators_of_managed_servers_are_answered(void **state) {
	Ground *ground = *state;
	static const struct {
		const char *role, *granted;
		Provider provider;
	} services[] = {
		{"rds_superuser", "pg_monitor, pg_signal_backend", PROVIDER_RDS},
		{"cloudsqlsuperuser", "pg_monitor, pg_signal_backend", PROVIDER_CLOUDSQL},
		{"azure_pg_admin", "pg_monitor, pg_signal_backend", PROVIDER_AZURE},
		{"supabase_admin", "pg_monitor, pg_signal_backend", PROVIDER_SUPABASE},
		{"neon_superuser", "pg_read_all_data, pg_write_all_data, pg_monitor", PROVIDER_NEON},
	};
	for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
		const char *role = services[i].role;
		ground_run(ground, "postgres", arena_printf(ground->arena, "create role %s; create role master login createrole createdb in role %s", role, role));
		const char *grant = "do $$ declare r text; begin foreach r in array string_to_array('%s', ', ') loop"
		                    " if exists (select from pg_roles where rolname = r) then execute format('grant %%I to %s', r); end if; end loop; end $$";
		ground_run(ground, "postgres", arena_printf(ground->arena, grant, services[i].granted, role));
		Conn *conn = ground_connect(ground, "master", NULL);
		const Server *server = conn_server(conn);
		assert_int_equal(server->provider, services[i].provider);
		assert_false(server->superuser);
		assert_true(server->reads_all_stats);
		assert_null(server->statements_problem);
		ground_try_queries(ground, conn);
		ground_leave(ground, conn);
		ground_run(ground, "postgres", arena_printf(ground->arena, "drop role master; drop role %s", role));
	}
}

/* Every version of the extension that this server can still create, in a schema that needs quotes. */
static void every_version_of_the_extension_is_read(void **state) {
	Ground *ground = *state;
	const char *versions = ground_ask(ground, "postgres",
	                                  "select string_agg(version, ' ' order by string_to_array(version, '.')::int[]) from pg_available_extension_versions"
	                                  " where name = 'pg_stat_statements'");
	int tried = 0;
	for (const char *version = versions; *version; version += strspn(version, " "), tried++) {
		size_t len = strcspn(version, " ");
		const char *create = "create schema \"Stat s\"; create extension pg_stat_statements schema \"Stat s\" version '%.*s'";
		ground_run(ground, "template1", "create database old");
		ground_run(ground, "old", arena_printf(ground->arena, create, (int)len, version));
		ground_run(ground, "old", "select 1 as once");
		Conn *conn = ground_connect(ground, NULL, "old");
		if (conn_server(conn)->statements_problem) fail_msg("%.*s: %s", (int)len, version, conn_server(conn)->statements_problem);
		ground_try_queries(ground, conn);
		Answer answer = ground_catalog(ground, conn, "statements", NULL, 0);
		static const char *const always[] = {"userid", "dbid", "queryid", "calls", "total_exec_time", "max_exec_time", "stddev_exec_time",
		                                     "shared_blks_hit", "shared_blks_read", "temp_blks_written", "io_ms", "rows"};
		for (size_t i = 0; i < sizeof always / sizeof *always; i++)
			if (table_column(answer.table, always[i]) == TABLE_NO_COLUMN) fail_msg("%.*s: no column %s", (int)len, version, always[i]);
		assert_true(answer.table->row_count > 0);
		ground_leave(ground, conn);
		UNTIL(ground, *ground_ask(ground, "template1", "select count(*) from pg_stat_activity where datname = 'old'") == '0');
		ground_run(ground, "template1", "drop database old");
		version += len;
	}
	assert_true(tried >= 3);
}

static void an_extension_of_another_database_is_none(void **state) {
	Ground *ground = *state;
	ground_run(ground, "template1", "create database bare");
	static const char *const users[] = {NULL, "plain", "monitor"};
	for (size_t i = 0; i < 3; i++) {
		Conn *conn = ground_connect(ground, users[i], "bare");
		assert_non_null(strstr(conn_server(conn)->statements_problem, "not in database \"bare\""));
		assert_string_equal(conn_server(conn)->statements_remedy, "CREATE EXTENSION pg_stat_statements;");
		ground_try_queries(ground, conn);
		ground_leave(ground, conn);
	}
}

static int64_t status_figure(Ground *ground, Conn *conn, const char *column) {
	Answer status = ground_catalog(ground, conn, "status", NULL, 0);
	if (!status.table) fail_msg("%s", status.message);
	return table_int(status.table, 0, table_column(status.table, column), -1);
}

static void sessions_that_are_not_tracked_are_counted_as_such(void **state) {
	Ground *ground = *state;
	ground_run(ground, "postgres", "alter role plain set track_activities = off");
	Conn *dark = ground_connect(ground, "plain", NULL), *conn = ground_connect(ground, NULL, NULL);
	UNTIL(ground, status_figure(ground, conn, "connections") == 2);
	assert_int_equal(status_figure(ground, conn, "untracked"), 1);
	assert_int_equal(status_figure(ground, conn, "active"), -1); /* not known is no 0 */
	assert_int_equal(status_figure(ground, conn, "idle_in_transaction"), -1);
	ground_try_queries(ground, dark);
	ground_run(ground, "postgres", "alter role plain reset track_activities");
	ground_leave(ground, dark);
	ground_leave(ground, conn);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_role_is_answered),
		cmocka_unit_test(administrators_of_managed_servers_are_answered),
		cmocka_unit_test(every_version_of_the_extension_is_read),
		cmocka_unit_test(an_extension_of_another_database_is_none),
		cmocka_unit_test(sessions_that_are_not_tracked_are_counted_as_such),
	};
	return cmocka_run_group_tests(tests, set_up, ground_tear_down);
}
