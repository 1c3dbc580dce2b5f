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
	assert_true(server->max_worker_processes >= server->max_parallel_workers && server->workers_per_gather > 0);
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


static void a_request_to_nobody_is_refused(void **state) {
	Ground *ground = *state;
	ConnParams params = ground_params(ground, NULL, NULL);
	params.port = "1";
	Conn *conn = ground_conn(ground, &params);
	Answer answer = {.ground = ground};
	conn_query(conn, "select 1", NULL, 0, ground_answered, &answer);
	UNTIL(ground, answer.here);
	assert_int_equal(answer.kind, ERR_CONNECTION);
	assert_int_equal(conn_state(conn), CONN_FAILED);
	assert_non_null(strstr(conn_error(conn)->message.text, ".s.PGSQL.1"));
	assert_int_equal(conn_retry_at_ms(conn), -1);
	ground_leave(ground, conn);
}

static void an_error_says_what_the_server_said(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	Answer answer = ground_query(ground, conn, "select nosuch from pg_class");
	assert_null(answer.table);
	assert_int_equal(answer.kind, ERR_SERVER);
	assert_string_equal(answer.sqlstate, "42703");
	answer = ground_query(ground, conn, "select 1; select 2");
	assert_string_equal(answer.sqlstate, "42601");
	answer = ground_query(ground, conn, "copy pg_class to stdout"); /* nobody would read it: the session is given up */
	assert_int_equal(answer.kind, ERR_CONNECTION);
	UNTIL(ground, conn_state(conn) == CONN_READY);
	answer = ground_query(ground, conn, "");
	assert_null(answer.table);
	ground_leave(ground, conn);
}

static void panes_read_only_and_in_a_hurry(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	Answer answer = ground_query(ground, conn, "show statement_timeout");
	assert_string_equal(answer_text(&answer), "1s");
	answer = ground_query(ground, conn, "show lock_timeout");
	assert_string_equal(answer_text(&answer), "100ms");
	answer = ground_query(ground, conn, "show search_path");
	assert_string_equal(answer_text(&answer), "pg_catalog, pg_temp");
	answer = ground_query(ground, conn, "create table public.x (a int)");
	assert_string_equal(answer.sqlstate, "25006");
	answer = ground_query(ground, conn, "show application_name");
	assert_string_equal(answer_text(&answer), "pgwhy");
	answer = ground_query(ground, conn, "select pg_sleep(5)");
	assert_string_equal(answer.sqlstate, "57014");
	ground_leave(ground, conn);
	ConnParams params = ground_params(ground, NULL, NULL);
	params.statement_timeout_ms = 2500;
	conn = ground_conn(ground, &params);
	UNTIL(ground, conn_state(conn) == CONN_READY);
	answer = ground_query(ground, conn, "show statement_timeout");
	assert_string_equal(answer_text(&answer), "2500ms");
	ground_leave(ground, conn);
}

static void a_notice_is_not_printed(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	int out[2], kept = dup(2);
	assert_int_equal(pipe(out), 0);
	dup2(out[1], 2);
	close(out[1]);
	ground_query(ground, conn, "do $$ begin raise warning 'heard by nobody'; end $$");
	dup2(kept, 2);
	close(kept);
	char byte;
	assert_int_equal(read(out[0], &byte, 1), 0);
	close(out[0]);
	ground_leave(ground, conn);
}

static void a_database_may_be_called_anything(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	ConnParams params = conn_params(conn, "o'brien \"x");
	Conn *other = ground_conn(ground, &params);
	UNTIL(ground, conn_state(other) != CONN_CONNECTING);
	assert_string_equal(conn_server(other)->database, "o'brien \"x");
	params = conn_params(conn, "host=/nowhere user=nobody"); /* a name like any other, and there is none of it */
	Conn *third = ground_conn(ground, &params);
	UNTIL(ground, conn_state(third) != CONN_CONNECTING);
	assert_string_equal(conn_error(third)->sqlstate, "3D000");
	ground_leave(ground, third);
	ground_leave(ground, other);
	ground_leave(ground, conn);
}

static void a_conninfo_or_uri_is_understood(void **state) {
	Ground *ground = *state;
	const char *dir = cluster_socket_dir(ground->cluster);
	Str host = STR_INIT;
	for (const char *byte = dir; *byte; byte++) *byte == '/' ? str_add(&host, "%2F") : str_add_char(&host, *byte);
	const char *const ways[] = {
		cluster_conninfo(ground->arena, ground->cluster, "postgres"),
		arena_printf(ground->arena, "postgresql://%s@%s:%d/postgres", cluster_user(ground->cluster), host.text, cluster_port(ground->cluster)),
	};
	str_release(&host);
	for (size_t i = 0; i < 2; i++) {
		const ConnParams params = {.database = ways[i]};
		Conn *conn = ground_conn(ground, &params);
		UNTIL(ground, conn_state(conn) != CONN_CONNECTING);
		if (conn_state(conn) != CONN_READY) fail_msg("%s: %s", ways[i], conn_error(conn)->message.text);
		ConnParams there = conn_params(conn, "template1");
		Conn *other = ground_conn(ground, &there);
		UNTIL(ground, conn_state(other) == CONN_READY);
		assert_string_equal(conn_server(other)->database, "template1");
		ground_leave(ground, other);
		ground_leave(ground, conn);
	}
}

static void a_password_is_asked_for_until_it_is_right(void **state) {
	Ground *ground = *state;
	ConnParams params = ground_params(ground, "guarded", NULL);
	Conn *conn = ground_conn(ground, &params);
	UNTIL(ground, conn_state(conn) != CONN_CONNECTING);
	assert_int_equal(conn_state(conn), CONN_NEEDS_PASSWORD);
	assert_false(err_is(conn_error(conn)));
	conn_set_password(conn, "wrong");
	UNTIL(ground, conn_state(conn) != CONN_CONNECTING);
	assert_int_equal(conn_state(conn), CONN_NEEDS_PASSWORD);
	assert_string_equal(conn_error(conn)->sqlstate, "28P01");
	assert_non_null(strstr(conn_error(conn)->message.text, "password authentication failed for user \"guarded\""));
	assert_null(strstr(conn_error(conn)->message.text, "auth.c"));
	assert_null(strstr(conn_error(conn)->message.text, "28P01"));
	conn_set_password(conn, "secret");
	UNTIL(ground, conn_state(conn) != CONN_CONNECTING);
	assert_int_equal(conn_state(conn), CONN_READY);
	ConnParams again = conn_params(conn, "template1");
	Conn *other = ground_conn(ground, &again);
	UNTIL(ground, conn_state(other) == CONN_READY);
	ground_leave(ground, other);
	ground_leave(ground, conn);
	params.never_ask_password = true;
	conn = ground_conn(ground, &params);
	UNTIL(ground, conn_state(conn) != CONN_CONNECTING);
	assert_int_equal(conn_state(conn), CONN_FAILED);
	ground_leave(ground, conn);
}

static void a_right_password_for_the_wrong_database_is_not_asked_again(void **state) {
	Ground *ground = *state;
	ConnParams params = ground_params(ground, "guarded", "nosuch");
	params.password = "secret";
	Conn *conn = ground_conn(ground, &params);
	UNTIL(ground, conn_state(conn) != CONN_CONNECTING);
	assert_int_equal(conn_state(conn), CONN_FAILED);
	assert_string_equal(conn_error(conn)->sqlstate, "3D000");
	ground_leave(ground, conn);
}

/* Every way to be full says what to do, keeps what is open, and passes. */
static void a_full_server_is_asked_again(void **state) {
	Ground *ground = *state;
	static const struct {
		const char *user, *fill, *empty, *hint;
	} ways[] = {
		{"plain", "alter role plain connection limit 1", "alter role plain connection limit -1", "ALTER ROLE"},
		{"plain", "alter database postgres connection limit 1", "alter database postgres connection limit -1", "ALTER DATABASE"},
	};
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		Conn *first = ground_connect(ground, ways[i].user, NULL);
		ground_run(ground, "template1", ways[i].fill);
		ConnParams params = ground_params(ground, ways[i].user, NULL);
		Conn *second = ground_conn(ground, &params);
		UNTIL(ground, conn_state(second) == CONN_FAILED);
		assert_string_equal(conn_error(second)->sqlstate, "53300");
		assert_true(conn_retry_at_ms(second) > clock_ms() - 1000);
		if (!strstr(conn_error(second)->hint.text, ways[i].hint)) fail_msg("%s", conn_error(second)->hint.text);
		assert_int_equal(conn_state(first), CONN_READY); /* what we hold we keep */
		Answer answer = ground_query(ground, first, "select 1");
		assert_int_equal(answer_int(&answer), 1);
		ground_run(ground, "template1", ways[i].empty);
		UNTIL(ground, conn_state(second) == CONN_READY);
		ground_leave(ground, first);
		ground_leave(ground, second);
	}
}

static size_t taken_places(Ground *ground, Conn **conns, const char *user) {
	ConnParams params = ground_params(ground, user, NULL);
	size_t taken = 0;
	for (;; taken++) {
		conns[taken] = conn_new(ground->work, &params, ground_ignore, ground);
		while (conn_state(conns[taken]) == CONN_CONNECTING) {
			ground_turn(ground, 5);
			conn_ready(conns[taken]);
		}
		if (conn_state(conns[taken]) != CONN_READY) return taken;
	}
}

static void the_last_places_are_not_ours(void **state) {
	Ground *ground = *state;
	enum { PLACES = 12 };
	Conn *conns[PLACES + 1];
	static const struct {
		const char *user, *hint;
	} roles[] = {{"plain", "kept for superusers"}, {NULL, "max_connections"}};
	for (size_t i = 0; i < 2; i++) {
		size_t taken = taken_places(ground, conns, roles[i].user);
		assert_in_range(taken, 1, PLACES - 1 + i); /* one or the other of a test before may still be on its way out */
		assert_string_equal(conn_error(conns[taken])->sqlstate, "53300");
		if (!strstr(conn_error(conns[taken])->hint.text, roles[i].hint)) fail_msg("%s", conn_error(conns[taken])->hint.text);
		conn_free(conns[0]);
		for (int64_t late_ms = clock_ms() + GROUND_DEADLINE_MS; conn_state(conns[taken]) != CONN_READY; conn_ready(conns[taken])) {
			ground_turn(ground, 20);
			if (clock_ms() > late_ms) fail_msg("a free place was not taken");
		}
		for (size_t k = 1; k <= taken; k++) conn_free(conns[k]);
	}
}

static void a_server_that_hangs_is_noticed_and_waited_for(void **state) {
	Ground *ground = *state;
	ConnParams params = ground_params(ground, NULL, NULL);
	params.statement_timeout_ms = 1;
	Conn *conn = ground_conn(ground, &params);
	UNTIL(ground, conn_state(conn) == CONN_READY);
	int backend_pid = conn_server(conn)->backend_pid;
	ground_query(ground, conn, "select set_config('statement_timeout', '10s', false)");
	assert_int_equal(conn_silent_since_ms(conn), -1);
	assert_int_equal(kill(backend_pid, SIGSTOP), 0);
	Answer answers[2] = {{.ground = ground}, {.ground = ground}};
	int64_t asked_ms = clock_ms();
	for (size_t i = 0; i < 2; i++) conn_catalog(conn, "statements_info", NULL, 0, ground_answered, &answers[i]);
	ground->longest_ms = 0;
	UNTIL(ground, conn_silent_since_ms(conn) >= 0);
	assert_in_range(conn_silent_since_ms(conn), asked_ms, clock_ms() - 2000);
	assert_int_equal(conn_state(conn), CONN_READY); /* it may only be slow: nothing is given up, nothing asked twice */
	assert_int_equal(conn_pending(conn), 2);
	assert_true(ground->longest_ms < 500);
	assert_int_equal(kill(backend_pid, SIGCONT), 0);
	UNTIL(ground, answers[1].here);
	if (!answers[0].table) fail_msg("%s", answers[0].message);
	assert_int_equal(conn_silent_since_ms(conn), -1);
	assert_int_equal(conn_server(conn)->backend_pid, backend_pid);
	ground_leave(ground, conn);
}

static void every_request_of_a_lost_server_is_answered(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	Answer answers[4];
	for (size_t i = 0; i < 4; i++) {
		answers[i] = (Answer){.ground = ground};
		conn_query(conn, "select pg_sleep(0.9)", NULL, 0, ground_answered, &answers[i]);
	}
	UNTIL(ground, conn_cost(conn).requests == 1);
	ground_run(ground, "postgres", "select pg_terminate_backend(pid) from pg_stat_activity where query = 'select pg_sleep(0.9)'");
	UNTIL(ground, conn_pending(conn) == 0);
	for (size_t i = 0; i < 4; i++) {
		assert_true(answers[i].here);
		assert_int_equal(answers[i].kind, ERR_CONNECTION);
		assert_non_null(strstr(answers[i].message, "terminating connection"));
	}
	UNTIL(ground, conn_state(conn) == CONN_READY);
	Answer answer = ground_query(ground, conn, "select 1");
	assert_int_equal(answer_int(&answer), 1);
	ground_leave(ground, conn);
}

static void an_idle_connection_notices_its_end(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	const Server *server = conn_server(conn);
	ground_run(ground, "postgres", arena_printf(ground->arena, "select pg_terminate_backend(%d)", server->backend_pid));
	UNTIL(ground, conn_state(conn) == CONN_LOST);
	assert_non_null(strstr(conn_error(conn)->message.text, "terminating connection"));
	assert_true(conn_retry_at_ms(conn) > clock_ms() - 100);
	conn_retry(conn);
	assert_int_equal(conn_retry_at_ms(conn), -1);
	UNTIL(ground, conn_state(conn) == CONN_READY);
	assert_true(conn_server(conn)->backend_pid != server->backend_pid); /* the facts of before are still readable */
	ground_leave(ground, conn);
}

static void a_killed_server_is_found_again(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	ground->longest_ms = 0;
	assert_true(cluster_signal(ground->cluster, SIGKILL));
	UNTIL(ground, conn_state(conn) == CONN_LOST);
	Answer answer = {.ground = ground};
	conn_query(conn, "select 1", NULL, 0, ground_answered, &answer);
	UNTIL(ground, answer.here);
	assert_int_equal(answer.kind, ERR_CONNECTION);
	if (!cluster_restart(ground->cluster, &ground->err)) fail_msg("%s", ground->err.message.text);
	UNTIL(ground, conn_state(conn) == CONN_READY);
	assert_true(ground->longest_ms < 1000);
	answer = ground_query(ground, conn, "select 2");
	assert_int_equal(answer_int(&answer), 2);
	ground_leave(ground, conn);
}

typedef struct Leaver {
	Ground *ground;
	Conn *conn;
	int calls;
} Leaver;

static void leave_from_inside(void *owner, Reply *reply) {
	Leaver *leaver = owner;
	(void)reply;
	leaver->calls++;
	ground_leave(leaver->ground, leaver->conn);
}

static void a_connection_may_be_freed_anywhere(void **state) {
	Ground *ground = *state;
	ConnParams params = ground_params(ground, NULL, NULL);
	ground_leave(ground, ground_conn(ground, &params)); /* while connecting */
	Conn *conn = ground_connect(ground, NULL, NULL);
	Answer answer = {.ground = ground};
	conn_query(conn, "select pg_sleep(0.5)", NULL, 0, ground_answered, &answer);
	ground_turn(ground, 0);
	ground_leave(ground, conn); /* while asking */
	UNTIL(ground, work_pending(ground->work) == 0);
	assert_false(answer.here);
	Leaver leaver = {.ground = ground, .conn = ground_connect(ground, NULL, NULL)};
	for (int i = 0; i < 3; i++) conn_query(leaver.conn, "select 1", NULL, 0, leave_from_inside, &leaver);
	UNTIL(ground, leaver.calls > 0);
	assert_int_equal(leaver.calls, 1); /* inside a callback; the others are dropped */
}

static void who_is_forgotten_is_not_called(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	Answer first = {.ground = ground}, second = {.ground = ground}, third = {.ground = ground};
	conn_query(conn, "select pg_sleep(0.05)", NULL, 0, ground_answered, &first);
	conn_query(conn, "select 1", NULL, 0, ground_answered, &second);
	conn_catalog(conn, "statements_info", NULL, 0, ground_answered, &second);
	conn_query(conn, "select 3", NULL, 0, ground_answered, &third);
	ground_turn(ground, 0);
	conn_forget(conn, &first); /* under way */
	conn_forget(conn, &second); /* waiting */
	assert_int_equal(conn_pending(conn), 2);
	UNTIL(ground, third.here);
	assert_false(first.here || second.here);
	ground_leave(ground, conn);
}

static void a_million_cells_do_not_stop_the_loop(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	static const char sql[] = "select g as a, g * 0.25::float8 as b, 'name' as c, g as d, g as e, g as f, g as g from generate_series(1, 50000) g";
	ground->longest_ms = 0;
	Answer answer = ground_query(ground, conn, sql);
	assert_int_equal(answer.table->row_count, 50000);
	assert_int_equal(table_int(answer.table, 49999, 0, 0), 50000);
	assert_true(table_real(answer.table, 49999, 1, 0) == 12500);
	assert_string_equal(table_text(answer.table, 49999, 2, ""), "name");
	assert_true(ground->longest_ms < 1000); /* 5 ms on a free machine */
	conn_query(conn, sql, NULL, 0, ground_answered, &answer);
	answer.here = false;
	conn_forget(conn, &answer); /* never sent */
	conn_query(conn, sql, NULL, 0, ground_answered, &answer);
	UNTIL(ground, work_pending(ground->work) > 0 || answer.here);
	ground_leave(ground, conn); /* while it is made a table of */
	UNTIL(ground, work_pending(ground->work) == 0);
}

static void bytes_come_as_they_are(void **state) {
	Ground *ground = *state;
	ground_run(ground, "bytes", "create table \"t\x1b[31m\" (a text); insert into \"t\x1b[31m\" values (E'caf\\xe9 \\xff\\xfe')");
	Conn *conn = ground_connect(ground, NULL, "bytes");
	assert_string_equal(conn_server(conn)->encoding, "SQL_ASCII");
	Answer answer = ground_query(ground, conn, "select a, 't' from public.\"t\x1b[31m\"");
	assert_string_equal(answer_text(&answer), "caf\xe9 \xff\xfe");
	answer = ground_query(ground, conn, "select relname::text from pg_class where relname like 't%'");
	assert_string_equal(answer_text(&answer), "t\x1b[31m");
	ground_leave(ground, conn);
}

static void other_encodings_arrive_as_utf8(void **state) {
	Ground *ground = *state;
	ground_run(ground, "postgres", "create database latin encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' template template0");
	Conn *conn = ground_connect(ground, NULL, "latin");
	Answer answer = ground_query(ground, conn, "select chr(233)");
	assert_string_equal(answer_text(&answer), "\xc3\xa9");
	ground_leave(ground, conn);
	ground_run(ground, "postgres", "create database mule encoding 'MULE_INTERNAL' lc_collate 'C' lc_ctype 'C' template template0");
	conn = ground_connect(ground, NULL, "mule"); /* cannot be converted, and is still let in */
	answer = ground_query(ground, conn, "select 'x'");
	assert_string_equal(answer_text(&answer), "x");
	ground_leave(ground, conn);
}

static void what_keeps_statements_away_is_named(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, "bytes");
	const Server *server = conn_server(conn);
	assert_false(server->statements_preloaded);
	assert_non_null(strstr(server->statements_problem, "not in database \"bytes\""));
	assert_string_equal(server->statements_remedy, "CREATE EXTENSION pg_stat_statements;");
	ground_leave(ground, conn);
	ground_run(ground, "postgres", "create role \"O'Neil\" login");
	conn = ground_connect(ground, "O'Neil", NULL);
	server = conn_server(conn);
	assert_true(server->statements_preloaded);
	assert_false(server->superuser);
	assert_false(server->reads_all_stats);
	assert_null(server->statements_problem);
	assert_string_equal(server->statements_remedy, "GRANT pg_read_all_stats TO \"O'Neil\";");
	ground_run(ground, "postgres", server->statements_remedy);
	ground_leave(ground, conn);
	conn = ground_connect(ground, "O'Neil", NULL);
	assert_true(conn_server(conn)->reads_all_stats);
	assert_null(conn_server(conn)->statements_remedy);
	ground_leave(ground, conn);
	ground_run(ground, "postgres", "revoke execute on function pg_stat_statements(boolean) from public");
	conn = ground_connect(ground, "O'Neil", NULL);
	assert_non_null(strstr(conn_server(conn)->statements_problem, "may not read"));
	ground_run(ground, "postgres", conn_server(conn)->statements_remedy);
	ground_leave(ground, conn);
	conn = ground_connect(ground, "O'Neil", NULL);
	assert_true(conn_server(conn)->statements_preloaded);
	ground_leave(ground, conn);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_connection_knows_its_server),
		cmocka_unit_test(it_asks_and_is_answered),
		cmocka_unit_test(a_request_to_nobody_is_refused),
		cmocka_unit_test(an_error_says_what_the_server_said),
		cmocka_unit_test(panes_read_only_and_in_a_hurry),
		cmocka_unit_test(a_notice_is_not_printed),
		cmocka_unit_test(a_database_may_be_called_anything),
		cmocka_unit_test(a_conninfo_or_uri_is_understood),
		cmocka_unit_test(a_password_is_asked_for_until_it_is_right),
		cmocka_unit_test(a_right_password_for_the_wrong_database_is_not_asked_again),
		cmocka_unit_test(a_full_server_is_asked_again),
		cmocka_unit_test(the_last_places_are_not_ours),
		cmocka_unit_test(a_server_that_hangs_is_noticed_and_waited_for),
		cmocka_unit_test(every_request_of_a_lost_server_is_answered),
		cmocka_unit_test(an_idle_connection_notices_its_end),
		cmocka_unit_test(a_connection_may_be_freed_anywhere),
		cmocka_unit_test(who_is_forgotten_is_not_called),
		cmocka_unit_test(a_million_cells_do_not_stop_the_loop),
		cmocka_unit_test(bytes_come_as_they_are),
		cmocka_unit_test(other_encodings_arrive_as_utf8),
		cmocka_unit_test(what_keeps_statements_away_is_named),
		cmocka_unit_test(a_killed_server_is_found_again),
	};
	return cmocka_run_group_tests(tests, set_up, ground_tear_down);
}
