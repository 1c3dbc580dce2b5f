/* test_mention.c: columns are found by the words of an expression. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "sql/mention.h"

static int begin(void **state) {
	*state = arena_new();
	return 0;
}

static int end(void **state) {
	arena_free(*state);
	return 0;
}

static const char *mentions(Arena *arena, const char *expression) {
	MentionList list = {0};
	const char *all = list.parameter ? "$" : "";
	mentions_add(arena, &list, expression);
	for (size_t i = 0; i < list.count; i++)
		all = arena_printf(arena, "%s%s%s%s%s", all, i ? " " : "", list.items[i].qualifier ? list.items[i].qualifier : "",
		                   list.items[i].qualifier ? "." : "", list.items[i].column ? list.items[i].column : "*");
	return list.parameter ? arena_printf(arena, "%s $", all) : all;
}

static void columns_stand_with_their_tables(void **state) {
	assert_string_equal(mentions(*state, "((o.total > c.limit_) AND (o.\"Order Date\" = '2024-01-01'::date))"), "o.total c.limit_ o.Order Date");
	assert_string_equal(mentions(*state, "\"My \"\"T\"\"\".\"a\"\"b\""), "My \"T\".a\"b");
	assert_string_equal(mentions(*state, "PARTIAL sum((l.price * l.discount))"), "PARTIAL l.price l.discount");
}

static void bare_columns_are_mentioned_too(void **state) {
	assert_string_equal(mentions(*state, "PARTIAL sum((price * discount))"), "PARTIAL price discount");
}

static void functions_types_and_schemas_are_no_columns(void **state) {
	assert_string_equal(mentions(*state, "public.f(o.x)"), "o.x");
	assert_string_equal(mentions(*state, "(o.x)::public.money"), "o.x");
	assert_string_equal(mentions(*state, "(o.x)::text"), "o.x");
	assert_string_equal(mentions(*state, "lower(x)"), "x");
}

static void rows_and_parameters_are_seen(void **state) {
	assert_string_equal(mentions(*state, "o.*"), "o.*");
	assert_string_equal(mentions(*state, "(o.id = $1)"), "o.id $");
}

static void strings_say_nothing(void **state) {
	assert_string_equal(mentions(*state, "('a.b' = 'c.d'::text)"), "");
	assert_string_equal(mentions(*state, ""), "");
	assert_string_equal(mentions(*state, "o."), "");
	assert_string_equal(mentions(*state, "'o.x"), "");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(columns_stand_with_their_tables, begin, end),
		cmocka_unit_test_setup_teardown(bare_columns_are_mentioned_too, begin, end),
		cmocka_unit_test_setup_teardown(functions_types_and_schemas_are_no_columns, begin, end),
		cmocka_unit_test_setup_teardown(rows_and_parameters_are_seen, begin, end),
		cmocka_unit_test_setup_teardown(strings_say_nothing, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
