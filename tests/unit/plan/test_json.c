/* test_json.c: plans out of JSON texts, good and bad. */
#include "plan_of.h"

#include <stdio.h>

static bool read_text(Arena *arena, const char *text, PlanList *plans, Err *err) {
	return plan_read_json(arena, text, strlen(text), plans, err);
}

static void refuses(Arena *arena, const char *text, const char *message) {
	PlanList plans;
	Err err = ERR_INIT;
	assert_false(read_text(arena, text, &plans, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_string_equal(err.message.text, message);
	err_release(&err);
}

/* ---- what is read ---- */

static void an_array_as_explain_prints_it_is_read(void **state) {
	Plan *plan = plan_of(*state, "[\n  {\n    'Plan': {'Node Type': 'Seq Scan', 'Relation Name': 't', 'Plan Rows': 1000},\n    'Planning Time': 0.5\n  }\n]\n");
	assert_string_equal(plan->root->type, "Seq Scan");
	assert_string_equal(plan->root->relation, "t");
	assert_near(plan->root->plan_rows, 1000);
	assert_near(plan->planning_ms, 0.5);
	assert_true(isnan(plan->execution_ms));
	assert_false(plan->analyzed);
}

static void a_bare_object_as_auto_explain_logs_it_is_read(void **state) {
	Plan *plan = plan_of(*state, "{'Query Text': 'select 1', 'Plan': {'Node Type': 'Result'}}");
	assert_string_equal(plan->statement, "select 1");
}

static void several_plans_are_read_in_their_order(void **state) {
	PlanList plans = plans_of(*state, "[{'Plan': {'Node Type': 'A'}}, {'Plan': {'Node Type': 'B'}}]\n{'Plan': {'Node Type': 'C'}}");
	assert_int_equal(plans.count, 3);
	for (size_t i = 0; i < 3; i++) assert_int_equal(plans.items[i]->root->type[0], 'A' + (int)i);
}

static void wrappers_of_clients_are_seen_through(void **state) {
	assert_string_equal(plan_of(*state, "[{'QUERY PLAN': [{'Plan': {'Node Type': 'Limit'}}]}]")->root->type, "Limit");
	assert_string_equal(plan_of(*state, "{'rows': [{'plan': {'json': {'Plan': {'Node Type': 'Limit'}}}}]}")->root->type, "Limit");
	assert_string_equal(plan_of(*state, "[{'QUERY PLAN': '[{\\'Plan\\': {\\'Node Type\\': \\'Limit\\'}}]'}]")->root->type, "Limit");
}

static void a_bare_node_is_a_plan(void **state) {
	Plan *plan = plan_of(*state, "{'Node Type': 'Sort', 'Plans': [{'Node Type': 'Seq Scan'}]}");
	assert_int_equal(plan->node_count, 2);
	assert_null(plan_field(plan->fields, "Plans"));
}

static void a_field_of_csv_is_read(void **state) {
	static const char csv[] = "\"QUERY PLAN\"\n\"[{\"\"Plan\"\": {\"\"Node Type\"\": \"\"Seq Scan\"\", \"\"Filter\"\": \"\"(a = '\\\"\"'::text)\"\"}}]\"\n";
	PlanList plans;
	assert_true(read_text(*state, csv, &plans, NULL));
	assert_string_equal(node_text(plans.items[0]->root, "Filter"), "(a = '\"'::text)");
}

static void a_plan_in_a_frame_is_read(void **state) {
	Plan *plan = plan_of(*state, "     QUERY PLAN     \n--------------------\n [                 +\n   {'Plan': {      +\n     'Node Type': 'Seq Scan'+\n   }}              +\n ]\n(1 row)\n");
	assert_string_equal(plan->root->type, "Seq Scan");
}

static void masked_figures_are_unknown_and_not_zero(void **state) {
	Plan *plan = plan_of(*state, PLAN("{'Node Type': 'Seq Scan', 'Total Cost': N.N, 'Plan Rows': N, 'Actual Total Time': N.N, 'Actual Rows': N, 'Actual Loops': N, "
	                                  "'Filter': 'x', 'Rows Removed by Filter': N}", ", 'Execution Time': N.N"));
	assert_true(plan->analyzed);
	assert_true(isnan(plan->root->total_cost));
	assert_true(isnan(plan->root->measure.rows_actual));
	assert_true(isnan(plan->root->measure.rows_removed));
	assert_true(isnan(plan->root->measure.self_ms));
	assert_true(isnan(plan->execution_ms));
}

static void a_plan_its_server_cut_off_is_read_as_far_as_it_goes(void **state) {
	Plan *plan = plan_of(*state, "{'Plan': {'Node Type': 'Sort', 'Plans': [{'Node Type': 'Seq Scan', 'Total Cost': 1.5, 'Filt\n<truncated>");
	assert_true(plan->cut_off);
	assert_int_equal(plan->node_count, 2);
	assert_near(plan->nodes[1]->total_cost, 1.5);
}

/* At each of its bytes: from the root's type on there is a plan, and it says that it is not all. No half figure is taken for whole. */
static void a_paste_that_ends_anywhere_is_read_as_far_as_it_goes(void **state) {
	static const char whole[] = "[{\"Plan\": {\"Node Type\": \"Sort\", \"Total Cost\": 1234.5, \"Plans\": [{\"Node Type\": \"Seq Scan\", \"Plan Rows\": 1234}]}, \"Planning Time\": 1.5}]";
	const size_t first = (size_t)(strstr(whole, "Sort\"") - whole) + 5, last = sizeof whole - 1;
	for (size_t len = 1; len < last; len++) {
		PlanList plans;
		bool read = plan_read_json(*state, whole, len, &plans, NULL);
		assert_int_equal(read, len >= first);
		if (!read) continue;
		const Plan *plan = plans.items[0];
		assert_true(plan->cut_off);
		assert_true(isnan(plan->root->total_cost) || plan->root->total_cost == 1234.5);
		if (plan->node_count > 1) assert_true(isnan(plan->nodes[1]->plan_rows) || plan->nodes[1]->plan_rows == 1234);
	}
	PlanList plans;
	assert_true(plan_read_json(*state, whole, last, &plans, NULL));
	assert_false(plans.items[0]->cut_off);
}

/* ---- what is kept ---- */

static void every_field_is_kept_in_order_and_twice_when_it_came_twice(void **state) {
	Plan *plan = plan_of(*state, "{'Plan': {'Node Type': 'Sort', 'Sort Method': 'quicksort', 'X': {'a': [1, null, true]}, 'Sort Method': 'heapsort', 'Plans': []}, 'Y': 1}");
	const PlanValue *field = plan->root->fields->members.first;
	const char *const names[] = {"Node Type", "Sort Method", "X", "Sort Method"};
	for (size_t i = 0; i < 4; i++, field = field->next) assert_string_equal(field->name, names[i]);
	assert_null(field);
	assert_string_equal(node_text(plan->root, "Sort Method"), "quicksort");
	assert_int_equal(plan_field(plan_field(plan->root->fields, "X"), "a")->members.first->integer, 1);
	assert_non_null(plan_field(plan->fields, "Y"));
	assert_null(plan_field(plan->fields, "Plan"));
}

static void two_lists_of_workers_are_one(void **state) {
	Plan *plan = plan_of(*state, PLAN("{'Node Type': 'Sort', 'Actual Rows': 1, 'Actual Loops': 3, "
	                                  "'Workers': [{'Worker Number': 0, 'Actual Total Time': 5.5, 'Actual Rows': 2, 'Actual Loops': 1}, {'Worker Number': 1, 'Actual Rows': 3}], "
	                                  "'Workers': [{'Worker Number': 1, 'Sort Method': 'quicksort', 'Actual Loops': 1}, {'Sort Method': 'nobody'}]}", ""));
	assert_int_equal(plan->root->workers.count, 2);
	assert_near(plan->root->workers.items[0].total_ms, 5.5);
	assert_int_equal(plan->root->workers.items[1].number, 1);
	assert_near(plan->root->workers.items[1].rows, 3);
	assert_near(plan->root->workers.items[1].loops, 1);
	assert_true(isnan(plan->root->workers.items[1].total_ms));
}

static void numbers_may_be_texts(void **state) {
	Plan *plan = plan_of(*state, PLAN("{'Node Type': 'Seq Scan', 'Actual Total Time': '1.5', 'Actual Rows': '10.00', 'Actual Loops': '2', 'Parallel Aware': 'true'}", ""));
	assert_near(plan->root->measure.total_ms, 3);
	assert_near(plan->root->measure.rows_actual, 20);
	assert_string_equal(node_text(plan->root, "Actual Rows"), "10.00");
	assert_true(plan->root->parallel_aware);
}

static void impossible_figures_are_unknown(void **state) {
	Plan *plan = plan_of(*state, PLAN("{'Node Type': 'Seq Scan', 'Plan Rows': -5, 'Actual Total Time': 1e999, 'Actual Rows': 1e308, 'Actual Loops': 1}", ""));
	assert_true(isnan(plan->root->plan_rows));
	assert_true(isnan(plan->root->actual_total_ms));
	assert_true(isnan(plan->root->measure.rows_actual));
}

static void any_bytes_are_kept(void **state) {
	static const char text[] = "{\"Plan\": {\"Node Type\": \"Seq Scan\", \"Relation Name\": \"\xff\xfe\xe9t\\u001b[31m\\ud800\"}}";
	PlanList plans;
	assert_true(read_text(*state, text, &plans, NULL));
	assert_memory_equal(plans.items[0]->root->relation, "\xff\xfe\xe9t\033[31m", 9);
}

static void older_and_newer_names_are_the_same_figures(void **state) {
	Plan *old = plan_of(*state, PLAN("{'Node Type': 'Result', 'I/O Read Time': 1.5}", ", 'Total Runtime': 7.5"));
	assert_near(old->execution_ms, 7.5);
	assert_near(old->root->blocks.shared_read_ms, 1.5);
	Plan *new = plan_of(*state, PLAN("{'Node Type': 'Result', 'Shared I/O Read Time': 2.5, 'Local I/O Write Time': 3.5}", ", 'Serialization': {'Time': 4.5}"));
	assert_near(new->root->blocks.shared_read_ms, 2.5);
	assert_near(new->root->blocks.local_write_ms, 3.5);
	assert_near(new->serialization_ms, 4.5);
}

/* ---- deep and large ---- */

static void any_nesting_is_survived(void **state) {
	enum { LEVELS = 100000 };
	Str text = STR_INIT;
	str_add(&text, "[{\"Plan\": ");
	str_add_repeat(&text, "{\"Node Type\": \"Append\", \"Actual Total Time\": 1, \"Actual Rows\": 1, \"Actual Loops\": 1, \"Plans\": [", LEVELS);
	str_add(&text, "{\"Node Type\": \"Result\"}");
	str_add_repeat(&text, "]}", LEVELS);
	str_add(&text, "}]");
	PlanList plans;
	assert_true(plan_read_json(*state, text.text, text.len, &plans, NULL));
	assert_int_equal(plans.items[0]->node_count, LEVELS + 1);
	assert_int_equal(plans.items[0]->nodes[LEVELS]->depth, LEVELS);
	str_clear(&text);
	str_add_repeat(&text, "[", LEVELS);
	assert_false(plan_read_json(*state, text.text, text.len, &plans, NULL));
	str_add_repeat(&text, "]", LEVELS);
	assert_false(plan_read_json(*state, text.text, text.len, &plans, NULL));
	str_release(&text);
}

static void nodes_stand_in_the_order_explain_prints_them(void **state) {
	Plan *plan = plan_of(*state, "{'Plan': {'Node Type': 'a', 'Plans': [{'Node Type': 'b', 'Plans': [{'Node Type': 'c'}, 5, {'Relation Name': 'x'}]}, {'Node Type': 'e'}]}}");
	assert_int_equal(plan->node_count, 5);
	for (size_t i = 0; i < 5; i++) assert_int_equal(plan->nodes[i]->id, i + 1);
	assert_string_equal(plan->nodes[4]->type, "e");
	assert_string_equal(plan->nodes[3]->type, "Unknown");
	assert_ptr_equal(plan->nodes[3]->parent, plan->nodes[1]);
	assert_ptr_equal(plan->nodes[1]->next, plan->nodes[4]);
	assert_int_equal(plan->nodes[2]->depth, 2);
}

/* ---- what is refused ---- */

static void errors_say_where(void **state) {
	refuses(*state, "[\n  {\"Plan\": {\"Node Type\": \"Seq Scan\", \"Plan Rows\": 12x4}}\n]",
	        "lexical error: invalid char in json text, line 2, offset 55: Type\": \"Seq Scan\", \"Plan Rows\": 12x4}}");
	refuses(*state, "{\"Plan\": [\n 1, \"x\n", "unexpected end of JSON, line 2, offset 17: 1, \"x");
}

static void texts_without_a_plan_are_refused(void **state) {
	refuses(*state, "", "the text is empty");
	refuses(*state, "Seq Scan on t", "no JSON in this text, line 1, offset 0: Seq Scan on t");
	static const char *const others[] = {"{\"a\": 1}", "[]", "{\"Plan\": \"premium\"}", "{\"Plan\": {\"price\": 5}}", "17"};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		refuses(*state, others[i], arena_printf(*state, "no plan in this JSON, line 1, offset 0: %s", others[i]));
}

static void quotes_of_a_word_processor_are_recognised(void **state) {
	PlanList plans;
	Err err = ERR_INIT;
	assert_false(read_text(*state, "[{“Plan”: {“Node Type”: “Sort”}}]", &plans, &err));
	assert_non_null(strstr(err.hint.text, "typographic"));
	err_release(&err);
}

static void utf_16_is_recognised(void **state) {
	PlanList plans;
	Err err = ERR_INIT;
	assert_false(plan_read_json(*state, "\xff\xfe[\0{\0", 6, &plans, &err));
	assert_non_null(strstr(err.message.text, "UTF-16"));
	err_release(&err);
}

static void an_error_shows_no_control_characters(void **state) {
	PlanList plans;
	Err err = ERR_INIT;
	assert_false(read_text(*state, "{\"Plan\": \033]0;evil\007 x}", &plans, &err));
	for (size_t i = 0; i < err.message.len; i++) assert_true((unsigned char)err.message.text[i] >= 0x20);
	err_release(&err);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    arena_test(an_array_as_explain_prints_it_is_read),
	    arena_test(a_bare_object_as_auto_explain_logs_it_is_read),
	    arena_test(several_plans_are_read_in_their_order),
	    arena_test(wrappers_of_clients_are_seen_through),
	    arena_test(a_bare_node_is_a_plan),
	    arena_test(a_field_of_csv_is_read),
	    arena_test(a_plan_in_a_frame_is_read),
	    arena_test(masked_figures_are_unknown_and_not_zero),
	    arena_test(a_plan_its_server_cut_off_is_read_as_far_as_it_goes),
	    arena_test(a_paste_that_ends_anywhere_is_read_as_far_as_it_goes),
	    arena_test(every_field_is_kept_in_order_and_twice_when_it_came_twice),
	    arena_test(two_lists_of_workers_are_one),
	    arena_test(numbers_may_be_texts),
	    arena_test(impossible_figures_are_unknown),
	    arena_test(any_bytes_are_kept),
	    arena_test(older_and_newer_names_are_the_same_figures),
	    arena_test(any_nesting_is_survived),
	    arena_test(nodes_stand_in_the_order_explain_prints_them),
	    arena_test(errors_say_where),
	    arena_test(texts_without_a_plan_are_refused),
	    arena_test(quotes_of_a_word_processor_are_recognised),
	    arena_test(utf_16_is_recognised),
	    arena_test(an_error_shows_no_control_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
