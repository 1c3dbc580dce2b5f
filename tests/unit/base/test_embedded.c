/* test_embedded.c: files compiled into the program. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/embedded.h"

static void files_are_found_by_their_whole_name(void **state) {
	(void)state;
	const Embedded table[] = {{"a.sql", "select 1"}, {"ab.sql", ""}, {NULL, NULL}};
	assert_string_equal(embedded_text(table, "a.sql"), "select 1");
	assert_string_equal(embedded_text(table, "ab.sql"), "");
	assert_null(embedded_text(table, "a"));
	assert_null(embedded_text(table, ""));
}

int main(void) {
	const struct CMUnitTest tests[] = {cmocka_unit_test(files_are_found_by_their_whole_name)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
