/* test_measure_blocks.c: blocks of a node by itself. */
#include "plan_of.h"

#define BLOCKS(type, how, hit, temp, more)                                                                               \
	"{'Node Type': '" type "', 'Parent Relationship': '" how "', 'Actual Startup Time': 1, 'Actual Total Time': " #hit ", " \
	"'Actual Rows': 1, 'Actual Loops': 1, 'Shared Hit Blocks': " #hit ", 'Temp Read Blocks': " #temp more "}"
#define OWN(plan, id) ((plan)->nodes[(id) - 1]->measure.self_blocks)

static void blocks_of_children_are_taken_off(void **state) {
	Plan *plan = plan_of(*state, PLAN(BLOCKS("Hash Join", "", 100, 7, PLANS(BLOCKS("Seq Scan", "Outer", 60, 0, "") "," BLOCKS("Hash", "Inner", 30, 5, ""))), ""));
	assert_true(plan->buffers);
	assert_near(OWN(plan, 1).shared_hit, 10);
	assert_near(OWN(plan, 1).temp_read, 2);
	assert_near(OWN(plan, 2).shared_hit, 60);
	assert_near(plan->root->blocks.shared_hit, 100);
	assert_true(isnan(OWN(plan, 1).shared_read));
}

static void own_blocks_are_never_negative(void **state) {
	Plan *plan = plan_of(*state, PLAN(BLOCKS("Gather", "", 10, 0, PLANS(BLOCKS("Seq Scan", "Outer", 60, 0, ""))), ""));
	assert_near(OWN(plan, 1).shared_hit, 0);
}

/* Both scans touched 50 and the CTE 40 of them, all in the first; in temporary files it was the other one. */
static void a_cte_is_taken_off_its_scans_figure_by_figure(void **state) {
	Plan *plan = plan_of(*state, PLAN(BLOCKS("Append", "", 50, 9, PLANS(BLOCKS("Seq Scan", "InitPlan", 40, 3, ", 'Subplan Name': 'CTE x'") ","
	                                         BLOCKS("CTE Scan", "Member", 50, 0, ", 'CTE Name': 'x'") "," BLOCKS("CTE Scan", "Member", 0, 9, ", 'CTE Name': 'x'"))), ""));
	assert_near(OWN(plan, 3).shared_hit, 10);
	assert_near(OWN(plan, 4).shared_hit, 0);
	assert_near(OWN(plan, 4).temp_read, 6);
	assert_near(OWN(plan, 1).shared_hit, 0);
	assert_near(OWN(plan, 2).shared_hit, 40);
}

static void an_init_plan_is_taken_off_its_reader(void **state) {
	Plan *plan = plan_of(*state, PLAN(BLOCKS("Limit", "", 100, 0, PLANS(BLOCKS("Seq Scan", "InitPlan", 40, 0, ", 'Subplan Name': 'InitPlan 1 (returns $0)'") ","
	                                         BLOCKS("Seq Scan", "Outer", 100, 0, ", 'Filter': '(a = $0)'"))), ""));
	assert_near(OWN(plan, 3).shared_hit, 60);
	assert_near(OWN(plan, 1).shared_hit, 0);
}

/* TIMING OFF: nothing names $0 (a Limit's count is not printed), but of 45 blocks the Limit has 40 that its child has not. */
static void without_times_blocks_tell_who_read_an_init_plan(void **state) {
	static const char node[] = "{'Node Type': '%s', 'Parent Relationship': '%s', 'Actual Rows': 1, 'Actual Loops': 1, 'Shared Hit Blocks': %d%s";
	const char *init = arena_printf(*state, node, "Seq Scan", "InitPlan", 40, ", 'Subplan Name': 'InitPlan 1 (returns $0)'}");
	const char *sort = arena_printf(*state, node, "Sort", "Outer", 5, "}");
	Plan *plan = plan_of(*state, arena_printf(*state, "[{'Plan': %s, 'Plans': [%s, %s]}}]", arena_printf(*state, node, "Limit", "", 45, ""), init, sort));
	assert_false(plan->timed);
	assert_near(OWN(plan, 1).shared_hit, 0);
	assert_near(OWN(plan, 2).shared_hit, 40);
	assert_near(OWN(plan, 3).shared_hit, 5);
}

/* Three processes waited 90 ms, side by side: 30 on the wall. The blocks are what all of them read. */
static void waiting_side_by_side_is_divided(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Gather", "", 0, 40, 1, 1, ", 'Shared Read Blocks': 900, 'I/O Read Time': 95" PLANS(NODE("Seq Scan", "Outer", 0, 35, 1, 3, ", 'Shared Read Blocks': 900, 'I/O Read Time': 90"))), ""));
	assert_near(OWN(plan, 2).shared_read, 900);
	assert_near(OWN(plan, 2).shared_read_ms, 30);
	assert_near(OWN(plan, 1).shared_read_ms, 5);
}

static void without_buffers_nothing_is_known(void **state) {
	Plan *plan = plan_of(*state, PLAN("{'Node Type': 'Seq Scan', 'Total Cost': 7}", ""));
	assert_false(plan->buffers);
	assert_true(isnan(OWN(plan, 1).shared_hit));
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    arena_test(blocks_of_children_are_taken_off),
	    arena_test(own_blocks_are_never_negative),
	    arena_test(a_cte_is_taken_off_its_scans_figure_by_figure),
	    arena_test(an_init_plan_is_taken_off_its_reader),
	    arena_test(without_times_blocks_tell_who_read_an_init_plan),
	    arena_test(waiting_side_by_side_is_divided),
	    arena_test(without_buffers_nothing_is_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
