/* test_index_search.c: a real planner is asked which indexes a statement is best served with; what it says of them holds when they are built. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>

#include "cli.h"

static const char shop[] =
	"create extension hypopg;"
	"create table days (id int primary key, year int, month int);"
	"insert into days select n, 2015 + n / 365, n / 30 % 12 + 1 from generate_series(1, 3650) n;"
	"create table customers (id int primary key, city text, name text);"
	"insert into customers select n, 'city ' || n % 500, repeat('n', 60) || n from generate_series(1, 40000) n;"
	"create table sales (id int primary key, day_id int, customer_id int, boss_id int, amount numeric, note text);"
	"insert into sales select n, 1 + abs(hashint4(n)) % 3650, 1 + abs(hashint4(n + 1)) % 40000, n / 7, n % 500, repeat('x', 60) from generate_series(1, 150000) n;"
	"create table payments (sale_id int, amount numeric, paid int) partition by range (paid);"
	"create table payments_1 partition of payments for values from (0) to (50000); create table payments_2 partition of payments for values from (50000) to (200000);"
	"insert into payments select n, n % 90, n from generate_series(1, 120000) n;"
	"create index sales_customer_id_idx on sales (customer_id)";

static int set_up(void **state) {
	const ClusterSpec spec = {.settings = "autovacuum = off\njit = off\nmax_parallel_workers_per_gather = 0\n"};
	if (cli_set_up(state, &spec) != 0) return -1;
	Cli *cli = *state;
	if (!cluster_offers(cli->arena, cluster_bin_dir(cli->cluster), "hypopg")) {
		printf("skip: test_index_search: hypopg is not installed\n");
		return 0;
	}
	cli_sql(cli, "postgres", shop);
	cli_sql(cli, "postgres", "checkpoint");
	cli_sql(cli, "postgres", "vacuum analyze");
	return 0;
}

static bool can_pretend(Cli *cli) {
	return cluster_offers(cli->arena, cluster_bin_dir(cli->cluster), "hypopg");
}

static json_t *planned(Cli *cli, const char *setting, const char *statement) {
	const char *const plain[] = {"explain", "--no-analyze", "--format", "json", "-c", statement, NULL};
	const char *const set[] = {"explain", "--set", setting, "--no-analyze", "--format", "json", "-c", statement, NULL};
	return cli_json(cli, cli_run(cli, 0, NULL, setting ? set : plain).out);
}

static json_t *first_finding(json_t *plan) {
	json_t *finding = json_array_get(json_object_get(plan, "findings"), 0);
	if (!finding) fail_msg("nothing was found");
	return finding;
}

static const char *sql_of(json_t *finding) {
	return json_string_value(json_object_get(json_object_get(finding, "remedy"), "sql"));
}

static double figure(json_t *object, const char *name) {
	json_t *value = json_object_get(object, name);
	assert_true(json_is_number(value));
	return json_number_value(value);
}

static double cost_now(Cli *cli, const char *statement) {
	return figure(json_array_get(json_object_get(planned(cli, NULL, statement), "nodes"), 0), "total_cost");
}

/* Builds what the finding says, looks at the cost, and takes it away again. */
static void holds_when_built(Cli *cli, json_t *finding, const char *statement) {
	json_t *remedy = json_object_get(finding, "remedy");
	double after = figure(finding, "cost_after"), built;
	char *rest = arena_copy(cli->arena, sql_of(finding));
	for (char *sql; (sql = strtok_r(rest, ";", &rest));) cli_sql(cli, "postgres", sql);
	built = cost_now(cli, statement);
	rest = arena_copy(cli->arena, json_string_value(json_object_get(remedy, "undo")));
	for (char *sql; (sql = strtok_r(rest, ";", &rest));) cli_sql(cli, "postgres", sql);
	/* Built for real it costs 0.58 to 1.64 times what HypoPG promises: packed tighter, or as many pages as it is. */
	if (built < 0.4 * after - 20 || built > 1.8 * after + 20) fail_msg("%s promises %.1f, and it is %.1f", sql_of(finding), after, built);
}

#define NEEDS_HYPOPG(cli) \
	if (!can_pretend(cli)) skip()

static void a_join_gets_the_indexes_that_only_help_together(void **state) {
	static const char statement[] = "select sum(s.amount) from sales s join days d on d.id = s.day_id where d.year = 2019 and d.month = 5";
	NEEDS_HYPOPG(*state);
	json_t *finding = first_finding(planned(*state, NULL, statement));
	has(sql_of(finding), "ON public.sales (day_id)");
	assert_string_equal(json_string_value(json_object_get(finding, "basis")), "hypothetical");
	assert_true(figure(finding, "cost_after") < 0.3 * figure(finding, "cost_before"));
	holds_when_built(*state, finding, statement);
}

static void a_table_joined_with_itself_gets_its_index(void **state) {
	static const char statement[] = "select count(*) from sales a join sales b on b.boss_id = a.id where a.customer_id = 77";
	NEEDS_HYPOPG(*state);
	json_t *finding = first_finding(planned(*state, NULL, statement));
	has(sql_of(finding), "ON public.sales (boss_id)");
	holds_when_built(*state, finding, statement);
}

static void partitions_get_one_index_on_their_table(void **state) {
	static const char statement[] = "select amount from payments where sale_id = 4711";
	NEEDS_HYPOPG(*state);
	json_t *finding = first_finding(planned(*state, NULL, statement));
	has(sql_of(finding), "ON public.payments (sale_id)");
	has_not(sql_of(finding), "CONCURRENTLY");
	holds_when_built(*state, finding, statement);
}

static void an_order_gets_its_index(void **state) {
	static const char statement[] = "select id, amount from sales where customer_id in (select id from customers where city = 'city 7') order by amount desc limit 5";
	static const char latest[] = "select max(amount) from sales";
	NEEDS_HYPOPG(*state);
	json_t *finding = first_finding(planned(*state, NULL, latest));
	has(sql_of(finding), "ON public.sales (amount)");
	holds_when_built(*state, finding, latest);
	finding = first_finding(planned(*state, NULL, statement));
	assert_true(figure(finding, "cost_after") < 0.5 * figure(finding, "cost_before"));
	holds_when_built(*state, finding, statement);
}

/* Its values look as if they answered, but the index that is there begins with them. */
static void what_is_there_is_not_advised_again(void **state) {
	NEEDS_HYPOPG(*state);
	json_t *plan = planned(*state, NULL, "select count(*) from sales where customer_id = 77");
	assert_int_equal(json_array_size(json_object_get(plan, "findings")), 0);
}

static void keys_alone_where_include_is_not_wanted(void **state) {
	static const char statement[] = "select sum(amount) from sales where day_id between 100 and 130";
	NEEDS_HYPOPG(*state);
	has(sql_of(first_finding(planned(*state, NULL, statement))), "INCLUDE");
	has_not(sql_of(first_finding(planned(*state, "advice.include=off", statement))), "INCLUDE");
}

/* With one plan to ask for, the planner has at least seen them all. */
static void a_budget_of_one_plan_gives_the_best_so_far(void **state) {
	static const char statement[] = "select sum(s.amount) from sales s join days d on d.id = s.day_id where d.year = 2019 and d.month = 5";
	NEEDS_HYPOPG(*state);
	json_t *finding = first_finding(planned(*state, "advice.budget_plans=1", statement));
	assert_string_equal(json_string_value(json_object_get(finding, "basis")), "hypothetical");
	assert_true(figure(finding, "cost_after") < 0.3 * figure(finding, "cost_before"));
}

static void a_statement_with_parameters_is_planned_anew_each_time(void **state) {
	static const char statement[] = "select sum(amount) from sales where day_id = $1 and amount > $2";
	NEEDS_HYPOPG(*state);
	has(sql_of(first_finding(planned(*state, NULL, statement))), "(day_id, amount");
	assert_string_equal(cli_ask(*state, "select count(*) from pg_prepared_statements"), "0");
}

int main(int argc, char **argv) {
	(void)argc;
	cli_find_program(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_join_gets_the_indexes_that_only_help_together),
		cmocka_unit_test(a_table_joined_with_itself_gets_its_index),
		cmocka_unit_test(partitions_get_one_index_on_their_table),
		cmocka_unit_test(an_order_gets_its_index),
		cmocka_unit_test(what_is_there_is_not_advised_again),
		cmocka_unit_test(keys_alone_where_include_is_not_wanted),
		cmocka_unit_test(a_budget_of_one_plan_gives_the_best_so_far),
		cmocka_unit_test(a_statement_with_parameters_is_planned_anew_each_time),
	};
	return cmocka_run_group_tests(tests, set_up, cli_tear_down);
}
