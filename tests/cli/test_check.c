/* test_check.c: plans put beside the queries, and runs held against them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"

#include <glob.h>

static int set_up(void **state) {
	static const ClusterSpec spec = {.settings = "max_parallel_workers_per_gather = 0\njit = off\n"};
	if (cli_set_up(state, &spec) != 0) return -1;
	cli_sql(*state, "postgres",
	        "create table orders (id int primary key, status text, total int);"
	        "insert into orders select n, case when n <= 200 then 'open' else 'paid' end, n % 500 from generate_series(1, 20000) as n;"
	        "create index orders_status_idx on orders (status); create table log (at int); analyze");
	return 0;
}

static const char *sql_file(Cli *cli, const char *sql) {
	return cli_file(cli, "q.sql", sql, strlen(sql));
}

/* A folder that is not there yet. */
static const char *folder(Cli *cli, const char *name) {
	return arena_printf(cli->arena, "%s/%s", cli->home, name);
}

static const json_t *row(const json_t *rows, size_t nth, const char *condition) {
	const json_t *found = json_array_get(rows, nth);
	assert_string_equal(json_string_value(json_object_get(found, "condition")), condition);
	return found;
}

static double real(const json_t *object, const char *key) {
	const json_t *value = json_object_get(object, key);
	if (!json_is_number(value)) fail_msg("%s is no number", key);
	return json_number_value(value);
}

static bool failed(const json_t *object) {
	return json_is_true(json_object_get(object, "failed"));
}

#define OPEN_ONES "select id from orders where status = 'open'"

static void what_stays_as_it_was_is_fine(void **state) {
	Cli *cli = *state;
	const char *sql = sql_file(cli, "-- the open ones\n" OPEN_ONES ";\nselect count(*) from orders;\n"), *dir = folder(cli, "same");
	PGWHY(cli, 0, "explain", "-f", sql, "--save", dir);
	Ran ran = PGWHY(cli, 0, "check", "-f", sql, "--baseline", dir, "--format", "json");
	json_t *rows = cli_json(cli, ran.out);
	assert_int_equal(json_array_size(rows), 4);
	const json_t *shape = row(rows, 0, "shape"), *buffers = row(rows, 3, "buffers>1.2x");
	assert_false(failed(shape));
	assert_true(json_is_null(json_object_get(shape, "before")));
	assert_int_equal(json_integer_value(json_object_get(shape, "line")), 2);
	assert_string_equal(json_string_value(json_object_get(shape, "file")), sql);
	assert_true(real(buffers, "before") > 20 && real(buffers, "after") == real(buffers, "before"));
	has(PGWHY(cli, 0, "check", "-f", sql, "--baseline", dir).out, "buffers>1.2x");
	has(PGWHY(cli, 0, "plan", json_string_value(json_object_get(shape, "baseline"))).out, "Scan"); /* it is a plan like others */
}

static void what_got_worse_fails(void **state) {
	Cli *cli = *state;
	const char *sql = sql_file(cli, OPEN_ONES), *dir = folder(cli, "worse");
	PGWHY(cli, 0, "explain", "-f", sql, "--save", dir);
	cli_sql(cli, "postgres", "drop index orders_status_idx");
	Ran ran = PGWHY(cli, 1, "check", "-f", sql, "--baseline", dir, "--format", "json", "--fail-if", "buffers>1.1x", "--fail-if", "shape", "--fail-if", "rows>1x", "--fail-if", "cost > 1000x");
	json_t *rows = cli_json(cli, ran.out);
	const json_t *buffers = row(rows, 0, "buffers>1.1x"), *shape = row(rows, 1, "shape");
	assert_true(failed(buffers) && failed(shape));
	assert_true(real(buffers, "after") > real(buffers, "before"));
	has(json_string_value(json_object_get(shape, "note")), "Seq Scan");
	assert_false(failed(row(rows, 2, "rows>1x")));
	assert_false(failed(row(rows, 3, "cost > 1000x")));
	has(PGWHY(cli, 1, "check", "-f", sql, "--baseline", dir).out, "Seq Scan");
	PGWHY(cli, 0, "check", "-f", sql, "--baseline", dir, "--fail-if", "rows>1x");
	cli_sql(cli, "postgres", "create index orders_status_idx on orders (status); analyze orders");
	PGWHY(cli, 0, "check", "-f", sql, "--baseline", dir, "--fail-if", "shape");
}

static void statements_are_found_again_wherever_they_stand(void **state) {
	Cli *cli = *state;
	const char *dir = folder(cli, "moved");
	PGWHY(cli, 0, "explain", "-f", sql_file(cli, OPEN_ONES "; select * from orders where id = 1; select * from orders where id = 2"), "--save", dir);
	const char *sql = sql_file(cli, "select * from orders where id = 3;\nselect max(total) from orders;\nSELECT id\nFROM orders WHERE status = 'open'");
	Ran ran = PGWHY(cli, 0, "check", "-f", sql, "--baseline", dir, "--fail-if", "shape", "--format", "json");
	json_t *rows = cli_json(cli, ran.out);
	assert_int_equal(json_array_size(rows), 3);
	has(ran.err, "q.sql:2: there is no ");
	has(json_string_value(json_object_get(row(rows, 1, "shape"), "note")), "no baseline");
	ran = PGWHY(cli, 1, "check", "-f", sql, "--baseline", dir, "--fail-if", "new", "--format", "csv");
	has(ran.out, ",2,new,,,true,");
	has(ran.out, ",1,new,,,false,");
}

/* The only file in it. */
static const char *saved_in(Cli *cli, const char *dir) {
	glob_t found;
	assert_int_equal(glob(arena_printf(cli->arena, "%s/*.json", dir), 0, NULL, &found), 0);
	assert_int_equal(found.gl_pathc, 1);
	const char *path = arena_copy(cli->arena, found.gl_pathv[0]);
	globfree(&found);
	return path;
}

/* Findings, sizes and indexes of both sides are those of the catalog then, not of now. */
static void saved_plans_are_compared_by_what_was_known_of_them(void **state) {
	Cli *cli = *state;
	const char *sql = sql_file(cli, "select id from wide where k = 5");
	cli_sql(cli, "postgres", "create table wide as select n as id, n % 5000 as k, repeat('x', 50) as pad from generate_series(1, 100000) as n; analyze wide");
	PGWHY(cli, 0, "explain", "-f", sql, "--set", "advice.min_ms=0", "--save", folder(cli, "before"));
	cli_sql(cli, "postgres", "insert into wide select n, n % 5000, 'x' from generate_series(1, 100000) as n; create index wide_k_idx on wide (k)");
	cli_sql(cli, "postgres", "vacuum analyze wide");
	PGWHY(cli, 0, "explain", "-f", sql, "--set", "advice.min_ms=0", "--save", folder(cli, "after"));
	has(PGWHY(cli, 0, "check", "-f", sql, "--set", "advice.min_ms=0", "--baseline", folder(cli, "before"), "--fail-if", "advice").out, "gone: missing-index: wide is read whole");
	cli_sql(cli, "postgres", "drop index wide_k_idx");
	has(PGWHY(cli, 1, "check", "-f", sql, "--set", "advice.min_ms=0", "--baseline", folder(cli, "after"), "--fail-if", "advice").out, "new: missing-index: wide is read whole");
	cli_sql(cli, "postgres", "drop table wide");
	const char *before = saved_in(cli, folder(cli, "before")), *after = saved_in(cli, folder(cli, "after"));
	Ran ran = PGWHY(cli, 0, "diff", "--set", "advice.min_ms=0", before, after);
	has(ran.out, "size       public.wide: 100k → 200k rows, table ");
	has(ran.out, "index      new: wide_k_idx on public.wide: btree (k)");
	has(ran.out, "gone  missing-index: wide is read whole");
	has(PGWHY(cli, 0, "diff", "--set", "advice.min_ms=0", after, before).out, "gone: wide_k_idx on public.wide");
	const json_t *relation = json_array_get(json_object_get(cli_json(cli, PGWHY(cli, 0, "diff", "--format", "json", before, after).out), "relations"), 0);
	assert_string_equal(json_string_value(json_object_get(relation, "relation")), "public.wide");
	assert_true(real(json_object_get(relation, "before"), "rows") == 100000 && real(json_object_get(relation, "after"), "rows") == 200000);
	assert_true(real(json_object_get(relation, "after"), "index_bytes") > 8192);
	assert_string_equal(json_string_value(json_object_get(json_array_get(json_object_get(relation, "indexes_added"), 0), "name")), "wide_k_idx");
	assert_int_equal(json_array_size(json_object_get(relation, "indexes_removed")), 0);
	has(PGWHY(cli, 0, "plan", before).out, "No index on wide begins with (k).");
	has(PGWHY(cli, 0, "plan", before).out, "saved on 20");
}

static void what_is_not_run_is_not_told_apart(void **state) {
	Cli *cli = *state;
	const char *sql = sql_file(cli, "insert into log values (1)"), *dir = folder(cli, "write");
	PGWHY(cli, 0, "explain", "-f", sql, "--save", dir);
	Ran ran = PGWHY(cli, 0, "check", "-f", sql, "--baseline", dir, "--format", "json", "--fail-if", "buffers>1x", "--fail-if", "cost>1x");
	json_t *rows = cli_json(cli, ran.out);
	has(json_string_value(json_object_get(row(rows, 0, "buffers>1x"), "note")), "not measured");
	assert_true(real(row(rows, 1, "cost>1x"), "before") >= 0);
	PGWHY(cli, 0, "check", "-f", sql, "--baseline", dir, "--yes", "--fail-if", "shape");
	assert_string_equal(cli_ask(cli, "select count(*) from log"), "0");
}

static void what_cannot_be_had_says_so(void **state) {
	Cli *cli = *state;
	const char *sql = sql_file(cli, OPEN_ONES), *dir = folder(cli, "bad");
	has(PGWHY(cli, 2, "check", "-f", sql).err, "--baseline names the folder");
	has(PGWHY(cli, 4, "check", "-f", sql, "--baseline", dir).err, "cannot read the folder");
	mkdir(dir, 0700);
	has(PGWHY(cli, 4, "check", "-f", sql, "--baseline", dir).err, "holds no plan of any of these statements");
	PGWHY(cli, 0, "explain", "-f", sql, "--save", dir);
	Ran ran = PGWHY(cli, 0, "check", "-f", sql, "--baseline", dir, "--format", "json", "--fail-if", "shape");
	const char *path = json_string_value(json_object_get(row(cli_json(cli, ran.out), 0, "shape"), "baseline"));
	assert_int_equal(truncate(path, 20), 0);
	has(PGWHY(cli, 4, "check", "-f", sql, "--baseline", dir).err, path);
	has(PGWHY(cli, 3, "explain", "-f", sql, "--save", "/dev/null/x").err, "/dev/null/x");
	static const char *const conditions[] = {"", "buffers", "buffers>", "buffers>x", "buffers>2", "buffers<2x", "buffers>-1x", "buffers>nanx", "speed>2x", "shapes"};
	for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++) has(PGWHY(cli, 2, "check", "--fail-if", conditions[i]).err, "is no condition");
	has(PGWHY(cli, 2, "explain", "-c", "select 1", "--fail-if", "shape").err, "--fail-if is an option of check");
}

/* A function that takes its time, so many ms. */
static void slow_down(Cli *cli, int ms) {
	cli_sql(cli, "postgres", arena_printf(cli->arena, "create or replace function slow() returns int stable language plpgsql as $$ begin perform pg_sleep(%d / 1000.0); return 1; end $$", ms));
}

static void times_fail_beyond_the_noise_of_several_runs(void **state) {
	Cli *cli = *state;
	slow_down(cli, 10);
	const char *sql = sql_file(cli, "select slow()"), *dir = folder(cli, "runs");
	has(PGWHY(cli, 0, "explain", "-f", sql, "--save", dir, "--runs", "4").out, "4 runs: ");
	Ran ran = PGWHY(cli, 0, "check", "-f", sql, "--baseline", dir, "--runs", "3", "--fail-if", "time>1.5x", "--fail-if", "shape", "--format", "json");
	json_t *rows = cli_json(cli, ran.out);
	const json_t *time = row(rows, 0, "time>1.5x");
	assert_false(failed(time));
	assert_true(real(time, "before") > 10 && real(time, "before") < 100);
	assert_int_equal(json_integer_value(json_object_get(time, "runs")), 3);
	json_t *saved = json_load_file(json_string_value(json_object_get(time, "baseline")), 0, NULL);
	const json_t *side = json_array_get(json_object_get(json_object_get(saved, "runs"), "sides"), 0);
	assert_int_equal(json_integer_value(json_object_get(side, "runs")), 4);
	assert_true(real(side, "median_ms") == real(time, "before"));
	json_decref(saved);
	const char *path = json_string_value(json_object_get(time, "baseline"));
	ran = PGWHY(cli, 0, "diff", path, path);
	has(ran.out, ", 4 runs each (within noise); same plan"); /* each by its own runs */
	has(ran.out, "before: 4 runs: ");
	slow_down(cli, 60);
	ran = PGWHY(cli, 1, "check", "-f", sql, "--baseline", dir, "--runs", "3", "--fail-if", "time>1.5x");
	has(ran.out, "times as much, beyond noise: ");
	has(PGWHY(cli, 1, "check", "-f", sql, "--baseline", dir, "--runs", "3").out, "time>1.5x"); /* of itself */
	has(PGWHY(cli, 1, "check", "-f", sql, "--baseline", dir, "--fail-if", "time>1.5x", "--format", "json").out, "\"within_noise\": false");
	has(PGWHY(cli, 2, "check", "-f", sql, "--baseline", dir, "--runs", "3", "--no-analyze").err, "--runs runs statements");
}

static void a_password_is_not_saved(void **state) {
	Cli *cli = *state;
	Ran ran = PGWHY(cli, 2, "explain", "-c", "select 'password=hunter2' from orders limit 1", "--save", folder(cli, "secret"));
	has(ran.err, "with a password in it is not saved");
}

/* What a statement of a server that refuses it leaves: the others are checked all the same. */
static void one_that_fails_does_not_hide_the_others(void **state) {
	Cli *cli = *state;
	const char *dir = folder(cli, "gone");
	PGWHY(cli, 0, "explain", "-f", sql_file(cli, OPEN_ONES), "--save", dir);
	Ran ran = PGWHY(cli, 3, "check", "-f", sql_file(cli, "select * from not_there;\n" OPEN_ONES), "--baseline", dir, "--fail-if", "shape", "--format", "json");
	assert_int_equal(json_array_size(cli_json(cli, ran.out)), 1);
	has(ran.err, "not_there");
}

int main(int argc, char **argv) {
	(void)argc;
	cli_find_program(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_stays_as_it_was_is_fine),
		cmocka_unit_test(what_got_worse_fails),
		cmocka_unit_test(statements_are_found_again_wherever_they_stand),
		cmocka_unit_test(saved_plans_are_compared_by_what_was_known_of_them),
		cmocka_unit_test(what_is_not_run_is_not_told_apart),
		cmocka_unit_test(what_cannot_be_had_says_so),
		cmocka_unit_test(times_fail_beyond_the_noise_of_several_runs),
		cmocka_unit_test(a_password_is_not_saved),
		cmocka_unit_test(one_that_fails_does_not_hide_the_others),
	};
	return cmocka_run_group_tests(tests, set_up, cli_tear_down);
}
