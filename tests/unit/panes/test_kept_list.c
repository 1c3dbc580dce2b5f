/* test_kept_list.c: the plans that were kept, a row each. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "panes/kept_list.h"

static Arena *arena;

static int setup(void **state) {
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	arena = arena_new();
	return 0;
}

static int teardown(void **state) {
	(void)state;
	arena_free(arena);
	return 0;
}

static const char *cell(const Table *table, size_t row, const char *id) {
	size_t column = table_column(table, id);
	for (size_t i = 0; i < kept_list.column_count; i++)
		if (strcmp(kept_list.columns[i].id, id) == 0) return column_text(arena, &kept_list.columns[i], table, row, column);
	fail_msg("there is no column %s", id);
	return NULL;
}

static void a_plan_is_told_by_time_server_figures_and_name(void **state) {
	(void)state;
	Table *table = kept_list_new(arena);
	kept_list_add(arena, table, &(KeptRow){.id = 7, .at_ms = 1795289412345, .server = "db1/shop", .execution_ms = 462, .shared_blocks = 40121, .name = "before", .statement = "select\n 1 \x1b[31m"});
	kept_list_add(arena, table, &(KeptRow){.id = 9, .at_ms = 1795289412345, .server = "db1/shop", .execution_ms = NAN, .shared_blocks = NAN, .statement = "select 2"});
	assert_string_equal(cell(table, 0, "time"), "2026-11-21 19:30");
	assert_string_equal(cell(table, 0, "server"), "db1/shop");
	assert_string_equal(cell(table, 0, "execution_ms"), "462ms");
	assert_string_equal(cell(table, 0, "name"), "before");
	assert_string_equal(cell(table, 0, "statement"), "select 1 ?[31m");
	assert_string_equal(cell(table, 1, "execution_ms"), "");
	assert_string_equal(cell(table, 1, "shared_blocks"), "");
	assert_string_equal(cell(table, 1, "name"), "");
	assert_string_equal(cell(table, 0, "number"), "7");
	assert_int_equal(kept_list_id(table, 0), 7);
}

static void the_newest_stands_first_within_a_minute_too(void **state) {
	(void)state;
	Table *table = kept_list_new(arena);
	for (int64_t id = 1; id <= 3; id++) kept_list_add(arena, table, &(KeptRow){.id = id, .at_ms = 1795289412345 + id, .server = "s", .execution_ms = NAN, .shared_blocks = NAN, .statement = "x"});
	List list = LIST_INIT(kept_list.sort);
	ListRows rows = list_rows(arena, &list, table, kept_list.columns, kept_list.column_count, NULL);
	assert_int_equal(rows.count, 3);
	assert_int_equal(kept_list_id(table, rows.rows[0]), 3);
	assert_int_equal(kept_list_id(table, rows.rows[2]), 1);
	list_release(&list);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plan_is_told_by_time_server_figures_and_name),
		cmocka_unit_test(the_newest_stands_first_within_a_minute_too),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
