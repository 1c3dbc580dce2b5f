/* test_catalog.c: every catalog query runs, shows what is there, and hides what a role may not see without failing. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <unistd.h>

#include "ground.h"
#include "pg/catalog.h"

static int set_up(void **state) {
	const ClusterSpec spec = {.settings = "shared_preload_libraries = 'pg_stat_statements'\npg_stat_statements.track_planning = on\n"};
	if (ground_set_up(state, &spec) != 0) return -1;
	ground_run(*state, "postgres", "create role plain login; create schema stats; create extension pg_stat_statements schema stats; create table t (a int)");
	return 0;
}

static void every_query_runs(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	ground_try_queries(ground, conn);
	ground_leave(ground, conn);
	conn = ground_connect(ground, "plain", NULL);
	ground_run(ground, "postgres", "grant usage on schema stats to plain");
	ground_leave(ground, conn);
	conn = ground_connect(ground, "plain", NULL);
	ground_try_queries(ground, conn);
	ground_leave(ground, conn);
}

/* A DBA reads them in psql: as they stand they are for the newest server, so on an older one they are read as fitted. */
static void every_query_is_one_statement_psql_runs(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	for (const Embedded *query = embedded_queries; query->name; query++) {
		const char *text = catalog_fit(ground->arena, conn_server(conn), query->text);
		const char *prepared = arena_printf(ground->arena, "prepare x as %s; deallocate x", arena_copy_n(ground->arena, text, strcspn(text, ";")));
		if (!cluster_run(ground->cluster, "postgres", prepared, &ground->err)) fail_msg("%s: %s", query->name, ground->err.message.text);
	}
	ground_leave(ground, conn);
}

static void an_unknown_query_is_an_error(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	Answer answer = ground_catalog(ground, conn, "nosuch", NULL, 0);
	assert_null(answer.table);
	assert_non_null(strstr(answer.message, "nosuch"));
	ground_leave(ground, conn);
}

static size_t row_of_text(Ground *ground, Conn *conn, const Table *statements, const char *text, const char **key) {
	size_t queryid = table_column(statements, "queryid");
	for (size_t row = 0; row < statements->row_count; row++) {
		if (table_null(statements, row, queryid)) continue;
		*key = arena_printf(ground->arena, "{%lld}", (long long)table_int(statements, row, queryid, 0));
		Answer texts = ground_catalog(ground, conn, "statements_texts", key, 1);
		if (texts.table->row_count && strcmp(table_text(texts.table, 0, table_column(texts.table, "text"), ""), text) == 0) return row;
	}
	return SIZE_MAX;
}

static void statements_are_counted_with_their_texts(void **state) {
	Ground *ground = *state;
	for (int i = 0; i < 3; i++) ground_run(ground, "postgres", "select count(*) from t where a = 1");
	Conn *conn = ground_connect(ground, NULL, NULL);
	Answer answer = ground_catalog(ground, conn, "statements", NULL, 0);
	static const char *const columns[] = {
		"userid", "dbid", "toplevel", "queryid", "calls", "total_exec_time", "max_exec_time", "stddev_exec_time", "plans", "total_plan_time",
		"rows", "shared_blks_hit", "shared_blks_read", "temp_blks_written", "wal_bytes", "io_ms",
	};
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		bool lacks = strcmp(columns[i], "toplevel") == 0 && conn_server(conn)->version < 140000;
		if (!lacks && table_column(answer.table, columns[i]) == TABLE_NO_COLUMN) fail_msg("no column %s", columns[i]);
	}
	const char *key;
	size_t row = row_of_text(ground, conn, answer.table, "select count(*) from t where a = $1", &key);
	assert_true(row != SIZE_MAX);
	assert_int_equal(table_int(answer.table, row, table_column(answer.table, "calls"), 0), 3);
	assert_int_equal(table_int(answer.table, row, table_column(answer.table, "plans"), 0), 3);
	assert_false(table_null(answer.table, row, table_column(answer.table, "temp_blks_written"))); /* a zero is one */
	assert_int_equal(table_int(answer.table, row, table_column(answer.table, "temp_blks_written"), -1), 0);
	const char *dbid = arena_printf(ground->arena, "%lld", (long long)table_int(answer.table, row, table_column(answer.table, "dbid"), 0));
	assert_string_equal(ground_ask(ground, "postgres", "select oid from pg_database where datname = 'postgres'"), dbid);
	assert_true(table_real(answer.table, row, table_column(answer.table, "total_exec_time"), 0) > 0);
	ground_leave(ground, conn);
}

static void hidden_statements_still_count(void **state) {
	Ground *ground = *state;
	ground_run(ground, "postgres", "grant usage on schema stats to plain; select count(*) from t where a = 2");
	Conn *conn = ground_connect(ground, "plain", NULL);
	assert_non_null(strstr(conn_server(conn)->statements_remedy, "GRANT pg_read_all_stats TO plain"));
	Answer answer = ground_catalog(ground, conn, "statements", NULL, 0);
	size_t hidden = 0, queryid = table_column(answer.table, "queryid");
	int64_t calls = 0;
	for (size_t row = 0; row < answer.table->row_count; row++)
		if (table_null(answer.table, row, queryid)) {
			hidden++;
			calls += table_int(answer.table, row, table_column(answer.table, "calls"), 0);
			assert_int_equal(table_int(answer.table, row, table_column(answer.table, "userid"), 0), 10); /* the first superuser */
		}
	assert_true(hidden > 0 && calls > 0);
	ground_leave(ground, conn);
}

static void it_is_known_since_when(void **state) {
	Ground *ground = *state;
	Conn *conn = ground_connect(ground, NULL, NULL);
	Answer answer = ground_catalog(ground, conn, "statements_info", NULL, 0);
	assert_int_equal(answer.table->row_count, 1);
	assert_int_equal(table_int(answer.table, 0, table_column(answer.table, "max_statements"), 0), 5000);
	if (conn_server(conn)->version >= 140000) {
		assert_int_equal(table_int(answer.table, 0, table_column(answer.table, "dealloc"), -1), 0);
		assert_true(table_real(answer.table, 0, table_column(answer.table, "since_reset_s"), NAN) >= 0);
	}
	ground_leave(ground, conn);
}

/* Who looks does not stand in what is looked at. */
static void our_own_reads_are_not_counted(void **state) {
	Ground *ground = *state;
	ground_run(ground, "postgres", "select stats.pg_stat_statements_reset()");
	Conn *conn = ground_connect(ground, NULL, NULL);
	for (int i = 0; i < 3; i++) ground_catalog(ground, conn, "statements", NULL, 0);
	Answer answer = ground_query(ground, conn, "select count(*) from stats.pg_stat_statements where query like '%pgwhy: statements%'");
	assert_int_equal(answer_int(&answer), 0);
	ground_leave(ground, conn);
}

/* A function of the role's own, nearer to what we call than PostgreSQL's, is never called. */
static void nobody_slips_us_a_function(void **state) {
	Ground *ground = *state;
	ground_run(ground, "postgres",
	           "create table caught (who text);"
	           "create function public.pg_has_role(text, text) returns bool language plpgsql as $$ begin raise exception 'caught'; end $$;"
	           "create function public.has_function_privilege(oid, name) returns bool language plpgsql as $$ begin raise exception 'caught'; end $$;"
	           "create function public.current_schemas(text) returns text[] language plpgsql as $$ begin raise exception 'caught'; end $$;"
	           "create function public.pg_relation_size(int8) returns int8 language plpgsql as $$ begin raise exception 'caught'; end $$;"
	           "create function public.quote_ident(name) returns text language plpgsql as $$ begin raise exception 'caught'; end $$;"
	           "create function public.pg_advisory_unlock_all(variadic int[]) returns void language plpgsql as $$ begin raise exception 'caught'; end $$");
	Conn *conn = ground_connect(ground, NULL, NULL);
	ground_try_queries(ground, conn);
	ground_leave(ground, conn);
	ground_run(ground, "postgres",
	           "drop function public.pg_has_role(text, text), public.has_function_privilege(oid, name), public.current_schemas(text),"
	           " public.pg_relation_size(int8), public.quote_ident(name), public.pg_advisory_unlock_all(int[]); drop table caught");
}

static void without_the_library_the_remedy_is_exact(void **state) {
	Ground *ground = *state;
	Ground other = {.work = ground->work, .arena = ground->arena, .err = ERR_INIT};
	const ClusterSpec spec = {.settings = "shared_preload_libraries = 'auto_explain'\npg_stat_statements.max = 1000\n"};
	other.cluster = cluster_start(&spec, &other.err);
	if (!other.cluster) fail_msg("%s", other.err.message.text);
	ground_run(&other, "postgres", "create role plain login");
	Conn *conn = ground_connect(&other, NULL, NULL);
	const Server *server = conn_server(conn);
	assert_false(server->statements_preloaded);
	assert_string_equal(server->statements_problem, "pg_stat_statements is not loaded by this server");
	assert_string_equal(server->statements_remedy,
	                    "ALTER SYSTEM SET shared_preload_libraries = auto_explain, pg_stat_statements; and restart the server,"
	                    " then CREATE EXTENSION pg_stat_statements; in database postgres.");
	Answer answer = ground_catalog(&other, conn, "statements", NULL, 0);
	assert_null(answer.table);
	assert_int_equal(conn_state(conn), CONN_READY);
	ground_leave(&other, conn);
	conn = ground_connect(&other, "plain", NULL);
	assert_non_null(strstr(conn_server(conn)->statements_remedy, "in postgresql.conf and restart"));
	ground_leave(&other, conn);
	/* and it is right: done so, it works */
	ground_run(&other, "postgres", "ALTER SYSTEM SET shared_preload_libraries = auto_explain, pg_stat_statements");
	assert_true(cluster_restart(other.cluster, &other.err));
	ground_run(&other, "postgres", "CREATE EXTENSION pg_stat_statements");
	conn = ground_connect(&other, NULL, NULL);
	assert_true(conn_server(conn)->statements_preloaded);
	ground_leave(&other, conn);
	for (size_t i = 0; i < other.kept.count; i++) arena_free(other.kept.items[i]);
	cluster_stop(other.cluster);
	err_release(&other.err);
}

static int64_t status_figure(const Answer *status, const char *column) {
	if (!status->table) fail_msg("%s", status->message);
	assert_int_equal(status->table->row_count, 1);
	size_t at = table_column(status->table, column);
	if (at == TABLE_NO_COLUMN) fail_msg("no column %s", column);
	return table_int(status->table, 0, at, -1);
}

static void the_status_line_counts_who_is_there(void **state) {
	Ground *ground = *state;
	Conn *holder = ground_connect(ground, NULL, NULL), *waiter = ground_connect(ground, NULL, NULL);
	Conn *eye = ground_connect(ground, NULL, NULL), *short_sighted = ground_connect(ground, "plain", NULL);
	ground_query(ground, holder, "begin");
	ground_query(ground, holder, "select pg_advisory_xact_lock(5)");
	ground_query(ground, waiter, "select set_config('lock_timeout', '0', false), set_config('statement_timeout', '0', false)");
	Answer waited = {.ground = ground}, status = {0};
	conn_query(waiter, "select pg_advisory_lock_shared(5)", NULL, 0, ground_answered, &waited);
	UNTIL(ground, (status = ground_catalog(ground, eye, "status", NULL, 0), status_figure(&status, "waiting") == 1 && status_figure(&status, "connections") == 4));
	assert_int_equal(status_figure(&status, "untracked"), 0);
	assert_int_equal(status_figure(&status, "active"), 1);
	assert_int_equal(status_figure(&status, "idle_in_transaction"), 1);
	assert_true(status_figure(&status, "oldest_xact_s") >= 0);
	assert_true(status_figure(&status, "transactions") > 0);
	assert_int_equal(status_figure(&status, "in_recovery"), -1); /* a truth, not a number */
	status = ground_catalog(ground, short_sighted, "status", NULL, 0);
	assert_int_equal(status_figure(&status, "connections"), 4);
	assert_int_equal(status_figure(&status, "untracked"), 3);
	assert_int_equal(status_figure(&status, "active"), -1);
	assert_int_equal(status_figure(&status, "waiting"), 1);
	assert_int_equal(status_figure(&status, "oldest_xact_s"), -1);
	ground_query(ground, holder, "rollback");
	UNTIL(ground, waited.here);
	Conn *const conns[] = {holder, waiter, eye, short_sighted};
	for (size_t i = 0; i < 4; i++) ground_leave(ground, conns[i]);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_query_runs),
		cmocka_unit_test(every_query_is_one_statement_psql_runs),
		cmocka_unit_test(an_unknown_query_is_an_error),
		cmocka_unit_test(statements_are_counted_with_their_texts),
		cmocka_unit_test(hidden_statements_still_count),
		cmocka_unit_test(it_is_known_since_when),
		cmocka_unit_test(the_status_line_counts_who_is_there),
		cmocka_unit_test(our_own_reads_are_not_counted),
		cmocka_unit_test(nobody_slips_us_a_function),
		cmocka_unit_test(without_the_library_the_remedy_is_exact),
	};
	return cmocka_run_group_tests(tests, set_up, ground_tear_down);
}
