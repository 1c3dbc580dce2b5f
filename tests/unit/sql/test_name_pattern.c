/* test_name_pattern.c: psql's rules for patterns. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "sql/name_pattern.h"

static int new_arena(void **state) {
	*state = arena_new();
	return 0;
}

static int free_arena(void **state) {
	arena_free(*state);
	return 0;
}

static const char *told(Arena *arena, const char *text) {
	NamePattern pattern = name_pattern_read(arena, text);
	return arena_printf(arena, "%s %s", pattern.schema ? pattern.schema : "-", pattern.name ? pattern.name : "-");
}

static void patterns_are_read_as_psql_reads_them(void **state) {
	static const char *const cases[][2] = {
		{"", "- -"},
		{"orders", "- ^(orders)$"},
		{"Orders", "- ^(orders)$"},
		{"ord*", "- ^(ord.*)$"},
		{"o?ders", "- ^(o.ders)$"},
		{"shop.*", "^(shop)$ ^(.*)$"},
		{"shop.", "^(shop)$ -"},
		{"*.orders", "^(.*)$ ^(orders)$"},
		{"db.shop.orders", "^(shop)$ ^(orders)$"},
		{"\"My Table\"", "- ^(My Table)$"},
		{"\"a.b\".\"c*\"", "^(a\\.b)$ ^(c\\*)$"},
		{"\"a\"\"b\"", "- ^(a\"b)$"},
		{"a$b", "- ^(a\\$b)$"},
		{"t[0-9]+", "- ^(t[0-9]+)$"},
		{"\"open", "- ^(open)$"},
		{"größe", "- ^(größe)$"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) assert_string_equal(told(*state, cases[i][0]), cases[i][1]);
}

int main(void) {
	const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(patterns_are_read_as_psql_reads_them, new_arena, free_arena)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
