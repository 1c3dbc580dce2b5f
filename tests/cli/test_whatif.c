/* test_whatif.c: explain --whatif and --why on a real server: indexes that are not there, and indexes that are there in vain. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "cli.h"

static const char schema[] =
    "create table customers (id int primary key, name text, email varchar(80));"
    "create table orders (id int primary key, customer_id int, status text, total numeric(10,2), created_at timestamptz, note text, data jsonb);"
    "create table tiny (id int, v int);"
    "create table measures (day date, v int) partition by range (day);"
    "create table measures_1 partition of measures for values from ('2024-01-01') to ('2024-07-01');"
    "create table measures_2 partition of measures for values from ('2024-07-01') to ('2025-01-01');"
    "insert into customers select n, 'customer ' || n, 'c' || n || '@example.com' from generate_series(1, 20000) as n;"
    "insert into orders select n, n % 1000 + 1, case when n <= 600 then 'open' else 'paid' end, n % 500, '2024-01-01'::timestamptz + n * interval '1 minute', md5(n::text), '{}'"
    " from generate_series(1, 60000) as n;"
    "insert into tiny select n, n from generate_series(1, 50) as n;"
    "insert into measures select '2024-01-01'::date + n % 300, n from generate_series(1, 20000) as n;"
    "create index orders_status on orders (status); create index orders_customer_total on orders (customer_id, total); create index orders_total on orders (total);"
    "create index orders_note on orders (note); create index orders_note_c on orders (note collate \"C\"); create index orders_lower on orders (lower(note));"
    "create index orders_open on orders (created_at) where status = 'open'; create index orders_data on orders using gin (data);"
    "create index orders_brin on orders using brin (total); create index \"Odd Name\" on orders (created_at); create index tiny_v on tiny (v); create index measures_v on measures (v);"
    "update pg_index set indisvalid = false where indexrelid = 'orders_total'::regclass;";

/* ---- reading JSON ---- */

static json_t *get(json_t *object, const char *name) {
	json_t *value = json_object_get(object, name);
	if (!value) fail_msg("there is no \"%s\"", name);
	return value;
}

static const char *text(json_t *object, const char *name) {
	const char *value = json_string_value(get(object, name));
	if (!value) fail_msg("\"%s\" is no text", name);
	return value;
}

static json_t *why(Cli *cli, const char *sql, const char *index) {
	Ran ran = PGWHY(cli, 0, "explain", "--no-analyze", "--format", "json", "-c", sql, "--why", index);
	json_t *answers = get(cli_json(cli, ran.out), "why");
	assert_int_equal(json_array_size(answers), 1);
	return json_array_get(answers, 0);
}

static const char *cause(json_t *answer) {
	json_t *causes = get(answer, "causes");
	return json_array_size(causes) ? text(json_array_get(causes, 0), "cause") : "used";
}

/* ---- in vain ---- */

static void each_situation_has_its_cause(void **state) {
	Cli *cli = *state;
	static const struct {
		const char *sql, *index, *cause;
		bool forced; /* the planner can be made to take it */
	} cases[] = {
	    {"select * from orders where status = 'open'", "orders_status", "used", false},
	    {"select * from orders where status = 'paid'", "orders_status", "selectivity", true},
	    {"select * from orders where total = 5", "orders_total", "invalid", false},
	    {"select * from orders where id = 5.0", "orders_pkey", "cast", false},
	    {"select * from orders where id::text = '5'", "orders_pkey", "cast", false},
	    {"select * from orders where upper(note) = 'X'", "orders_note", "function-on-column", false},
	    {"select * from orders where created_at::date = '2024-01-05'", "\"Odd Name\"", "cast", false},
	    {"select * from orders where note = 'x'", "orders_lower", "expression", false},
	    {"select * from orders where note = 'x'", "orders_note_c", "collation", false},
	    {"select * from orders order by note collate \"C\"", "orders_note", "collation", false},
	    {"select * from orders where note like 'abc%'", "orders_note", "opclass", false},
	    {"select * from orders where note like '%abc'", "orders_note", "leading-wildcard", false},
	    {"select * from orders where total = 5", "orders_customer_total", "leading-column", true},
	    {"select * from orders where created_at > '2024-02-05' and status = 'paid'", "orders_open", "predicate-not-implied", false},
	    {"select * from orders where data = '{}'", "orders_data", "index-type", false},
	    {"select * from orders where id <> 5", "orders_pkey", "not-equal", false},
	    {"select * from orders where status = 'open' or id % 7 = 3", "orders_status", "or-condition", false},
	    {"select * from orders where status = 'open'", "orders_note", "not-asked-for", false},
	    {"select * from tiny where v = 3", "tiny_v", "small-table", true},
	    {"select count(*) from orders as o join customers as c on c.id = o.customer_id", "customers_pkey", "selectivity", true},
	    {"select * from measures where v = 3", "measures_v", "used", false},
	    {"select * from measures where v <> 3", "measures_v", "not-equal", false},
	    {"select * from orders where status = $1", "orders_open", "predicate-not-implied", false},
	    {"select * from orders where total = 3", "orders_brin", "brin-uncorrelated", true},
	    {"insert into tiny values (1, 2)", "tiny_v", "not-asked-for", false},
	};
	size_t wrong = 0;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		json_t *answer = why(cli, cases[i].sql, cases[i].index);
		bool forced = !json_is_null(get(answer, "forced"));
		if (strcmp(cause(answer), cases[i].cause) == 0 && (strcmp(cases[i].cause, "leading-column") == 0 || forced == cases[i].forced)) continue;
		print_error("%s, %s: %s, not %s%s\n", cases[i].sql, cases[i].index, cause(answer), cases[i].cause, forced ? ", forced" : "");
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

static void the_price_of_the_loser_is_told(void **state) {
	json_t *answer = why(*state, "select * from orders where status = 'paid'", "public.orders_status");
	double cost = json_number_value(get(answer, "cost")), forced = json_number_value(get(answer, "forced_cost"));
	assert_true(cost > 0 && forced > cost && forced < 100 * cost);
	assert_string_equal(text(get(answer, "chosen"), "label"), "Seq Scan");
	assert_non_null(strstr(text(answer, "switched_off"), "enable_seqscan"));
	assert_string_equal(text(answer, "relation"), "orders");
}

static void costs_of_pages_are_told(void **state) {
	Cli *cli = *state;
	/* dear enough for a whole read as pages are reckoned now, cheap by the index when they cost as much in order as out of it */
	cli_sql(cli, "postgres", "create table wide (a int, filler text); insert into wide select n % 200, repeat('x', 500) from generate_series(1, 40000) as n;"
	                         "create index wide_a on wide (a)");
	cli_sql(cli, "postgres", "analyze wide; alter database postgres set random_page_cost = 400");
	json_t *answer = why(cli, "select * from wide where a = 7", "wide_a");
	cli_sql(cli, "postgres", "alter database postgres reset random_page_cost");
	assert_string_equal(cause(answer), "cost-settings");
	assert_string_equal(text(json_array_get(get(answer, "causes"), 0), "remedy"), "SET random_page_cost = 1.1");
	assert_string_equal(cause(why(cli, "select * from wide where a = 7", "wide_a")), "used");
}

static void old_statistics_are_told(void **state) {
	Cli *cli = *state;
	cli_sql(cli, "postgres", "create table grown (a int) with (autovacuum_enabled = off); insert into grown select 1 from generate_series(1, 30000); create index grown_a on grown (a); analyze grown;"
	                         "insert into grown select n from generate_series(1, 60000) as n");
	cli_until_true(cli, "select n_mod_since_analyze >= 60000 from pg_stat_user_tables where relname = 'grown'");
	json_t *answer = why(cli, "select * from grown where a = 1", "grown_a");
	json_t *causes = get(answer, "causes"), *last = json_array_get(causes, json_array_size(causes) - 1);
	assert_string_equal(text(last, "cause"), "statistics");
	assert_string_equal(text(last, "remedy"), "ANALYZE public.grown");
}

static void an_unknown_name_is_refused_with_those_there_are(void **state) {
	Ran ran = PGWHY((Cli *)*state, 2, "explain", "--no-analyze", "-c", "select * from tiny", "--why", "nix");
	has(ran.err, "no table that this plan reads has an index \"nix\"");
	has(ran.err, "tiny_v");
	has(ran.out, "Seq Scan tiny");
}

static void the_text_says_the_same(void **state) {
	Cli *cli = *state;
	Ran ran = PGWHY(cli, 0, "explain", "--no-analyze", "-c", "select * from orders where id = 5.0", "--why", "orders_pkey", "--why", "orders_note");
	has(ran.out, "Why orders_pkey is not used");
	has(ran.out, "  because   its column is cast. The column is integer");
	has(ran.out, "  write     orders.id = 5");
	has(ran.out, "Why orders_note is not used");
	ran = PGWHY(cli, 0, "explain", "--no-analyze", "--format", "markdown", "-c", "select * from orders where id = 5.0", "--why", "orders_pkey");
	has(ran.out, "**Why orders");
	has(ran.out, "- because: its column is cast.");
}

/* What stands in the catalog may be anything; the harness looks at every byte that is printed. */
static void hostile_names_are_shown_safely(void **state) {
	Cli *cli = *state;
	cli_sql(cli, "postgres", "create table \"e\033[31mvil\" (\"c\033]0;x\007\" int, b int); create index \"i\033[2J\" on \"e\033[31mvil\" (\"c\033]0;x\007\", b)");
	static const char sql[] = "select * from \"e\033[31mvil\" where \"c\033]0;x\007\"::text = '5'";
	for (int form = 0; form < 3; form++) {
		Ran ran = PGWHY(cli, 0, "explain", "--no-analyze", "--format", form ? form > 1 ? "json" : "markdown" : "text", "-c", sql, "--why", "i\033[2J");
		has(ran.out, "cast");
		PGWHY(cli, 2, "explain", "--no-analyze", "-c", sql, "--why", "j\033[2J");
	}
}

/* ---- pretended ---- */

static bool has_hypopg(Cli *cli, const char *test) {
	if (cluster_offers(cli->arena, cluster_bin_dir(cli->cluster), "hypopg")) return true;
	printf("skip: %s: hypopg is not installed\n", test);
	return false;
}

#define NEEDS_HYPOPG(cli)                             \
	if (!has_hypopg(cli, __func__)) skip();       \
	else cli_sql(cli, "postgres", "create extension if not exists hypopg")

static void without_hypopg_it_says_what_to_do(void **state) {
	Cli *cli = *state;
	cli_sql(cli, "postgres", "drop extension if exists hypopg");
	Ran ran = PGWHY(cli, 2, "explain", "--no-analyze", "-c", "select * from orders where note = 'x'", "--whatif", "orders (note)");
	has(ran.err, "HypoPG is not in database \"postgres\"");
	has(ran.err, "CREATE EXTENSION hypopg");
	has(ran.out, "Index Scan orders"); /* the plan is there all the same */
}

static void an_index_is_pretended_and_priced(void **state) {
	Cli *cli = *state;
	NEEDS_HYPOPG(cli);
	Ran ran = PGWHY(cli, 0, "explain", "--no-analyze", "--format", "json", "-c", "select * from orders where customer_id = 7 and status = 'open'", "--whatif",
	                "create index concurrently if not exists x on orders (customer_id, status);", "--whatif", "orders (data)");
	json_t *whatif = get(cli_json(cli, ran.out), "whatif"), *indexes = get(whatif, "indexes"), *first = json_array_get(indexes, 0), *second = json_array_get(indexes, 1);
	assert_true(json_number_value(get(whatif, "cost_after")) < json_number_value(get(whatif, "cost_before")));
	assert_true(json_is_true(get(first, "used")));
	assert_true(json_is_null(get(first, "why_not")));
	assert_true(json_number_value(get(first, "bytes")) > 100000);
	assert_string_equal(text(first, "sql"), "CREATE INDEX on orders (customer_id, status)");
	assert_true(json_is_false(get(second, "used")));
	assert_string_equal(cause(get(second, "why_not")), "not-asked-for");
	assert_true(json_array_size(get(whatif, "nodes")) > 0);
	assert_string_equal(cli_ask(cli, "select count(*) from pg_index where indrelid = 'orders'::regclass"), "11"); /* nothing was built */
}

static void partial_unique_and_expression_indexes_are_pretended(void **state) {
	Cli *cli = *state;
	NEEDS_HYPOPG(cli);
	static const char *const cases[][2] = {
	    {"select * from customers where lower(name) = 'x'", "customers (lower(name))"},
	    {"select * from customers where email = 'c5@example.com'", "create unique index on customers (email)"},
	    {"select count(*) from orders where total = 3 and status = 'paid' and note < '5'", "orders (total, note) where status = 'paid'"},
	    {"select * from customers where name = 'x'", "create index on customers using hash (name)"},
	    {"select name from customers where email = $1", "customers (email) include (name)"},
	    {"select * from measures where day = '2024-02-02' and v = 3", "measures_1 (day, v)"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		Ran ran = PGWHY(cli, 0, "explain", "--no-analyze", "--format", "json", "-c", cases[i][0], "--whatif", cases[i][1]);
		json_t *index = json_array_get(get(get(cli_json(cli, ran.out), "whatif"), "indexes"), 0);
		if (!json_is_true(get(index, "used"))) fail_msg("%s is not used", cases[i][1]);
	}
}

static void what_is_measured_stays_measured(void **state) {
	Cli *cli = *state;
	NEEDS_HYPOPG(cli);
	Ran ran = PGWHY(cli, 0, "explain", "-c", "select * from customers where name = 'x'", "--whatif", "customers (name)");
	has(ran.out, "rows est→act");
	has(ran.out, "What if: 1 index pretended");
	has(ran.out, "times less");
	has(ran.out, "at most, used: <");
	ran = PGWHY(cli, 0, "explain", "--format", "markdown", "-c", "select * from customers where name = 'x'", "--whatif", "customers (name)");
	has(ran.out, "### Plan after: pretended");
	has(ran.out, "- index: CREATE INDEX ON customers (name): used, ");
}

static void a_ticket_shows_the_plan_to_come(void **state) {
	Cli *cli = *state;
	NEEDS_HYPOPG(cli);
	Ran ran = PGWHY(cli, 0, "explain", "--no-analyze", "--format", "markdown", "-c", "select * from customers where name = 'x'");
	static const char *const chapters[] = {"## customers is read whole", "### Current performance", "### Plan before", "### Current indexes", "| customers_pkey | btree (id) | primary key |",
	                                       "### Findings", "### Plan after", "### Impact", "### Migration", "### Safety", "- [x] reversible", "### Rollback", "### After deployment", "### Environment"};
	const char *at = ran.out;
	for (size_t i = 0; i < sizeof chapters / sizeof *chapters; i++) {
		has(at, chapters[i]);
		at = strstr(at, chapters[i]);
	}
	assert_string_equal(ran.err, "");
	ran = PGWHY(cli, 0, "explain", "--no-analyze", "--format", "markdown", "-c", "select * from measures where v = 77");
	has_not(ran.out, "**public.measures\\_1");
}

static void what_cannot_be_pretended_is_refused_before_anything_is_sent(void **state) {
	Cli *cli = *state;
	static const char *const cases[][2] = {
	    {"orders using gin (data)", "HypoPG cannot pretend a gin index"}, {"orders (status,, id)", "at character 16"}, {"drop table orders", "syntax error"},
	    {"create index on orders (id); drop table orders", "more than one statement"}, {"", "no statement"}, {"create table x (a int)", "this is no CREATE INDEX"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		Ran ran = PGWHY(cli, 2, "explain", "-h", "/nowhere", "-c", "select 1", "--whatif", cases[i][0]);
		has(ran.err, cases[i][1]);
	}
}

static void what_the_server_refuses_is_said(void **state) {
	Cli *cli = *state;
	NEEDS_HYPOPG(cli);
	Ran ran = PGWHY(cli, 3, "explain", "--no-analyze", "-c", "select * from orders", "--whatif", "orders (nix)");
	has(ran.err, "nix");
	ran = PGWHY(cli, 3, "explain", "--no-analyze", "-c", "select * from orders", "--whatif", "nowhere (a)");
	has(ran.err, "nowhere");
}

static int set_up(void **state) {
	const ClusterSpec spec = {.settings = "max_parallel_workers_per_gather = 0\njit = off\n"};
	int status = cli_set_up(state, &spec);
	if (status == 0) cli_sql(*state, "postgres", schema);
	if (status == 0) cli_sql(*state, "postgres", "analyze"); /* what a transaction has changed itself it would count as changed since */
	return status;
}

int main(int argc, char **argv) {
	(void)argc;
	cli_find_program(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_situation_has_its_cause),
		cmocka_unit_test(the_price_of_the_loser_is_told),
		cmocka_unit_test(costs_of_pages_are_told),
		cmocka_unit_test(old_statistics_are_told),
		cmocka_unit_test(an_unknown_name_is_refused_with_those_there_are),
		cmocka_unit_test(the_text_says_the_same),
		cmocka_unit_test(hostile_names_are_shown_safely),
		cmocka_unit_test(without_hypopg_it_says_what_to_do),
		cmocka_unit_test(an_index_is_pretended_and_priced),
		cmocka_unit_test(partial_unique_and_expression_indexes_are_pretended),
		cmocka_unit_test(what_is_measured_stays_measured),
		cmocka_unit_test(a_ticket_shows_the_plan_to_come),
		cmocka_unit_test(what_cannot_be_pretended_is_refused_before_anything_is_sent),
		cmocka_unit_test(what_the_server_refuses_is_said),
	};
	return cmocka_run_group_tests(tests, set_up, cli_tear_down);
}
