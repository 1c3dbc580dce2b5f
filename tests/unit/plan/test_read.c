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

static void the_same_plan_behind_the_marks_of(Arena *arena, const char *mark) {
	static const char *const lines[] = {"Sort  (cost=1.00..2.00 rows=1 width=4)", "  Sort Key: a", "  ->  Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)", "        Filter: (a > 5)"};
	Str text = STR_INIT;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) str_printf(&text, "%s%s\n", strchr(mark, '%') ? arena_printf(arena, "%2zu: ", i + 9) : mark, lines[i]);
	PlanList plans;
	assert_true(plan_read(arena, text.text, text.len, &plans, NULL));
	assert_int_equal(plans.count, 1);
	assert_int_equal(plans.items[0]->node_count, 2);
	assert_string_equal(plans.items[0]->root->label, "Sort");
	assert_string_equal(node_text(plans.items[0]->nodes[1], "Filter"), "(a > 5)");
	str_release(&text);
}

static void marks_before_every_line_are_no_part_of_the_plan(void **state) {
	static const char *const marks[] = {"> ", ">> ", "> > ", "-- ", "# ", "// ", " * ", "> -- ", "%", "\ufeff", "\033[1;32m"};
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) the_same_plan_behind_the_marks_of(*state, marks[i]);
	assert_string_equal(label_of(*state, "> [\n>  {\"Plan\":\n> {\"Node Type\": \"Sort\"}}\n> ]\n"), "Sort");
	assert_string_equal(label_of(*state, "[{&quot;Plan&quot;: {&quot;Node Type&quot;: &quot;Sort&quot;}}]"), "Sort");
	assert_string_equal(label_of(*state, "1 [\n2  {\"Plan\":\n3 {\"Node Type\": \"Sort\"}}\n4 ]\n"), "Sort");
	assert_string_equal(label_of(*state, "-- [\n--  {\"Plan\":\n-- {\"Node Type\": \"Sort\"}}\n-- ]\nselect 1;\n"), "Sort");
	assert_string_equal(label_of(*state, "\033[32m[{\033[0m\"Plan\": {\"Node Type\": \"\033[1mSo\033[0mrt\"}}]"), "Sort");
}

/* ---- what is no plan that can be read ---- */

/* What stands in the text, the message's beginning, and the words it points at. */
static const struct {
	const char *text, *message, *at;
} refusals[] = {
    {"<explain xmlns=\"http://www.postgresql.org/2009/explain\">\n<Query><Plan>\n<Node-Type>Seq Scan</Node-Type>", "plans in XML are not read, line 3", "<Node-Type>S"},
    {" QUERY PLAN \n---\n - Plan:     +\n     Node Type: \"Seq Scan\"+\n", "plans in YAML are not read, line 4", "Node Type: \""},
    {"- Plan:\n    Node Type: Result\n", "plans in YAML are not read, line 2", "Node Type: R"},
    {"EXPLAIN: -> Limit: 5 row(s)  (cost=0.35 rows=5) (actual time=0.1..0.2 rows=5 loops=1)\n", "this looks like a plan of MySQL", "-> Limit: 5"},
    {"| -> Table scan on t  (cost=0.35 rows=1) (actual time=0.1..0.2 rows=5 loops=1)\n |\n", "this looks like a plan of MySQL", "-> Table sca"},
    {"{\n  \"query_block\": {\"select_id\": 1}}", "this looks like a plan of MySQL", "\"query_block"},
    {"{\"query\": \"x\", \"operation\": \"Table scan on t\", \"access_type\": \"table\"}", "this looks like a plan of MySQL", "\"access_type"},
    {"{\"query_block\": {\"r_loops\": 1}}", "this looks like a plan of MariaDB", "\"r_loops\": 1"},
    {"| id | select_type | table | possible_keys |\n", "this looks like a plan of MySQL", "select_type"},
    {"distribution: local\nvectorized: true\n\n• scan\n  table: t@t_pkey\n", "this looks like a plan of CockroachDB", "distribution"},
    {"┌─────┐\n│┌───┐│\n││    Physical Plan    ││\n", "this looks like a plan of DuckDB", "Physical"},
    {"┌─────┐\n│      SEQ_SCAN       │\n", "this looks like a plan of DuckDB", "SEQ_SCAN"},
    {"[{\"name\": \"PROJECTION\", \"children\": [], \"extra_info\": {}}]", "this looks like a plan of DuckDB", "\"extra_info"},
    {"QUERY PLAN\n|--SCAN t\n`--SEARCH u USING INDEX i (a=?)\n", "this looks like a plan of SQLite", "--SCAN t"},
    {"QUERY PLAN\n`--SCAN t\n", "this looks like a plan of SQLite", "`--SCAN t"},
    {"0|0|0|SCAN TABLE t\n", "this looks like a plan of SQLite", "|SCAN TABLE"},
    {"Plan hash value: 272002086\n\n| Id  | Operation         | Name |\n", "this looks like a plan of Oracle", "Plan hash va"},
    {"| Id  | Operation         | Name |\n|   0 | SELECT STATEMENT  |      |\n", "this looks like a plan of Oracle", "| Operation"},
    {"  |--Clustered Index Scan(OBJECT:([db].[dbo].[t].[pk]))\n", "this looks like a plan of SQL Server", "--Clustered"},
    {"<ShowPlanXML xmlns=\"http://schemas.microsoft.com/x\">", "this looks like a plan of SQL Server", "<ShowPlanXML"},
    {"\xff\xfe[\0{\0", "this text is in UTF-16", NULL},
    {"S\0e\0q\0 \0S\0c\0a\0n\0", "this text is in UTF-16", NULL},
    {"\n hello\n", "no plan in this text, line 2, offset 2: hello", "hello"},
    {"{\"a\": 1}", "no plan in this JSON, line 1, offset 0: {\"a\": 1}", "{\"a\": 1}"},
    {"", "the text is empty", NULL},
    {" \n", "the text is empty", NULL},
};

static size_t length_of(const char *text) {
	bool utf16 = text[0] == '\xff' || (text[0] == 'S' && !text[1]);
	return !utf16 ? strlen(text) : text[0] == 'S' ? 16 : 6;
}

static void what_cannot_be_read_is_refused_by_name_and_place(void **state) {
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		PlanList plans;
		Err err = ERR_INIT;
		assert_false(plan_read(*state, refusals[i].text, length_of(refusals[i].text), &plans, &err));
		assert_int_equal(err.kind, ERR_INPUT);
		const char *place = refusals[i].at ? arena_printf(*state, "offset %zu: ", (size_t)(strstr(refusals[i].text, refusals[i].at) - refusals[i].text)) : "";
		bool fine = strncmp(err.message.text, refusals[i].message, strlen(refusals[i].message)) == 0 && strstr(err.message.text, place);
		if (!fine) print_error("%s\n  for: %s %s\n", err.message.text, refusals[i].message, place);
		assert_true(fine);
		assert_int_equal(plans.count, 0);
		assert_true(err.hint.len || strcmp(err.message.text, "the text is empty") == 0);
		err_release(&err);
	}
}

/* Words of others in a condition of ours: a plan all the same. */
static void conditions_may_speak_of_other_databases(void **state) {
	static const char *const conditions[] = {"(a = '\"query_block\": 1'::text)", "(a = '<Node-Type> <Plan>'::text)", "(a = 'Plan: Node Type: \"x\"'::text)", "(j ? '\"Node Type\"'::text)",
	                                         "(a = 'select_type possible_keys'::text)", "(a = '\nPhysical Plan\n-> Table scan on t'::text)"};
	for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++) {
		const char *text = arena_printf(*state, "Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)\n  Filter: %s\n", conditions[i]);
		PlanList plans;
		assert_true(plan_read(*state, text, strlen(text), &plans, NULL));
		assert_string_equal(node_text(plans.items[0]->root, "Filter"), conditions[i]);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    arena_test(json_and_text_are_told_apart),
	    arena_test(rows_of_text_exported_as_json_are_read),
	    arena_test(a_logged_duration_is_the_time_of_the_statement),
	    arena_test(durations_that_do_not_match_are_left_alone),
	    arena_test(marks_before_every_line_are_no_part_of_the_plan),
	    arena_test(what_cannot_be_read_is_refused_by_name_and_place),
	    arena_test(conditions_may_speak_of_other_databases),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
