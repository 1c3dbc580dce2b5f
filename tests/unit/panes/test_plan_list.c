/* test_plan_list.c: the plans of a file or of a log as rows, the longest first. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "panes/plan_list.h"
#include "plan/read.h"

static int set_up(void **state) {
	*state = arena_new();
	return 0;
}

static int tear_down(void **state) {
	arena_free(*state);
	return 0;
}

static ListRows rows_of(Arena *arena, const Table *table) {
	List list = LIST_INIT(plan_list.sort);
	return list_rows(arena, &list, table, plan_list.columns, plan_list.column_count, NULL);
}

static void a_log_is_listed_longest_first(void **state) {
	LogEntry entries[] = {
		{.duration_ms = 2, .query = "select 1", .format = "text", .time = "2026-11-21"},
		{.duration_ms = 30, .query = "", .format = "xml", .query_id = "-42"},
		{.duration_ms = 2, .query = "select 3", .format = "json"},
	};
	const LogEntries log = {.items = entries, .count = 3};
	const Table *table = plan_list_of_log(*state, &log);
	ListRows rows = rows_of(*state, table);
	static const size_t numbers[] = {2, 1, 3};
	assert_int_equal(rows.count, 3);
	for (size_t i = 0; i < 3; i++) assert_int_equal(plan_list_number(table, rows.rows[i]), numbers[i]);
	assert_string_equal(table_text(table, 1, table_column(table, "query_id"), ""), "-42");
	assert_string_equal(table_text(table, 1, table_column(table, "format"), ""), "xml");
	assert_true(table_null(table, 1, table_column(table, "query")));
	assert_true(table_null(table, 1, table_column(table, "time")));
}

static void plans_are_known_by_their_statement_or_their_first_node(void **state) {
	static const char text[] = "[{\"Query Text\": \"select 1\", \"Plan\": {\"Node Type\": \"Result\"}}, {\"Plan\": {\"Node Type\": \"Seq Scan\", \"Relation Name\": \"t\"}, \"Execution Time\": 2}]";
	PlanList plans;
	Err err = ERR_INIT;
	assert_true(plan_read(*state, text, sizeof text - 1, &plans, &err));
	const Table *table = plan_list_of_plans(*state, &plans);
	ListRows rows = rows_of(*state, table);
	size_t query = table_column(table, "query");
	assert_int_equal(plan_list_number(table, rows.rows[0]), 2);
	assert_string_equal(table_text(table, rows.rows[0], query, ""), "Seq Scan t");
	assert_string_equal(table_text(table, rows.rows[1], query, ""), "select 1"); /* its time is not known */
}

static void the_table_has_what_the_columns_say(void **state) {
	const Table *table = plan_list_of_plans(*state, &(PlanList){0});
	assert_int_equal(table->row_count, 0);
	for (size_t i = 0; i < PLAN_LIST_ALL_COLUMNS; i++) {
		assert_string_equal(table->columns[i].name, plan_list.columns[i].id);
		assert_int_equal(table->columns[i].type, plan_list.columns[i].type);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_log_is_listed_longest_first, set_up, tear_down),
		cmocka_unit_test_setup_teardown(plans_are_known_by_their_statement_or_their_first_node, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_table_has_what_the_columns_say, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
