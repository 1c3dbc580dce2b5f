/* test_measure_time.c: wall-clock shares of the statement, rule by rule. */
#include "plan_of.h"

#define SELF(plan, id) ((plan)->nodes[(id) - 1]->measure.self_ms)
#define TOTAL(plan, id) ((plan)->nodes[(id) - 1]->measure.total_ms)

/* ---- loops ---- */

/* 2 ms × 5 loops = 10 of the loop's 15; the outer scan took 1; 4 are the loop's own. 16 − 15 = 1 for starting and stopping. */
static void a_node_in_a_loop_counts_once_per_loop(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Nested Loop", "", 0.1, 15, 50, 1, PLANS(NODE("Seq Scan", "Outer", 0, 1, 5, 1, "") "," NODE("Index Scan", "Inner", 0.01, 2, 10, 5, ""))),
	                                  EXECUTION(16)));
	assert_near(TOTAL(plan, 3), 10);
	assert_near(SELF(plan, 1), 4);
	assert_near(SELF(plan, 2), 1);
	assert_near(SELF(plan, 3), 10);
	assert_near(plan->other.startup_shutdown_ms, 1);
	assert_near(plan->nodes[2]->measure.self_share, 10 / 16.0);
	assert_near(plan->unaccounted_ms, 0);
}

/* 0.001 ms × 100,000 loops may be anything from 50 to 150 ms; above it there are 80 − 10 = 70. */
static void rounding_gives_way_to_finer_times(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Nested Loop", "", 0.1, 80, 1, 1, PLANS(NODE("Seq Scan", "Outer", 0, 10, 100000, 1, "") "," NODE("Index Scan", "Inner", 0, 0.001, 1, 100000, ""))),
	                                  EXECUTION(80)));
	assert_near(TOTAL(plan, 3), 100);
	assert_about(SELF(plan, 3), 70, 0.01);
	assert_about(SELF(plan, 2), 10, 0.01);
	assert_about(plan_sum_ms(plan), 80, 1e-6);
	assert_near(plan->unaccounted_ms, 0);
}

/* A Memoize of 0.000 ms × 30,000 loops can well hold the 0.05 ms its child took: they were counted in the loop above. */
static void a_coarse_parent_borrows_from_above(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Nested Loop", "", 0, 5, 1, 1, PLANS(NODE("Memoize", "Inner", 0, 0, 1, 30000, PLANS(NODE("Index Scan", "Outer", 0, 0.001, 1, 50, ""))))),
	                                  EXECUTION(5)));
	assert_about(SELF(plan, 3), 0.05, 1e-3);
	assert_about(SELF(plan, 1), 4.95, 1e-3);
	assert_near(plan->unaccounted_ms, 0);
}

static void a_node_that_never_ran_took_nothing(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Nested Loop", "", 0, 2, 0, 1, PLANS(NODE("Seq Scan", "Outer", 0, 2, 0, 1, "") "," NODE("Index Scan", "Inner", 0, 0, 0, 0, ""))), EXECUTION(3)));
	assert_true(plan->nodes[2]->measure.never_executed);
	assert_near(SELF(plan, 3), 0);
	assert_near(TOTAL(plan, 3), 0);
	assert_near(plan->nodes[2]->measure.rows_actual, 0);
	assert_near(plan_sum_ms(plan), 3);
}

/* ---- parallel parts ---- */

/* Three processes: 30 ms × 3 loops / 3 = 30 on the wall, 20 of them in the scan. The Gather took 35 − 30. */
static void processes_side_by_side_share_the_clock(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Gather", "", 0, 35, 3, 1, ", 'Workers Launched': 2" PLANS(NODE("Aggregate", "Outer", 0, 30, 1, 3, PLANS(NODE("Seq Scan", "Outer", 0, 20, 1000, 3, ""))))),
	                                  EXECUTION(36)));
	assert_near(SELF(plan, 1), 5);
	assert_near(SELF(plan, 2), 10);
	assert_near(SELF(plan, 3), 20);
	assert_near(plan->nodes[2]->measure.participants, 3);
	assert_near(plan->nodes[0]->measure.participants, 1);
	assert_near(plan->nodes[2]->measure.rows_actual, 3000);
}

/* The leader did nothing: two loops, two processes, whatever Workers Launched + 1 says. */
static void a_leader_that_stood_by_is_no_participant(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Gather", "", 0, 35, 3, 1, ", 'Workers Launched': 2" PLANS(NODE("Seq Scan", "Outer", 0, 30, 1, 2, ""))), EXECUTION(36)));
	assert_near(plan->nodes[1]->measure.participants, 2);
	assert_near(SELF(plan, 2), 30);
}

static void without_workers_the_leader_is_alone(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Gather", "", 0, 35, 3, 1, ", 'Workers Planned': 2, 'Workers Launched': 0" PLANS(NODE("Seq Scan", "Outer", 0, 30, 1, 1, ", 'Parallel Aware': true"))), EXECUTION(36)));
	assert_near(plan->nodes[1]->measure.participants, 1);
	assert_near(SELF(plan, 2), 30);
}

/* Below a Gather that ran 10 times, 50 loops are 5 processes: 2 ms × 50 / 5 = 20 ms of the Gather's 10 × 3. */
static void a_gather_in_a_loop_multiplies_its_participants(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Nested Loop", "", 0, 40, 1, 1, PLANS(NODE("Seq Scan", "Outer", 0, 1, 10, 1, "") "," NODE("Gather", "Inner", 0, 3, 1, 10, PLANS(NODE("Seq Scan", "Outer", 0, 2, 1, 50, ""))))),
	                                  EXECUTION(41)));
	assert_near(plan->nodes[3]->measure.participants, 5);
	assert_near(TOTAL(plan, 4), 20);
	assert_near(SELF(plan, 3), 10);
	assert_near(SELF(plan, 1), 9);
}

/* A scan only one of three processes ran, 30 ms long, under a Parallel Append of 12 on average: 10 of a wall of 12. */
static void what_fewer_processes_ran_is_divided_by_all(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Gather", "", 0, 13, 3, 1, PLANS(NODE("Append", "Outer", 0, 12, 1, 3, ", 'Parallel Aware': true" PLANS(NODE("Seq Scan", "Member", 0, 30, 1, 1, ""))))), EXECUTION(14)));
	assert_near(TOTAL(plan, 3), 10);
	assert_near(SELF(plan, 2), 2);
	assert_near(SELF(plan, 1), 1);
}

/* The bitmap takes 6 ms of one process while two wait: the heap scan's 10 hold it whole. */
static void a_bitmap_for_all_is_made_by_one(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Gather", "", 0, 12, 3, 1, PLANS(NODE("Bitmap Heap Scan", "Outer", 0, 10, 1, 3, ", 'Parallel Aware': true" PLANS(NODE("BitmapOr", "Outer", 0, 6, 0, 1, PLANS(NODE("Bitmap Index Scan", "Member", 0, 5, 9, 1, ""))))))), EXECUTION(14)));
	assert_near(TOTAL(plan, 3), 6);
	assert_near(SELF(plan, 4), 5);
	assert_near(SELF(plan, 3), 1);
	assert_near(SELF(plan, 2), 4);
}

/* The workers took 40 and 20 ms, so the leader 3 × 25 − 60 = 15. The Gather waits for the one with 40: what is 25 on
 * average is stretched by 40 / 25, the 10 of the scan become 16, and the Gather itself took 42 − 40. */
static void the_slowest_worker_is_waited_for(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Gather", "", 0, 42, 3, 1, PLANS(NODE("Aggregate", "Outer", 0, 25, 1, 3,
	                                       ", 'Workers': [{'Worker Number': 0, 'Actual Total Time': 40, 'Actual Loops': 1}, {'Worker Number': 1, 'Actual Total Time': 20, 'Actual Loops': 1}]"
	                                       PLANS(NODE("Seq Scan", "Outer", 0, 10, 1, 3, ""))))), EXECUTION(43)));
	assert_near(TOTAL(plan, 2), 40);
	assert_near(SELF(plan, 1), 2);
	assert_near(SELF(plan, 2), 24);
	assert_near(SELF(plan, 3), 16);
	assert_near(plan_sum_ms(plan), 43);
}

/* The leader was slowest: 3 × 30 − 40 = 50 of one worker's 40; but the Gather had ended after 45. */
static void the_leader_counts_and_the_gather_is_the_limit(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Gather", "", 0, 45, 3, 1, PLANS(NODE("Seq Scan", "Outer", 0, 30, 1, 3, ", 'Workers': [{'Worker Number': 0, 'Actual Total Time': 40, 'Actual Loops': 1}]"))), EXECUTION(46)));
	assert_near(TOTAL(plan, 2), 45);
	assert_near(SELF(plan, 1), 0);
}

/* ---- InitPlans ---- */

/* The scan's condition reads $0, so its 50 ms hold the InitPlan's 45. The Limit only carries it. */
static void an_init_plan_is_charged_to_the_node_that_reads_it(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Limit", "", 46, 51, 1, 1, PLANS(NODE("Aggregate", "InitPlan", 45, 45, 1, 1, ", 'Subplan Name': 'InitPlan 1 (returns $0)'") ","
	                                       NODE("Seq Scan", "Outer", 46, 50, 1, 1, ", 'Filter': '(a > $0)'"))), EXECUTION(52)));
	assert_near(SELF(plan, 1), 1);
	assert_near(SELF(plan, 2), 45);
	assert_near(SELF(plan, 3), 5);
	assert_near(TOTAL(plan, 3), 50);
}

static void since_17_its_number_names_it(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Limit", "", 46, 51, 1, 1, PLANS(NODE("Aggregate", "InitPlan", 45, 45, 1, 1, ", 'Subplan Name': 'InitPlan 1'") ","
	                                       NODE("Seq Scan", "Outer", 46, 50, 1, 1, ", 'Output': ['a', '(InitPlan 1).col1']"))), EXECUTION(52)));
	assert_near(SELF(plan, 3), 5);
}

/* $1 is not in $10: the first scan reads the first InitPlan (20 of its 25), the second one the second (30 of 35). */
static void names_are_matched_whole(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Append", "", 21, 60, 1, 1, PLANS(
	                                       NODE("Result", "InitPlan", 20, 20, 1, 1, ", 'Subplan Name': 'InitPlan 1 (returns $1)'") ","
	                                       NODE("Result", "InitPlan", 30, 30, 1, 1, ", 'Subplan Name': 'InitPlan 2 (returns $10)'") ","
	                                       NODE("Seq Scan", "Member", 31, 35, 1, 1, ", 'Filter': '(a = $10)'") "," NODE("Seq Scan", "Member", 21, 25, 1, 1, ", 'Filter': '(a = $1)'"))),
	                                  EXECUTION(60)));
	assert_near(SELF(plan, 4), 5);
	assert_near(SELF(plan, 5), 5);
	assert_near(SELF(plan, 1), 0);
}

/* A text and a column that look like parameters are none: the second scan reads $1. */
static void what_is_quoted_or_part_of_a_word_is_no_name(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Append", "", 0, 60, 1, 1, PLANS(NODE("Result", "InitPlan", 20, 20, 1, 1, ", 'Subplan Name': 'InitPlan 1 (returns $1)'") ","
	                                       NODE("Seq Scan", "Member", 21, 25, 1, 1, ", 'Filter': '(a$1 = \\u0027$1\\u0027::text) AND (\\u0022b $1\\u0022 > 0)'") ","
	                                       NODE("Seq Scan", "Member", 21, 35, 1, 1, ", 'Filter': '(c = \\u0027x\\u0027 OR a = $1)'"))),
	                                  EXECUTION(60)));
	assert_near(SELF(plan, 3), 25);
	assert_near(SELF(plan, 4), 15);
}

/* Both partitions read $0; the first to run had it worked out: only its start was late. */
static void only_the_first_reader_pays(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Append", "", 0.1, 60, 1, 1, PLANS(NODE("Result", "InitPlan", 20, 20, 1, 1, ", 'Subplan Name': 'InitPlan 1 (returns $0)'") ","
	                                       NODE("Index Scan", "Member", 0.1, 30, 1, 1, ", 'Index Cond': '(a = $0)'") "," NODE("Index Scan", "Member", 20.1, 25, 1, 1, ", 'Index Cond': '(a = $0)'"))),
	                                  EXECUTION(60)));
	assert_near(SELF(plan, 3), 30);
	assert_near(SELF(plan, 4), 5);
}

/* The InitPlan's own workers were shut down after its first row: 8 of its 83 ms passed outside the scan that reads it,
 * inside the node it hangs under. */
static void an_init_plan_takes_no_more_than_its_reader_had(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Sort", "", 76, 90, 1, 1, PLANS(NODE("Gather", "InitPlan", 75, 83, 1, 1, ", 'Subplan Name': 'InitPlan 1 (returns $0)'") ","
	                                       NODE("Seq Scan", "Outer", 75, 75, 1, 1, ", 'Filter': '(a > $0)'"))), EXECUTION(91)));
	assert_near(SELF(plan, 3), 0);
	assert_near(SELF(plan, 2), 83);
	assert_near(SELF(plan, 1), 7);
	assert_near(plan_sum_ms(plan), 91);
	assert_near(plan->unaccounted_ms, 0);
}

/* The workers wait for the Gather to work out $0 before they start: 40 = 25 in the workers + 10 InitPlan + 5. */
static void the_gather_reads_for_its_workers(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Aggregate", "", 40, 41, 1, 1, PLANS(NODE("Result", "InitPlan", 10, 10, 1, 1, ", 'Subplan Name': 'InitPlan 1 (returns $0)'") ","
	                                       NODE("Gather", "Outer", 12, 40, 1, 1, PLANS(NODE("Seq Scan", "Outer", 0, 25, 1, 3, ", 'Filter': '(a > $0)'"))))), EXECUTION(42)));
	assert_near(SELF(plan, 3), 5);
	assert_near(SELF(plan, 4), 25);
	assert_near(SELF(plan, 1), 1);
}

/* A LIMIT's count is never printed: nobody names $0, and only the Limit had 40 ms to spare before its first row. */
static void a_reader_that_is_not_printed_is_found_by_its_time(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Limit", "", 42, 43, 1, 1, PLANS(NODE("Aggregate", "InitPlan", 40, 40, 1, 1, ", 'Subplan Name': 'InitPlan 1 (returns $0)'") ","
	                                       NODE("Sort", "Outer", 2, 2.5, 1, 1, PLANS(NODE("Seq Scan", "Outer", 0, 1, 9, 1, ""))))), EXECUTION(44)));
	assert_near(SELF(plan, 1), 0.5);
	assert_near(SELF(plan, 3), 1.5);
}

/* max() and min() by index: the Result is all there is, 10 − 4 − 5. */
static void a_result_over_init_plans_is_their_reader(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Result", "", 10, 10, 1, 1, PLANS(NODE("Limit", "InitPlan", 4, 4, 1, 1, ", 'Subplan Name': 'InitPlan 1 (returns $0)'") ","
	                                       NODE("Limit", "InitPlan", 5, 5, 1, 1, ", 'Subplan Name': 'InitPlan 2 (returns $1)'"))), EXECUTION(11)));
	assert_near(SELF(plan, 1), 1);
}

/* A SubPlan runs where it hangs: 0.1 ms × 50 rows of the scan's 9. */
static void a_sub_plan_is_part_of_its_node(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Seq Scan", "", 0, 9, 50, 1, PLANS(NODE("Index Scan", "SubPlan", 0, 0.1, 1, 50, ", 'Subplan Name': 'SubPlan 1'"))), EXECUTION(10)));
	assert_near(SELF(plan, 1), 4);
}

/* ---- CTEs ---- */

#define CTE(name, total) NODE("Seq Scan", "InitPlan", 0, total, 9, 1, ", 'Subplan Name': 'CTE " name "'")
#define CTE_SCAN(name, how, total, loops) NODE("CTE Scan", how, 0, total, 9, loops, ", 'CTE Name': '" name "'")

/* One scan pulls all rows: 12 ms hold the CTE's 10. */
static void a_cte_is_charged_to_its_scan(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Aggregate", "", 0, 15, 1, 1, PLANS(CTE("x", 10) "," CTE_SCAN("x", "Outer", 12, 1))), EXECUTION(16)));
	assert_near(SELF(plan, 1), 3);
	assert_near(SELF(plan, 2), 10);
	assert_near(SELF(plan, 3), 2);
}

/* Two scans, 15 and 5 ms, share 10: 15 − 10 × 15/20 = 7.5 and 5 − 10 × 5/20 = 2.5. */
static void several_scans_share_a_cte_by_their_time(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Hash Join", "", 0, 25, 1, 1, PLANS(CTE("x", 10) "," CTE_SCAN("x", "Outer", 15, 1) "," CTE_SCAN("x", "Inner", 5, 1))), EXECUTION(26)));
	assert_near(SELF(plan, 3), 7.5);
	assert_near(SELF(plan, 4), 2.5);
	assert_near(SELF(plan, 1), 5);
	assert_near(plan_sum_ms(plan), 26);
}

/* The inner x reads the outer x (8 ms), and the scan in the subquery reads the inner one (9 ms); the last scan the outer. */
static void the_nearest_cte_of_a_name_is_read(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Append", "", 0, 20, 1, 1, PLANS(CTE("x", 8) ","
	                                       NODE("Aggregate", "Member", 0, 10, 1, 1, PLANS(NODE("CTE Scan", "InitPlan", 0, 8.5, 9, 1, ", 'Subplan Name': 'CTE x', 'CTE Name': 'x'") "," CTE_SCAN("x", "Outer", 9, 1))) ","
	                                       CTE_SCAN("x", "Member", 0.5, 1))), EXECUTION(20)));
	assert_about(SELF(plan, 4), 8.5 - 8 * 8.5 / 9, 1e-9);
	assert_near(SELF(plan, 5), 0.5);
	assert_about(SELF(plan, 6), 0.5 - 8 * 0.5 / 9, 1e-9);
	assert_near(plan_sum_ms(plan), 20);
}

/* Three thousand of 1 ms, each in a scan of 3: however many there are, each finds its own. */
static void each_of_very_many_scans_finds_its_cte(void **state) {
	enum { CTES = 3000 };
	Str text = STR_INIT;
	str_printf(&text, "[{'Plan': {'Node Type': 'Append', 'Actual Startup Time': 0, 'Actual Total Time': %d, 'Actual Rows': 1, 'Actual Loops': 1, 'Plans': [", 3 * CTES);
	for (int i = 0; i < CTES; i++)
		str_printf(&text, NODE("Seq Scan", "InitPlan", 0, 1, 1, 1, ", 'Subplan Name': 'CTE c%d'") ",", i);
	for (int i = CTES; i-- > 0;) str_printf(&text, NODE("CTE Scan", "Member", 0, 3, 1, 1, ", 'CTE Name': 'c%d'") "%s", i, i ? "," : "]}}]");
	Plan *plan = plan_of(*state, text.text);
	str_release(&text);
	for (size_t id = CTES + 2; id <= plan->node_count; id++) assert_near(SELF(plan, id), 2);
	assert_near(plan->unaccounted_ms, 0);
}

/* Writes nobody reads are done after the root's last row: 7 ms beside its 5. */
static void writes_nobody_reads_come_after_the_root(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Result", "", 0, 5, 1, 1, PLANS(NODE("ModifyTable", "InitPlan", 0, 7, 0, 1, ", 'Subplan Name': 'CTE d', 'Operation': 'Delete'"))), EXECUTION(13)));
	assert_near(SELF(plan, 1), 5);
	assert_near(SELF(plan, 2), 7);
	assert_near(plan->other.startup_shutdown_ms, 1);
	assert_near(plan->unaccounted_ms, 0);
}

/* ---- beside the nodes ---- */

/* Triggers 20 and 30; after the root's 45 only 30 are left of 75: so 20 ran inside, and the insert itself took 45 − 5 − 20. */
static void triggers_run_before_and_after(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("ModifyTable", "", 0, 45, 0, 1, ", 'Operation': 'Insert', 'Relation Name': 't'" PLANS(NODE("Result", "Outer", 0, 5, 1, 1, ""))),
	                                  ", 'Triggers': [{'Trigger Name': 'b', 'Relation': 't', 'Time': 20, 'Calls': 1}, {'Trigger Name': 'a', 'Relation': 't', 'Time': 30, 'Calls': 1}]" EXECUTION(75)));
	assert_near(SELF(plan, 1), 20);
	assert_near(plan->other.triggers_ms, 50);
	assert_near(plan->other.startup_shutdown_ms, 0);
	assert_int_equal(plan->triggers.count, 2);
	assert_string_equal(plan->triggers.items[1].name, "a");
}

/* 10 of 30 ran before the rows of a partition: off the insert into its parent. */
static void a_trigger_of_a_partition_is_its_parents(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("ModifyTable", "", 0, 20, 0, 1, ", 'Operation': 'Insert', 'Relation Name': 'p'"),
	                                  ", 'Triggers': [{'Trigger Name': 'b', 'Relation': 'p_1', 'Time': 30, 'Calls': 1}]" EXECUTION(40)));
	assert_near(SELF(plan, 1), 10);
	assert_near(plan->other.triggers_ms, 30);
}

/* A summary is not printed: all of the 45 ms stay with the insert. */
static void without_a_statement_time_triggers_stay_where_they_are(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("ModifyTable", "", 0, 45, 0, 1, ", 'Operation': 'Insert'"), ", 'Triggers': [{'Trigger Name': 'a', 'Time': 30, 'Calls': 1}]"));
	assert_near(SELF(plan, 1), 45);
	assert_near(plan->other.triggers_ms, 0);
	plan->execution_ms = 76; /* as a log tells it */
	plan_measure(plan);
	assert_near(SELF(plan, 1), 45);
	assert_near(plan->other.triggers_ms, 30);
}

/* Compiling held up the scan's first row for 90 ms; 5 more went before the root ran. 104 − 5 = 99 is the scan's total. */
static void jit_is_taken_off_the_node_it_held_up(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Aggregate", "", 102, 102, 1, 1, PLANS(NODE("Seq Scan", "Outer", 91, 99, 9, 1, ""))),
	                                  ", 'JIT': {'Timing': {'Generation': 5, 'Inlining': 30, 'Optimization': 40, 'Emission': 20, 'Total': 95}}" EXECUTION(110)));
	assert_near(SELF(plan, 2), 9);
	assert_near(SELF(plan, 1), 3);
	assert_near(plan->other.jit_ms, 95);
	assert_near(plan->other.startup_shutdown_ms, 3);
}

/* The scan was prompt: the functions are the aggregate's. 17 has Generation in two figures. */
static void jit_of_an_aggregate_is_taken_off_the_aggregate(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Aggregate", "", 100, 100, 1, 1, PLANS(NODE("Seq Scan", "Outer", 0.1, 20, 9, 1, ""))),
	                                  ", 'JIT': {'Timing': {'Generation': {'Deform': 1, 'Total': 2}, 'Inlining': 0, 'Optimization': 10, 'Emission': 50, 'Total': 62}}" EXECUTION(103)));
	assert_near(SELF(plan, 2), 20);
	assert_near(SELF(plan, 1), 20);
	assert_near(plan->other.jit_ms, 62);
}

/* Leader and two workers compile at the same time: 90 ms of three processes are 30 on the wall. */
static void jit_of_workers_is_divided_by_them(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Gather", "", 0, 50, 3, 1, PLANS(NODE("Seq Scan", "Outer", 31, 45, 1, 3, ""))),
	                                  ", 'JIT': {'Timing': {'Generation': 0, 'Inlining': 30, 'Optimization': 30, 'Emission': 30, 'Total': 90}}" EXECUTION(51)));
	assert_near(plan->other.jit_ms, 30);
	assert_near(SELF(plan, 2), 15);
}

static void serialization_is_beside_the_nodes(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Seq Scan", "", 0, 10, 3, 1, ""), ", 'Serialization': {'Time': 4.5, 'Output Volume': 7, 'Format': 'text'}" EXECUTION(15)));
	assert_near(plan->other.serialization_ms, 4.5);
	assert_near(plan->other.startup_shutdown_ms, 0.5);
}

/* ---- what is missing or contradicts itself ---- */

static void without_a_summary_the_root_is_the_statement(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Limit", "", 0, 10, 3, 1, PLANS(NODE("Seq Scan", "Outer", 0, 8, 3, 1, ""))), ""));
	assert_near(plan->execution_ms, 10);
	assert_near(plan->other.startup_shutdown_ms, 0);
	plan->execution_ms = 12; /* as a log tells it */
	plan_measure(plan);
	assert_near(plan->other.startup_shutdown_ms, 2);
	assert_near(SELF(plan, 2), 8);
}

/* The Gather's workers were shut down after the aggregate had its row: 851 is the statement, 835 what the aggregate saw. */
static void a_child_that_ends_after_its_parent_counts_in_full(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Aggregate", "", 835, 835, 1, 1, PLANS(NODE("Gather", "Outer", 834, 851, 3, 1, ""))), EXECUTION(852)));
	assert_near(SELF(plan, 1), 0);
	assert_about(SELF(plan, 2), 851, 0.001);
	assert_about(plan->other.startup_shutdown_ms, 1, 0.001);
	assert_near(plan->unaccounted_ms, 0);
}

/* Foreign scans that wait side by side: 8 + 8 in 10 ms. */
static void overlapping_scans_share_their_time(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Append", "", 0, 10, 1, 1, PLANS(NODE("Foreign Scan", "Member", 0, 8, 1, 1, ", 'Async Capable': true") "," NODE("Foreign Scan", "Member", 0, 8, 1, 1, ", 'Async Capable': true"))), EXECUTION(11)));
	assert_near(SELF(plan, 2), 5);
	assert_near(SELF(plan, 3), 5);
	assert_near(TOTAL(plan, 3), 8);
	assert_near(plan->unaccounted_ms, 0);
}

/* Children of 30 in a parent of 10, and 20 is the whole statement: 20 − 10 = 10 of the excess fit beside the root. */
static void times_that_contradict_each_other_are_told(void **state) {
	Plan *plan = plan_of(*state, PLAN(NODE("Append", "", 0, 10, 1, 1, PLANS(NODE("Seq Scan", "Member", 0, 20, 1, 1, "") "," NODE("Seq Scan", "Member", 0, 10, 1, 1, ""))), EXECUTION(20)));
	assert_about(plan->unaccounted_ms, 10, 0.01);
	assert_about(plan_sum_ms(plan), 20, 1e-6);
	plan = plan_of(*state, PLAN(NODE("Seq Scan", "", 0, 10, 1, 1, ""), EXECUTION(5)));
	assert_near(SELF(plan, 1), 5);
	assert_near(plan->unaccounted_ms, 5);
}

static void timing_off_leaves_times_unknown(void **state) {
	Plan *plan = plan_of(*state, PLAN("{'Node Type': 'Seq Scan', 'Actual Rows': 5, 'Actual Loops': 2}", EXECUTION(7)));
	assert_true(plan->analyzed);
	assert_false(plan->timed);
	assert_true(isnan(SELF(plan, 1)));
	assert_true(isnan(plan->other.startup_shutdown_ms));
	assert_near(plan->execution_ms, 7);
	assert_near(plan->root->measure.rows_actual, 10);
}

static void an_estimate_has_no_times(void **state) {
	Plan *plan = plan_of(*state, PLAN("{'Node Type': 'Seq Scan', 'Total Cost': 7, 'Plan Rows': 3}", ""));
	assert_true(isnan(SELF(plan, 1)));
	assert_true(isnan(plan->execution_ms));
	assert_true(isnan(plan->root->measure.rows_actual));
	assert_false(plan->root->measure.never_executed);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    arena_test(a_node_in_a_loop_counts_once_per_loop),
	    arena_test(rounding_gives_way_to_finer_times),
	    arena_test(a_coarse_parent_borrows_from_above),
	    arena_test(a_node_that_never_ran_took_nothing),
	    arena_test(processes_side_by_side_share_the_clock),
	    arena_test(a_leader_that_stood_by_is_no_participant),
	    arena_test(without_workers_the_leader_is_alone),
	    arena_test(a_gather_in_a_loop_multiplies_its_participants),
	    arena_test(what_fewer_processes_ran_is_divided_by_all),
	    arena_test(a_bitmap_for_all_is_made_by_one),
	    arena_test(the_slowest_worker_is_waited_for),
	    arena_test(the_leader_counts_and_the_gather_is_the_limit),
	    arena_test(an_init_plan_is_charged_to_the_node_that_reads_it),
	    arena_test(since_17_its_number_names_it),
	    arena_test(names_are_matched_whole),
	    arena_test(what_is_quoted_or_part_of_a_word_is_no_name),
	    arena_test(only_the_first_reader_pays),
	    arena_test(an_init_plan_takes_no_more_than_its_reader_had),
	    arena_test(the_gather_reads_for_its_workers),
	    arena_test(a_reader_that_is_not_printed_is_found_by_its_time),
	    arena_test(a_result_over_init_plans_is_their_reader),
	    arena_test(a_sub_plan_is_part_of_its_node),
	    arena_test(a_cte_is_charged_to_its_scan),
	    arena_test(several_scans_share_a_cte_by_their_time),
	    arena_test(the_nearest_cte_of_a_name_is_read),
	    arena_test(each_of_very_many_scans_finds_its_cte),
	    arena_test(writes_nobody_reads_come_after_the_root),
	    arena_test(triggers_run_before_and_after),
	    arena_test(a_trigger_of_a_partition_is_its_parents),
	    arena_test(without_a_statement_time_triggers_stay_where_they_are),
	    arena_test(jit_is_taken_off_the_node_it_held_up),
	    arena_test(jit_of_an_aggregate_is_taken_off_the_aggregate),
	    arena_test(jit_of_workers_is_divided_by_them),
	    arena_test(serialization_is_beside_the_nodes),
	    arena_test(without_a_summary_the_root_is_the_statement),
	    arena_test(a_child_that_ends_after_its_parent_counts_in_full),
	    arena_test(overlapping_scans_share_their_time),
	    arena_test(times_that_contradict_each_other_are_told),
	    arena_test(timing_off_leaves_times_unknown),
	    arena_test(an_estimate_has_no_times),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
