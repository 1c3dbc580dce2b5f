/* test_value_list.c: the plans of a statement under several values as rows, and what is said of them below. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "../../golden.h"
#include "advise/parameter_sensitive.h"
#include "panes/value_list.h"
#include "plan/json.h"

static int set_up(void **state) {
	*state = arena_new();
	return 0;
}

static int tear_down(void **state) {
	arena_free(*state);
	return 0;
}

#define SEQ(cost, rows) "{~Node Type~: ~Seq Scan~, ~Relation Name~: ~orders~, ~Alias~: ~orders~, ~Plan Rows~: " #rows ", ~Total Cost~: " #cost "}"
#define INDEX(cost, rows) "{~Node Type~: ~Index Scan~, ~Relation Name~: ~orders~, ~Alias~: ~orders~, ~Index Name~: ~orders_status_idx~, ~Index Cond~: ~x~, ~Plan Rows~: " #rows ", ~Total Cost~: " #cost "}"

static void add(Arena *arena, ValuePlans *plans, const char *source, const char *values, const char *root, double ms) {
	ValuePlan *plan = list_push(arena, plans);
	*plan = (ValuePlan){.source = source, .values = values, .statement = "select * from orders where status = $1", .measured_ms = ms};
	if (!root) return;
	char *text = arena_printf(arena, "[{~Plan~: %s, ~Planning Time~: 0.4}]", root);
	for (char *at = text; (at = strchr(at, '~'));) *at = '"';
	PlanList read;
	assert_true(plan_read_json(arena, text, strlen(text), &read, NULL));
	plan->plan = read.items[0];
}

static ValuePlans *skewed(Arena *arena) {
	ValuePlans *plans = ARENA_NEW(arena, ValuePlans);
	add(arena, plans, "generic", NULL, INDEX(840, 1200), NAN);
	add(arena, plans, "most common", "$1 = done", SEQ(40712, 1100000), 462);
	add(arena, plans, "rare", "$1 = \x1b[31mlost", INDEX(12.5, 9), NAN);
	return plans;
}

static Sensitivity *seen(Arena *arena, const ValuePlans *plans) {
	return sensitivity_of(arena, statement_parse(arena, "select * from orders where status = $1"), plans, "status = $1");
}

/* As the console draws them: the list on top. */
static Canvas *drawn(Arena *arena, int width, int height, int rows, bool ascii) {
	const ValuePlans *plans = skewed(arena);
	const Sensitivity *s = seen(arena, plans);
	Canvas *canvas = canvas_new(arena, width, height, ascii);
	Table *table = value_list_rows(arena, plans, s);
	List list = LIST_INIT(value_list.sort);
	ListRows order = list_rows(arena, &list, table, value_list.columns, value_list.column_count, NULL);
	list_settle(&list, table, order, rows);
	list_draw(canvas, (Box){0, 0, width, rows}, &list, table, order, value_list.columns, value_list.column_count, true);
	list_release(&list);
	Page *page = page_new(arena);
	FindingList findings = {0};
	*list_push(arena, &findings) = parameter_sensitive_finding(arena, s, "web");
	value_list_page(page, s, plans->items[0].plan, &findings, width);
	PageView top = PAGE_VIEW_INIT;
	page_draw(canvas, (Box){0, rows + 1, width, height - rows - 1}, page, &top);
	return canvas;
}

static void screens_are_as_they_were(void **state) {
	golden_check("values-120x36", drawn(*state, 120, 36, 4, false), false);
	golden_check("values-80x24", drawn(*state, 80, 24, 4, false), false);
	golden_check("values-80x24-roles", drawn(*state, 80, 24, 4, false), true);
	golden_check("values-80x24-ascii", drawn(*state, 80, 24, 4, true), false);
	golden_check("values-40x10", drawn(*state, 40, 10, 3, false), false);
}

static void what_is_not_planned_yet_waits_in_its_row(void **state) {
	Arena *arena = *state;
	ValuePlans *plans = ARENA_NEW(arena, ValuePlans);
	add(arena, plans, "generic", NULL, NULL, NAN);
	add(arena, plans, "rare", "$1 = x", NULL, NAN);
	plans->items[1].problem = "invalid input syntax";
	Table *table = value_list_rows(arena, plans, NULL);
	assert_string_equal(table_text(table, 0, table_column(table, "plan"), ""), "…");
	assert_string_equal(table_text(table, 1, table_column(table, "plan"), ""), "-");
	assert_string_equal(table_text(table, 1, table_column(table, "values"), ""), "invalid input syntax");
	assert_true(table_null(table, 0, table_column(table, "cost")));
}

static void rows_know_their_statement(void **state) {
	Arena *arena = *state;
	const ValuePlans *plans = skewed(arena);
	Table *table = value_list_rows(arena, plans, NULL);
	assert_int_equal(VALUE_LIST_STATEMENT, value_list.column_count);
	assert_string_equal(value_list.statement(arena, NULL, table, 1).text, "select * from orders where status = $1");
	for (size_t i = 0; i < value_list.column_count; i++) {
		assert_string_equal(table->columns[i].name, value_list.columns[i].id);
		assert_int_equal(table->columns[i].type, value_list.columns[i].type);
	}
}

static void one_plan_is_said_to_be_one(void **state) {
	Arena *arena = *state;
	ValuePlans *plans = ARENA_NEW(arena, ValuePlans);
	add(arena, plans, "generic", NULL, INDEX(8, 1), NAN);
	add(arena, plans, "typical", "$1 = 5", INDEX(8, 1), NAN);
	Page *page = page_new(arena);
	value_list_page(page, seen(arena, plans), plans->items[0].plan, &(FindingList){0}, 80);
	const char *text = page_plain(arena, page);
	assert_non_null(strstr(text, "one plan for all values"));
	assert_non_null(strstr(text, "gets the generic plan"));
	assert_null(strstr(text, "plan_cache_mode"));
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
	const struct CMUnitTest tests[] = {
		TEST(screens_are_as_they_were), TEST(what_is_not_planned_yet_waits_in_its_row), TEST(rows_know_their_statement), TEST(one_plan_is_said_to_be_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
