/* test_calls.c: how often a statement is called, and the values it was called with, are found by whom may see them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "ground.h"
#include "pg/explain.h"
#include "sql/literals.h"

static int set_up(void **state) {
	const ClusterSpec spec = {.settings = "shared_preload_libraries = 'pg_stat_statements'\n"};
	if (ground_set_up(state, &spec) != 0) return -1;
	ground_run(*state, "postgres", "create extension pg_stat_statements; create table t (a int, b text);"
	                               "create role plain login; create role reader login; grant pg_read_all_stats to reader");
	return 0;
}

static const char normalized[] = "select pg_sleep($1) from public.t where a = $2 and b in ($3, $4) limit $5";

/* Its number as pg_stat_statements has it, from a call that returns at once. */
static const char *queryid(Ground *ground) {
	ground_run(ground, "postgres", "select pg_sleep(0) from public.t where a = 1 and b in ('p', 'q') limit 1");
	return ground_ask(ground, "postgres", "select queryid::text from pg_stat_statements where query like 'select pg_sleep($1) from public.t%'");
}

/* The literals of the newest call `conn` may see, "no" without one. */
static const char *seen(Ground *ground, Conn *conn, const char *id, const char *database) {
	const char *const params[] = {id, database};
	Answer answer = ground_catalog(ground, conn, "statement_calls", params, 2);
	if (!answer.table) fail_msg("%s", answer.message);
	size_t text = table_column(answer.table, "text");
	const char *literals[5];
	for (size_t row = 0; row < answer.table->row_count; row++) {
		assert_true(table_real(answer.table, row, table_column(answer.table, "age_s"), -1) >= 0);
		if (!literals_find(ground->arena, normalized, table_text(answer.table, row, text, ""), literals)) continue;
		return arena_printf(ground->arena, "%s %s %s %s %s", literals[0], literals[1], literals[2], literals[3], literals[4]);
	}
	return "no";
}

static void leave_idle(Ground *ground, Conn *conn, const char *sql) {
	Answer answer = ground_query(ground, conn, sql);
	if (!answer.table) fail_msg("%s", answer.message);
}

static void a_call_under_way_is_seen_with_its_values(void **state) {
	Ground *ground = *state;
	const char *id = queryid(ground);
	ground_run(ground, "postgres", "insert into public.t values (7, 'x')");
	Conn *caller = ground_connect(ground, NULL, NULL), *conn = ground_connect(ground, NULL, NULL);
	Answer slow = {.ground = ground};
	conn_query(caller, "SELECT pg_sleep( 60 ) FROM public.t /* it */ WHERE a = 7 AND b IN ('x', 'it''s') LIMIT 20", NULL, 0, ground_answered, &slow);
	UNTIL(ground, strcmp(seen(ground, conn, id, "postgres"), "no") != 0);
	assert_false(slow.here);
	assert_string_equal(seen(ground, conn, id, "postgres"), "60 7 'x' 'it''s' 20");
	assert_string_equal(seen(ground, conn, id, "other"), "no");
	ground_run(ground, "postgres", "select pg_terminate_backend(pid) from pg_stat_activity where query ilike '%pg_sleep( 60 )%' and pid <> pg_backend_pid()");
	ground_leave(ground, caller);
	ground_leave(ground, conn);
}

static void the_last_call_of_an_idle_session_is_seen_too(void **state) {
	Ground *ground = *state;
	const char *id = queryid(ground);
	Conn *first = ground_connect(ground, NULL, NULL), *second = ground_connect(ground, NULL, NULL), *conn = ground_connect(ground, NULL, NULL);
	leave_idle(ground, first, "select pg_sleep(0) from public.t where a = 1 and b in ('a', 'b') limit 1");
	leave_idle(ground, second, "select pg_sleep(0) from public.t where a = -2 and b in ('c', 'd') limit 2");
	assert_string_equal(seen(ground, conn, id, "postgres"), "0 -2 'c' 'd' 2"); /* the newest */
	leave_idle(ground, second, "select 1");
	assert_string_equal(seen(ground, conn, id, "postgres"), "0 1 'a' 'b' 1");
	ground_leave(ground, first);
	ground_leave(ground, second);
	ground_leave(ground, conn);
}

static void a_text_that_was_cut_is_not_taken(void **state) {
	Ground *ground = *state;
	const char *id = queryid(ground);
	Conn *caller = ground_connect(ground, NULL, NULL), *conn = ground_connect(ground, NULL, NULL);
	/* cut within the last number, it would be a good statement still */
	const char *call = "select pg_sleep(0) from public.t where a = 3 and b in ('e', 'f') limit 1000000000";
	const char *cut = arena_printf(ground->arena, "/*%*s*/ %s", (int)(1023 - strlen(call) + 3 - 5), "", call);
	leave_idle(ground, caller, cut);
	assert_string_equal(seen(ground, conn, id, "postgres"), "no");
	ground_leave(ground, caller);
	ground_leave(ground, conn);
}

static void who_may_not_see_the_session_sees_no_values(void **state) {
	Ground *ground = *state;
	const char *id = queryid(ground);
	Conn *caller = ground_connect(ground, NULL, NULL);
	leave_idle(ground, caller, "select pg_sleep(0) from public.t where a = 4 and b in ('g', 'h') limit 4");
	Conn *plain = ground_connect(ground, "plain", NULL), *reader = ground_connect(ground, "reader", NULL);
	assert_string_equal(seen(ground, plain, id, "postgres"), "no");
	assert_string_equal(seen(ground, reader, id, "postgres"), "0 4 'g' 'h' 4");
	ground_leave(ground, caller);
	ground_leave(ground, plain);
	ground_leave(ground, reader);
}

/* ---- how often ---- */

typedef struct Known {
	Ground *ground;
	bool here;
	const Facts *facts;
} Known;

static void told(void *owner, FactsReply *reply) {
	Known *known = owner;
	if (!reply->facts) fail_msg("%s", reply->err->message.text);
	*known = (Known){.ground = known->ground, .here = true, .facts = reply->facts};
	*list_push(known->ground->arena, &known->ground->kept) = reply->arena;
	reply->arena = NULL;
}

static const StatementUse *use_of(Ground *ground, Conn *conn, int64_t id) {
	Known known = {.ground = ground};
	const TableRef table = {.schema = "public", .name = "t"};
	facts_load(conn, &(FactsWish){.tables = &table, .table_count = 1, .queryid = id}, told, &known);
	UNTIL(ground, known.here);
	assert_int_equal(known.facts->tables.count, 1);
	return known.facts->use;
}

static void calls_are_counted_by_the_second(void **state) {
	Ground *ground = *state;
	int64_t id = strtoll(queryid(ground), NULL, 10);
	Conn *conn = ground_connect(ground, NULL, NULL), *plain = ground_connect(ground, "plain", NULL);
	const StatementUse *use = use_of(ground, conn, id);
	double calls = use->calls;
	assert_true(calls >= 1 && use->rows_per_call >= 0 && use->rows_per_call <= 1);
	ground_run(ground, "postgres", "select pg_sleep(0) from public.t where a = 3 and b in ('p', 'q') limit 1");
	use = use_of(ground, conn, id);
	assert_true(use->calls == calls + 1);
	if (server_has_column(conn_server(conn), "pg_stat_statements_info", "stats_reset")) assert_true(use->calls_per_s > 0 && use->calls_per_s < 1e6);
	else assert_true(isnan(use->calls_per_s));
	assert_null(use_of(ground, conn, id + 1));
	assert_null(use_of(ground, conn, 0));
	assert_null(use_of(ground, plain, id)); /* another role's, without pg_read_all_stats */
	ground_leave(ground, conn);
	ground_leave(ground, plain);
}

static void without_the_right_to_count_tables_are_known_all_the_same(void **state) {
	Ground *ground = *state;
	int64_t id = strtoll(queryid(ground), NULL, 10);
	Conn *plain = ground_connect(ground, "plain", NULL);
	ground_run(ground, "postgres", "revoke execute on function pg_stat_statements(boolean) from public");
	assert_null(use_of(ground, plain, id));
	ground_run(ground, "postgres", "grant execute on function pg_stat_statements(boolean) to public");
	ground_leave(ground, plain);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_are_counted_by_the_second),
		cmocka_unit_test(without_the_right_to_count_tables_are_known_all_the_same),
		cmocka_unit_test(a_call_under_way_is_seen_with_its_values),
		cmocka_unit_test(the_last_call_of_an_idle_session_is_seen_too),
		cmocka_unit_test(a_text_that_was_cut_is_not_taken),
		cmocka_unit_test(who_may_not_see_the_session_sees_no_values),
	};
	return cmocka_run_group_tests(tests, set_up, ground_tear_down);
}
