/* test_explain.c: `pgwhy explain` on a real server: what is run, what is planned only, what is refused, and that nothing stays behind. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>

#include "cli.h"

static const char shop[] =
	"create table t (id int primary key, a int, s serial); insert into t (id, a) select g, g % 100 from generate_series(1, 20000) g;"
	"create table pages (id int primary key, a int, b int); insert into pages select g, nullif(g % 100, 7), g % 7 from generate_series(1, 200000) g;"
	"create sequence drawn; create function draws() returns bigint language plpgsql stable as 'begin return nextval(''drawn''); end';"
	"create sequence pulled; create function pulls() returns bigint language plpgsql stable as 'begin return nextval(''pulled''); end';"
	"create function unknown_to_us() returns int language sql volatile as 'select 1';"
	"create sequence watched; create table \"e\x1b[31mvil\x07\" (\"c\x1b]0;x\" int); analyze";

static int set_up(void **state) {
	const ClusterSpec spec = {.settings = "autovacuum = off\njit = off\n"};
	if (cli_set_up(state, &spec) != 0) return -1;
	cli_sql(*state, "postgres", shop);
	cli_sql(*state, "postgres", "create database bytes template template0 encoding 'SQL_ASCII' lc_collate 'C' lc_ctype 'C'");
	cli_sql(*state, "bytes", "create table \"caf\xe9\" (id int); insert into \"caf\xe9\" values (1)");
	return 0;
}

static json_t *get(json_t *object, const char *key) {
	json_t *value = json_object_get(object, key);
	if (!value) fail_msg("there is no %s", key);
	return value;
}

static bool was_run(json_t *plan) {
	return json_is_number(get(plan, "execution_ms"));
}

static json_t *explained(Cli *cli, const char *sql) {
	return cli_json(cli, PGWHY(cli, 0, "explain", "--format", "json", "-c", sql).out);
}

/* All that the statements below could have changed and a rollback takes back. */
static const char *fingerprint(Cli *cli) {
	return cli_ask(cli, "select md5(string_agg(x::text, ',' order by x.id)) || (select count(*) from pg_class) || (select count(*) from pg_locks where locktype = 'advisory')"
	                    " || (select last_value || is_called::text from watched) from t x");
}

/* ---- reads ---- */

static void a_read_is_measured_and_printed(void **state) {
	Cli *cli = *state;
	Ran ran = PGWHY(cli, 0, "explain", "-c", "select * from t where id = 7");
	has(ran.out, "select * from t where id = 7");
	has(ran.out, "Index Scan t using t_pkey");
	has(ran.out, "1→1");
	has(ran.out, "nothing to advise");
	assert_string_equal(ran.err, "");
	assert_true(was_run(explained(cli, "select * from t where id = 7;")));
}

static void a_ticket_names_server_and_settings(void **state) {
	Cli *cli = *state;
	const char *out = PGWHY(cli, 0, "explain", "--format", "markdown", "-c", "select count(*) from t").out;
	has(out, "\n\nPlan ");
	has(out, "\n```sql\nselect count(*) from t;\n```\n");
	has(out, "\n```text\n   self ");
	has(out, "\n- server: PostgreSQL ");
}

static void a_dear_read_is_run_without_being_asked_about(void **state) {
	Cli *cli = *state;
	json_t *plan = cli_json(cli, PGWHY(cli, 0, "explain", "--format", "json", "--set", "analyze.max_cost=1", "-c", "select count(*) from t").out);
	assert_true(was_run(plan)); /* the limit is the console's */
}

static void without_analyze_nothing_is_run(void **state) {
	Cli *cli = *state;
	json_t *plan = cli_json(cli, PGWHY(cli, 0, "explain", "--no-analyze", "--format", "json", "-c", "select nextval('watched')").out);
	assert_false(was_run(plan));
	Ran ran = PGWHY(cli, 0, "explain", "--no-analyze", "--yes", "-c", "delete from t");
	assert_string_equal(ran.err, ""); /* nothing was to be run, so nothing is to be said */
	has(ran.out, "not run");
	assert_string_equal(cli_ask(cli, "select is_called from watched"), "f");
	assert_string_equal(cli_ask(cli, "select count(*) from t"), "20000");
}

static void an_explain_around_the_statement_is_taken_off(void **state) {
	Cli *cli = *state;
	json_t *planned = explained(cli, "explain (verbose) select * from t");
	assert_false(was_run(planned));
	assert_string_equal(json_string_value(get(planned, "statement")), "select * from t");
	assert_true(was_run(explained(cli, "explain analyze select * from t")));
	Ran ran = PGWHY(cli, 0, "explain", "-c", "explain analyze delete from t");
	has(ran.err, "planned only");
	assert_string_equal(cli_ask(cli, "select count(*) from t"), "20000");
}

/* ---- proofs ---- */

static json_t *proof_of(Cli *cli, const char *sql) {
	const Start start = {.env = ARGS("PGOPTIONS=-c work_mem=64kB")}; /* a subquery that is not hashed */
	json_t *plan = cli_json(cli, PGWHY_WITH(cli, 0, &start, "explain", "--prove", "--format", "json", "-c", sql).out);
	json_t *findings = get(plan, "findings");
	for (size_t i = 0; i < json_array_size(findings); i++) {
		json_t *finding = json_array_get(findings, i);
		if (json_is_object(get(finding, "proof"))) return finding;
	}
	fail_msg("nothing was proved of %s", sql);
	return NULL;
}

static const char *text_of(json_t *object, const char *key) {
	return json_string_value(get(object, key));
}

static const char paged[] = "select id, a from pages order by id limit 10 offset 190000";

static void a_page_by_key_is_proved_and_measured(void **state) {
	Cli *cli = *state;
	json_t *finding = proof_of(cli, paged), *proof = get(finding, "proof");
	assert_string_equal(text_of(finding, "rule"), "offset-pagination");
	assert_string_equal(text_of(finding, "basis"), "measured");
	assert_string_equal(text_of(proof, "verdict"), "same");
	assert_int_equal(json_integer_value(get(proof, "rows_before")), 10);
	assert_int_equal(json_integer_value(get(proof, "rows_after")), 10);
	double before_ms = json_real_value(get(proof, "before_ms")), after_ms = json_real_value(get(proof, "after_ms"));
	assert_true(after_ms < before_ms);
	double saves_ms = json_real_value(get(finding, "saves_ms"));
	assert_true(saves_ms > before_ms - after_ms - 0.001 && saves_ms < before_ms - after_ms + 0.001);
	assert_true(json_integer_value(get(proof, "after_shared_blocks")) < json_integer_value(get(proof, "before_shared_blocks")));
	assert_true(json_is_null(get(proof, "row_before")));
	const char *const forms[] = {"text", "markdown"};
	for (size_t i = 0; i < 2; i++) has(PGWHY(cli, 0, "explain", "--prove", "--format", forms[i], "-c", paged).out, "same 10 rows");
	const char *plain = PGWHY(cli, 0, "explain", "--prove", "--ascii", "-c", paged).out;
	for (const char *c = plain; *c; c++) assert_true((unsigned char)*c < 128);
	json_t *unasked = json_array_get(get(explained(cli, paged), "findings"), 0);
	assert_true(json_is_null(get(unasked, "proof")));
}

static void a_rewrite_that_returns_other_rows_is_found_out(void **state) {
	Cli *cli = *state;
	json_t *finding = proof_of(cli, "select id from pages where id < 20 and id not in (select a from pages) order by id"), *proof = get(finding, "proof");
	assert_string_equal(text_of(finding, "rule"), "not-in");
	assert_string_equal(text_of(proof, "verdict"), "different");
	assert_true(json_is_null(get(proof, "row_before"))); /* a null inside: NOT IN returns nothing at all */
	assert_string_equal(text_of(proof, "row_after"), "(7)");
	assert_int_equal(json_integer_value(get(proof, "differs_at_row")), 1);
	assert_true(json_is_null(get(proof, "after_ms"))); /* nobody wants it */
	assert_string_not_equal(text_of(finding, "basis"), "measured");
}

/* ---- several runs ---- */

#define SLEEPS "select pg_sleep(0.02) from generate_series(1, current_setting('pgwhy.times', true)::int)"

static double real_of(json_t *object, const char *key) {
	return json_number_value(get(object, key));
}

static json_t *side_of(json_t *runs, size_t nth) {
	return json_array_get(get(runs, "sides"), nth);
}

static void runs_have_a_median_and_the_first_is_told_apart(void **state) {
	Cli *cli = *state;
	json_t *runs = get(cli_json(cli, PGWHY(cli, 0, "explain", "--runs", "4", "--format", "json", "-c", "select pg_sleep(0.02)").out), "runs"), *side = side_of(runs, 0);
	assert_int_equal(json_integer_value(get(side, "runs")), 4);
	assert_true(real_of(side, "median_ms") >= 20 && real_of(side, "first_ms") >= 20);
	assert_true(real_of(side, "least_ms") <= real_of(side, "q1_ms") && real_of(side, "q3_ms") <= real_of(side, "most_ms"));
	assert_true(json_is_null(get(runs, "verdict"))); /* of one alone */
	assert_int_equal(json_array_size(get(runs, "sides")), 1);
	json_t *read = side_of(get(cli_json(cli, PGWHY(cli, 0, "explain", "--runs", "3", "--format", "json", "-c", "select count(*) from t").out), "runs"), 0);
	assert_true(real_of(read, "median_blocks") > 80 && real_of(read, "least_blocks") == real_of(read, "most_blocks"));
	assert_null(json_object_get(explained(cli, "select 1"), "runs")); /* nobody asked */
	const char *const forms[] = {"text", "markdown"};
	for (size_t i = 0; i < 2; i++) has(PGWHY(cli, 0, "explain", "--runs", "3", "--format", forms[i], "-c", "select pg_sleep(0.02)").out, "3 runs: ");
}

static void a_setting_is_run_in_turn_with_none(void **state) {
	Cli *cli = *state;
	const Start start = {.env = ARGS("PGOPTIONS=-c pgwhy.times=5 -c log_statement=all")};
	json_t *runs = get(cli_json(cli, PGWHY_WITH(cli, 0, &start, "explain", "--runs", "3", "--with", "pgwhy.times=1", "--format", "json", "-c", SLEEPS).out), "runs");
	assert_string_equal(text_of(runs, "verdict"), "faster");
	assert_string_equal(text_of(side_of(runs, 1), "name"), "pgwhy.times=1");
	assert_true(real_of(side_of(runs, 0), "median_ms") >= 100 && real_of(side_of(runs, 1), "median_ms") < 100);
	assert_true(real_of(side_of(runs, 1), "first_ms") >= 20);
	has(PGWHY_WITH(cli, 0, &start, "explain", "--runs", "5", "--with", "work_mem=1MB", "-c", SLEEPS).out, "within noise");
	has(PGWHY_WITH(cli, 0, &start, "explain", "--runs", "3", "--with", "pgwhy.times=10", "-c", SLEEPS).out, "× slower\n            same plan");
	has(PGWHY_WITH(cli, 0, &start, "explain", "--runs", "2", "--with", "pgwhy.times=10", "-c", SLEEPS).out, "too few runs to tell");
}

static void rewrites_are_run_as_often(void **state) {
	Cli *cli = *state;
	const Start start = {.env = ARGS("PGOPTIONS=-c work_mem=64kB")};
	json_t *plan = cli_json(cli, PGWHY_WITH(cli, 0, &start, "explain", "--prove", "--runs", "3", "--format", "json", "-c", paged).out);
	json_t *runs = get(get(json_array_get(get(plan, "findings"), 0), "proof"), "runs");
	assert_string_equal(text_of(runs, "verdict"), "faster");
	for (size_t i = 0; i < 2; i++) assert_int_equal(json_integer_value(get(side_of(runs, i), "runs")), 3);
	has(PGWHY(cli, 0, "explain", "--prove", "--runs", "3", "-c", paged).out, "3 runs each");
}

static void what_is_not_run_again_says_why(void **state) {
	Cli *cli = *state;
	const char *before = fingerprint(cli), *writes = "update t set a = 1 where id = 1";
	has(PGWHY(cli, 2, "explain", "--runs", "3", "--no-analyze", "-c", "select 1").err, "--no-analyze runs none");
	has(PGWHY(cli, 2, "explain", "--with", "work_mem=1MB", "-c", "select 1").err, "needs --runs");
	has(PGWHY(cli, 2, "explain", "--runs", "0", "-c", "select 1").err, "--runs takes a number");
	has(PGWHY(cli, 2, "explain", "--runs", "3", "--with", "role=postgres", "-c", "select 1").err, "cannot be changed");
	has(PGWHY(cli, 2, "explain", "--runs", "3", "--with", "work_mem", "-c", "select 1").err, "NAME=VALUE");
	has(PGWHY(cli, 0, "explain", "--runs", "3", "-c", "select * from t where id = $1").err, "not run again: a statement with parameters");
	Ran ran = PGWHY(cli, 0, "explain", "--runs", "3", "-c", writes);
	has(ran.err, "planned only");
	has_not(ran.out, "3 runs");
	has(PGWHY(cli, 0, "explain", "--runs", "3", "--yes", "-c", writes).out, "3 runs");
	has(PGWHY(cli, 0, "explain", "--runs", "3", "--yes", "-c", "select pulls()").out, "3 runs");
	assert_string_equal(fingerprint(cli), before);
}

static void a_timeout_keeps_what_was_run(void **state) {
	Cli *cli = *state;
	const char *slower = "select pg_sleep(0.02 + 1 * (nextval('pulled') % 4 / 3))"; /* each fourth takes a second */
	cli_sql(cli, "postgres", "select setval('pulled', 8)");
	Ran ran = PGWHY(cli, 3, "explain", "--runs", "9", "--yes", "--set", "statement_timeout_ms=500", "-c", slower);
	has(ran.err, "statement timeout");
	has(ran.out, "of 9 runs");
}

static void an_interrupt_keeps_what_was_run(void **state) {
	Cli *cli = *state;
	Program *program = cli_start(cli, NULL, ARGS("explain", "--runs", "500", "-c", "select pg_sleep(0.02)"));
	cli_until_true(cli, "select count(*) > 0 from pg_stat_activity where query ~ 'pg_sleep.0.02' and pid <> pg_backend_pid() and now() - backend_start > '300 ms'");
	cli_signal(program, SIGINT);
	Ran ran = cli_finish(cli, program);
	assert_int_equal(ran.status, 3);
	has(ran.err, "cancelled");
	has(ran.out, "of 500 runs");
}

static void what_is_not_proved_says_why(void **state) {
	Cli *cli = *state;
	has(PGWHY(cli, 2, "explain", "--prove", "--no-analyze", "-c", paged).err, "--no-analyze runs none");
	const char *asks = "select id, unknown_to_us() from pages order by id limit 10 offset 190000";
	Ran ran = PGWHY(cli, 0, "explain", "--prove", "-c", asks);
	has(ran.err, "planned only");
	has(ran.err, "not proved: This statement calls unknown_to_us()");
	has_not(ran.out, "same 10 rows");
	has(PGWHY(cli, 0, "explain", "--prove", "--yes", "-c", asks).out, "same 10 rows");
	ran = PGWHY(cli, 0, "explain", "--prove", "-c", "select id from pages order by id limit $1 offset $2");
	has(ran.err, "is not proved: a statement with parameters cannot be run");
	ran = PGWHY(cli, 3, "explain", "--prove", "--set", "statement_timeout_ms=1500", "-c", "select id, pg_sleep(case when id > 190005 then 1 else 0 end) from pages order by id limit 10 offset 190000");
	has(ran.err, "statement timeout");
	has(ran.out, "offset-pagination"); /* what was found before is printed */
	json_t *bounded = get(proof_of(cli, "select id, a from pages where id % 7 <> 0 order by id limit 500 offset 120000"), "proof");
	assert_int_equal(json_integer_value(get(bounded, "rows_before")), 500);
	has(PGWHY(cli, 0, "explain", "--prove", "--set", "prove.max_rows=100", "-c", "select id, a from pages order by id limit 500 offset 190000").out, "first 100 rows the same");
	assert_string_equal(cli_ask(cli, "select count(*) from pg_stat_activity where state = 'idle in transaction'"), "0");
}

/* ---- what asks in the console ---- */

static void what_would_ask_is_planned_only_and_said(void **state) {
	Cli *cli = *state;
	static const struct {
		const char *sql, *says;
	} cases[] = {
		{"delete from t where a = 1", "writes to t"},
		{"insert into t (id) values (0)", "writes to t"},
		{"with gone as (delete from t returning *) select * from gone", "writes"},
		{"create table copy as select * from t", "writes to copy"},
		{"select * from t where id = 1 for update", "locks rows"},
		{"select * from t where id = 1 for key share", "locks rows"},
		{"select pg_advisory_lock(7)", "pg_advisory_lock"},
		{"select unknown_to_us()", "unknown_to_us"},
		{"select nextval('watched')", "nextval"},
		{"select draws()", "something that writes"}, /* says STABLE, and lies: SQLSTATE 25006 */
	};
	const char *before = fingerprint(cli);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		Ran ran = PGWHY(cli, 0, "explain", "--format", "json", "-c", cases[i].sql);
		has(ran.err, "planned only");
		has(ran.err, cases[i].says);
		has(ran.err, "--yes");
		json_t *plan = cli_json(cli, ran.out);
		assert_false(was_run(plan));
		assert_true(json_is_null(get(json_array_get(get(plan, "nodes"), 0), "loops")));
	}
	assert_string_equal(fingerprint(cli), before);
	assert_string_equal(PGWHY(cli, 0, "explain", "-c", "select random(), clock_timestamp(), now()").err, ""); /* harmless ones */
}

static void with_a_yes_it_is_measured_and_leaves_no_trace(void **state) {
	Cli *cli = *state;
	static const char *const statements[] = {
		"delete from t where a = 1",
		"insert into t (id, a) select -g, g from generate_series(1, 100) g",
		"update t set a = a + 1",
		"create table copy as select * from t",
		"select * from t where id = 1 for update",
		"select unknown_to_us()",
		"merge into t using (values (1)) v(x) on t.id = v.x when matched then update set a = 0",
	};
	const char *before = fingerprint(cli);
	for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
		Ran ran = PGWHY(cli, 0, "explain", "--yes", "--format", "json", "-c", statements[i]);
		assert_true(was_run(cli_json(cli, ran.out)));
		assert_string_equal(ran.err, "");
		assert_string_equal(fingerprint(cli), before);
	}
}

static void a_function_that_lied_is_run_after_a_yes(void **state) {
	Cli *cli = *state;
	assert_string_equal(cli_ask(cli, "select is_called from drawn"), "f");
	Ran ran = PGWHY(cli, 0, "explain", "--yes", "--format", "json", "-c", "select draws()");
	assert_string_equal(ran.err, "");
	assert_true(was_run(cli_json(cli, ran.out)));
	assert_string_equal(cli_ask(cli, "select is_called from drawn"), "t"); /* which the warning says no rollback undoes */
}

/* ---- what is refused ---- */

static void two_statements_are_refused_and_nothing_is_sent(void **state) {
	Cli *cli = *state;
	const Start nowhere = {.env = (const char *[]){"PGHOST=/nowhere", NULL}}; /* who connected would come back with 3 */
	Ran ran = PGWHY_WITH(cli, 2, &nowhere, "explain", "--yes", "-c", "select 1; drop table t");
	has(ran.err, "one statement");
	assert_string_equal(ran.out, "");
}

static void what_has_no_plan_is_refused(void **state) {
	Cli *cli = *state;
	static const char *const statements[] = {"vacuum t", "drop table t", "begin", "commit", "copy t to stdout", "set work_mem = '1GB'", "do $$ begin end $$",
	                                         "call nothing()", "execute nothing", "truncate t", "explain vacuum t", "prepare p as select 1"};
	for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
		Ran ran = PGWHY(cli, 3, "explain", "--yes", "-c", statements[i]);
		assert_string_equal(ran.out, "");
		assert_true(*ran.err);
	}
	assert_string_equal(cli_ask(cli, "select count(*) from t"), "20000");
}

static void the_servers_word_comes_on_stderr_alone(void **state) {
	Cli *cli = *state;
	static const struct {
		const char *sql, *says;
	} cases[] = {
		{"selec 1", "syntax error at or near \"selec\""},
		{"select 1 from", "syntax error at end of input"},
		{"select * from nowhere", "relation \"nowhere\" does not exist"},
		{"select nothing from t", "column \"nothing\" does not exist"},
		{"select 1/0", "division by zero"},
		{"select 'open", "unterminated quoted string"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		Ran ran = PGWHY(cli, 3, "explain", "--format", "json", "-c", cases[i].sql);
		has(ran.err, cases[i].says);
		assert_string_equal(ran.out, "");
	}
}

static void what_fails_only_when_run_leaves_its_plan(void **state) {
	Cli *cli = *state;
	Ran ran = PGWHY(cli, 3, "explain", "--format", "json", "-c", "select 1 / (a - a) from t");
	has(ran.err, "division by zero");
	assert_false(was_run(cli_json(cli, ran.out)));
}

/* ---- several ---- */

static void a_file_of_statements_gives_an_array(void **state) {
	Cli *cli = *state;
	static const char sql[] = "\xEF\xBB\xBF-- first\nselect 1;\n\nselect count(*)\nfrom t; -- and\n;;\ndelete from t\n";
	const char *path = cli_file(cli, "three.sql", sql, sizeof sql - 1);
	Ran ran = PGWHY(cli, 0, "explain", "--format", "json", "-f", path);
	json_t *plans = cli_json(cli, ran.out);
	assert_int_equal(json_array_size(plans), 3);
	assert_string_equal(json_string_value(get(json_array_get(plans, 1), "statement")), "select count(*)\nfrom t");
	assert_true(was_run(json_array_get(plans, 1)));
	assert_false(was_run(json_array_get(plans, 2)));
	has(ran.err, "three.sql:7: planned only");
	has(PGWHY(cli, 0, "explain", "-f", path).out, "\n\nselect count(*) from t\n");
}

static void one_that_fails_leaves_the_others(void **state) {
	Cli *cli = *state;
	static const char sql[] = "select 1;\nselect *\nfrom nowhere;\nvacuum;\nselect 2";
	const Start start = {.input = sql};
	Ran ran = PGWHY_WITH(cli, 3, &start, "explain", "--format", "json");
	has(ran.err, "standard input:3: relation \"nowhere\" does not exist");
	has(ran.err, "standard input:4: a utility statement");
	json_t *plans = cli_json(cli, ran.out);
	assert_int_equal(json_array_size(plans), 2);
	assert_string_equal(json_string_value(get(json_array_get(plans, 1), "statement")), "select 2");
	const Start one = {.input = "select 1"};
	assert_true(json_is_object(cli_json(cli, PGWHY_WITH(cli, 0, &one, "explain", "--format", "json", "-f", "-").out)));
}

static void findings_decide_the_status_when_asked_to(void **state) {
	Cli *cli = *state;
	cli_sql(cli, "postgres", "create table big as select g as s, repeat('x', 100) as x from generate_series(1, 100000) g; analyze big");
	static const char found[] = "select x from big where s = 5";
	has(PGWHY(cli, 0, "explain", "-c", found).out, "missing-index");
	PGWHY(cli, 1, "explain", "-c", found, "--fail-on", "info");
	PGWHY(cli, 1, "explain", "-c", found, "--no-analyze", "--fail-on", "warning");
	PGWHY(cli, 0, "explain", "-c", "select * from t where id = 5", "--fail-on", "info");
	PGWHY(cli, 3, "explain", "-c", "select nothing from t", "--fail-on", "info");
	cli_sql(cli, "postgres", "drop table big");
}

/* ---- ending early ---- */

static const char slow[] = "select count(*) from generate_series(1, 2000000000) where pg_sleep(30) is not null";

static void a_timeout_leaves_the_plan(void **state) {
	Cli *cli = *state;
	Ran ran = PGWHY(cli, 3, "explain", "--format", "json", "--set", "statement_timeout_ms=200", "-c", slow);
	has(ran.err, "timeout");
	has(ran.err, "statement_timeout_ms");
	assert_false(was_run(cli_json(cli, ran.out)));
	cli_until_true(cli, "select count(*) = 0 from pg_stat_activity where application_name = 'pgwhy'");
}

static void until_it_runs(Cli *cli) {
	cli_until_true(cli, "select count(*) = 1 from pg_stat_activity where application_name = 'pgwhy' and state = 'active' and wait_event = 'PgSleep'");
}

static void what_a_long_statement_waits_for_is_seen(void **state) {
	Cli *cli = *state;
	Program *seen = cli_start(cli, NULL, ARGS("explain", "-c", "select pg_sleep(2.5)"));
	Program *unseen = cli_start(cli, NULL, ARGS("explain", "--set", "analyze.waits=off", "-c", "select pg_sleep(2.5)"));
	has(cli_finish(cli, seen).out, "While it ran: 100% Timeout:PgSleep (");
	assert_null(strstr(cli_finish(cli, unseen).out, "While it ran"));
	assert_null(strstr(PGWHY(cli, 0, "explain", "-c", "select pg_sleep(0.1)").out, "While it ran")); /* over before anybody looks */
}

static void a_lock_is_not_waited_for_long(void **state) {
	Cli *cli = *state;
	static const char holding[] = "with held as (update t set a = a where id = 1 returning 1) select pg_sleep(60) from held";
	Program *holder = cli_start(cli, NULL, ARGS("explain", "--yes", "--set", "statement_timeout_ms=60000", "-c", holding));
	until_it_runs(cli);
	Ran ran = PGWHY(cli, 3, "explain", "--yes", "--format", "json", "--set", "lock_timeout_ms=100", "-c", "delete from t where id = 1");
	has(ran.err, "lock timeout");
	assert_false(was_run(cli_json(cli, ran.out)));
	cli_signal(holder, SIGTERM);
	assert_int_equal(cli_finish(cli, holder).status, 3);
}

static void an_interrupt_leaves_the_plan_and_ends_it_all(void **state) {
	Cli *cli = *state;
	static const int signals[] = {SIGINT, SIGTERM};
	static const Start two = {.input = "select pg_sleep(30); select 2"};
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		Program *program = cli_start(cli, &two, ARGS("explain", "--format", "json"));
		until_it_runs(cli);
		cli_signal(program, signals[i]);
		Ran ran = cli_finish(cli, program);
		assert_int_equal(ran.status, 3);
		has(ran.err, "cancel");
		json_t *plans = cli_json(cli, ran.out);
		assert_int_equal(json_array_size(plans), 1); /* the second was never begun */
		assert_false(was_run(json_array_get(plans, 0)));
		cli_until_true(cli, "select count(*) = 0 from pg_stat_activity where application_name = 'pgwhy'");
	}
}

static void a_backend_that_is_ended_leaves_the_plan(void **state) {
	Cli *cli = *state;
	static const Start two = {.input = "select pg_sleep(30); select 2"};
	Program *program = cli_start(cli, &two, ARGS("explain", "--format", "json"));
	until_it_runs(cli);
	cli_ask(cli, "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pgwhy'");
	Ran ran = cli_finish(cli, program);
	assert_int_equal(ran.status, 3);
	has(ran.err, "terminating connection");
	assert_int_equal(json_array_size(cli_json(cli, ran.out)), 1);
}

/* ---- odd texts ---- */

static void a_text_with_parameters_gets_a_generic_plan(void **state) {
	Cli *cli = *state;
	Ran ran = PGWHY(cli, 0, "explain", "--format", "json", "-c", "select * from t where id = $1 and a < $2");
	json_t *plan = cli_json(cli, ran.out);
	assert_false(was_run(plan));
	has(json_string_value(get(plan, "notes")), "generic plan");
	assert_string_equal(json_string_value(get(json_array_get(get(plan, "nodes"), 0), "type")), "Index Scan");
	has(PGWHY(cli, 0, "explain", "-c", "select * from t where id = $1").out, "generic plan");
}

static void a_megabyte_of_statement_is_explained(void **state) {
	Cli *cli = *state;
	Str sql = STR_INIT;
	str_add(&sql, "select * from t where id in (1");
	while (sql.len < 1 << 20) str_printf(&sql, ",%zu", sql.len);
	str_add(&sql, ")");
	const Start start = {.input = arena_copy(cli->arena, sql.text)};
	json_t *plan = cli_json(cli, PGWHY_WITH(cli, 0, &start, "explain", "--no-analyze", "--format", "json").out);
	assert_string_equal(json_string_value(get(plan, "statement")), sql.text);
	str_release(&sql);
	Ran text = PGWHY_WITH(cli, 0, &start, "explain", "--no-analyze");
	assert_true(strcspn(text.out, "\n") < 400); /* its first line is cut to the width */
}

/* That no byte of it is printed as it is, is looked at wherever the program prints. */
static void hostile_names_and_texts_are_printed_harmlessly(void **state) {
	Cli *cli = *state;
	static const char sql[] = "select \"c\x1b]0;x\" from \"e\x1b[31mvil\x07\" where \"c\x1b]0;x\" = 1 or 'a\x1b[2J' = 'b\xe2\x80\xae'";
	has(PGWHY(cli, 0, "explain", "-c", sql).out, "e?[31mvil?");
	json_t *plan = explained(cli, sql);
	assert_string_equal(json_string_value(get(plan, "statement")), sql);
	has(PGWHY(cli, 3, "explain", "-c", "select \"no\x1b[31m\" from t").err, "no?[31m");
	has(PGWHY(cli, 0, "explain", "-c", "delete from \"e\x1b[31mvil\x07\"").err, "e?[31mvil?");
}

static void bytes_of_no_encoding_come_through(void **state) {
	Cli *cli = *state;
	static const char sql[] = "select * from \"caf\xe9\" where id > 0";
	json_t *plan = cli_json(cli, PGWHY(cli, 0, "explain", "--yes", "-d", "bytes", "--format", "json", "-c", sql).out);
	assert_string_equal(json_string_value(get(json_array_get(get(plan, "nodes"), 0), "relation")), "public.caf\xEF\xBF\xBD");
	assert_true(was_run(plan));
	Ran ran = PGWHY(cli, 0, "explain", "-d", "bytes", "-c", sql);
	has(ran.out, "caf?");
	has(ran.err, "cannot read this statement"); /* so it may write, for all pgwhy can tell */
	has(PGWHY(cli, 3, "explain", "-c", "select 'caf\xe9'").err, "invalid byte sequence"); /* a database that knows its encoding */
}

/* ---- output ---- */

static void output_that_cannot_be_written_is_told_before_anything_is_run(void **state) {
	Cli *cli = *state;
	has(PGWHY(cli, 3, "explain", "--yes", "-c", "select nextval('watched')", "-o", "/no/such/directory/x").err, "/no/such/directory/x");
	assert_string_equal(cli_ask(cli, "select is_called from watched"), "f");
	has(PGWHY(cli, 3, "explain", "-c", "select 1", "-o", "/dev/full").err, "/dev/full");
	static const Start full = {.out = "/dev/full"};
	has(PGWHY_WITH(cli, 3, &full, "explain", "-c", "select 1").err, "standard output");
	static const Start closed = {.closed = true}; /* or the connection would be standard output */
	has(PGWHY_WITH(cli, 3, &closed, "explain", "-c", "select 1").err, "standard output");
}

int main(int argc, char **argv) {
	(void)argc;
	cli_find_program(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_read_is_measured_and_printed),
		cmocka_unit_test(a_ticket_names_server_and_settings),
		cmocka_unit_test(a_dear_read_is_run_without_being_asked_about),
		cmocka_unit_test(without_analyze_nothing_is_run),
		cmocka_unit_test(an_explain_around_the_statement_is_taken_off),
		cmocka_unit_test(a_page_by_key_is_proved_and_measured),
		cmocka_unit_test(a_rewrite_that_returns_other_rows_is_found_out),
		cmocka_unit_test(what_is_not_proved_says_why),
		cmocka_unit_test(runs_have_a_median_and_the_first_is_told_apart),
		cmocka_unit_test(a_setting_is_run_in_turn_with_none),
		cmocka_unit_test(rewrites_are_run_as_often),
		cmocka_unit_test(what_is_not_run_again_says_why),
		cmocka_unit_test(a_timeout_keeps_what_was_run),
		cmocka_unit_test(an_interrupt_keeps_what_was_run),
		cmocka_unit_test(what_would_ask_is_planned_only_and_said),
		cmocka_unit_test(with_a_yes_it_is_measured_and_leaves_no_trace),
		cmocka_unit_test(a_function_that_lied_is_run_after_a_yes),
		cmocka_unit_test(two_statements_are_refused_and_nothing_is_sent),
		cmocka_unit_test(what_has_no_plan_is_refused),
		cmocka_unit_test(the_servers_word_comes_on_stderr_alone),
		cmocka_unit_test(what_fails_only_when_run_leaves_its_plan),
		cmocka_unit_test(a_file_of_statements_gives_an_array),
		cmocka_unit_test(one_that_fails_leaves_the_others),
		cmocka_unit_test(findings_decide_the_status_when_asked_to),
		cmocka_unit_test(a_timeout_leaves_the_plan),
		cmocka_unit_test(what_a_long_statement_waits_for_is_seen),
		cmocka_unit_test(a_lock_is_not_waited_for_long),
		cmocka_unit_test(an_interrupt_leaves_the_plan_and_ends_it_all),
		cmocka_unit_test(a_backend_that_is_ended_leaves_the_plan),
		cmocka_unit_test(a_text_with_parameters_gets_a_generic_plan),
		cmocka_unit_test(a_megabyte_of_statement_is_explained),
		cmocka_unit_test(hostile_names_and_texts_are_printed_harmlessly),
		cmocka_unit_test(bytes_of_no_encoding_come_through),
		cmocka_unit_test(output_that_cannot_be_written_is_told_before_anything_is_run),
	};
	return cmocka_run_group_tests(tests, set_up, cli_tear_down);
}
