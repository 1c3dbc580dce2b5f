/* test_diff.c: plans that a server made before and after something changed, node beside node. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "pg/cluster.h"
#include "plan/diff_words.h"
#include "plan/json.h"

typedef struct Ground {
	Arena *arena;
	Cluster *cluster;
} Ground;

static const char schema[] =
	"create table customers (id int primary key, city text); insert into customers select g, 'c' || g % 50 from generate_series(1, 2000) g;"
	"create table orders (id int, customer_id int, status text, total numeric); insert into orders select g, g % 2000, case g % 100 when 0 then 'open' else 'done' end, g from generate_series(1, 60000) g;"
	"create table events (id int, ts date) partition by range (ts); create table events_1 partition of events for values from ('2024-01-01') to ('2025-01-01');"
	"create table events_3 partition of events for values from ('2026-01-01') to ('2027-01-01'); insert into events select g, '2024-01-01'::date + g % 300 from generate_series(1, 3000) g;"
	"analyze";

static int set_up(void **state) {
	Ground *ground = calloc(1, sizeof *ground);
	Err err = ERR_INIT;
	*ground = (Ground){.arena = arena_new(), .cluster = cluster_start(&(ClusterSpec){.settings = "max_parallel_workers_per_gather = 0\njit = off\nautovacuum = off\n"}, &err)};
	bool fine = ground->cluster && cluster_run(ground->cluster, "postgres", schema, &err);
	if (!fine) print_error("%s\n", err.message.text);
	err_release(&err);
	*state = ground;
	return fine ? 0 : -1;
}

static int tear_down(void **state) {
	Ground *ground = *state;
	cluster_stop(ground->cluster);
	arena_free(ground->arena);
	free(ground);
	return 0;
}

static Plan *run(Ground *ground, const char *settings, const char *sql) {
	Err err = ERR_INIT;
	PlanList plans;
	const char *script = arena_printf(ground->arena, "%s; explain (analyze, buffers, settings, format json) %s", settings, sql);
	const char *json = cluster_ask(ground->arena, ground->cluster, "postgres", script, &err);
	if (!json || !plan_read_json(ground->arena, json, strlen(json), &plans, &err)) fail_msg("%s", err.message.text);
	return plans.items[0];
}

static void change(Ground *ground, const char *script) {
	Err err = ERR_INIT;
	if (!cluster_run(ground->cluster, "postgres", script, &err)) fail_msg("%s", err.message.text);
}

static const char *tree(Arena *arena, const PlanDiff *diff) {
	const char *text = "\n";
	for (size_t i = 0; i < diff->pairs.count; i++) {
		const char *mark = diff_mark(&diff->pairs.items[i]);
		text = arena_printf(arena, "%s%s %s%s\n", text, *mark ? mark : " ", diff_guides(arena, diff, i, 0, false), diff_pair_words(arena, &diff->pairs.items[i]));
	}
	return text;
}

static PlanDiff *assert_drawn(Ground *ground, const Plan *before, const Plan *after, const char *drawn) {
	PlanDiff *diff = plan_diff(ground->arena, before, NULL, after, NULL);
	assert_string_equal(tree(ground->arena, diff), arena_printf(ground->arena, "\n%s", drawn));
	return diff;
}

static void an_index_is_seen(void **state) {
	Ground *ground = *state;
	const char *sql = "select * from orders where status = 'open' order by total desc limit 5";
	Plan *before = run(ground, "select", sql);
	change(ground, "create index orders_open on orders (status, total)");
	PlanDiff *diff = assert_drawn(ground, before, run(ground, "select", sql),
	                              "  Limit\n"
	                              "- └ Sort\n"
	                              "~   └ Index Scan Backward orders using orders_open, was Seq Scan\n");
	assert_int_equal(diff->verdict, DIFF_FASTER);
	assert_true(diff->blocks_ratio < 0.1);
	assert_int_equal(diff->same_rows, KNOWN_NOT);
	assert_non_null(strstr(diff_verdict_words(ground->arena, diff), "; plan: Seq Scan → Index Scan Backward on orders and 1 more"));
	change(ground, "drop index orders_open");
}

static void another_join_is_seen(void **state) {
	Ground *ground = *state;
	const char *sql = "select count(*) from orders o join customers c on c.id = o.customer_id where c.city = 'c7'";
	PlanDiff *diff = assert_drawn(ground, run(ground, "set enable_memoize = off", sql), run(ground, "set enable_hashjoin = off; set enable_mergejoin = off", sql),
	                              "  Aggregate\n"
	                              "~ └ Nested Loop, was Hash Join\n"
	                              "    ├ Seq Scan orders o\n"
	                              "+   └ Memoize\n"
	                              "-     └ Hash\n"
	                              "~       └ Index Scan customers c using customers_pkey, was Seq Scan\n");
	assert_int_equal(diff->settings.count, 3);
}

static void spilling_is_seen(void **state) {
	Ground *ground = *state;
	const char *sql = "select * from orders order by total";
	PlanDiff *diff = assert_drawn(ground, run(ground, "set work_mem = '64kB'", sql), run(ground, "set work_mem = '64MB'", sql),
	                              "  Sort\n"
	                              "  └ Seq Scan orders\n");
	assert_true(diff_has(&diff->pairs.items[0], DIFF_SPILL));
	assert_true(diff->same_plan);
}

static void workers_are_seen(void **state) {
	Ground *ground = *state;
	assert_drawn(ground, run(ground, "select", "select status, count(*) from orders group by status order by 2"),
	             run(ground, "set max_parallel_workers_per_gather = 2; set min_parallel_table_scan_size = 0; set parallel_setup_cost = 0; set parallel_tuple_cost = 0", "select status, count(*) from orders group by status order by 2"),
	             "  Sort\n"
	             "~ └ Finalize GroupAggregate, was HashAggregate\n"
	             "+   └ Gather Merge\n"
	             "+     └ Sort\n"
	             "+       └ Partial HashAggregate\n"
	             "          └ Parallel Seq Scan orders\n");
}

static void a_new_partition_is_seen(void **state) {
	Ground *ground = *state;
	Plan *before = run(ground, "select", "select count(*) from events where id > 10");
	change(ground, "create table events_2 partition of events for values from ('2025-01-01') to ('2026-01-01')");
	assert_drawn(ground, before, run(ground, "select", "select count(*) from events where id > 10"),
	             "  Aggregate\n"
	             "  └ Append\n"
	             "    ├ Seq Scan events_1\n"
	             "+   ├ Seq Scan events_2\n"
	             "    └ Seq Scan events_3\n");
}

static void an_inlined_cte_is_seen(void **state) {
	Ground *ground = *state;
	assert_drawn(ground, run(ground, "select", "with o as materialized (select * from orders where total > 10) select count(*) from o join customers c on c.id = o.customer_id"),
	             run(ground, "select", "with o as not materialized (select * from orders where total > 10) select count(*) from o join customers c on c.id = o.customer_id"),
	             "  Aggregate\n"
	             "~ └ Hash Join\n"
	             "    ├ Seq Scan orders\n"
	             "    ├ Hash\n"
	             "    │ └ Seq Scan customers c\n"
	             "-   └ CTE Scan o\n");
}

static const char *const shapes[] = {
	"select count(*) from orders o join customers c on c.id = o.customer_id where c.city = 'c7'",
	"select * from customers order by city, id limit 10",
	"select city, count(*) from customers group by city",
	"select c.id, (select count(*) from events e where e.id = c.id) from customers c where c.id < 5",
	"with x as materialized (select * from customers where id < 500) select count(*) from x a join x b on a.id = b.id",
	"select id from customers where id < 100 union select id from events where id < 300",
};
enum { SHAPES = sizeof shapes / sizeof *shapes, TIMES = 100 };

/* In one session, or connecting would take longer than all of the statements. */
static const char often[] =
	"create function often(sql text, times int) returns text language plpgsql as $$ declare plan text; plans text := ''; begin"
	" for i in 1 .. times loop execute 'explain (analyze, buffers, settings, format json) ' || sql into plan; plans := plans || plan || e'\\x1e'; end loop; return plans; end $$";

static PlanList run_often(Ground *ground, const char *sql) {
	Err err = ERR_INIT;
	PlanList plans = {0};
	char *json = cluster_ask(ground->arena, ground->cluster, "postgres", arena_printf(ground->arena, "select often($sql$%s$sql$, %d)", sql, TIMES), &err);
	if (!json) fail_msg("%s", err.message.text);
	for (char *at = strtok(json, "\x1e"); at; at = strtok(NULL, "\x1e")) {
		PlanList one;
		if (!plan_read_json(ground->arena, at, strlen(at), &one, &err)) fail_msg("%s", err.message.text);
		*list_push(ground->arena, &plans) = one.items[0];
	}
	assert_int_equal(plans.count, TIMES);
	return plans;
}

static void assert_no_change(Ground *ground, const Plan *before, const Plan *after) {
	PlanDiff *diff = plan_diff(ground->arena, before, NULL, after, NULL);
	if (diff->verdict != DIFF_NO_CHANGE) fail_msg("%s", diff_verdict_words(ground->arena, diff));
	for (size_t i = 0; i < diff->pairs.count; i++) assert_int_equal(diff->pairs.items[i].changes, 0);
}

static void a_hundred_runs_of_a_plan_are_no_change(void **state) {
	Ground *ground = *state;
	change(ground, often);
	for (size_t i = 0; i < SHAPES; i++) {
		PlanList plans = run_often(ground, shapes[i]);
		for (size_t k = 1; k < plans.count; k++) {
			assert_no_change(ground, plans.items[0], plans.items[k]);
			assert_no_change(ground, plans.items[k - 1], plans.items[k]);
		}
	}
}

static void a_cold_cache_is_no_change(void **state) {
	Ground *ground = *state;
	Err err = ERR_INIT;
	if (!cluster_restart(ground->cluster, &err)) fail_msg("%s", err.message.text);
	Plan *cold = run(ground, "select", shapes[0]), *warm = run(ground, "select", shapes[0]);
	PlanDiff *diff = plan_diff(ground->arena, cold, NULL, warm, NULL);
	if (diff->verdict != DIFF_NO_CHANGE) fail_msg("%s", diff_verdict_words(ground->arena, diff));
	assert_string_equal(diff_notes(ground->arena, diff).items[0].label, "cache");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_index_is_seen), cmocka_unit_test(another_join_is_seen), cmocka_unit_test(spilling_is_seen), cmocka_unit_test(workers_are_seen),
		cmocka_unit_test(a_new_partition_is_seen), cmocka_unit_test(an_inlined_cte_is_seen), cmocka_unit_test(a_hundred_runs_of_a_plan_are_no_change), cmocka_unit_test(a_cold_cache_is_no_change),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
