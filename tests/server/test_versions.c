/* test_versions.c: the same on every version of PostgreSQL that tests/server/fetch.sh has brought to build/servers. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>
#include <unistd.h>

#include "ground.h"
#include "pg/catalog.h"
#include "pg/compare.h"
#include "pg/explain.h"
#include "sql/literals.h"

/* The newest: what stands in src/queries is what psql runs there. */
enum { OLDEST = 13, NEWEST = 18 };

static const char shop[] =
	"create schema stats; create extension pg_stat_statements schema stats; create role plain login;"
	"create table t (id int primary key, a int, b text, ts timestamptz, n numeric); insert into t select g, g % 100, 'x' || g, now(), g from generate_series(1, 2000) g;"
	"create index t_a on t (a desc, lower(b)) where a > 5; create table p (id int, v int) partition by range (id);"
	"create table p1 partition of p for values from (0) to (1000); analyze";

static bool there(Ground *ground, int major, char *directory) {
	char *path = arena_printf(ground->arena, "build/servers/%d/bin", major);
	return realpath(path, directory) && access(arena_printf(ground->arena, "%s/postgres", path), X_OK) == 0;
}

static void every_query_runs_as_it_stands(Ground *ground) {
	for (const Embedded *query = embedded_queries; query->name; query++) {
		const char *script = arena_printf(ground->arena, "set search_path = public, stats; prepare x as %s\n; deallocate x", query->text);
		if (!cluster_run(ground->cluster, "postgres", script, &ground->err)) fail_msg("%s: %s", query->name, ground->err.message.text);
	}
}

typedef struct Explained {
	Ground *ground;
	bool here, would_write;
	const char *json, *message;
} Explained;

static void explained(void *owner, ExplainReply *reply) {
	Explained *result = owner;
	*result = (Explained){
		.ground = result->ground,
		.here = true,
		.would_write = reply->would_write,
		.json = arena_copy(result->ground->arena, reply->json),
		.message = arena_copy(result->ground->arena, reply->err->message.text),
	};
}

static Explained run(Ground *ground, Conn *conn, const char *sql, bool analyze, bool allow_write) {
	const ExplainSpec spec = {
		.statement = statement_parse(ground->arena, sql),
		.analyze = analyze,
		.allow_write = allow_write,
		.serialize = true,
		.memory = true,
		.statement_timeout_ms = 5000,
		.lock_timeout_ms = 500,
	};
	Explained result = {.ground = ground};
	explain_start(conn, &spec, explained, &result);
	UNTIL(ground, result.here);
	return result;
}

static void explaining_works(Ground *ground, Conn *conn, int major) {
	static const char *const generic[] = {
		"select * from t where a = $1 limit $2", "select * from t where ts > now() - interval $1", "select * from t where ts > now() - $1",
		"update t set a = a + $1 where id = $2", "select $1 + $2", "select * from t where a in ($1 /*, ... */)",
	};
	for (size_t i = 0; i < sizeof generic / sizeof *generic; i++) {
		Explained result = run(ground, conn, generic[i], false, false);
		if (!result.json) fail_msg("%s: %s", generic[i], result.message);
	}
	Explained measured = run(ground, conn, "select count(*) from t", true, false);
	if (!measured.json) fail_msg("%s", measured.message);
	assert_non_null(strstr(measured.json, "WAL Bytes"));
	assert_non_null(strstr(measured.json, "\"Settings\""));
	assert_true((strstr(measured.json, "Serialization") != NULL) == (major >= 17));
	assert_true((strstr(measured.json, "Memory Used") != NULL) == (major >= 17));
	assert_true(run(ground, conn, "delete from t", true, false).would_write);
	assert_true(run(ground, conn, "create table c as select 1", true, false).would_write);
	assert_non_null(run(ground, conn, "delete from t", true, true).json);
	assert_null(run(ground, conn, "select 1; drop table t", false, false).json);
	assert_null(run(ground, conn, "select $1; drop table t", false, false).json);
	assert_string_equal(ground_ask(ground, "postgres", "select count(*) from t"), "2000");
	Answer left = ground_query(ground, conn, "select count(*) from pg_prepared_statements");
	assert_int_equal(answer_int(&left), 0);
}

typedef struct Compared {
	bool here, same;
	const char *message;
	Arena *arena;
} Compared;

static void compared(void *owner, CompareReply *reply) {
	Compared *result = owner;
	result->here = true;
	result->same = !err_is(reply->err) && reply->compared.verdict == ROWS_SAME;
	result->message = arena_copy(result->arena, reply->err->message.text);
}

static void rows_are_compared(Ground *ground, Conn *conn) {
	static const int parameters[] = {1, 2};
	const ProofTask tasks[] = {
		{.statements = {"select * from t order by id", "select * from t where id > 0 order by id"}, .in_order = true},
		{.statements = {"select b, n, ts from t", "select b, n, ts from t order by id desc"}},
		{.statements = {"select * from t order by ts, n limit 20 offset 1000", "select * from t where (ts, n) > ($1, $2) order by ts, n limit 20"},
	     .last_row = "select ts, n from t order by ts, n limit 1 offset 999", .parameters = parameters, .parameter_count = 2, .in_order = true},
	};
	for (size_t i = 0; i < sizeof tasks / sizeof *tasks; i++) {
		const CompareSpec spec = {.task = &tasks[i], .most_rows = 1e6, .statement_timeout_ms = 5000, .lock_timeout_ms = 500};
		Compared result = {.arena = ground->arena};
		compare_start(conn, &spec, compared, NULL, &result);
		UNTIL(ground, result.here);
		if (!result.same) fail_msg("%s: not the same rows: %s", tasks[i].statements[1], result.message);
	}
}

/* The text that is kept and the one that is seen make the call again: lists are one parameter since 18, 13 has no query identifiers. */
static void calls_are_found(Ground *ground, Conn *conn) {
	static const char call[] = "select id from public.t where a in (1, 2, 3) and b = 'it''s' and n > -1.5 limit 4";
	ground_run(ground, "postgres", call);
	const char *kept = ground_ask(ground, "postgres", "select query from stats.pg_stat_statements where query like 'select id from public.t where a in%'");
	const char *id = ground_ask(ground, "postgres", "select queryid::text from stats.pg_stat_statements where query like 'select id from public.t where a in%'");
	Conn *caller = ground_connect(ground, NULL, NULL);
	ground_query(ground, caller, call);
	Answer calls = ground_catalog(ground, conn, "statement_calls", (const char *const[]){id, "postgres"}, 2);
	if (!calls.table) fail_msg("%s", calls.message);
	size_t count = literals_count(kept);
	const char **found = ARENA_ARRAY(ground->arena, const char *, count);
	Literal *literals = ARENA_ARRAY(ground->arena, Literal, count);
	bool any = false;
	for (size_t row = 0; row < calls.table->row_count && !any; row++) any = literals_find(ground->arena, kept, table_text(calls.table, row, 0, ""), found);
	assert_true(any);
	for (size_t i = 0; i < count; i++) literals[i].sql = found[i];
	assert_string_equal(literals_fill(ground->arena, kept, literals, count), call);
	ground_leave(ground, caller);
}

static void loaded(void *owner, FactsReply *reply) {
	bool *here = owner;
	if (!reply->facts) fail_msg("%s", reply->err->message.text);
	assert_int_equal(reply->facts->tables.count, 3); /* t, p1 and its parent */
	*here = true;
}

static void works_with(int major) {
	Ground finding = {.arena = arena_new()};
	char directory[PATH_MAX];
	bool found = there(&finding, major, directory);
	arena_free(finding.arena);
	if (!found) {
		print_message("skip: it_works_with_%d: build/servers/%d is not there (tests/server/fetch.sh %d)\n", major, major, major);
		skip();
	}
	void *opened;
	assert_int_equal(ground_set_up(&opened, &(ClusterSpec){.bin_dir = directory, .settings = "shared_preload_libraries = 'pg_stat_statements'\n"}), 0);
	Ground *ground = opened;
	ground_run(ground, "postgres", shop);
	Conn *conn = ground_connect(ground, NULL, NULL);
	assert_int_equal(conn_server(conn)->version / 10000, major);
	assert_true(conn_server(conn)->statements_preloaded);
	assert_true(server_has_column(conn_server(conn), "pg_stat_statements", "toplevel") == (major >= 14));
	ground_try_queries(ground, conn);
	if (major == NEWEST) every_query_runs_as_it_stands(ground);
	explaining_works(ground, conn, major);
	calls_are_found(ground, conn);
	rows_are_compared(ground, conn);
	const TableRef tables[] = {{.name = "t"}, {.name = "p1"}};
	bool here = false;
	facts_load(conn, &(FactsWish){.tables = tables, .table_count = 2}, loaded, &here);
	UNTIL(ground, here);
	ground_leave(ground, conn);
	conn = ground_connect(ground, "plain", NULL);
	assert_non_null(conn_server(conn)->statements_problem); /* no way into schema stats */
	ground_run(ground, "postgres", conn_server(conn)->statements_remedy);
	ground_leave(ground, conn);
	conn = ground_connect(ground, "plain", NULL);
	ground_try_queries(ground, conn);
	ground_tear_down(&opened);
}

static void it_works_with_13(void **state) {
	(void)state;
	works_with(OLDEST);
}

static void it_works_with_14(void **state) {
	(void)state;
	works_with(14);
}

static void it_works_with_16(void **state) {
	(void)state;
	works_with(16);
}

static void it_works_with_17(void **state) {
	(void)state;
	works_with(17);
}

static void it_works_with_18(void **state) {
	(void)state;
	works_with(NEWEST);
}


int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_works_with_13), cmocka_unit_test(it_works_with_14), cmocka_unit_test(it_works_with_16),
		cmocka_unit_test(it_works_with_17), cmocka_unit_test(it_works_with_18),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
