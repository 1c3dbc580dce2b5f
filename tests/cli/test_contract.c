/* test_contract.c: the JSON of `explain`, field by field, against what the server itself says of the same statements. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"

static const char shop[] =
	"create table customers (id int primary key, name text, city text);"
	"create table orders (id int primary key, customer_id int, status text, total numeric, made timestamptz);"
	"create table events (at int, what text) partition by range (at);"
	"create table events_1 partition of events for values from (0) to (100); create table events_2 partition of events for values from (100) to (200);"
	"insert into customers select g, 'name ' || g, 'city ' || g % 50 from generate_series(1, 3000) g;"
	"insert into orders select g, g % 3000 + 1, case when g % 200 = 0 then 'open' else 'done' end, g, now() - g * interval '1 min' from generate_series(1, 20000) g;"
	"create table sales as select g as id, case when g % 200 = 0 then 'open' else 'done' end as status, g as total, (hashint4(g) & 1023) as day, repeat('x', 80) as text from generate_series(1, 200000) g;"
	"insert into events select g % 200, 'x' from generate_series(1, 2000) g;"
	"create index on customers (city); create view open_orders as select * from orders where status = 'open';"
	"create schema \"Odd schema\"; create table \"Odd schema\".\"Odd table\" (\"Odd column\" int primary key); analyze";

/* In this one everything that can be is done in parallel. */
static const char busy[] =
	"alter database busy set parallel_setup_cost = 0; alter database busy set parallel_tuple_cost = 0;"
	"alter database busy set min_parallel_table_scan_size = 0; alter database busy set max_parallel_workers_per_gather = 2";

static int set_up(void **state) {
	const ClusterSpec spec = {.settings = "autovacuum = off\njit = off\nmax_parallel_workers_per_gather = 0\n"};
	if (cli_set_up(state, &spec) != 0) return -1;
	cli_sql(*state, "postgres", shop);
	cli_sql(*state, "postgres", "checkpoint"); /* the commit is not flushed yet, and VACUUM would not take its rows for visible */
	cli_sql(*state, "postgres", "vacuum sales"); /* so that an index alone can answer */
	cli_sql(*state, "template1", "create database busy template postgres");
	cli_sql(*state, "postgres", busy);
	return 0;
}

/* ---- reading JSON ---- */

static json_t *get(json_t *object, const char *key) {
	json_t *value = json_object_get(object, key);
	if (!value) fail_msg("there is no %s", key);
	return value;
}

static double number(json_t *object, const char *key) {
	json_t *value = get(object, key);
	if (!json_is_number(value)) fail_msg("%s is no number", key);
	return json_number_value(value);
}

static double number_or_0(json_t *object, const char *key) {
	return json_number_value(json_object_get(object, key));
}

static const char *text(json_t *object, const char *key) {
	json_t *value = get(object, key);
	if (!json_is_string(value)) fail_msg("%s is no text", key);
	return json_string_value(value);
}

static void is_text_or_null(json_t *object, const char *key, const char *wanted) {
	json_t *value = get(object, key);
	if (!wanted && !json_is_null(value)) fail_msg("%s is not null", key);
	if (wanted) assert_string_equal(text(object, key), wanted);
}

static void is_near(const char *what, double value, double wanted) {
	if (fabs(value - wanted) > 0.01 + fabs(wanted) * 1e-6) fail_msg("%s is %f, not %f", what, value, wanted);
}

static void is_one_of(const char *value, const char *const *words) {
	for (; *words; words++)
		if (strcmp(*words, value) == 0) return;
	fail_msg("\"%s\" is none of those promised", value);
}

static json_t *explained(Cli *cli, const char *database, const char *sql, bool analyze) {
	Ran ran = analyze ? PGWHY(cli, 0, "explain", "-d", database, "--format", "json", "-c", sql)
	                  : PGWHY(cli, 0, "explain", "-d", database, "--format", "json", "--no-analyze", "-c", sql);
	assert_string_equal(ran.err, "");
	return cli_json(cli, ran.out);
}

/* ---- the whole ---- */

static const char *const statements[] = {
	"select * from orders where status = 'open'",
	"select * from orders where id between 5 and 10",
	"select count(*) from orders",
	"select * from customers where city = 'city 7' and name like '%3%'",
	"select c.city, sum(o.total) from orders o join customers c on c.id = o.customer_id where o.total > 100 group by c.city order by 2 desc",
	"select * from orders order by made desc limit 10 offset 100",
	"with recent as materialized (select * from orders where id > 19000) select * from recent a join recent b using (id) where a.total < 19500",
	"with recursive n(i) as (select 1 union all select i + 1 from n where i < 20) select sum(i) from n",
	"select (select max(total) from orders), name from customers where id = 1",
	"select name, (select count(*) from orders o where o.id = c.id) from customers c where id < 20",
	"select * from customers c where exists (select from orders o where o.customer_id = c.id and o.status = 'open') and id not in (select id from events_1 e, customers where at = -1)",
	"select * from events where at < 50 union all select at, 'y' from events_2 where at > 190",
	"select * from generate_series(1, 10) g, (values (1), (2)) v(x), unnest(array[1, 2]) u where g = v.x",
	"select * from open_orders where customer_id = 12",
	"select city, count(*) filter (where id > 5), row_number() over (order by city) from customers group by grouping sets ((city), ())",
	"select * from customers where false",
	"select 1",
	"select * from \"Odd schema\".\"Odd table\" x where \"Odd column\" = 1",
	"select distinct on (customer_id) * from orders order by customer_id, made desc",
	"select * from orders a left join orders b on a.id = b.id + 1 full join customers c on c.id = a.id where c.id is null limit 5",
};
enum { STATEMENTS = sizeof statements / sizeof *statements };

/* All of the statements, in one go. */
static json_t *all_explained(Cli *cli, const char *database, bool analyze) {
	Str sql = STR_INIT;
	for (size_t i = 0; i < STATEMENTS; i++) str_printf(&sql, "%s;\n", statements[i]);
	const Start start = {.input = arena_copy(cli->arena, sql.text)};
	str_release(&sql);
	Ran ran = analyze ? PGWHY_WITH(cli, 0, &start, "explain", "-d", database, "--format", "json")
	                  : PGWHY_WITH(cli, 0, &start, "explain", "-d", database, "--format", "json", "--no-analyze");
	assert_string_equal(ran.err, "");
	json_t *plans = cli_json(cli, ran.out);
	assert_int_equal(json_array_size(plans), STATEMENTS);
	return plans;
}

static const char *const databases[] = {"postgres", "busy"};
enum { DATABASES = sizeof databases / sizeof *databases };

static const char *said_by(Cli *cli, const char *database, const char *sql) {
	const char *value = cluster_ask(cli->arena, cli->cluster, database, sql, &cli->err);
	if (!value) fail_msg("%s, in: %s", cli->err.message.text, sql);
	return value;
}

static void has_exactly(json_t *object, const char *const *names) {
	size_t count = 0;
	for (; names[count]; count++) get(object, names[count]);
	if (json_object_size(object) != count) fail_msg("%zu members, not %zu", json_object_size(object), count);
}

static void the_whole_says_what_was_asked_of_whom(void **state) {
	Cli *cli = *state;
	json_t *plan = explained(cli, "postgres", "  select 1 /* one */ ;", true);
	has_exactly(plan, ARGS("pgwhy", "statement", "server_version", "planning_ms", "execution_ms", "other_ms", "notes", "nodes", "findings"));
	has_exactly(get(plan, "other_ms"), ARGS("triggers", "jit", "serialization", "startup_shutdown"));
	assert_string_equal(text(plan, "statement"), "select 1");
	assert_true(number(plan, "server_version") == atoi(cli_ask(cli, "show server_version_num")));
	assert_true(strncmp(PGWHY(cli, 0, "--version").out, "pgwhy ", 6) == 0);
	has(PGWHY(cli, 0, "--version").out, text(plan, "pgwhy"));
	assert_true(json_is_real(get(plan, "planning_ms")) && json_is_real(get(plan, "execution_ms")));
	assert_true(json_is_array(get(plan, "nodes")) && json_is_array(get(plan, "findings")));
}

/* ---- nodes ---- */

static const char *const own_fields[] = {
	"Node Type", "Schema", "Relation Name", "Alias", "Index Name", "Actual Loops", "Shared Hit Blocks", "Shared Read Blocks", "Temp Written Blocks",
	"Startup Cost", "Total Cost", "Plans", NULL,
};

static bool is_own(const char *name) {
	for (const char *const *field = own_fields; *field; field++)
		if (strcmp(*field, name) == 0) return true;
	return false;
}

/* What the server said of a node, and what became of it. */
static void is_same_node(Cli *cli, json_t *said, json_t *node) {
	const char *relation = json_string_value(json_object_get(said, "Relation Name")), *schema = json_string_value(json_object_get(said, "Schema"));
	has_exactly(node, ARGS("id", "parent", "type", "label", "relation", "alias", "index", "rows_planned", "rows_actual", "loops", "total_ms", "self_ms", "self_share",
	                       "rows_removed", "shared_hit_blocks", "shared_read_blocks", "temp_written_blocks", "startup_cost", "total_cost", "extra"));
	assert_string_equal(text(node, "type"), text(said, "Node Type"));
	is_text_or_null(node, "relation", relation ? arena_printf(cli->arena, "%s.%s", schema, relation) : NULL);
	is_text_or_null(node, "alias", json_string_value(json_object_get(said, "Alias")));
	is_text_or_null(node, "index", json_string_value(json_object_get(said, "Index Name")));
	assert_true(number(node, "rows_planned") == number(said, "Plan Rows"));
	assert_true(number(node, "startup_cost") == number(said, "Startup Cost"));
	assert_true(number(node, "total_cost") == number(said, "Total Cost"));
	const char *name;
	json_t *value, *extra = get(node, "extra");
	json_object_foreach(said, name, value) {
		if (is_own(name) && (strcmp(name, "Schema") != 0 || relation)) continue;
		if (!json_equal(get(extra, name), value)) fail_msg("extra has another %s", name);
	}
	json_object_foreach(extra, name, value) assert_false(is_own(name) && relation);
}

static void compare(Cli *cli, json_t *said, json_t *nodes, size_t *next, size_t parent) {
	json_t *node = json_array_get(nodes, *next), *child;
	size_t id = ++*next, nth;
	if (!node) fail_msg("node %zu is missing", id);
	assert_int_equal(json_integer_value(get(node, "id")), id);
	assert_int_equal(json_integer_value(get(node, "parent")), parent);
	is_same_node(cli, said, node);
	json_array_foreach(json_object_get(said, "Plans"), nth, child) compare(cli, child, nodes, next, id);
}

static void nodes_are_the_servers_in_its_order(void **state) {
	Cli *cli = *state;
	for (size_t d = 0; d < DATABASES; d++) {
		json_t *plans = all_explained(cli, databases[d], false);
		for (size_t i = 0; i < STATEMENTS; i++) {
			const char *said = said_by(cli, databases[d], arena_printf(cli->arena, "explain (verbose, format json) %s", statements[i]));
			json_t *nodes = get(json_array_get(plans, i), "nodes");
			size_t next = 0;
			compare(cli, get(json_array_get(cli_json(cli, said), 0), "Plan"), nodes, &next, 0);
			assert_int_equal(json_array_size(nodes), next);
		}
	}
}

/* The lines of EXPLAIN, as one value. */
static const char explained_as_text[] =
	"create or replace function explained(q text) returns text language plpgsql as 'declare line text; lines text := ''''; "
	"begin for line in execute ''explain '' || q loop lines := lines || line || chr(10); end loop; return lines; end'";

static void labels_are_what_explain_prints(void **state) {
	Cli *cli = *state;
	for (size_t d = 0; d < DATABASES; d++) {
		json_t *plans = all_explained(cli, databases[d], false), *node;
		cli_sql(cli, databases[d], explained_as_text);
		for (size_t i = 0; i < STATEMENTS; i++) {
			const char *at = said_by(cli, databases[d], arena_printf(cli->arena, "select explained($q$%s$q$)", statements[i]));
			size_t nth;
			json_array_foreach(get(json_array_get(plans, i), "nodes"), nth, node) {
				const char *found = strstr(at, text(node, "label"));
				if (!found) fail_msg("%s is not printed behind: %s", text(node, "label"), at);
				at = found + strlen(text(node, "label"));
			}
		}
	}
}

static void the_same_comes_of_what_explain_prints(void **state) {
	static const char *const fields[] = {"id", "parent", "type", "label", "relation", "alias", "index", "rows_planned", "startup_cost", "total_cost"};
	Cli *cli = *state;
	for (size_t d = 0; d < DATABASES; d++) {
		json_t *plans = all_explained(cli, databases[d], false), *node;
		cli_sql(cli, databases[d], explained_as_text);
		for (size_t i = 0; i < STATEMENTS; i++) {
			const Start pasted = {.input = said_by(cli, databases[d], arena_printf(cli->arena, "select explained($q$(verbose) %s$q$)", statements[i]))};
			json_t *read = get(cli_json(cli, PGWHY_WITH(cli, 0, &pasted, "plan", "--format", "json", "-").out), "nodes");
			size_t nth;
			json_array_foreach(get(json_array_get(plans, i), "nodes"), nth, node)
				for (size_t f = 0; f < sizeof fields / sizeof *fields; f++)
					if (!json_equal(get(node, fields[f]), json_object_get(json_array_get(read, nth), fields[f])))
						fail_msg("%s of node %zu is another, in: %s", fields[f], nth + 1, pasted.input);
			assert_int_equal(json_array_size(read), nth);
		}
	}
}

static void an_estimate_has_no_measures(void **state) {
	static const char *const measures[] = {"rows_actual", "loops", "total_ms", "self_ms", "self_share", "rows_removed", "shared_hit_blocks",
	                                       "shared_read_blocks", "temp_written_blocks"};
	json_t *plan = explained(*state, "postgres", statements[4], false), *node, *part;
	size_t nth;
	const char *name;
	json_array_foreach(get(plan, "nodes"), nth, node)
		for (size_t i = 0; i < sizeof measures / sizeof *measures; i++) is_text_or_null(node, measures[i], NULL);
	json_object_foreach(get(plan, "other_ms"), name, part) assert_true(json_is_null(part));
	is_text_or_null(plan, "execution_ms", NULL);
	assert_true(json_is_real(get(plan, "planning_ms")));
}

/* ---- measures ---- */

/* Totals over loops and workers, as the contract has them; EXPLAIN prints averages per loop. */
static void figures_are_totals(json_t *node) {
	json_t *extra = get(node, "extra");
	double loops = number(node, "loops");
	double removed = number_or_0(extra, "Rows Removed by Filter") + number_or_0(extra, "Rows Removed by Join Filter") + number_or_0(extra, "Rows Removed by Index Recheck");
	assert_true(json_is_integer(get(node, "loops")));
	is_near("rows_actual", number(node, "rows_actual"), number(extra, "Actual Rows") * loops);
	is_near("rows_removed", number(node, "rows_removed"), removed * loops);
	is_near("rows_planned", number(node, "rows_planned"), number(extra, "Plan Rows") * loops);
	assert_true(json_is_integer(get(node, "shared_hit_blocks")) && json_is_integer(get(node, "shared_read_blocks")) && json_is_integer(get(node, "temp_written_blocks")));
	assert_true(number(node, "self_ms") >= 0 && number(node, "self_ms") <= number(node, "total_ms") + 0.001);
	if (loops > 0) return;
	static const char *const zeros[] = {"rows_actual", "total_ms", "self_ms", "self_share", "rows_removed", "shared_hit_blocks"};
	for (size_t i = 0; i < sizeof zeros / sizeof *zeros; i++) assert_true(number(node, zeros[i]) == 0);
}

static void shares_and_times_add_up(json_t *plan) {
	double all = number(plan, "execution_ms"), self = 0, other = 0;
	json_t *node, *part;
	size_t nth;
	const char *name;
	json_array_foreach(get(plan, "nodes"), nth, node) {
		figures_are_totals(node);
		self += number(node, "self_ms");
		if (fabs(number(node, "self_share") - number(node, "self_ms") / all) > 1e-4) fail_msg("self_share is %f", number(node, "self_share"));
	}
	json_object_foreach(get(plan, "other_ms"), name, part) other += json_number_value(part);
	is_near("self_ms and other_ms", self + other, all);
}

static void measures_are_totals_and_add_up(void **state) {
	bool never_ran = false, parallel = false;
	for (size_t d = 0; d < DATABASES; d++) {
		json_t *plans = all_explained(*state, databases[d], true), *plan, *node;
		size_t p, n;
		json_array_foreach(plans, p, plan) {
			shares_and_times_add_up(plan);
			json_array_foreach(get(plan, "nodes"), n, node) {
				never_ran = never_ran || number(node, "loops") == 0;
				parallel = parallel || strcmp(text(node, "label"), "Parallel Seq Scan") == 0;
			}
		}
	}
	assert_true(never_ran && parallel);
}

static json_t *node_of(json_t *plan, const char *type) {
	json_t *node;
	size_t nth;
	json_array_foreach(get(plan, "nodes"), nth, node)
		if (strcmp(text(node, "type"), type) == 0) return node;
	fail_msg("there is no %s", type);
	return NULL;
}

static void figures_are_those_of_the_rows(void **state) {
	Cli *cli = *state;
	json_t *scan = node_of(explained(cli, "postgres", statements[0], true), "Seq Scan");
	assert_true(number(scan, "rows_actual") == 100 && number(scan, "rows_removed") == 19900 && number(scan, "loops") == 1);
	assert_true(number(scan, "shared_hit_blocks") + number(scan, "shared_read_blocks") == atoi(cli_ask(cli, "select pg_relation_size('orders') / 8192")));
	json_t *loops = node_of(explained(cli, "postgres", statements[9], true), "Index Only Scan");
	assert_true(number(loops, "loops") == 19 && number(loops, "rows_actual") == 19);
	json_t *workers = node_of(explained(cli, "busy", "select * from orders where status = 'open'", true), "Seq Scan");
	assert_true(number(workers, "rows_actual") >= 98 && number(workers, "rows_actual") <= 102); /* EXPLAIN rounds per loop */
	json_t *spilled = node_of(explained(cli, "postgres", "select * from sales order by md5(id::text)", true), "Sort");
	assert_true(number(spilled, "temp_written_blocks") > 0);
}

static void paging_by_an_expression_is_survived(void **state) {
	json_t *plan = explained(*state, "postgres", "select * from orders order by md5(id::text) limit 1 offset 15000", true);
	assert_string_equal(text(json_array_get(get(plan, "findings"), 0), "rule"), "offset-pagination");
}

/* ---- findings ---- */

static const char wanting[] = "select id, total from sales where status = 'open'";

static void is_index(json_t *index) {
	json_t *column;
	size_t nth;
	has_exactly(index, ARGS("relation", "schema", "table", "partitioned", "name", "method", "columns", "include", "where", "bytes"));
	assert_string_equal(text(index, "schema"), "public");
	assert_string_equal(text(index, "table"), "sales");
	assert_true(json_is_false(get(index, "partitioned")));
	assert_string_equal(text(index, "relation"), "public.sales");
	assert_string_equal(text(index, "method"), "btree");
	assert_true(json_array_size(get(index, "columns")) > 0 && json_is_array(get(index, "include")));
	json_array_foreach(get(index, "columns"), nth, column) assert_true(json_is_string(column));
	assert_true(json_is_null(get(index, "where")) || json_is_string(get(index, "where")));
	assert_true(number(index, "bytes") > 8192 && json_is_integer(get(index, "bytes")));
}

static json_t *finding_of(json_t *plan) {
	json_t *finding = json_array_get(get(plan, "findings"), 0), *index;
	size_t nth;
	if (!finding) fail_msg("there is no finding");
	has_exactly(finding, ARGS("rule", "severity", "node", "relation", "columns", "title", "evidence", "because", "remedy", "basis", "cost_before", "cost_after", "saves_ms",
	                          "saves_share", "indexes", "index_bytes", "alternatives", "locks", "notes", "symptoms", "proof", "tried"));
	has_exactly(get(finding, "remedy"), ARGS("kind", "sql", "before", "rewrite", "forms", "undo"));
	assert_string_equal(text(finding, "rule"), "missing-index");
	is_one_of(text(finding, "severity"), ARGS("info", "warning", "critical"));
	is_one_of(text(finding, "basis"), ARGS("measured", "hypothetical", "estimated", "heuristic"));
	assert_string_equal(text(get(finding, "remedy"), "kind"), "index");
	assert_true(number(finding, "node") >= 1 && number(finding, "node") <= (double)json_array_size(get(plan, "nodes")));
	assert_string_equal(text(finding, "relation"), "public.sales");
	assert_true(*text(finding, "title") && *text(finding, "evidence") && *text(finding, "because") && *text(finding, "locks"));
	assert_true(json_array_size(get(finding, "indexes")) == 1);
	assert_true(json_equal(get(finding, "columns"), get(json_array_get(get(finding, "indexes"), 0), "columns")));
	json_array_foreach(get(finding, "indexes"), nth, index) is_index(index);
	json_array_foreach(get(finding, "alternatives"), nth, index) is_index(index);
	assert_true(json_is_null(get(finding, "proof")) && json_is_null(get(finding, "tried")) && json_is_array(get(finding, "symptoms"))); /* nobody asked */
	return finding;
}

static void a_finding_has_all_that_was_promised(void **state) {
	json_t *plan = explained(*state, "postgres", wanting, true), *finding = finding_of(plan);
	assert_string_equal(text(finding, "basis"), "estimated"); /* there is no HypoPG here */
	is_text_or_null(finding, "cost_before", NULL);
	is_text_or_null(finding, "cost_after", NULL);
	assert_true(number(finding, "saves_ms") > 0 && number(finding, "saves_ms") <= number(plan, "execution_ms"));
	assert_true(number(finding, "saves_share") > 0.5 && number(finding, "saves_share") <= 1);
	json_t *estimated = finding_of(explained(*state, "postgres", wanting, false));
	is_text_or_null(estimated, "saves_ms", NULL);
	assert_true(number(estimated, "saves_share") > 0.5);
}

static void the_planner_is_asked_where_it_can_be(void **state) {
	Cli *cli = *state;
	if (!cluster_offers(cli->arena, cluster_bin_dir(cli->cluster), "hypopg")) {
		printf("skip: the_planner_is_asked_where_it_can_be: hypopg is not installed\n");
		skip();
	}
	cli_sql(cli, "busy", "create extension hypopg");
	json_t *plan = explained(cli, "busy", wanting, false), *finding = finding_of(plan);
	assert_string_equal(text(finding, "basis"), "hypothetical");
	is_near("cost_before", number(finding, "cost_before"), number(json_array_get(get(plan, "nodes"), 0), "total_cost"));
	assert_true(number(finding, "cost_after") < number(finding, "cost_before"));
	cli_sql(cli, "busy", "drop extension hypopg");
}

/* The advice is taken at its word, and taken back. */
static void a_remedy_helps_and_can_be_undone(void **state) {
	Cli *cli = *state;
	static const char count[] = "select count(*) from pg_index where indrelid = 'sales'::regclass and indisvalid";
	json_t *finding = finding_of(explained(cli, "postgres", wanting, true)), *remedy = get(finding, "remedy");
	assert_string_equal(cli_ask(cli, count), "0");
	cli_sql(cli, "postgres", text(remedy, "sql"));
	assert_string_equal(cli_ask(cli, count), "1");
	json_t *after = explained(cli, "postgres", wanting, true);
	assert_int_equal(json_array_size(get(after, "findings")), 0);
	json_t *last = json_array_get(get(after, "nodes"), json_array_size(get(after, "nodes")) - 1);
	assert_string_equal(text(last, "index"), text(json_array_get(get(finding, "indexes"), 0), "name"));
	cli_sql(cli, "postgres", text(remedy, "undo"));
	assert_string_equal(cli_ask(cli, count), "0");
}

static void columns_are_carried_along_only_when_wanted(void **state) {
	Cli *cli = *state;
	static const char sql[] = "select sum(total) from sales where day between 100 and 120";
	for (int carry = 0; carry < 2; carry++) {
		Ran ran = PGWHY(cli, 0, "explain", "--no-analyze", "--format", "json", "--set", carry ? "advice.include=on" : "advice.include=off", "-c", sql);
		json_t *finding = finding_of(cli_json(cli, ran.out)), *index = json_array_get(get(finding, "indexes"), 0);
		assert_int_equal(json_array_size(get(index, "include")), carry);
		(carry ? has : has_not)(text(get(finding, "remedy"), "sql"), "INCLUDE (total)");
	}
}

static void a_good_plan_has_no_finding(void **state) {
	assert_int_equal(json_array_size(get(explained(*state, "postgres", "select * from orders where id = 77", true), "findings")), 0);
}

int main(int argc, char **argv) {
	(void)argc;
	cli_find_program(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_whole_says_what_was_asked_of_whom),
		cmocka_unit_test(nodes_are_the_servers_in_its_order),
		cmocka_unit_test(labels_are_what_explain_prints),
		cmocka_unit_test(the_same_comes_of_what_explain_prints),
		cmocka_unit_test(an_estimate_has_no_measures),
		cmocka_unit_test(measures_are_totals_and_add_up),
		cmocka_unit_test(figures_are_those_of_the_rows),
		cmocka_unit_test(paging_by_an_expression_is_survived),
		cmocka_unit_test(a_finding_has_all_that_was_promised),
		cmocka_unit_test(the_planner_is_asked_where_it_can_be),
		cmocka_unit_test(a_remedy_helps_and_can_be_undone),
		cmocka_unit_test(columns_are_carried_along_only_when_wanted),
		cmocka_unit_test(a_good_plan_has_no_finding),
	};
	return cmocka_run_group_tests(tests, set_up, cli_tear_down);
}
