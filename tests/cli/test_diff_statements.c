/* test_diff_statements.c: `pgwhy diff a.sql b.sql`: both are run in turn, their rows compared, and what is noise is called so. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <string.h>

#include "cli.h"

static int set_up(void **state) {
	const ClusterSpec spec = {.settings = "autovacuum = off\njit = off\nmax_parallel_workers_per_gather = 0\n"};
	if (cli_set_up(state, &spec) != 0) return -1;
	cli_sql(*state, "postgres", "create table t (id int primary key, a int); insert into t select g, g % 100 from generate_series(1, 20000) g; create sequence drawn; analyze");
	return 0;
}

static json_t *get(json_t *object, const char *key) {
	json_t *value = json_object_get(object, key);
	if (!value) fail_msg("there is no %s", key);
	return value;
}

static const char *text_of(json_t *object, const char *key) {
	return json_string_value(get(object, key));
}

static const char *sql(Cli *cli, const char *name, const char *text) {
	return cli_file(cli, name, text, strlen(text));
}

static json_t *compared(Cli *cli, const char *before, const char *after, const char *runs) {
	Ran ran = PGWHY(cli, 0, "diff", sql(cli, "before.sql", before), sql(cli, "after.sql", after), "--runs", runs, "--format", "json");
	return cli_json(cli, ran.out);
}

static void the_same_statement_twice_is_no_change(void **state) {
	json_t *diff = compared(*state, "select count(*), max(a) from t", "select count(*), max(a) from t;\n", "7");
	assert_string_equal(text_of(diff, "verdict"), "no-change");
	assert_true(json_is_true(get(diff, "same_rows")));
	assert_string_equal(text_of(get(diff, "runs"), "verdict"), "no-change");
	json_t *sides = get(get(diff, "runs"), "sides");
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(json_integer_value(get(json_array_get(sides, i), "runs")), 7);
		assert_true(json_number_value(get(json_array_get(sides, i), "first_ms")) > 0);
	}
}

static void a_faster_way_to_the_same_rows_is_told(void **state) {
	Cli *cli = *state;
	const char *slow = "select a from t where case when id + 0 = 7 then pg_sleep(0.04) is not null end", *fast = "select a from t where id = 7 and pg_sleep(0.01) is not null";
	json_t *diff = compared(cli, slow, fast, "3");
	assert_string_equal(text_of(diff, "verdict"), "faster");
	assert_true(json_is_true(get(diff, "same_rows")));
	assert_string_equal(text_of(diff, "rows"), "same 1 row ✓");
	assert_string_equal(text_of(get(diff, "runs"), "verdict"), "faster");
	double ms = json_number_value(get(get(diff, "before"), "execution_ms")); /* the median */
	assert_true(ms >= 40 && ms == json_number_value(get(json_array_get(get(get(diff, "runs"), "sides"), 0), "median_ms")));
	assert_string_equal(text_of(compared(cli, fast, slow, "3"), "verdict"), "slower");
	Ran ran = PGWHY(cli, 0, "diff", sql(cli, "a.sql", slow), sql(cli, "b.sql", fast)); /* five runs */
	has(ran.out, "same 1 row ✓");
	has(ran.out, "before: 5 runs: ");
	has(ran.out, "× faster");
	has(PGWHY(cli, 0, "diff", sql(cli, "a.sql", slow), sql(cli, "b.sql", fast), "--runs", "3", "--format", "markdown").out, "after: 3 runs: ");
	Ran plain = PGWHY(cli, 0, "diff", "--ascii", "--runs", "3", sql(cli, "a.sql", slow), sql(cli, "b.sql", fast));
	for (const char *c = plain.out; *c; c++) assert_true((unsigned char)*c < 128);
}

static void other_rows_are_found_and_not_run_again(void **state) {
	json_t *diff = compared(*state, "select id from t where a = 7 order by id", "select id from t where a = 8 order by id", "3");
	assert_true(json_is_false(get(diff, "same_rows")));
	assert_string_equal(text_of(diff, "rows"), "not the same rows: row 1 differs: (7) became (8)");
	assert_true(json_is_null(get(diff, "runs")));
}

static void what_writes_is_run_after_a_yes_and_stays_undone(void **state) {
	Cli *cli = *state;
	const char *one = sql(cli, "one.sql", "update t set a = a + 1 where id < 100"), *two = sql(cli, "two.sql", "update t set a = a + 1 where id between 1 and 99");
	const char *before = cli_ask(cli, "select sum(a * id::bigint) from t");
	Ran ran = PGWHY(cli, 0, "diff", one, two, "--runs", "3", "--format", "json");
	has(ran.err, "one.sql: planned only: This statement writes to t");
	assert_true(json_is_null(get(cli_json(cli, ran.out), "runs")));
	json_t *diff = cli_json(cli, PGWHY(cli, 0, "diff", one, two, "--runs", "3", "--yes", "--format", "json").out);
	assert_int_equal(json_integer_value(get(json_array_get(get(get(diff, "runs"), "sides"), 1), "runs")), 3);
	has(text_of(diff, "rows"), "rows not compared: ");
	assert_true(json_is_null(get(diff, "same_rows")));
	assert_string_equal(cli_ask(cli, "select sum(a * id::bigint) from t"), before);
}

static void what_is_wrong_with_them_is_said(void **state) {
	Cli *cli = *state;
	const char *good = sql(cli, "good.sql", "select 1"), *two = sql(cli, "several.sql", "select 1; select 2"), *none = sql(cli, "none.sql", " -- nothing\n");
	has(PGWHY(cli, 2, "diff", good, two).err, "several.sql holds 2 statements");
	has(PGWHY(cli, 2, "diff", none, good).err, "none.sql holds 0 statements");
	has(PGWHY(cli, 4, "diff", good, "/nowhere/to/be.sql").err, "cannot read");
	has(PGWHY(cli, 3, "diff", good, sql(cli, "bad.sql", "select nothing from t")).err, "bad.sql: column \"nothing\" does not exist");
	has(PGWHY(cli, 4, "diff", good, cli_file(cli, "zero.sql", "a\0b", 3)).err, "zero bytes");
	assert_string_equal(PGWHY(cli, 0, "diff", good, sql(cli, "marked.sql", "\xEF\xBB\xBFselect 1"), "--runs", "3").err, "");
}

static void an_interrupt_keeps_what_was_run(void **state) {
	Cli *cli = *state;
	const char *one = sql(cli, "one.sql", "select pg_sleep(0.02)"), *two = sql(cli, "two.sql", "select pg_sleep(0.02) as b");
	Program *program = cli_start(cli, NULL, ARGS("diff", one, two, "--runs", "500"));
	cli_until_true(cli, "select count(*) > 0 from pg_stat_activity where query ~ 'EXPLAIN.*pg_sleep.0.02' and pid <> pg_backend_pid() and now() - backend_start > '600 ms'");
	cli_signal(program, SIGINT);
	Ran ran = cli_finish(cli, program);
	assert_int_equal(ran.status, 3);
	has(ran.err, "cancelled");
	has(ran.out, "of 500 runs");
}

int main(int argc, char **argv) {
	(void)argc;
	cli_find_program(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_statement_twice_is_no_change),
		cmocka_unit_test(a_faster_way_to_the_same_rows_is_told),
		cmocka_unit_test(other_rows_are_found_and_not_run_again),
		cmocka_unit_test(what_writes_is_run_after_a_yes_and_stays_undone),
		cmocka_unit_test(what_is_wrong_with_them_is_said),
		cmocka_unit_test(an_interrupt_keeps_what_was_run),
	};
	return cmocka_run_group_tests(tests, set_up, cli_tear_down);
}
