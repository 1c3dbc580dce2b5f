/* test_measure_cost.c: a node's own part of the cost. */
#include "plan_of.h"

#define COST(type, how, cost, rows, more) "{'Node Type': '" type "', 'Parent Relationship': '" how "', 'Total Cost': " #cost ", 'Plan Rows': " #rows more "}"
#define OWN(plan, id) ((plan)->nodes[(id) - 1]->measure.self_cost)
#define SHARE(plan, id) ((plan)->nodes[(id) - 1]->measure.self_share)

static void the_cost_of_children_is_taken_off(void **state) {
	Plan *plan = plan_of(*state, PLAN(COST("Sort", "", 100, 9, PLANS(COST("Seq Scan", "Outer", 75, 9, ""))), ""));
	assert_near(OWN(plan, 1), 25);
	assert_near(OWN(plan, 2), 75);
	assert_near(SHARE(plan, 2), 0.75);
}

/* A LIMIT of cost 2 lets its child spend no more than 2, be the whole child worth 1000. */
static void under_a_limit_a_child_costs_what_the_limit_does(void **state) {
	Plan *plan = plan_of(*state, PLAN(COST("Limit", "", 2, 1, PLANS(COST("Sort", "Outer", 1000, 9, PLANS(COST("Seq Scan", "Outer", 250, 9, ""))))), ""));
	assert_near(OWN(plan, 1), 0);
	assert_near(OWN(plan, 2), 1.5);
	assert_near(OWN(plan, 3), 0.5);
}

/* 50 rows of the outer side: 50 × 8 = 400 of the loop's 500, 60 for the outer side, 40 for itself. */
static void the_inner_side_of_a_loop_costs_once_per_outer_row(void **state) {
	Plan *plan = plan_of(*state, PLAN(COST("Nested Loop", "", 500, 9, PLANS(COST("Seq Scan", "Outer", 60, 50, "") "," COST("Index Scan", "Inner", 8, 1, ""))), ""));
	assert_near(OWN(plan, 3), 400);
	assert_near(OWN(plan, 2), 60);
	assert_near(OWN(plan, 1), 40);
}

/* A Materialize keeps its rows; a Memoize keeps some: there is no more than the loop has. */
static void kept_rows_cost_once(void **state) {
	Plan *plan = plan_of(*state, PLAN(COST("Nested Loop", "", 500, 9, PLANS(COST("Seq Scan", "Outer", 60, 50, "") "," COST("Materialize", "Inner", 8, 1, ""))), ""));
	assert_near(OWN(plan, 3), 8);
	plan = plan_of(*state, PLAN(COST("Nested Loop", "", 100, 9, PLANS(COST("Seq Scan", "Outer", 60, 50, "") "," COST("Memoize", "Inner", 8, 1, ""))), ""));
	assert_near(OWN(plan, 3), 40);
	assert_near(OWN(plan, 1), 0);
}

static void shares_of_an_estimate_add_up_to_one(void **state) {
	Plan *plan = plan_of(*state, PLAN(COST("Merge Join", "", 100, 9, PLANS(COST("Seq Scan", "InitPlan", 20, 9, ", 'Subplan Name': 'CTE x'") ","
	                                       COST("Index Scan", "Outer", 300, 9, "") "," COST("Seq Scan", "Inner", 60, 9, PLANS(COST("Seq Scan", "SubPlan", 5, 1, ""))))), ""));
	double sum = 0;
	for (size_t i = 0; i < plan->node_count; i++) {
		assert_true(SHARE(plan, i + 1) >= 0);
		sum += SHARE(plan, i + 1);
	}
	assert_near(sum, 1);
}

static void unknown_costs_stay_unknown(void **state) {
	Plan *plan = plan_of(*state, PLAN("{'Node Type': 'Sort', 'Plans': [{'Node Type': 'Seq Scan'}]}", ""));
	assert_true(isnan(OWN(plan, 1)));
	assert_true(isnan(SHARE(plan, 1)));
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    arena_test(the_cost_of_children_is_taken_off),
	    arena_test(under_a_limit_a_child_costs_what_the_limit_does),
	    arena_test(the_inner_side_of_a_loop_costs_once_per_outer_row),
	    arena_test(kept_rows_cost_once),
	    arena_test(shares_of_an_estimate_add_up_to_one),
	    arena_test(unknown_costs_stay_unknown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
