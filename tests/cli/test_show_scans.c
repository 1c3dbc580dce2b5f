/* test_show_scans.c: `pgwhy show scans` on a server where what misleads happens: it flags what costs, and nothing else. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli.h"

/* Of some 1 700 pages each, and each partition of half as many; plans do not depend on the machine. */
static const char shop[] =
	"create role plain login;"
	"create table large (id int primary key, a int, b text); insert into large select g, g % 1000, repeat('x', 200) from generate_series(1, 60000) g;"
	"create table outer_rows (id int); insert into outer_rows select g from generate_series(1, 1000) g;"
	"create table small (id int); insert into small select g from generate_series(1, 50) g;"
	"create table events (id int, day int, b text) partition by range (day);"
	"create table events_1 partition of events for values from (0) to (30000); create table events_2 partition of events for values from (30000) to (60000);"
	"create table events_cold partition of events for values from (60000) to (60001);"
	"insert into events select g, g, repeat('x', 200) from generate_series(0, 59999) g;"
	"create table \"odd \"\"name\"\"\x1b[31m\" (id int)";

/* All that misleads, at once. */
static const char load[] =
	"set enable_hashjoin = off; set enable_mergejoin = off; set enable_memoize = off;"
	"select count(b) from outer_rows o join large l on l.id = o.id; select count(*) from large where a = 5;"
	"do $$ begin for i in 1 .. 5000 loop perform count(*) from small; end loop; end $$;"
	"select count(*) from events where id = 7 and day < 60000";

static json_t *busy; /* what was said of it */

static json_t *row_of(json_t *rows, const char *relation) {
	json_t *row;
	size_t nth;
	json_array_foreach(rows, nth, row)
		if (strcmp(json_string_value(json_object_get(row, "relation")), relation) == 0) return row;
	fail_msg("no row for %s", relation);
	return NULL;
}

static double number(json_t *row, const char *key) {
	if (!json_is_number(json_object_get(row, key))) fail_msg("%s is no number", key);
	return json_number_value(json_object_get(row, key));
}

static const char *word(json_t *row) {
	return json_string_value(json_object_get(row, "verdict"));
}

/* What the pane says of the time in which the script ran: between its first sample and the second. */
static json_t *shown_over(Cli *cli, const char *user, const char *script) {
	Program *program = cli_start(cli, NULL, ARGS("show", "scans", "--format", "json", "--every", "1.5", "--count", "1", "-U", user));
	cli_until_true(cli, "select exists (select from pg_stat_activity where query like '%pgwhy: scans %' and state = 'idle')");
	cli_sql(cli, "postgres", script);
	Ran ran = cli_finish(cli, program);
	if (ran.status != 0) fail_msg("status %d: %s", ran.status, ran.err);
	return cli_json(cli, ran.out);
}

static const char *superuser(Cli *cli) {
	return cluster_user(cli->cluster);
}

static int set_up(void **state) {
	const ClusterSpec spec = {.settings = "autovacuum = off\nmax_parallel_workers_per_gather = 0\njit = off\n"};
	if (cli_set_up(state, &spec) != 0) return -1;
	cli_sql(*state, "postgres", shop);
	cli_sql(*state, "postgres", "vacuum analyze");
	busy = shown_over(*state, superuser(*state), load);
	return 0;
}

static void a_full_scan_is_flagged_beside_a_thousand_index_scans(void **state) {
	(void)state;
	json_t *row = row_of(busy, "public.large");
	assert_string_equal(word(row), "full scans");
	assert_true(number(row, "rows_wasted_per_s") > 1000);
	assert_true(number(row, "index_scans_per_s") > 100 * number(row, "seq_scans_per_s")); /* which says nothing */
	assert_true(number(row, "index_share") < 0.05);
	assert_true(number(row, "rows_per_seq_scan") == 60000);
	assert_true(number(row, "live_rows") == 60000);
	assert_true(number(row, "total_bytes") > 12e6);
	assert_string_equal(word(row_of(busy, "public.outer_rows")), "small");
}

static void a_scan_that_stops_early_is_not(void **state) {
	Cli *cli = *state;
	json_t *row = row_of(shown_over(cli, superuser(cli), "select * from large limit 1; select exists (select from large)"), "public.large");
	assert_string_equal(word(row), "stops early");
	assert_true(number(row, "rows_wasted_per_s") == 0 && number(row, "seq_scans_per_s") > 0);
}

static void a_small_table_is_left_alone_however_often(void **state) {
	(void)state;
	json_t *row = row_of(busy, "public.small");
	assert_string_equal(word(row), "small");
	assert_true(number(row, "rows_wasted_per_s") == 0 && number(row, "rows_read_per_s") > number(row_of(busy, "public.large"), "rows_read_per_s"));
	assert_ptr_not_equal(json_array_get(busy, 0), row); /* the worst is first, not the busiest */
}

static void partitions_are_summed_up(void **state) {
	(void)state;
	json_t *whole = row_of(busy, "public.events"), *part = row_of(busy, "public.events_1"), *row;
	assert_string_equal(word(whole), "full scans");
	assert_string_equal(word(part), "full scans"); /* small by itself, but not what it belongs to */
	assert_true(number(whole, "live_rows") == 60000 && number(part, "live_rows") == 30000);
	size_t nth;
	json_array_foreach(busy, nth, row) assert_string_not_equal(json_string_value(json_object_get(row, "relation")), "public.events_cold");
}

/* Statistics of tables are for everybody. */
static void a_plain_role_sees_the_same(void **state) {
	Cli *cli = *state;
	json_t *row = row_of(shown_over(cli, "plain", "select count(*) from large where a = 6"), "public.large");
	assert_string_equal(word(row), "full scans");
	assert_true(number(row, "live_rows") == 60000);
}

static void names_are_written_as_SQL_wants_them_and_safe(void **state) {
	Cli *cli = *state;
	Ran ran = PGWHY(cli, 0, "show", "scans");
	has(ran.out, "public.\"odd \"\"name\"\"?[31m\"");
	has(ran.out, "in vain");
}

static void without_counts_it_says_so(void **state) {
	Cli *cli = *state;
	cli_sql(cli, "postgres", "alter role plain set track_counts = off"); /* takes a superuser, and counts for those log-ins alone */
	Ran ran = PGWHY(cli, 3, "show", "scans", "-U", "plain");
	has(ran.err, "track_counts is off");
	cli_sql(cli, "postgres", "alter role plain reset track_counts");
}

int main(int argc, char **argv) {
	(void)argc;
	cli_find_program(argv[0]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_full_scan_is_flagged_beside_a_thousand_index_scans),
		cmocka_unit_test(a_scan_that_stops_early_is_not),
		cmocka_unit_test(a_small_table_is_left_alone_however_often),
		cmocka_unit_test(partitions_are_summed_up),
		cmocka_unit_test(a_plain_role_sees_the_same),
		cmocka_unit_test(names_are_written_as_SQL_wants_them_and_safe),
		cmocka_unit_test(without_counts_it_says_so),
	};
	return cmocka_run_group_tests(tests, set_up, cli_tear_down);
}
