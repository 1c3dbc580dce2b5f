/* test_plans.c: one run, told in JSON by EXPLAIN and in TEXT by auto_explain, makes one and the same plan, on every version that is there. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <libpq-fe.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "../same_plan.h"
#include "pg/cluster.h"
#include "plan/read.h"

static const char schema[] =
	"create table big (id int primary key, a int, b text, c int); insert into big select g, g % 100, repeat(md5(g::text), 2), g / 100 from generate_series(1, 12000) g;"
	"create index big_a on big (a); create index big_c on big (c); create table small (id int primary key, v text); insert into small select g, 'v' || g from generate_series(1, 50) g;"
	"create table wide (k int, filler char(900)) with (fillfactor = 25); insert into wide select g % 2, '' from generate_series(1, 3000) g; create index wide_k on wide (k);"
	"create table p (id int, ts timestamptz) partition by range (ts); create table p_old partition of p for values from ('2001-01-01') to ('2002-01-01');"
	"create table p_now partition of p for values from ('2002-01-01') to ('2202-01-01'); insert into p select g, now() - interval '1 hour' from generate_series(1, 500) g;"
	"create table child (id int primary key, small int references small, v int); create table \"odd \"\"name -> (x)\" (\"a: b\" int, \"c, d\" text);"
	"insert into \"odd \"\"name -> (x)\" values (1, '(cost=0.00..1.00 rows=1 width=4)'), (2, 'Filter: -> x');"
	"create function touch() returns trigger language plpgsql as 'begin perform pg_sleep(0.0005); return new; end';"
	"create trigger before_child before insert or update on child for each row execute function touch();"
	"create constraint trigger after_child after insert on child for each row execute function touch();"
	"create function three() returns setof int language sql rows 3 as 'select generate_series(1, 3)'";

static const char watched[] =
	"load 'auto_explain'; set auto_explain.log_min_duration = 0; set auto_explain.log_analyze = on; set auto_explain.log_triggers = on; set track_io_timing = on;"
	"set jit = off; set max_parallel_workers_per_gather = 2; set min_parallel_table_scan_size = 0; set min_parallel_index_scan_size = 0;"
	"set parallel_setup_cost = 0; set parallel_tuple_cost = 0; set enable_partitionwise_join = on;"
	"set temp_buffers = '800kB'; create temporary table scratch as select * from big; analyze scratch";

/* What keeps the planner from its first choice. */
#define SERIAL "set max_parallel_workers_per_gather = 0; "
#define TIGHT "set work_mem = '64kB'; "
#define NO_LOOP "set enable_nestloop = off; "
#define NO_MERGE "set enable_mergejoin = off; "
#define NO_HASH "set enable_hashjoin = off; "
#define NO_SEQ "set enable_seqscan = off; "
#define NO_INDEX "set enable_indexscan = off; "
#define JIT "set jit = on; set jit_above_cost = 0; "

/* One each of what EXPLAIN has a way of its own to show. */
static const struct {
	const char *settings, *sql;
	int since; /* version; 0: any */
} statements[] = {
	{"", "select count(*), sum(c) from big where a > 10", 0},
	{"", "select a, count(*) from big group by a order by a", 0},
	{"set parallel_leader_participation = off; ", "select count(*) from big where b like '%a'", 0},
	{TIGHT "set enable_parallel_hash = off; " NO_MERGE NO_LOOP, "select count(*) from big x join big y using (id) where x.b <> y.b || 'x'", 0},
	{NO_MERGE NO_LOOP, "select count(*) from big x join big y on x.id = y.c", 0},
	{TIGHT NO_MERGE NO_LOOP, "select count(*) from big x join big y on x.id = y.c", 0},
	{TIGHT NO_HASH NO_MERGE SERIAL, "select count(*) from big x join big y on y.id = x.c * 7", 0},
	{SERIAL, "select count(*) from small s where id in (select a from big where c < 50)", 0},
	{NO_LOOP NO_MERGE SERIAL, "select count(*) from big b where not exists (select from small s where s.id = b.a)", 0},
	{NO_LOOP NO_MERGE SERIAL, "select count(*) from small s where not exists (select from big b where b.b = s.v)", 0},
	{NO_LOOP NO_MERGE SERIAL "set enable_hashagg = off; ", "select count(*) from big b where exists (select from big s where s.c = b.a)", 0},
	{NO_HASH NO_MERGE "set enable_memoize = off; " SERIAL, "select count(*) from small s join big b on s.id + b.a = 7 and b.c < 9", 14},
	{NO_HASH NO_MERGE SERIAL, "select count(*) from small s join big b on s.id + b.a = 7 and b.c < 9", 0},
	{NO_SEQ NO_INDEX SERIAL, "select count(*) from big where a between 5 and 9 and id between 300 and 900", 0},
	{NO_SEQ NO_INDEX SERIAL TIGHT, "select count(*) from wide where k = 1", 0},
	{TIGHT, "select * from big order by b, id", 0},
	{TIGHT SERIAL "set enable_sort = off; ", "select b, count(*) from big group by b", 0},
	{NO_HASH NO_MERGE SERIAL, "select count(*) from big x join small s on s.id = x.a", 0},
	{NO_HASH NO_LOOP, "select count(*) from big x join small s on s.id = x.a", 0},
	{NO_HASH NO_MERGE, "select count(*) from small s join big x on s.id = x.a where x.c < 50", 0},
	{SERIAL, "with x as materialized (select a, c from big where c < 40) select count(*) from x m join x n on m.a = n.c", 0},
	{SERIAL, "with recursive r (n) as (select 1 union all select n + 1 from r where n < 50) select count(*) from r", 0},
	{SERIAL, "with \"odd one\" as materialized (select 1 as x) select * from \"odd one\" o, (with \"odd one\" as materialized (select 2 as x) "
	 "select * from \"odd one\" offset 0) i", 0},
	{"", "select * from big where a = (select max(a) from big) and c > (select min(id) from small)", 0},
	{"", "select count(*) from big where c > (select avg(id) from small)", 0},
	{SERIAL, "select (select max(id) from big), (select min(v) from small) limit (select 1)", 0},
	{SERIAL, "select id, (select count(*) from small s where s.id = b.a) from big b limit 50", 0},
	{SERIAL, "select count(*) from big where a not in (select id from small)", 0},
	{SERIAL, "select count(*) from big where id < 100 and exists (select from small s where s.id = a) or c = 3", 0},
	{"", "insert into child select g, 1 + g % 50, g from generate_series(1, 40) g", 0},
	{"", "insert into child values (1, 1, 1), (2, 2, 2) on conflict (id) do update set v = excluded.v where child.v > 0 returning id", 0},
	{SERIAL, "update small set v = v || 'x' from big where big.id = small.id", 0},
	{SERIAL, "delete from p where id < 10", 0},
	{SERIAL, "with gone as (delete from p returning id) insert into child select id, 1, 1 from gone where id < 5", 0},
	{SERIAL, "with quietly as (delete from p where id = 3) select count(*) from small", 0},
	{SERIAL, "merge into small s using big b on s.id = b.id and b.id < 80 when matched and b.id < 10 then delete when matched then update set "
	 "v = b.b when not matched and b.id = 90 then insert values (b.id, b.b)", 15},
	{SERIAL, "select count(*) from p where ts > now() - interval '1 year'", 0},
	{SERIAL, "select count(*) from p where ts = (select max(ts) from p)", 0},
	{"", "select count(*) from p where id > 0", 0},
	{SERIAL, "select * from big order by a, b limit 10", 0},
	{SERIAL, "select * from big order by a, b", 0},
	{TIGHT SERIAL NO_SEQ, "select * from big order by c, b", 0},
	{SERIAL, "select a from big where c < 9 except select id from small", 0},
	{SERIAL, "select a from big where c < 9 intersect all select id from small", 0},
	{"set enable_hashagg = off; " SERIAL, "select distinct a from big union select id from small", 0},
	{SERIAL, "select * from (select id, row_number() over (partition by a order by id) n, sum(c) over w from big where c < 50 window w as "
	 "(partition by c order by id)) x where n < 3", 0},
	{SERIAL, "select rank() over (order by id) from big where c < 20", 0},
	{NO_SEQ NO_INDEX, "select count(*) from big where a = 7 or c = 9", 0},
	{SERIAL, "select * from generate_series(1, 3) with ordinality g, rows from (three(), generate_series(1, 2)) as r (x, y), (values (1, 'a'), "
	 "(2, 'b')) v (n, t)", 0},
	{SERIAL, "select * from big where ctid = '(0,1)'", 0},
	{SERIAL, "select count(*) from big where ctid < '(9,1)'", 14},
	{SERIAL, "select count(*) from big tablesample system (40) repeatable (3) where a > 3", 0},
	{SERIAL, "select a, c, count(*) from big where c < 9 group by rollup (a, c)", 0},
	{SERIAL, "select a, c, count(*) from big where c < 9 group by cube (a, c)", 0},
	{SERIAL, "select id from small where id < 9 for update", 0},
	{SERIAL, "select generate_series(1, 3), id from small", 0},
	{SERIAL, "select distinct on (a) a, id from big order by a, id limit 5 offset 2", 0},
	{SERIAL, "select id from big order by id desc limit 5", 0},
	{SERIAL, "select count(id) from big where id between 5 and 5000", 0},
	{SERIAL, "select count(*) from \"odd \"\"name -> (x)\" \"al ias\" where \"a: b\" > 0 and \"c, d\" <> 'x -> (cost=1.00..2.00 rows=3 "
	 "width=4)' and \"c, d\" <> E'two\\nlines'", 0},
	{SERIAL, "select * from \"odd \"\"name -> (x)\" order by \"c, d\", case when \"a: b\" = 1 then 'a, b' else 'c: d' end", 0},
	{SERIAL, "create table copied as select * from big", 0},
	{SERIAL, "select count(*) from scratch", 0},
	{SERIAL, "select 1 where false", 0},
	{SERIAL, "select count(*) from small s left join big b on b.id = s.id and b.a = 200 where s.v is not null", 0},
	{SERIAL, "select count(*) from small s full join (select id from big where id < 70) b on b.id = s.id", 0},
	{SERIAL, "select count(*) from small s where not exists (select from big b where b.a = s.id)", 0},
	{SERIAL, "select 1 union all select id from small where id > 100", 0},
	{SERIAL, "select s.id from small s, lateral (select count(*) from big b where b.a = s.id) x limit 3", 0},
	{NO_SEQ, "select count(*) from \"odd \"\"name -> (x)\"", 0},
	{JIT "set jit_inline_above_cost = 0; set jit_optimize_above_cost = 0; " SERIAL, "select sum(a * 2 + c) from big where c < 100", 0},
	{JIT, "select sum(a * 2 + c) from big where c < 100", 0},
};
enum { STATEMENTS = sizeof statements / sizeof *statements };

/* The same told at length, and as briefly as most people have it. */
static const struct {
	const char *options, *settings;
} tellings[] = {
	{"verbose, buffers, wal, settings", "set auto_explain.log_verbose = on; set auto_explain.log_buffers = on; set auto_explain.log_wal = on; set auto_explain.log_settings = on"},
	{"buffers off", "set auto_explain.log_verbose = off; set auto_explain.log_buffers = off; set auto_explain.log_wal = off; set auto_explain.log_settings = off"},
	{"timing off, buffers", "set auto_explain.log_timing = off; set auto_explain.log_buffers = on"},
};
enum { TELLINGS = sizeof tellings / sizeof *tellings };

/* What they have to bring about between them, or the planner has had better ideas. */
static const struct {
	const char *word;
	int since;
} words[] = {
	{"Parallel Hash", 0}, {"temp written=", 0}, {"temp read=", 0}, {"external merge", 0}, {"Worker 1:", 0}, {"Memoize", 14}, {"Evictions: ", 14}, {"CTE ", 0}, {"InitPlan 1", 0},
	{"hashed SubPlan 1", 0}, {"SubPlan 1", 0}, {"Trigger before_child", 0}, {"never executed", 0}, {"Subplans Removed: 1", 0}, {"Incremental Sort", 0}, {"Pre-sorted Groups: ", 0},
	{"Merge Join", 0}, {"HashSetOp Intersect All", 0}, {"WindowAgg", 0}, {"Run Condition: ", 15}, {"BitmapAnd", 0}, {"BitmapOr", 0}, {"lossy=", 0}, {"MixedAggregate", 0},
	{"Recursive Union", 0}, {"Gather Merge", 0}, {"Parallel Append", 0}, {"Rows Removed by Join Filter: ", 0}, {"Rows Removed by Index Recheck: ", 0}, {"Conflict Resolution: ", 0},
	{"Heap Fetches: ", 0}, {"Disk Usage: ", 0}, {"I/O Timings: ", 0}, {"Settings: ", 0}, {"WAL: ", 0}, {"local read=", 0}, {"Merge on ", 15}, {"Materialize", 0}, {"Index Searches: ", 18},
	{"JIT:", 0}, {"Disabled: true", 18}, {"Storage: Memory", 18}, {"Hash Right Anti Join", 16}, {"Hash Anti Join", 0}, {"Hash Semi Join", 0}, {"Hash Full Join", 0},
};
enum { WORDS = sizeof words / sizeof *words };

/* ---- a session that is told what auto_explain logs ---- */

typedef struct Session {
	PGconn *pg;
	Arena *arena;
	const char *logged; /* the last plan; NULL: none since it was set so */
	bool can_compile;
	bool seen[WORDS];
} Session;

static void keep_plan(void *session, const PGresult *notice) {
	const char *message = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
	Session *s = session;
	if (message && strstr(message, " plan:\n")) s->logged = arena_copy(s->arena, message);
}

static const char *ask(Session *session, const char *sql) {
	PGresult *result = PQexec(session->pg, sql);
	if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK) fail_msg("%s, in: %s", PQresultErrorMessage(result), sql);
	const char *value = PQntuples(result) ? arena_copy(session->arena, PQgetvalue(result, 0, 0)) : "";
	PQclear(result);
	return value;
}

static Plan *read_plan(Arena *arena, const char *text, const char *sql) {
	PlanList plans;
	Err err = ERR_INIT;
	if (!plan_read(arena, text, strlen(text), &plans, &err)) fail_msg("%s, of: %s\n%s", err.message.text, sql, text);
	if (plans.count != 1) fail_msg("%zu plans, of: %s\n%s", plans.count, sql, text);
	return plans.items[0];
}

/* What nobody reads of a WITH that writes is done when the root has ended: its blocks are not among the root's. */
static void own_blocks_add_up(Differences *found, const Plan *plan) {
	double hit = 0, written = 0;
	for (size_t i = 0; i < plan->node_count; i++) {
		const PlanNode *node = plan->nodes[i];
		if (node->subplan && node_is(node, "ModifyTable")) return;
		hit += node->measure.self_blocks.shared_hit;
		written += node->measure.self_blocks.temp_written;
	}
	same_figure(found, plan->root, "blocks hit, and all together", plan->root->blocks.shared_hit, hit);
	same_figure(found, plan->root, "blocks written, and all together", plan->root->blocks.temp_written, written);
}

static void compare(Session *session, const char *options, size_t nth, size_t *wrong) {
	const char *sql = statements[nth].sql;
	Differences found = {.where = sql};
	ask(session, "begin");
	if (*statements[nth].settings) ask(session, statements[nth].settings);
	ask(session, "set client_min_messages = log");
	session->logged = NULL;
	const char *json = ask(session, arena_printf(session->arena, "explain (analyze, %s, format json) %s", options, sql));
	ask(session, "set client_min_messages = error");
	if (!session->logged) fail_msg("nothing was logged of: %s", sql);
	Plan *said = read_plan(session->arena, json, sql), *logged = read_plan(session->arena, session->logged, sql);
	same_plan(&found, said, logged);
	if (said->buffers) own_blocks_add_up(&found, said);
	if (said->unaccounted_ms > 0) fprintf(stderr, "%s: %.3f ms do not add up\n%s\n", sql, said->unaccounted_ms, session->logged);
	for (size_t i = 0; i < WORDS; i++) session->seen[i] = session->seen[i] || strstr(session->logged, words[i].word);
	if (found.count) fprintf(stderr, "%s\n", session->logged);
	*wrong += found.count;
	ask(session, "rollback");
}

static size_t words_missing(const Session *session, int version) {
	size_t missing = 0;
	for (size_t i = 0; i < WORDS; i++) {
		bool wanted = version >= words[i].since && (session->can_compile || strcmp(words[i].word, "JIT:") != 0);
		if (!wanted || session->seen[i]) continue;
		fprintf(stderr, "no plan with \"%s\" on %d\n", words[i].word, version);
		missing++;
	}
	return missing;
}

/* On every version at length; the rest is no matter of versions. */
static void of_one_run(const char *bin_dir) {
	Err err = ERR_INIT;
	Session session = {.arena = arena_new()};
	Cluster *cluster = cluster_start(&(ClusterSpec){.bin_dir = bin_dir}, &err);
	if (!cluster || !cluster_run(cluster, "postgres", schema, &err) || !cluster_run(cluster, "postgres", "vacuum analyze", &err)) fail_msg("%s", err.message.text);
	session.pg = PQconnectdb(cluster_conninfo(session.arena, cluster, "postgres"));
	PQsetNoticeReceiver(session.pg, keep_plan, &session);
	if (PQstatus(session.pg) != CONNECTION_OK) fail_msg("%s", PQerrorMessage(session.pg));
	int version = PQserverVersion(session.pg) / 10000;
	session.can_compile = strcmp(ask(&session, "select pg_jit_available()"), "t") == 0;
	size_t wrong = 0;
	ask(&session, "set client_min_messages = error");
	ask(&session, watched);
	for (size_t t = 0; t < (bin_dir ? 1 : TELLINGS); t++) {
		ask(&session, tellings[t].settings);
		for (size_t i = 0; i < STATEMENTS; i++)
			if (version >= statements[i].since) compare(&session, tellings[t].options, i, &wrong);
	}
	PQfinish(session.pg);
	cluster_stop(cluster);
	arena_free(session.arena);
	wrong += words_missing(&session, version);
	if (wrong) fail_msg("%zu differences on %d", wrong, version);
}

/* ---- the versions ---- */

static void json_and_text_are_the_same_plan(void **state) {
	(void)state;
	of_one_run(NULL);
}

static void same_on(int major) {
	char path[64], directory[PATH_MAX];
	snprintf(path, sizeof path, "build/servers/%d/bin", major);
	if (!realpath(path, directory)) {
		print_message("skip: json_and_text_are_the_same_plan_on_%d: build/servers/%d is not there (tests/server/fetch.sh %d)\n", major, major, major);
		skip();
	}
	of_one_run(directory);
}

#define ON(major)                                                                \
	static void json_and_text_are_the_same_plan_on_##major(void **state) { \
		(void)state;                                                   \
		same_on(major);                                                \
	}
ON(13)
ON(14)
ON(16)
ON(17)
ON(18)

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_and_text_are_the_same_plan),       cmocka_unit_test(json_and_text_are_the_same_plan_on_13),
		cmocka_unit_test(json_and_text_are_the_same_plan_on_14), cmocka_unit_test(json_and_text_are_the_same_plan_on_16),
		cmocka_unit_test(json_and_text_are_the_same_plan_on_17), cmocka_unit_test(json_and_text_are_the_same_plan_on_18),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
