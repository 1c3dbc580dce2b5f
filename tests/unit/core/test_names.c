/* test_names.c: names are found by how they begin, along the search path, and take little room. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "base/clock.h"
#include "core/names.h"

enum { PUBLIC = 2200, SHOP = 5000, HIDDEN = 6000 };

static int set_up(void **state) {
	Names *names = names_new();
	names_begin(names, NAME_SCHEMA);
	names_add(names, NAME_SCHEMA, (Name){"public", NULL, PUBLIC, 2});
	names_add(names, NAME_SCHEMA, (Name){"shop", NULL, SHOP, 1});
	names_add(names, NAME_SCHEMA, (Name){"hidden", NULL, HIDDEN, 0});
	names_settle(names, NAME_SCHEMA);
	names_begin(names, NAME_RELATION);
	names_add(names, NAME_RELATION, (Name){"orders", "table", 1, PUBLIC});
	names_add(names, NAME_RELATION, (Name){"orders", "table", 2, SHOP});
	names_add(names, NAME_RELATION, (Name){"Orders", "view", 3, PUBLIC});
	names_add(names, NAME_RELATION, (Name){"order_items", "table", 4, PUBLIC});
	names_add(names, NAME_RELATION, (Name){"secrets", "table", 5, HIDDEN});
	names_add(names, NAME_RELATION, (Name){"größe", "table", 6, PUBLIC});
	names_settle(names, NAME_RELATION);
	*state = names;
	return 0;
}

static int tear_down(void **state) {
	names_free(*state);
	return 0;
}

static void names_are_found_by_how_they_begin_in_any_case(void **state) {
	NameRange range = names_find(*state, NAME_RELATION, "ORD");
	assert_int_equal(range.count, 4);
	assert_string_equal(range.items[0].text, "order_items");
	assert_string_equal(range.items[1].text, "Orders");
	assert_string_equal(range.items[2].text, "orders");
	assert_int_equal(names_find(*state, NAME_RELATION, "").count, 6);
	assert_int_equal(names_find(*state, NAME_RELATION, "ordersx").count, 0);
	assert_int_equal(names_find(*state, NAME_RELATION, "gr\xc3").count, 1);
	assert_int_equal(names_find(*state, NAME_ROLE, "x").count, 0);
}

static void a_name_without_a_schema_is_the_first_on_the_search_path(void **state) {
	assert_int_equal(names_relation(*state, NULL, "orders")->oid, 2);
	assert_int_equal(names_relation(*state, "public", "orders")->oid, 1);
	assert_int_equal(names_relation(*state, NULL, "Orders")->oid, 3);
	assert_null(names_relation(*state, NULL, "ORDERS"));
	assert_null(names_relation(*state, NULL, "secrets"));
	assert_int_equal(names_relation(*state, "hidden", "secrets")->oid, 5);
	assert_null(names_relation(*state, "nosuch", "orders"));
	assert_int_equal(names_place(*state, SHOP), 1);
	assert_int_equal(names_place(*state, 99), 0);
	assert_string_equal(names_schema(*state, HIDDEN), "hidden");
}

static void what_was_there_is_found_until_the_new_is_settled(void **state) {
	Names *names = *state;
	names_begin(names, NAME_RELATION);
	names_add(names, NAME_RELATION, (Name){"new", "table", 7, PUBLIC});
	assert_non_null(names_exact(names, NAME_RELATION, "orders"));
	assert_null(names_exact(names, NAME_RELATION, "new"));
	names_settle(names, NAME_RELATION);
	assert_null(names_exact(names, NAME_RELATION, "orders"));
	assert_string_equal(names_exact(names, NAME_RELATION, "new")->note, "table");
	assert_false(names_known(names, NAME_ROLE));
	names_begin(names, NAME_ROLE);
	names_settle(names, NAME_ROLE);
	assert_true(names_known(names, NAME_ROLE));
	names_forget(names);
	assert_false(names_known(names, NAME_RELATION));
	assert_int_equal(names_find(names, NAME_RELATION, "").count, 0);
}

static void columns_used_least_lately_give_way(void **state) {
	Names *names = *state;
	const NameColumn columns[] = {{"id", "integer"}, {"total", "numeric(10,2)"}};
	for (uint32_t oid = 1; oid <= 512; oid++) names_put_columns(names, oid, columns, 2);
	assert_string_equal(names_columns(names, 1)->items[1].type, "numeric(10,2)");
	names_put_columns(names, 600, columns, 1);
	assert_non_null(names_columns(names, 1));
	assert_null(names_columns(names, 2));
	assert_int_equal(names_columns(names, 600)->count, 1);
	names_put_columns(names, 600, columns, 2);
	assert_int_equal(names_columns(names, 600)->count, 2);
	names_put_columns(names, 601, NULL, 0);
	assert_int_equal(names_columns(names, 601)->count, 0);
	assert_null(names_columns(names, 3));
	names_forget(names);
	assert_null(names_columns(names, 600));
}

static void twenty_thousand_tables_are_little_and_quick(void **state) {
	Names *names = *state;
	char text[64];
	int64_t began = clock_ms();
	names_begin(names, NAME_RELATION);
	names_begin(names, NAME_INDEX);
	for (uint32_t i = 0; i < 20000; i++) {
		snprintf(text, sizeof text, "tenant_%04u_orders_%u", i % 1000, i / 1000);
		names_add(names, NAME_RELATION, (Name){text, "table", i, PUBLIC});
		snprintf(text, sizeof text, "tenant_%04u_orders_%u_pkey", i % 1000, i / 1000);
		names_add(names, NAME_INDEX, (Name){text, "index", i, PUBLIC});
	}
	names_settle(names, NAME_RELATION);
	names_settle(names, NAME_INDEX);
	for (int i = 0; i < 1000; i++) assert_int_equal(names_find(names, NAME_RELATION, "TENANT_0500_").count, 20);
	assert_true(clock_ms() - began < 2000);
	assert_true(names_bytes(names) < 5u << 20);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void) {
	const struct CMUnitTest tests[] = {
		TEST(names_are_found_by_how_they_begin_in_any_case),
		TEST(a_name_without_a_schema_is_the_first_on_the_search_path),
		TEST(what_was_there_is_found_until_the_new_is_settled),
		TEST(columns_used_least_lately_give_way),
		TEST(twenty_thousand_tables_are_little_and_quick),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
