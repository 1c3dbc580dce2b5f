/* test_measure_rows.c: rows over all loops, and by what factor the planner was wrong. */
#include "plan_of.h"

/* A node of which `plan` rows were planned and `rows` came, in each of `loops`. */
#define ROWS(type, how, plan, rows, loops, more)                                                                    \
	"{'Node Type': '" type "', 'Parent Relationship': '" how "', 'Plan Rows': " #plan ", 'Actual Total Time': 1, " \
	"'Actual Rows': " #rows ", 'Actual Loops': " #loops more "}"
#define FACTOR(plan, id) ((plan)->nodes[(id) - 1]->measure.misestimate)

static void assert_exempt(const Plan *plan, size_t id) {
	assert_true(isnan(FACTOR(plan, id)));
}

static void rows_are_totals_over_loops(void **state) {
	Plan *plan = plan_of(*state, PLAN(ROWS("Seq Scan", "", 10, 4.5, 6, ", 'Rows Removed by Filter': 2, 'Rows Removed by Join Filter': 3, 'Rows Removed by Index Recheck': 1"), ""));
	assert_near(plan->root->measure.rows_planned, 60);
	assert_near(plan->root->measure.rows_actual, 27);
	assert_near(plan->root->measure.rows_removed, 36);
}

static void an_estimate_keeps_what_was_printed(void **state) {
	Plan *plan = plan_of(*state, PLAN("{'Node Type': 'Seq Scan', 'Plan Rows': 9007199254740993}", ""));
	assert_near(plan->root->measure.rows_planned, 9007199254740992.0);
	assert_true(isnan(plan->root->measure.rows_removed));
}

/* (999 + 1) / (9 + 1), per loop, whichever way. */
static void the_factor_is_between_rows_of_one_loop(void **state) {
	Plan *plan = plan_of(*state, PLAN(ROWS("Hash Join", "", 9, 999, 1, PLANS(ROWS("Seq Scan", "Outer", 999, 9, 1, ""))), ""));
	assert_near(FACTOR(plan, 1), 100);
	assert_true(plan->nodes[0]->measure.underestimated);
	assert_near(FACTOR(plan, 2), 100);
	assert_false(plan->nodes[1]->measure.underestimated);
}

/* Up to 17 "rows=0 loops=6000" may be 3000 rows: half a row of each loop, and 13 planned are no more than 14 / 1.5. 18 has two digits more. */
static void a_rounded_average_is_taken_at_its_best(void **state) {
	Plan *plan = plan_of(*state, PLAN(ROWS("Index Scan", "", 13, 0, 6000, ""), ""));
	assert_near(FACTOR(plan, 1), 14 / 1.5);
	assert_near(plan->root->measure.rows_actual, 0);
	assert_near(plan->root->measure.rows_slack, 3000);
	plan = plan_of(*state, PLAN(ROWS("Index Scan", "", 13, 0.00, 6000, ""), ""));
	assert_near(FACTOR(plan, 1), 14 / 1.005);
	assert_near(plan->root->measure.rows_slack, 30);
	assert_near(FACTOR(plan_of(*state, PLAN(ROWS("Index Scan", "", 13, 0, 1, ""), "")), 1), 14);
	plan = plan_of(*state, PLAN(ROWS("Index Scan", "", 0.3, 0, 9, ""), ""));
	assert_near(FACTOR(plan, 1), 1); /* 0.3 it may have been */
}

static void what_a_limit_did_not_ask_for_is_no_error(void **state) {
	Plan *plan = plan_of(*state, PLAN(ROWS("Limit", "", 10, 10, 1, PLANS(ROWS("Nested Loop", "Outer", 1000, 10, 1, PLANS(ROWS("Seq Scan", "Outer", 1000, 10, 1, "") "," ROWS("Index Scan", "Inner", 1, 99, 10, ""))))), ""));
	assert_exempt(plan, 2);
	assert_exempt(plan, 3);
	assert_near(FACTOR(plan, 4), 99.5 / 2); /* more came than planned: that is one */
}

/* A sort has all rows of its child before a LIMIT above it stops anything. */
static void below_a_sort_the_limit_stops_nothing(void **state) {
	Plan *plan = plan_of(*state, PLAN(ROWS("Limit", "", 10, 10, 1, PLANS(ROWS("Sort", "Outer", 1000, 10, 1, PLANS(ROWS("Seq Scan", "Outer", 999, 99, 1, ""))))), ""));
	assert_exempt(plan, 2);
	assert_near(FACTOR(plan, 3), 10);
}

static void nodes_without_rows_of_their_own_are_exempt(void **state) {
	static const char *const types[] = {"BitmapAnd", "BitmapOr", "ModifyTable", "Hash", "Materialize", "Memoize", "Sort", "Incremental Sort"};
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		Plan *plan = plan_of(*state, PLAN(ROWS("Result", "", 1, 1, 1, PLANS(ROWS("Result", "Outer", 1, 99, 1, ""))), ""));
		assert_near(FACTOR(plan, 2), 50);
		plan = plan_of(*state, arena_printf(*state, PLAN(ROWS("%s", "", 1, 99, 1, ""), ""), types[i]));
		assert_exempt(plan, 1);
	}
}

static void a_semi_join_wants_one_inner_row(void **state) {
	static const char *const joins[] = {"'Join Type': 'Semi'", "'Join Type': 'Anti'", "'Join Type': 'Inner', 'Inner Unique': true"};
	for (size_t i = 0; i < 3; i++) {
		Plan *plan = plan_of(*state, arena_printf(*state, PLAN(ROWS("Nested Loop", "", 10, 10, 1, ", %s" PLANS(ROWS("Seq Scan", "Outer", 99, 9, 1, "") "," ROWS("Index Scan", "Inner", 99, 1, 10, ""))), ""), joins[i]));
		assert_near(FACTOR(plan, 2), 10);
		assert_exempt(plan, 3);
	}
}

/* It may stop early, and a mark in the inner side gives rows again. */
static void both_sides_of_a_merge_join_are_lenient(void **state) {
	Plan *plan = plan_of(*state, PLAN(ROWS("Merge Join", "", 10, 10, 1, PLANS(ROWS("Index Scan", "Outer", 99, 9, 1, "") "," ROWS("Index Scan", "Inner", 9, 99, 1, ""))), ""));
	assert_exempt(plan, 2);
	assert_exempt(plan, 3);
}

static void a_lossy_bitmap_counts_pages(void **state) {
	static const char plan_text[] = PLAN(ROWS("Bitmap Heap Scan", "", 10, 10, 1, ", 'Exact Heap Blocks': 0, 'Lossy Heap Blocks': %d" PLANS(ROWS("Bitmap Index Scan", "Outer", 9, 1279, 1, ""))), "");
	assert_exempt(plan_of(*state, arena_printf(*state, plan_text, 128)), 2);
	assert_near(FACTOR(plan_of(*state, arena_printf(*state, plan_text, 0)), 2), 128);
}

static void pruned_partitions_were_planned_all_the_same(void **state) {
	assert_exempt(plan_of(*state, PLAN(ROWS("Append", "", 99, 9, 1, ", 'Subplans Removed': 3"), "")), 1);
	assert_exempt(plan_of(*state, PLAN(ROWS("Append", "", 99, 9, 1, PLANS(ROWS("Seq Scan", "Member", 99, 0, 0, ""))), "")), 1);
	assert_near(FACTOR(plan_of(*state, PLAN(ROWS("Append", "", 99, 9, 1, ", 'Subplans Removed': 0"), "")), 1), 10);
}

static void what_never_ran_is_exempt(void **state) {
	assert_exempt(plan_of(*state, PLAN(ROWS("Seq Scan", "", 99, 0, 0, ""), "")), 1);
}

static void an_exists_reads_one_row(void **state) {
	Plan *plan = plan_of(*state, PLAN(ROWS("Result", "", 1, 1, 1, PLANS(ROWS("Seq Scan", "InitPlan", 99, 1, 1, ", 'Subplan Name': 'InitPlan 1 (returns $0)'") "," ROWS("Seq Scan", "SubPlan", 99, 1, 1, ""))), ""));
	assert_exempt(plan, 2);
	assert_exempt(plan, 3);
}

/* The CTE is read to the end when one of its scans is. */
static void a_cte_under_limits_only_was_stopped(void **state) {
	static const char plan_text[] = PLAN(ROWS("Append", "", 1, 1, 1, PLANS(ROWS("Seq Scan", "InitPlan", 99, 9, 1, ", 'Subplan Name': 'CTE x'") "," ROWS("%s", "Member", 1, 1, 1, PLANS(ROWS("CTE Scan", "Outer", 99, 9, 1, ", 'CTE Name': 'x'"))))), "");
	Plan *plan = plan_of(*state, arena_printf(*state, plan_text, "Limit"));
	assert_exempt(plan, 2);
	assert_exempt(plan, 4);
	plan = plan_of(*state, arena_printf(*state, plan_text, "Aggregate"));
	assert_near(FACTOR(plan, 2), 10);
	assert_near(FACTOR(plan, 4), 10);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    arena_test(rows_are_totals_over_loops),
	    arena_test(an_estimate_keeps_what_was_printed),
	    arena_test(the_factor_is_between_rows_of_one_loop),
	    arena_test(a_rounded_average_is_taken_at_its_best),
	    arena_test(what_a_limit_did_not_ask_for_is_no_error),
	    arena_test(below_a_sort_the_limit_stops_nothing),
	    arena_test(nodes_without_rows_of_their_own_are_exempt),
	    arena_test(a_semi_join_wants_one_inner_row),
	    arena_test(both_sides_of_a_merge_join_are_lenient),
	    arena_test(a_lossy_bitmap_counts_pages),
	    arena_test(pruned_partitions_were_planned_all_the_same),
	    arena_test(what_never_ran_is_exempt),
	    arena_test(an_exists_reads_one_row),
	    arena_test(a_cte_under_limits_only_was_stopped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
