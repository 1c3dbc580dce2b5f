/* test_diff.c: `pgwhy diff`: two saved plans of a real server, before an index and after. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli.h"

static const char before[] = "tests/plans/index-before.json", after[] = "tests/plans/index-after.json";
static const char verdict[] = "faster: buffers 2 027 → 76 (27× less), temp blocks 24 → 0, time 79 → 0.21 ms (382× faster); plan: Parallel Seq Scan → Index Scan Backward on orders and 3 more";

static int set_up(void **state) {
	return cli_set_up(state, NULL);
}

static json_t *get(json_t *object, const char *key) {
	json_t *value = json_object_get(object, key);
	if (!value) fail_msg("there is no %s", key);
	return value;
}

static const Start wide = {.env = (const char *const[]){"COLUMNS=180", "LC_ALL=C.UTF-8", NULL}}, narrow = {.env = (const char *const[]){"COLUMNS=80", "LC_ALL=C.UTF-8", NULL}};

static void two_columns_stand_where_it_is_wide(void **state) {
	Ran ran = PGWHY_WITH(*state, 0, &wide, "diff", before, after);
	has(ran.out, verdict);
	has(ran.out, "   1.9k  64.2ms   │   └ Parallel Seq Scan orders o");
	has(ran.out, "│ ~      16  0.05ms   │   └ Index Scan Backward orders o using orders_status_total_idx");
	has(ran.out, "setting    work_mem: 64kB → not told");
	has(ran.out, "nodes      Index Scan Backward orders o using orders_status_total_idx: was Parallel Seq Scan · no longer by workers · rows ");
	has(ran.out, "gone  missing-index: orders is read whole to find 1% of its rows");
	assert_string_equal(ran.err, "");
}

static void one_tree_stands_where_it_is_narrow(void **state) {
	Ran ran = PGWHY_WITH(*state, 0, &narrow, "diff", before, after);
	has(ran.out, "~        1.9k→16  64.2ms→0.05ms   │   └ Index Scan Backward orders o using orde…");
	has(ran.out, "-              0           14ms   ├ Gather Merge");
	has_not(PGWHY_WITH(*state, 0, &narrow, "diff", "--ascii", before, after).out, "\xe2");
}

static void json_keeps_the_contract(void **state) {
	json_t *diff = cli_json(*state, PGWHY(*state, 0, "diff", "--format", "json", before, after).out), *pair;
	size_t nth, befores = 0, afters = 0;
	assert_string_equal(json_string_value(get(diff, "verdict")), "faster");
	assert_int_equal(json_integer_value(get(get(diff, "before"), "shared_blocks")), 2027);
	assert_int_equal(json_integer_value(get(get(diff, "after"), "shared_blocks")), 76);
	assert_true(json_real_value(get(get(diff, "before"), "execution_ms")) == 79.049);
	assert_true(json_real_value(get(diff, "blocks_ratio")) < 0.04 && json_real_value(get(diff, "time_ratio")) < 0.01);
	assert_true(json_is_null(get(diff, "same_statement")) && json_is_null(get(diff, "same_rows")));
	json_array_foreach(get(diff, "nodes"), nth, pair) {
		befores += json_is_integer(get(pair, "before"));
		afters += json_is_integer(get(pair, "after"));
		assert_true(json_is_array(get(pair, "changes")));
	}
	assert_int_equal(befores, 6);
	assert_int_equal(afters, 5);
	assert_string_equal(json_string_value(get(json_array_get(get(diff, "findings"), 0), "change")), "gone");
}

static void markdown_is_for_a_ticket(void **state) {
	Ran ran = PGWHY(*state, 0, "diff", "--format", "markdown", before, after);
	has(ran.out, "### faster: ");
	has(ran.out, "```text\n");
	has(ran.out, "- **gone**: missing-index");
	has(ran.out, "### Plan before\n\nPlan ");
	has(ran.out, "### Plan after\n\nPlan ");
	has(ran.out, "\n- basis: measured: both were run once");
	has(ran.out, "What changed about nodes that both have:\n\n- Index Scan Backward orders o");
}

static void the_same_plan_is_no_change(void **state) {
	has(PGWHY(*state, 0, "diff", before, before).out, "no change: buffers 2 027, time 79 ms; same plan");
	has(PGWHY(*state, 0, "diff", before, before).out, "still there");
	has(PGWHY(*state, 0, "diff", after, before).out, "new");
}

static void text_stands_beside_json(void **state) {
	static const char text[] = "Limit  (cost=1.00..2.00 rows=20 width=8) (actual time=1.0..900.0 rows=20 loops=1)\n  ->  Seq Scan on orders o  (cost=0.00..1.00 rows=20 width=8) (actual time=1.0..899.0 rows=20 loops=1)\n"
	                           "        Filter: (status = 'open')\n        Rows Removed by Filter: 100000\nExecution Time: 900.0 ms\n";
	Ran ran = PGWHY_WITH(*state, 0, &(Start){.input = text}, "diff", "-", after);
	has(ran.out, "Seq Scan");
	has(ran.out, "faster: time 900 → 0.21 ms (4 348× faster); plan: ");
	has(ran.out, "not known before: EXPLAIN (ANALYZE, BUFFERS) tells them");
}

static void what_holds_several_is_picked_from(void **state) {
	Cli *cli = *state;
	static const char two[] = "[{\"Plan\": {\"Node Type\": \"Seq Scan\", \"Relation Name\": \"a\", \"Alias\": \"a\", \"Total Cost\": 100}}, {\"Plan\": {\"Node Type\": \"Seq Scan\", \"Relation Name\": \"a\", \"Alias\": \"a\", \"Total Cost\": 50}}]";
	const char *path = cli_file(cli, "two", two, strlen(two));
	has(PGWHY(cli, 2, "diff", path, after).err, "holds 2 plans");
	has(PGWHY(cli, 0, "diff", "--pick", "1,2", path, path).out, "cheaper: cost 100 → 50 (2× less); same plan");
	has(PGWHY(cli, 0, "diff", "--pick", "2", path, path).out, "no change");
	has(PGWHY(cli, 0, "diff", "--pick", "2", path, after).out, "other statement");
	has(PGWHY(cli, 4, "diff", "--pick", "3", path, after).err, "there is no plan 3");
	has(PGWHY(cli, 2, "diff", "--pick", "1,x", path, path).err, "--pick");
	has(PGWHY(cli, 2, "plan", "--pick", "1,2", path).err, "--pick");
}

static void what_cannot_be_compared_is_refused(void **state) {
	has(PGWHY(*state, 2, "diff").err, "no plans to compare");
	has(PGWHY(*state, 2, "diff", before).err, "no plan to compare it with");
	has(PGWHY(*state, 2, "diff", before, after, after).err, "one word too many");
	has(PGWHY(*state, 2, "diff", "-", "-").err, "standard input");
	has(PGWHY(*state, 2, "diff", "--format", "csv", before, after).err, "diff prints text, json or markdown");
	has(PGWHY(*state, 4, "diff", before, "no-such-file").err, "A kept plan of that name would be @no-such-file");
	has_not(PGWHY(*state, 4, "diff", before, "no/such.json").err, "@");
	has(PGWHY(*state, 4, "diff", before, "@no-such-plan").err, "no plan was kept yet");
	has(PGWHY(*state, 2, "diff", before, "a.sql").err, "a statement is compared with a statement");
	has(PGWHY(*state, 2, "diff", "--runs", "3", "@1", "@2").err, "a kept plan is none");
	assert_string_equal(PGWHY(*state, 4, "diff", "README.md", after).out, "");
}

static void a_hostile_plan_stays_text(void **state) {
	static const char hostile[] = "[{\"Plan\": {\"Node Type\": \"Seq Scan\\u001b[2J\", \"Relation Name\": \"a\\u001b]0;x\\u0007<b>|\", \"Alias\": \"\\u202e\", \"Filter\": \"\\u001b[31m\", \"Total Cost\": 1}, \"Settings\": {\"\\u001b\": \"\\n\\u001b\"}}]";
	const char *path = cli_file(*state, "hostile", hostile, strlen(hostile));
	has(PGWHY(*state, 0, "diff", path, after).out, "other statement"); /* that nothing but text came out was looked at */
	has_not(PGWHY(*state, 0, "diff", "--format", "markdown", after, path).out, "\n- setting: <");
	cli_json(*state, PGWHY(*state, 0, "diff", "--format", "json", path, after).out);
}

int main(int argc, char **argv) {
	(void)argc;
	cli_find_program(argv[0]);
	const struct CMUnitTest tests[] = {
#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, cli_tear_down)
		TEST(two_columns_stand_where_it_is_wide), TEST(one_tree_stands_where_it_is_narrow), TEST(json_keeps_the_contract), TEST(markdown_is_for_a_ticket),
		TEST(the_same_plan_is_no_change), TEST(text_stands_beside_json), TEST(what_holds_several_is_picked_from), TEST(what_cannot_be_compared_is_refused),
		TEST(a_hostile_plan_stays_text),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
