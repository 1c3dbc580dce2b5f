/* test_standby.c: a streaming replica can be looked at like any server, and what only happens there is taken for what it is. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <unistd.h>

#include "ground.h"
#include "pg/catalog.h"
#include "pg/compare.h"
#include "pg/explain.h"

static const char settings[] = "shared_preload_libraries = 'pg_stat_statements'\nmax_standby_streaming_delay = 0\nwal_receiver_status_interval = 1s\n";

typedef struct Pair {
	Ground *primary;
	Ground standby; /* on the primary's loop */
} Pair;

static int set_up(void **state) {
	Pair *pair = calloc(1, sizeof *pair);
	*state = pair;
	void *primary;
	if (ground_set_up(&primary, &(ClusterSpec){.settings = settings}) != 0) return -1;
	pair->primary = primary;
	ground_run(primary, "postgres", "create extension pg_stat_statements; create role plain login; create table t (id int primary key, a int);"
	                                "insert into t select g, g % 100 from generate_series(1, 5000) g; analyze t");
	pair->standby = (Ground){.work = pair->primary->work, .arena = pair->primary->arena, .err = ERR_INIT};
	pair->standby.cluster = cluster_start(&(ClusterSpec){.settings = settings, .standby_of = pair->primary->cluster}, &pair->standby.err);
	if (pair->standby.cluster) return 0;
	fprintf(stderr, "%s\n%s\n", pair->standby.err.message.text, pair->standby.err.hint.text);
	return -1;
}

static int tear_down(void **state) {
	Pair *pair = *state;
	Ground *standby = &pair->standby;
	for (size_t i = 0; i < GROUND_CONNS; i++) conn_free(standby->conns[i]);
	for (size_t i = 0; i < standby->kept.count; i++) arena_free(standby->kept.items[i]);
	cluster_stop(standby->cluster);
	err_release(&standby->err);
	void *primary = pair->primary;
	ground_tear_down(&primary);
	free(pair);
	return 0;
}

/* What the primary has done the standby has too. */
static void await_replay(Pair *pair) {
	const char *lsn = ground_ask(pair->primary, "postgres", "select pg_current_wal_lsn()");
	const char *there = arena_printf(pair->primary->arena, "select pg_last_wal_replay_lsn() >= '%s'", lsn);
	UNTIL(&pair->standby, *ground_ask(&pair->standby, "postgres", there) == 't');
}

static void a_standby_is_known_as_one(void **state) {
	Pair *pair = *state;
	Conn *conn = ground_connect(&pair->standby, NULL, NULL);
	assert_true(conn_server(conn)->in_recovery);
	assert_true(conn_server(conn)->statements_preloaded);
	Answer status = ground_catalog(&pair->standby, conn, "status", NULL, 0);
	assert_int_equal(status.table->row_count, 1);
	assert_true(table_bool(status.table, 0, table_column(status.table, "in_recovery"), false));
	assert_false(table_null(status.table, 0, table_column(status.table, "replay_lag_s")));
	assert_true(table_real(status.table, 0, table_column(status.table, "replay_lag_s"), -1) >= 0);
	ground_leave(&pair->standby, conn);
}

static void every_query_runs_there(void **state) {
	Pair *pair = *state;
	static const char *const users[] = {NULL, "plain"};
	for (size_t i = 0; i < 2; i++) {
		Conn *conn = ground_connect(&pair->standby, users[i], NULL);
		ground_try_queries(&pair->standby, conn);
		ground_leave(&pair->standby, conn);
	}
}

typedef struct Explained {
	bool here, planned, would_write;
	const char *message;
	Arena *arena;
} Explained;

static void explained(void *owner, ExplainReply *reply) {
	Explained *result = owner;
	result->here = true;
	result->planned = reply->json != NULL;
	result->would_write = reply->would_write;
	result->message = arena_copy(result->arena, reply->err->message.text);
}

static Explained explain(Ground *ground, Conn *conn, const char *sql, bool analyze, bool allow_write) {
	Explained result = {.arena = ground->arena};
	const ExplainSpec spec = {.statement = statement_parse(ground->arena, sql), .analyze = analyze, .allow_write = allow_write,
	                          .statement_timeout_ms = 5000, .lock_timeout_ms = 500};
	explain_start(conn, &spec, explained, &result);
	UNTIL(ground, result.here);
	return result;
}

static void statements_are_planned_and_run_there(void **state) {
	Pair *pair = *state;
	Conn *conn = ground_connect(&pair->standby, NULL, NULL);
	static const struct {
		const char *sql;
		bool analyze;
	} cases[] = {{"select * from t where a = 1", false}, {"select * from t where a = $1", false}, {"select count(*) from t", true}, {"delete from t where id = $1", false}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		Explained result = explain(&pair->standby, conn, cases[i].sql, cases[i].analyze, false);
		if (!result.planned) fail_msg("%s: %s", cases[i].sql, result.message);
	}
	assert_true(explain(&pair->standby, conn, "delete from t", true, false).would_write);
	Explained refused = explain(&pair->standby, conn, "delete from t", true, true); /* nothing makes it writable */
	assert_false(refused.planned);
	assert_non_null(strstr(refused.message, "recovery"));
	assert_int_equal(conn_state(conn), CONN_READY);
	ground_leave(&pair->standby, conn);
}

static void replay_that_ends_a_statement_is_no_lost_server(void **state) {
	Pair *pair = *state;
	Conn *conn = ground_connect(&pair->standby, NULL, NULL);
	ground_query(&pair->standby, conn, "select set_config('statement_timeout', '0', false)");
	ground_query(&pair->standby, conn, "select count(*) from public.t");
	Answer answer = {.ground = &pair->standby};
	conn_query(conn, "select count(*), pg_sleep(15) from public.t", NULL, 0, ground_answered, &answer);
	const char *asleep = "select count(*) from pg_stat_activity where wait_event = 'PgSleep'";
	UNTIL(&pair->standby, *ground_ask(&pair->standby, "postgres", asleep) == '1');
	ground_run(pair->primary, "postgres", "delete from t where id > 4000");
	ground_run(pair->primary, "postgres", "vacuum t");
	UNTIL(&pair->standby, answer.here);
	assert_string_equal(answer.sqlstate, "40001");
	assert_int_equal(answer.kind, ERR_SERVER);
	assert_int_equal(conn_state(conn), CONN_READY);
	ground_query(&pair->standby, conn, "begin isolation level repeatable read");
	ground_query(&pair->standby, conn, "select count(*) from public.t");
	ground_run(pair->primary, "postgres", "delete from t where id > 3000");
	ground_run(pair->primary, "postgres", "vacuum t");
	UNTIL(&pair->standby, conn_state(conn) == CONN_LOST || (answer = ground_query(&pair->standby, conn, "select 1"), !answer.table));
	UNTIL(&pair->standby, conn_state(conn) == CONN_READY && conn_pending(conn) == 0); /* an idle one is closed, and comes again */
	ground_query(&pair->standby, conn, "rollback");
	ground_leave(&pair->standby, conn);
}

/* The query's own function, once ended by a conflict as if replay had done it. */
static void a_read_that_replay_ended_is_read_again(void **state) {
	Pair *pair = *state;
	ground_run(pair->primary, "postgres", "create database conflicts");
	ground_run(pair->primary, "conflicts",
	           "create extension pg_stat_statements; alter extension pg_stat_statements drop function pg_stat_statements_info();"
	           "alter extension pg_stat_statements drop view pg_stat_statements_info; drop view pg_stat_statements_info;"
	           "create function conflict_once() returns bool language plpgsql as $$ begin"
	           " if exists (select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()) then return true; end if;"
	           " perform pg_advisory_lock(1); raise 'canceling statement due to conflict with recovery' using errcode = '40001'; end $$;"
	           "create view pg_stat_statements_info as select 0::bigint as dealloc, now() as stats_reset where public.conflict_once();"
	           "alter extension pg_stat_statements add view pg_stat_statements_info");
	await_replay(pair);
	Conn *conn = ground_connect(&pair->standby, NULL, "conflicts");
	Answer answer = ground_catalog(&pair->standby, conn, "statements_info", NULL, 0);
	if (!answer.table) fail_msg("%s", answer.message);
	assert_int_equal(answer.table->row_count, 1);
	ground_leave(&pair->standby, conn);
}

static bool refused_for_now(Conn *conn) {
	if (strcmp(conn_error(conn)->sqlstate, "57P03") == 0) return true;
	conn_retry(conn);
	return false;
}

/* Starting, stopping, recovering, or for ever a standby that lets nobody in: it passes, or might. */
static void a_server_that_takes_nobody_yet_is_asked_again(void **state) {
	Pair *pair = *state;
	Ground cold = {.work = pair->primary->work, .arena = pair->primary->arena, .err = ERR_INIT};
	const char *cold_settings = arena_printf(cold.arena, "%shot_standby = off\n", settings);
	cold.cluster = cluster_launch(&(ClusterSpec){.settings = cold_settings, .standby_of = pair->primary->cluster}, &cold.err);
	if (!cold.cluster) fail_msg("%s", cold.err.message.text);
	ConnParams params = ground_params(&cold, NULL, NULL);
	Conn *conn = ground_conn(&cold, &params); /* at first there is no socket at all */
	UNTIL(&cold, refused_for_now(conn));
	assert_non_null(strstr(conn_error(conn)->hint.text, "asked again"));
	assert_true(conn_retry_at_ms(conn) >= 0);
	ground_leave(&cold, conn);
	UNTIL(&cold, work_pending(cold.work) == 0);
	cluster_stop(cold.cluster);
	err_release(&cold.err);
}

typedef struct Compared {
	bool here;
	RowsVerdict verdict;
	ErrKind kind;
} Compared;

static void compared(void *owner, CompareReply *reply) {
	*(Compared *)owner = (Compared){.here = true, .verdict = reply->compared.verdict, .kind = reply->err->kind};
}

static void rows_are_compared_there(void **state) {
	Pair *pair = *state;
	await_replay(pair);
	Conn *conn = ground_connect(&pair->standby, NULL, NULL);
	for (int in_order = 0; in_order < 2; in_order++) {
		const ProofTask task = {.statements = {"select * from public.t order by id", "select * from public.t where id > 0 order by id"}, .in_order = in_order};
		const CompareSpec spec = {.task = &task, .most_rows = 1e6, .statement_timeout_ms = 10000, .lock_timeout_ms = 500};
		Compared result = {.here = false};
		compare_start(conn, &spec, compared, NULL, &result);
		UNTIL(&pair->standby, result.here);
		assert_int_equal(result.kind, ERR_NONE);
		assert_int_equal(result.verdict, ROWS_SAME);
	}
	ground_leave(&pair->standby, conn);
}

static void a_promoted_standby_is_found_out_anew(void **state) {
	Pair *pair = *state;
	Conn *conn = ground_connect(&pair->standby, NULL, NULL);
	assert_true(conn_server(conn)->in_recovery);
	ground_run(&pair->standby, "postgres", "select pg_promote()");
	Answer status = ground_catalog(&pair->standby, conn, "status", NULL, 0); /* the session outlives it */
	assert_false(table_bool(status.table, 0, table_column(status.table, "in_recovery"), true));
	conn_renew(conn, "the standby was promoted");
	UNTIL(&pair->standby, conn_state(conn) == CONN_LOST);
	assert_non_null(strstr(conn_error(conn)->message.text, "promoted"));
	UNTIL(&pair->standby, conn_state(conn) == CONN_READY);
	assert_false(conn_server(conn)->in_recovery);
	ground_leave(&pair->standby, conn);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_standby_is_known_as_one),
		cmocka_unit_test(every_query_runs_there),
		cmocka_unit_test(statements_are_planned_and_run_there),
		cmocka_unit_test(replay_that_ends_a_statement_is_no_lost_server),
		cmocka_unit_test(a_read_that_replay_ended_is_read_again),
		cmocka_unit_test(a_server_that_takes_nobody_yet_is_asked_again),
		cmocka_unit_test(rows_are_compared_there),
		cmocka_unit_test(a_promoted_standby_is_found_out_anew),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
