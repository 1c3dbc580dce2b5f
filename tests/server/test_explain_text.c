/* test_explain_text.c: what plan_write makes of EXPLAIN (FORMAT JSON) is what the server's own FORMAT TEXT says, on every version at hand.
 *
 * Estimates are asked for twice. What was run is told twice by one run: EXPLAIN prints it as JSON, auto_explain logs it as TEXT. What JSON
 * does not hold cannot be written: rows removed that are less than half of one a loop, and how 12 and older set their workers. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <libpq-fe.h>
#include <limits.h>
#include <unistd.h>

#include "ground.h"
#include "plan/json.h"
#include "plan/write.h"

static const char shop[] =
	"create schema \"Odd one\"; create extension file_fdw; create server files foreign data wrapper file_fdw;"
	"create foreign table accounts (line text) server files options (filename '/etc/passwd');"
	"create table t (id int primary key, a int, b text, c numeric); insert into t select g, g % 97, 'x' || g % 600, g from generate_series(1, 6000) g;"
	"create index t_a on t (a); create index t_b on t (b); create table \"Odd one\".\"select\" (\"Id\" int primary key references t, note text);"
	"insert into \"Odd one\".\"select\" select g, 'n' from generate_series(1, 500) g;"
	"create table p (id int, v int) partition by range (id); create table p1 partition of p for values from (0) to (1000);"
	"create table p2 partition of p for values from (1000) to (2000); insert into p select g, g from generate_series(0, 1999) g;"
	"create table j (a int, doc jsonb); insert into j select g, jsonb_build_object('k', g) from generate_series(1, 100) g; create index on j using gin (doc);"
	"create function noted() returns trigger language plpgsql as 'begin return new; end'; create trigger noted after insert or update on t for each row execute function noted();"
	"create view v as select t.*, s.note from t left join \"Odd one\".\"select\" s on s.\"Id\" = t.id";

/* Every shape of a plan that a statement can be given. */
static const char *const statements[] = {
	"select 1",
	"select * from accounts where line like 'root%'",
	"select * from t where b = 'x5' and a > 3 order by c desc, id limit 5",
	"select * from t where a = 5 or a = 6",
	"select * from t where a = 5 and b = 'x12'",
	"select a from t where a < 2 order by a",
	"select * from t order by a desc limit 3",
	"select b, count(*), sum(c) from t group by b having count(*) > 2",
	"select a, b, count(*) from t where id < 900 group by rollup (a, b)",
	"select a, b, count(*) from t where id < 900 group by cube (a, b) order by 1, 2",
	"select a, count(*) from t where id < 900 group by grouping sets ((a), ())",
	"select distinct a from t where id < 500 order by a",
	"select * from t join \"Odd one\".\"select\" s on s.\"Id\" = t.id where t.a = 3",
	"select * from t left join \"Odd one\".\"select\" s on s.\"Id\" = t.id and t.a > 3 where s.note is null limit 10",
	"select * from t where exists (select 1 from \"Odd one\".\"select\" s where s.\"Id\" = t.id)",
	"select * from t where not exists (select 1 from \"Odd one\".\"select\" s where s.\"Id\" = t.id) and t.id < 100",
	"select * from t a full join t b on a.id = b.a where a.id < 50 or b.id < 50",
	"select (select max(c) from t), t.* from t where id = (select min(a) from t) or c > (select avg(c) from t x where x.a = t.a and x.id < 100) and t.id < 50",
	"select * from t where id in (select \"Id\" from \"Odd one\".\"select\" where note > 'm') and a not in (select v from p)",
	"with recursive w(n) as (select 1 union all select n + 1 from w where n < 20) select * from w where n > 3",
	"with x as materialized (select * from t where a = 1) select * from x a join x b using (id)",
	"with gone as (delete from p where id < 5 returning *) select count(*) from gone",
	"select * from p where id = 5 union all select id, a from t where id < 3",
	"select * from p where v > 1500",
	"select a from t where id < 100 intersect select v from p",
	"select a from t where id < 100 except all select v from p",
	"select a from t where id < 10 union select v from p where v < 5",
	"select id, row_number() over w, sum(c) over (partition by b) from t where id < 200 window w as (partition by a order by c)",
	"select * from (select id, row_number() over (order by c) r from t) s where r <= 3",
	"select * from generate_series(1, 5) g, lateral (select * from t where t.id = g limit 1) s",
	"select * from unnest(array[1, 2]) with ordinality u(x, y)",
	"select * from rows from (generate_series(1, 2), generate_series(1, 3)) f",
	"select generate_series(1, 3), a from t where id < 3",
	"select * from (values (1, 'a'), (2, 'b')) v(x, y) where x > 1",
	"select * from xmltable('/r/i' passing '<r><i>1</i></r>' columns n int path '.')",
	"select * from t tablesample bernoulli (10) repeatable (3) where a = 1",
	"select * from t tablesample system (1)",
	"select * from t where ctid = '(0,1)' or ctid = '(0,2)'",
	"select * from t where ctid > '(30,1)'",
	"select * from t where false",
	"select * from t where now() > '2000-01-01' and id = 3",
	"select * from j where doc @> '{\"k\": 5}'",
	"select * from v where a = 3",
	"select * from t where id < 10 for update",
	"select * from information_schema.columns where table_name = 't'",
	"select count(*) from t a, t b where a.id = b.a and a.b = b.b",
	"select t.b, p.v from t join p on p.id = t.a and p.v < t.c order by t.b, p.v limit 20",
	"insert into t values (100001, 1, 'new', 1)",
	"insert into t select id + 200000, a, b, c from t where id < 10 on conflict (id) do update set b = excluded.b where t.a > 3",
	"insert into \"Odd one\".\"select\" values (1, 'x') on conflict do nothing",
	"insert into \"Odd one\".\"select\" values (1001, 'x')",
	"insert into p values (7, 7)",
	"update t set b = 'y' where id < 20",
	"update p set v = v + 1 where id < 1500 and v > 900",
	"delete from p where id = 3 returning *",
	"delete from t using p where p.id = t.id and t.id between 1500 and 1600",
};

/* Not into partitions: of that all versions print broken JSON. */
static const char *const since_15[] = {
	"merge into \"Odd one\".\"select\" s using t on t.id = s.\"Id\" when matched and t.a > 50 then delete when matched then update set note = 'y' when not matched and t.id < 2000 then insert values (t.id, 'z')",
};

static const char *const ways[] = {"", "enable_hashjoin = off; enable_hashagg = off", "enable_mergejoin = off; enable_nestloop = off; work_mem = '64kB'",
                                   "enable_seqscan = off; enable_sort = off; enable_indexonlyscan = off",
                                   "min_parallel_table_scan_size = 0; min_parallel_index_scan_size = 0; parallel_setup_cost = 0; parallel_tuple_cost = 0; work_mem = '256kB'",
                                   "jit = on; jit_above_cost = 0; jit_inline_above_cost = -1; jit_optimize_above_cost = -1; track_io_timing = on; max_parallel_workers_per_gather = 0"};

/* ---- asking ---- */

typedef struct Session {
	Arena *arena;
	PGconn *conn;
	Str logged; /* by auto_explain */
} Session;

static void notice(void *owner, const PGresult *result) {
	Session *session = owner;
	const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	if (!text || !strstr(text, "plan:\n")) return;
	str_clear(&session->logged);
	str_add(&session->logged, strstr(text, "plan:\n") + strlen("plan:\n"));
}

/* The lines of an answer; NULL when it was refused. */
static const char *ask(Session *session, const char *sql) {
	PGresult *result = PQexec(session->conn, sql);
	Str text = STR_INIT;
	bool fine = PQresultStatus(result) == PGRES_TUPLES_OK || PQresultStatus(result) == PGRES_COMMAND_OK;
	for (int row = 0; fine && row < PQntuples(result); row++) str_printf(&text, "%s\n", PQgetvalue(result, row, 0));
	const char *copy = fine ? arena_copy(session->arena, text.text) : NULL;
	if (!fine) print_message("%s: %s", sql, PQresultErrorMessage(result));
	str_release(&text);
	PQclear(result);
	return copy;
}

static void set(Session *session, const char *settings) {
	assert_non_null(ask(session, "discard all"));
	while (*settings) {
		size_t len = strcspn(settings, ";");
		assert_non_null(ask(session, arena_printf(session->arena, "set %.*s", (int)len, settings)));
		settings += len + strspn(settings + len, "; ");
	}
}

static const char *written(Session *session, const char *json) {
	PlanList plans;
	Err err = ERR_INIT;
	if (!plan_read_json(session->arena, json, strlen(json), &plans, &err)) fail_msg("%s in %s", err.message.text, json);
	assert_int_equal(plans.count, 1);
	return plan_write(session->arena, plans.items[0]);
}

static void same(const char *statement, const char *settings, const char *wanted, const char *is) {
	if (strcmp(wanted, is) == 0) return;
	size_t at = 0, line = 0;
	for (; wanted[at] == is[at]; at++)
		if (wanted[at] == '\n') line = at + 1;
	fail_msg("%s\n(%s)\nserver: %.*s\nwriter: %.*s\nof\n%s", statement, settings, (int)strcspn(wanted + line, "\n"), wanted + line, (int)strcspn(is + line, "\n"), is + line, is);
}

/* ---- estimates ---- */

static void estimate(Session *session, const char *options, const char *statement, const char *settings) {
	const char *text = ask(session, arena_printf(session->arena, "explain (%ssummary off) %s", options, statement));
	const char *json = ask(session, arena_printf(session->arena, "explain (format json, %ssummary off) %s", options, statement));
	if (text && json) same(statement, settings, text, written(session, json));
	else assert_true(!text && !json);
}

static void estimates(Session *session, const char *const *list, size_t count) {
	static const char *const options[] = {"", "verbose, costs off, settings, "};
	for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
		set(session, ways[w]);
		for (size_t i = 0; i < count; i++)
			for (size_t o = 0; o < sizeof options / sizeof *options; o++) estimate(session, options[o], list[i], ways[w]);
	}
}

/* ---- what was run ---- */

static const char logging[] =
	"; auto_explain.log_min_duration = 0; auto_explain.log_analyze = on; auto_explain.log_buffers = on; auto_explain.log_wal = on; auto_explain.log_triggers = on;"
	" auto_explain.log_settings = on; auto_explain.log_level = notice; client_min_messages = notice; auto_explain.log_verbose = ";

static bool begins(const char *line, const char *word) {
	return strncmp(line, word, strlen(word)) == 0;
}

/* Rows removed, but on an average less than half of one: in JSON a zero like any other. */
static bool is_rounded_away(const char *line, size_t len) {
	line += strspn(line, " ");
	return begins(line, "Rows Removed by ") && len > 2 && line[strcspn(line, "\n") - 1] == '0' && line[strcspn(line, "\n") - 2] == ' ';
}

/* Without what EXPLAIN itself adds and the log does not have, and what JSON does not tell. */
static const char *comparable(Arena *arena, const char *text) {
	Str out = STR_INIT;
	bool planning = false;
	while (*text) {
		size_t len = strcspn(text, "\n");
		planning = begins(text, "Planning:") || (planning && *text == ' ');
		bool more = planning || begins(text, "Planning Time: ") || begins(text, "Execution Time: ");
		if (!more && !is_rounded_away(text, len)) str_printf(&out, "%.*s\n", (int)len, text);
		text += len + (text[len] == '\n');
	}
	const char *copy = arena_copy(arena, out.text);
	str_release(&out);
	return copy;
}

static const char *without_first_line(const char *text) {
	return text + strcspn(text, "\n") + 1;
}

/* One run, told twice; false when it was refused. */
static bool run(Session *session, const char *options, const char *statement, const char **logged, const char **is) {
	ask(session, "begin");
	str_clear(&session->logged);
	const char *json = ask(session, arena_printf(session->arena, "explain (analyze, buffers, wal, settings, format json%s) %s", options, statement));
	ask(session, "rollback");
	if (!json) return false;
	if (!session->logged.len) fail_msg("auto_explain says nothing of %s", statement);
	*logged = comparable(session->arena, arena_printf(session->arena, "%s\n", without_first_line(session->logged.text)));
	*is = comparable(session->arena, written(session, json));
	return true;
}

enum { RUNS = 3 }; /* a time of reading that is rounded to 0.000 is a zero like any other in JSON, too: it is not so each time */

static void measure(Session *session, const char *options, const char *statement, const char *settings) {
	const char *logged = "", *is = "";
	for (int i = 0; i < RUNS; i++)
		if (!run(session, options, statement, &logged, &is) || strcmp(logged, is) == 0) return;
	same(statement, settings, logged, is);
}

static void measures(Session *session, const char *const *list, size_t count) {
	for (size_t w = 0; w < sizeof ways / sizeof *ways; w++)
		for (int verbose = 0; verbose < 2; verbose++) {
			set(session, "");
			assert_non_null(ask(session, "load 'auto_explain'"));
			set(session, arena_printf(session->arena, "%s%s%s", ways[w], *ways[w] ? logging : logging + 2, verbose ? "on" : "off"));
			for (size_t i = 0; i < count; i++) measure(session, verbose ? ", verbose" : "", list[i], ways[w]);
		}
}

/* ---- versions ---- */

#define ALL(list) (list), sizeof(list) / sizeof *(list)

static bool there(Ground *ground, int major, char *directory) {
	char *path = arena_printf(ground->arena, "build/servers/%d/bin", major);
	return realpath(path, directory) && access(arena_printf(ground->arena, "%s/postgres", path), X_OK) == 0;
}

static void works_with(int major) {
	Ground finding = {.arena = arena_new()};
	char directory[PATH_MAX];
	bool found = !major || there(&finding, major, directory);
	arena_free(finding.arena);
	if (!found) {
		print_message("skip: text_is_that_of_%d: build/servers/%d is not there (tests/server/fetch.sh %d)\n", major, major, major);
		skip();
	}
	void *opened;
	assert_int_equal(ground_set_up(&opened, &(ClusterSpec){.bin_dir = major ? directory : NULL}), 0);
	Ground *ground = opened;
	ground_run(ground, "postgres", shop);
	ground_run(ground, "postgres", "vacuum analyze");
	Session session = {.arena = arena_new(), .conn = PQconnectdb(cluster_conninfo(ground->arena, ground->cluster, "postgres")), .logged = STR_INIT};
	PQsetNoticeReceiver(session.conn, notice, &session);
	estimates(&session, ALL(statements));
	measures(&session, ALL(statements));
	if (PQserverVersion(session.conn) >= 150000) {
		estimates(&session, ALL(since_15));
		measures(&session, ALL(since_15));
	}
	PQfinish(session.conn);
	str_release(&session.logged);
	arena_free(session.arena);
	ground_tear_down(&opened);
}

static void text_is_that_of_the_server_here(void **state) {
	(void)state;
	works_with(0);
}

static void text_is_that_of_13(void **state) {
	(void)state;
	works_with(13);
}

static void text_is_that_of_18(void **state) {
	(void)state;
	works_with(18);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_that_of_the_server_here),
		cmocka_unit_test(text_is_that_of_13),
		cmocka_unit_test(text_is_that_of_18),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
