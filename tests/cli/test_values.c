/* test_values.c: `pgwhy explain --values` on a real server: whether plans depend on the values, and whether the server does what is foretold. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli.h"

/* One state is nearly all there is, two hundred are rare; every owner has as many. */
static const char shop[] =
	"create table jobs (id int primary key, state text, owner int, due date, note text);"
	"insert into jobs select n, case when n % 10 = 0 then 'x' || n / 10 % 200 else 'done' end, n % 500, date '2024-01-01' + n / 100, repeat('x', 100) from generate_series(1, 40000) n;"
	"create index jobs_state on jobs (state); create index jobs_owner on jobs (owner); create index jobs_due on jobs (due);"
	"create table logs (at date, kind int) partition by range (at); create table logs_2024 partition of logs for values from ('2024-01-01') to ('2025-01-01');"
	"create table logs_2025 partition of logs for values from ('2025-01-01') to ('2026-01-01'); create index on logs (at);"
	"insert into logs select date '2024-01-01' + n % 730, n from generate_series(1, 60000) n; create role \"the clerk\" login superuser;"
	"create schema hidden; create table hidden.shelf as select n as id, n % 7 as depth from generate_series(1, 1000) n;"
	"create function kept(statement text, value text) returns text language plpgsql as $$ declare plan text; begin"
	" execute 'prepare kept as ' || statement;"
	" for i in 1..6 loop execute 'explain (format json) execute kept(' || value || ')' into plan; end loop;"
	" deallocate kept; return case when plan like '%$1%' then 'generic' else 'custom' end; end $$; analyze";

static int set_up(void **state) {
	const ClusterSpec spec = {.settings = "autovacuum = off\njit = off\nmax_parallel_workers_per_gather = 0\n"};
	if (cli_set_up(state, &spec) != 0) return -1;
	cli_sql(*state, "postgres", shop);
	return 0;
}

static json_t *tried(Cli *cli, const char *sql) {
	return cli_json(cli, PGWHY(cli, 0, "explain", "--values", "--format", "json", "-c", sql).out);
}

static const char *text_of(json_t *object, const char *key) {
	json_t *value = json_object_get(object, key);
	if (!json_is_string(value)) fail_msg("no text %s", key);
	return json_string_value(value);
}

static json_t *values_of(json_t *plan) {
	return json_object_get(plan, "values");
}

static const char *cache_of(json_t *plan) {
	return text_of(json_object_get(values_of(plan), "plan_cache"), "plan");
}

static json_t *finding_of(json_t *plan) {
	size_t i;
	json_t *finding;
	json_array_foreach(json_object_get(plan, "findings"), i, finding)
		if (strcmp(text_of(finding, "rule"), "parameter-sensitive") == 0) return finding;
	return NULL;
}

/* "generic:A most common:B typical:A" */
static const char *shapes(Cli *cli, json_t *plan) {
	const char *text = "";
	size_t i;
	json_t *each;
	json_array_foreach(json_object_get(values_of(plan), "plans"), i, each)
		text = arena_printf(cli->arena, "%s%s%s:%s", text, i ? " " : "", text_of(each, "source"), text_of(each, "shape"));
	return text;
}

/* What a session gets that executes it six times. */
static const char *kept(Cli *cli, const char *sql, const char *value) {
	return cli_ask(cli, arena_printf(cli->arena, "select kept($q$%s$q$, $q$%s$q$)", sql, value));
}

static void skewed_values_get_different_plans(void **state) {
	Cli *cli = *state;
	static const char sql[] = "select * from jobs where state = $1";
	json_t *plan = tried(cli, sql);
	assert_string_equal(shapes(cli, plan), "generic:A most common:B typical:A");
	assert_string_equal(text_of(values_of(plan), "depends_on"), "state = $1");
	has(text_of(values_of(plan), "verdict"), "the plan depends on state = $1: A for generic and typical, B for most common");
	assert_string_equal(cache_of(plan), "depends");
	assert_string_equal(kept(cli, sql, "'x7'"), "custom");
	assert_string_equal(kept(cli, sql, "'done'"), "generic");
	json_t *finding = finding_of(plan);
	assert_non_null(finding);
	assert_string_equal(text_of(finding, "severity"), "info");
	has(text_of(finding, "title"), "state = $1");
	cli_sql(cli, "postgres", text_of(json_object_get(finding, "remedy"), "sql"));
}

static void the_remedy_keeps_the_right_plan(void **state) {
	Cli *cli = *state;
	json_t *remedy = json_object_get(finding_of(tried(cli, "select * from jobs where state = $1")), "remedy");
	const char *set = text_of(remedy, "sql"), *undo = text_of(remedy, "undo");
	assert_string_equal(set, "SET plan_cache_mode = force_custom_plan");
	assert_string_equal(undo, "RESET plan_cache_mode");
	cli_sql(cli, "postgres", "alter role \"the clerk\" set plan_cache_mode = force_custom_plan");
	json_t *plan = cli_json(cli, PGWHY(cli, 0, "explain", "--values", "--format", "json", "-U", "the clerk", "-c", "select * from jobs where state = $1").out);
	assert_string_equal(cache_of(plan), "custom");
	assert_null(finding_of(plan)); /* gone with it */
	assert_string_equal(shapes(cli, plan), "generic:A most common:B typical:A"); /* but they are still seen */
	cli_sql(cli, "postgres", "alter role \"the clerk\" set plan_cache_mode = force_generic_plan");
	plan = cli_json(cli, PGWHY(cli, 0, "explain", "--values", "--format", "json", "-U", "the clerk", "-c", "select * from jobs where state = $1").out);
	assert_string_equal(cache_of(plan), "generic");
	has(text_of(finding_of(plan), "notes"), "ALTER ROLE \"the clerk\"");
	cli_sql(cli, "postgres", "alter role \"the clerk\" reset all");
}

static void even_values_get_one_plan(void **state) {
	Cli *cli = *state;
	static const char *const statements[] = {"select * from jobs where id = $1", "select * from jobs where owner = $1"};
	for (size_t i = 0; i < 2; i++) {
		json_t *plan = tried(cli, statements[i]);
		assert_string_equal(text_of(values_of(plan), "verdict"), "one plan for all values");
		assert_string_equal(cache_of(plan), "generic");
		assert_string_equal(kept(cli, statements[i], "77"), "generic");
		assert_null(finding_of(plan));
	}
}

static void a_dear_generic_plan_is_foretold_as_never_kept(void **state) {
	Cli *cli = *state;
	static const char sql[] = "select * from jobs where state = 'done' and owner > $1 and due > date '2025-01-25' order by id limit 10 + $1 * 0";
	json_t *plan = tried(cli, sql);
	assert_string_equal(cache_of(plan), kept(cli, sql, "10"));
}

static void the_parameter_that_matters_is_named(void **state) {
	Cli *cli = *state;
	json_t *plan = tried(cli, "select * from jobs where note <> $1 and owner <> $2 and state = $3");
	assert_string_equal(text_of(values_of(plan), "depends_on"), "state = $3");
}

static void pruned_partitions_are_no_other_plan(void **state) {
	Cli *cli = *state;
	json_t *plan = tried(cli, "select * from logs where at = $1");
	assert_string_equal(text_of(values_of(plan), "verdict"), "one plan for all values");
	has(json_string_value(json_array_get(json_object_get(values_of(plan), "differences"), 0)), "chooses partitions when it runs");
	assert_string_equal(cache_of(plan), "custom");
	assert_string_equal(kept(cli, "select * from logs where at = $1", "'2024-05-05'"), "custom");
}

static void an_index_says_which_values_it_helps(void **state) {
	Cli *cli = *state;
	cli_sql(cli, "postgres", "create table parts as select n as id, case when n % 1000 = 0 then 'rare' else 'common' end as kind, repeat('x', 100) as note from generate_series(1, 40000) n; analyze parts");
	Ran ran = PGWHY(cli, 0, "explain", "--values", "-c", "select * from parts where kind = $1");
	has(ran.out, "for rare, not for ");
	has(ran.out, "missing-index: CREATE INDEX CONCURRENTLY");
	has(ran.out, "one plan for all values"); /* as long as it is not there */
}

static void tickets_and_texts_show_the_table(void **state) {
	Cli *cli = *state;
	Ran ran = PGWHY(cli, 0, "explain", "--values", "-c", "select * from jobs where state = $1");
	has(ran.out, "#  plan  values are");
	has(ran.out, "$1 = done");
	has(ran.out, "B, not A: jobs by ");
	has(ran.out, "SET plan_cache_mode = force_custom_plan;");
	assert_string_equal(ran.err, "");
	ran = PGWHY(cli, 0, "explain", "--values", "--format", "markdown", "-c", "select * from jobs where state = $1");
	has(ran.out, "| # | plan | values are |");
	has(ran.out, "### Values\n\nthe plan depends on state");
	has(PGWHY_WITH(cli, 0, &(Start){.env = ARGS("LC_ALL=C")}, "explain", "--values", "--ascii", "-c", "select * from jobs where state = $1").out, "parameter-sensitive");
}

static void statements_without_parameters_are_explained_as_ever(void **state) {
	Cli *cli = *state;
	Ran ran = PGWHY(cli, 0, "explain", "--values", "-c", "select * from jobs where id = 1");
	has(ran.err, "this statement has no $1");
	has(ran.out, "1→1");
	json_t *two = cli_json(cli, PGWHY_WITH(cli, 0, &(Start){.input = "select 1; select * from jobs where state = $1"}, "explain", "--values", "--format", "json").out);
	assert_null(values_of(json_array_get(two, 0)));
	assert_non_null(values_of(json_array_get(two, 1)));
}

static void what_cannot_be_tried_is_said(void **state) {
	Cli *cli = *state;
	has(PGWHY(cli, 3, "explain", "--values", "-c", "select * from nowhere where a = $1").err, "nowhere");
	json_t *plan = tried(cli, "select point '(1,1)' <-> $1");
	has(text_of(values_of(plan), "verdict"), "no value is known for $1");
	plan = tried(cli, "insert into jobs (id, state) values ($1, $2)");
	assert_string_equal(text_of(values_of(plan), "verdict"), "one plan for all values");
	assert_string_equal(cli_ask(cli, "select count(*) from jobs"), "40000");
	assert_string_equal(shapes(cli, tried(cli, "select * from shelf where depth = $1")), "generic:A most common:A rare:A"); /* found in another schema */
}

static void a_finding_fails_the_build_when_asked(void **state) {
	Cli *cli = *state;
	PGWHY(cli, 1, "explain", "--values", "--fail-on", "info", "-c", "select * from jobs where state = $1");
	PGWHY(cli, 0, "explain", "--values", "--fail-on", "info", "-c", "select * from jobs where id = $1");
}

static void hostile_values_stay_values(void **state) {
	Cli *cli = *state;
	cli_sql(cli, "postgres", "create table odd as select case when n % 2 = 0 then E'''; drop table odd; --\\x1b[31m\\\\' else 'x' || n end as v from generate_series(1, 3000) n; analyze odd");
	Ran ran = PGWHY(cli, 0, "explain", "--values", "-c", "select * from odd where v = $1");
	has(ran.out, "drop table odd"); /* and nothing but text came out: cli.c looks */
	assert_string_equal(cli_ask(cli, "select count(*) from odd"), "3000");
}

int main(int argc, char **argv) {
	(void)argc;
	cli_find_program(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(skewed_values_get_different_plans),
		cmocka_unit_test(the_remedy_keeps_the_right_plan),
		cmocka_unit_test(even_values_get_one_plan),
		cmocka_unit_test(a_dear_generic_plan_is_foretold_as_never_kept),
		cmocka_unit_test(the_parameter_that_matters_is_named),
		cmocka_unit_test(pruned_partitions_are_no_other_plan),
		cmocka_unit_test(an_index_says_which_values_it_helps),
		cmocka_unit_test(tickets_and_texts_show_the_table),
		cmocka_unit_test(statements_without_parameters_are_explained_as_ever),
		cmocka_unit_test(what_cannot_be_tried_is_said),
		cmocka_unit_test(a_finding_fails_the_build_when_asked),
		cmocka_unit_test(hostile_values_stay_values),
	};
	return cmocka_run_group_tests(tests, set_up, cli_tear_down);
}
