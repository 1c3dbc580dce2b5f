/* test_conn.c: a connection asks without waiting, behaves, and outlives the server. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <unistd.h>

#include "ground.h"

static const char hba[] = "local all guarded scram-sha-256\n";

static int set_up(void **state) {
	const ClusterSpec spec = {.hba = hba, .settings = "shared_preload_libraries = 'pg_stat_statements'\nmax_connections = 12\nsuperuser_reserved_connections = 3\n"};
	if (ground_set_up(state, &spec) != 0) return -1;
	Ground *ground = *state;
	ground_run(ground, "postgres", "create role plain login; create role guarded login password 'secret'; create extension pg_stat_statements");
	ground_run(ground, "postgres", "create database \"o'brien \"\"x\"");
	ground_run(ground, "postgres", "create database bytes encoding 'SQL_ASCII' lc_collate 'C' lc_ctype 'C' template template0");
	return 0;
}

static void a_connection_knows_its_server(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	const Server *server = conn_server(conn);
	assert_true(server->version >= 130000);
	assert_string_equal(server->version_text, ground_ask(ground, "postgres", "select split_part(current_setting('server_version'), ' ', 1)"));
	assert_string_equal(server->host, cluster_socket_dir(ground->cluster));
	assert_string_equal(server->database, "postgres");
	assert_string_equal(server->user, cluster_user(ground->cluster));
	assert_string_equal(server->encoding, "UTF8");
	assert_int_equal(server->provider, PROVIDER_SELF);
	assert_true(server->superuser);
	assert_true(server->reads_all_stats);
	assert_false(server->pooled);
	assert_false(server->in_recovery);
	assert_int_equal(server->block_bytes, 8192);
	assert_int_equal(server->work_mem_bytes, 4 << 20);
	assert_int_equal(server->max_connections, 12);
	assert_true(server->started_at_s > 1e9);
	assert_true(server->statements_preloaded);
	assert_null(server->statements_problem);
	assert_true(server_has_column(server, "pg_stat_statements", "total_exec_time"));
	assert_false(server_has_column(server, "pg_stat_statements", "total_time"));
	assert_string_equal(server_extension(server, "pg_stat_statements")->schema, "public");
	ground_leave(ground, conn);
}

static void it_asks_and_is_answered(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	Answer answer = ground_query(ground, conn, "select 1::int8 as i, 1.5::numeric as r, true as b, null::text as n, 'x' as t");
	assert_non_null(answer.table);
	assert_int_equal(table_int(answer.table, 0, 0, 0), 1);
	assert_true(table_real(answer.table, 0, 1, 0) == 1.5);
	assert_true(table_bool(answer.table, 0, 2, false));
	assert_true(table_null(answer.table, 0, 3));
	assert_string_equal(table_text(answer.table, 0, 4, ""), "x");
	assert_int_equal(conn_cost(conn).requests, 1);
	ground_leave(ground, conn);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_connection_knows_its_server),
		cmocka_unit_test(it_asks_and_is_answered),
	};
	return cmocka_run_group_tests(tests, set_up, ground_tear_down);
}
