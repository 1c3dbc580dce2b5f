/* test_fingerprint.c: statements that are the same but for their constants, and those that are not. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>

#include "base/str.h"
#include "sql/fingerprint.h"

static Arena *arena;

static int setup(void **state) {
	(void)state;
	arena = arena_new();
	return 0;
}

static int teardown(void **state) {
	(void)state;
	arena_free(arena);
	return 0;
}

static void assert_same(const char *one, const char *other, bool same) {
	const char *a = statement_fingerprint(arena, one), *b = statement_fingerprint(arena, other);
	if ((strcmp(a, b) == 0) != same) fail_msg("%s and %s\n%s %s", a, b, one, other);
}

static void constants_blanks_and_comments_make_no_difference(void **state) {
	(void)state;
	assert_int_equal(strlen(statement_fingerprint(arena, "select 1")), 16);
	assert_same("select * from orders where id = 1", "SELECT *\n  FROM orders -- all\n WHERE id = 42;", true);
	assert_same("select * from orders where status = 'open'", "select * from orders where status = $1", true);
	assert_same("select * from orders where id in (1, 2)", "select * from orders where id in (1, 2, 3, 4)", true);
}

static void tables_columns_and_order_make_one(void **state) {
	(void)state;
	static const char *const statements[] = {"select * from orders where id = 1", "select * from orders where total = 1", "select * from customers where id = 1",
	                                         "select * from orders where id > 1", "select * from orders where id = 1 order by id", ""};
	for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
		for (size_t k = 0; k < i; k++) assert_same(statements[i], statements[k], false);
}

static void what_cannot_be_parsed_has_one_too(void **state) {
	(void)state;
	const char *ours = statement_fingerprint(arena, "selec * form orders where id = 1");
	assert_int_equal(strlen(ours), 17);
	assert_int_equal(*ours, 't');
	assert_same("selec * form orders where id = 1", "SELEC  * form orders /* these */ where id = 'x';", true);
	assert_same("selec * form orders where id = 1", "selec * form orders where id > 1", false);
	assert_same("selec \"A\"", "selec \"a\"", false);
	assert_same("select '\xff\xfe' from \x1b[31m", "select '' from \x1b[31m", true);
}

static void a_text_of_any_size_and_depth_has_one(void **state) {
	(void)state;
	Str deep = STR_INIT;
	str_add_repeat(&deep, "select (", 40000);
	assert_int_equal(*statement_fingerprint(arena, deep.text), 't');
	str_clear(&deep);
	str_add(&deep, "select 1");
	str_add_repeat(&deep, " + 1", 40000);
	assert_int_equal(*statement_fingerprint(arena, deep.text), 't');
	str_release(&deep);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(constants_blanks_and_comments_make_no_difference),
		cmocka_unit_test(tables_columns_and_order_make_one),
		cmocka_unit_test(what_cannot_be_parsed_has_one_too),
		cmocka_unit_test(a_text_of_any_size_and_depth_has_one),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
