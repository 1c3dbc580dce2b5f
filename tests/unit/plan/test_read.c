/* test_read.c: the format of a plan is found out. */
#include "plan_of.h"

#include "plan/read.h"

static const char *label_of(Arena *arena, const char *text) {
	PlanList plans;
	return plan_read(arena, text, strlen(text), &plans, NULL) ? plans.items[0]->root->label : NULL;
}

static void json_and_text_are_told_apart(void **state) {
	assert_string_equal(label_of(*state, "[{\"Plan\": {\"Node Type\": \"Seq Scan\"}}]"), "Seq Scan");
	assert_string_equal(label_of(*state, "  QUERY PLAN\n-----\n [  +\n {\"Plan\": {\"Node Type\": \"Sort\"}} +\n ]\n(1 row)\n"), "Sort");
	assert_string_equal(label_of(*state, "Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)"), "Seq Scan");
	assert_string_equal(label_of(*state, "Filter: (a ->> 'Node Type')\nSeq Scan on t  (cost=0.00..1.00 rows=1 width=4)"), "Seq Scan");
}

static void rows_of_text_exported_as_json_are_read(void **state) {
	assert_string_equal(label_of(*state, "[{\"QUERY PLAN\": \"Sort  (cost=1.00..2.00 rows=1 width=4)\"}, {\"QUERY PLAN\": \"  Sort Key: a\"}]"), "Sort");
}

static void a_logged_duration_is_the_time_of_the_statement(void **state) {
	static const char log[] = "LOG:  duration: 12.5 ms  plan:\n\tQuery Text: select 1\n\tSeq Scan on t  (cost=0.00..1.00 rows=1 width=4) (actual time=0.1..10.0 rows=1 loops=1)\n"
	                          "LOG:  duration: 7.5 ms  plan:\n\tQuery Text: select 2\n\tResult  (cost=0.00..1.00 rows=1 width=4)\n";
	PlanList plans;
	assert_true(plan_read(*state, log, strlen(log), &plans, NULL));
	assert_int_equal(plans.count, 2);
	assert_string_equal(plans.items[0]->statement, "select 1");
	assert_near(plans.items[0]->execution_ms, 12.5);
	assert_near(plans.items[0]->other.startup_shutdown_ms, 2.5);
	assert_near(plans.items[1]->execution_ms, 7.5);
	assert_false(plans.items[1]->analyzed);
	static const char json[] = "LOG:  duration: 3.5 ms  plan:\n\t{\"Query Text\": \"x\", \"Plan\": {\"Node Type\": \"Result\"}}\n";
	assert_true(plan_read(*state, json, strlen(json), &plans, NULL));
	assert_near(plans.items[0]->execution_ms, 3.5);
}

/* Two durations and one plan: whose it is nobody knows. */
static void durations_that_do_not_match_are_left_alone(void **state) {
	static const char log[] = "LOG:  duration: 12.5 ms  plan:\nLOG:  duration: 7.5 ms  plan:\n\tResult  (cost=0.00..1.00 rows=1 width=4)\n";
	PlanList plans;
	assert_true(plan_read(*state, log, strlen(log), &plans, NULL));
	assert_true(isnan(plans.items[0]->execution_ms));
}

static void refused(Arena *arena, const char *text, const char *message) {
	PlanList plans;
	Err err = ERR_INIT;
	assert_false(plan_read(arena, text, strlen(text), &plans, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_string_equal(err.message.text, message);
	assert_int_equal(plans.count, 0);
	err_release(&err);
}

static void other_formats_are_refused_by_name(void **state) {
	refused(*state, "<explain xmlns=\"x\"><Query><Plan><Node-Type>Seq Scan</Node-Type>", "plans in XML are not read");
	refused(*state, "- Plan: \n    Node Type: \"Seq Scan\"\n", "plans in YAML are not read");
	refused(*state, "hello", "no plan in this text");
	refused(*state, "{\"a\": 1}", "no plan in this JSON");
	refused(*state, "", "no plan in this text");
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    arena_test(json_and_text_are_told_apart),
	    arena_test(rows_of_text_exported_as_json_are_read),
	    arena_test(a_logged_duration_is_the_time_of_the_statement),
	    arena_test(durations_that_do_not_match_are_left_alone),
	    arena_test(other_formats_are_refused_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
