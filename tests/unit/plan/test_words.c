/* test_words.c: a plan and its nodes in words. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "plan/json.h"
#include "plan/words.h"

static Arena *arena;

static int setup(void **state) {
	(void)state;
	arena = arena_new();
	return 0;
}

static int teardown(void **state) {
	(void)state;
	arena_free(arena);
	return 0;
}

/* A plan of one node with these fields, and what stands beside it. */
static Plan *plan_with(const char *fields, const char *beside) {
	const char *text = arena_printf(arena, "[{\"Plan\": {%s}%s}]", fields, beside);
	PlanList plans = {0};
	Err err = ERR_INIT;
	if (!plan_read_json(arena, text, strlen(text), &plans, &err)) fail_msg("%s", err.message.text);
	return plans.items[0];
}

static const char *named(const char *fields) {
	return node_words(arena, plan_with(fields, "")->root);
}

/* All conditions, a line each. */
static const char *said(const char *fields) {
	const Plan *plan = plan_with(fields, "");
	Conditions words = node_condition_lines(arena, plan, plan->root);
	const char *text = "";
	for (size_t i = 0; i < words.count; i++) text = arena_printf(arena, "%s%s\n", text, words.items[i]);
	return text;
}

static void a_node_names_what_it_reads(void **state) {
	(void)state;
	assert_string_equal(named("\"Node Type\": \"Limit\""), "Limit");
	assert_string_equal(named("\"Node Type\": \"Seq Scan\", \"Relation Name\": \"t\", \"Alias\": \"t\""), "Seq Scan t");
	assert_string_equal(named("\"Node Type\": \"Seq Scan\", \"Relation Name\": \"t\", \"Schema\": \"public\", \"Alias\": \"x\""), "Seq Scan t x");
	assert_string_equal(named("\"Node Type\": \"Index Scan\", \"Relation Name\": \"t\", \"Schema\": \"s\", \"Alias\": \"t\", \"Index Name\": \"i\""),
	                    "Index Scan s.t using i");
	assert_string_equal(named("\"Node Type\": \"Bitmap Index Scan\", \"Index Name\": \"i\""), "Bitmap Index Scan using i");
	assert_string_equal(named("\"Node Type\": \"Function Scan\", \"Function Name\": \"f\", \"Alias\": \"g\""), "Function Scan f g");
	assert_string_equal(named("\"Node Type\": \"CTE Scan\", \"CTE Name\": \"w\", \"Alias\": \"w\""), "CTE Scan w");
	assert_string_equal(named("\"Node Type\": \"Subquery Scan\", \"Alias\": \"sub\""), "Subquery Scan sub");
	assert_string_equal(named("\"Node Type\": \"Limit\", \"Subplan Name\": \"InitPlan 1 (returns $0)\""), "InitPlan 1 (returns $0): Limit");
}

static void conditions_come_in_a_fixed_order_and_whole(void **state) {
	(void)state;
	assert_string_equal(said("\"Node Type\": \"Index Scan\", \"Filter\": \"(b > 1)\", \"Index Cond\": \"(a = 1)\""), "Index Cond: (a = 1)\nFilter: (b > 1)\n");
	assert_string_equal(said("\"Node Type\": \"Sort\", \"Sort Key\": [\"a\", \"b DESC\"], \"Presorted Key\": [\"a\"]"), "Sort Key: a, b DESC\nPresorted Key: a\n");
	assert_string_equal(said("\"Node Type\": \"Seq Scan\", \"Filter\": {\"a\": [1, true, \"x\"]}"), "Filter: a: 1, true, x\n");
	assert_string_equal(said("\"Node Type\": \"Result\""), "");
}

static void what_went_wrong_is_said(void **state) {
	(void)state;
	assert_string_equal(said("\"Node Type\": \"Sort\", \"Sort Method\": \"external merge\", \"Sort Space Used\": 19392, \"Sort Space Type\": \"Disk\""),
	                    "Sort Method: external merge, 18.9 MB on disk\n");
	assert_string_equal(said("\"Node Type\": \"Sort\", \"Sort Method\": \"still in progress\""), "Sort Method: still in progress\n");
	assert_string_equal(said("\"Node Type\": \"Hash\", \"Hash Batches\": 16"), "Hash Batches: 16\n");
	assert_string_equal(said("\"Node Type\": \"Hash\", \"Hash Batches\": 1"), "");
	assert_string_equal(said("\"Node Type\": \"Index Only Scan\", \"Heap Fetches\": 12"), "Heap Fetches: 12\n");
	assert_string_equal(said("\"Node Type\": \"Index Only Scan\", \"Heap Fetches\": 0"), "");
	assert_string_equal(said("\"Node Type\": \"Gather\", \"Workers Planned\": 2, \"Workers Launched\": 0"), "Workers: 0 of 2 launched\n");
	assert_string_equal(said("\"Node Type\": \"Gather\", \"Workers Planned\": 2, \"Workers Launched\": 2"), "");
	assert_string_equal(said("\"Node Type\": \"Seq Scan\", \"Actual Rows\": 2, \"Actual Loops\": 3, \"Actual Total Time\": 1, \"Rows Removed by Filter\": 1000"),
	                    "Rows removed: 3.0k\n");
}

static void blocks_are_told_where_they_are_many(void **state) {
	(void)state;
	const char *ran = "\"Node Type\": \"Limit\", \"Actual Rows\": 1, \"Actual Loops\": 1, \"Actual Total Time\": 1";
	const char *few = arena_printf(arena, "%s, \"Shared Hit Blocks\": 1000, \"Plans\": [{%s, \"Shared Hit Blocks\": 960}]", ran, ran);
	const Plan *plan = plan_with(few, "");
	assert_int_equal(node_condition_lines(arena, plan, plan->nodes[0]).count, 0);
	Conditions words = node_condition_lines(arena, plan, plan->nodes[1]);
	assert_int_equal(words.count, 1);
	assert_string_equal(words.items[0], "Blocks: 960 hit");
	assert_string_equal(said(arena_printf(arena, "%s, \"Shared Hit Blocks\": 0, \"Shared Read Blocks\": 7, \"Temp Written Blocks\": 2000", ran)), "Blocks: 7 read, 2.0k temp written\n");
}

static void a_plan_tells_time_rows_and_hits(void **state) {
	(void)state;
	const char *ran = "\"Node Type\": \"Limit\", \"Total Cost\": 9, \"Plan Rows\": 3, \"Actual Rows\": 2, \"Actual Loops\": 1, \"Actual Total Time\": 4.9, \"Shared Hit Blocks\": 30,"
	                  " \"Shared Read Blocks\": 10";
	assert_string_equal(plan_words(arena, plan_with(ran, ", \"Planning Time\": 0.25, \"Execution Time\": 5.0")),
	                    "Plan 5 ms  planned 0.25 ms  rows 2  blocks 40  hit 75%");
	assert_string_equal(plan_words(arena, plan_with("\"Node Type\": \"Result\", \"Total Cost\": 9, \"Plan Rows\": 3", "")),
	                    "Plan estimated, not run  cost 9  rows 3");
}

static void strangers_words_are_made_safe(void **state) {
	(void)state;
	assert_string_equal(named("\"Node Type\": \"Seq\\u001b Scan\", \"Relation Name\": \"a\\nb\xFF\""), "Seq? Scan a b?");
	assert_string_equal(said("\"Node Type\": \"Seq Scan\", \"Filter\": \"\\u202ex\\ty\""), "Filter: ?x y\n");
	assert_string_equal(said("\"Node Type\": \"Seq Scan\", \"Filter\": [[[[[[[[[[[[1]]]]]]]]]]]]"), "Filter: …\n");
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_node_names_what_it_reads),
	    cmocka_unit_test(conditions_come_in_a_fixed_order_and_whole),
	    cmocka_unit_test(what_went_wrong_is_said),
	    cmocka_unit_test(blocks_are_told_where_they_are_many),
	    cmocka_unit_test(a_plan_tells_time_rows_and_hits),
	    cmocka_unit_test(strangers_words_are_made_safe),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
