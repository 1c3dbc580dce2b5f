/* test_server.c: what was found out about a server. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/server.h"

static Extension extensions[] = {
    {.name = "hypopg"},
    {.name = "pg_stat_statements", .version = "1.10", .schema = "public"},
};
static ServerColumn columns[] = {{"pg_stat_statements", "toplevel"}, {"pg_stat_io", "reads"}};
static const Server server = {
    .extensions = {.items = extensions, .count = 2, .room = 2},
    .columns = {.items = columns, .count = 2, .room = 2},
};

static void an_extension_may_be_there_and_not_created(void **state) {
	(void)state;
	assert_non_null(server_extension(&server, "hypopg"));
	assert_false(server_has_extension(&server, "hypopg"));
	assert_true(server_has_extension(&server, "pg_stat_statements"));
	assert_string_equal(server_extension(&server, "pg_stat_statements")->version, "1.10");
	assert_null(server_extension(&server, "pg_stat"));
	assert_false(server_has_extension(&server, ""));
}

static void a_column_belongs_to_its_relation(void **state) {
	(void)state;
	assert_true(server_has_column(&server, "pg_stat_statements", "toplevel"));
	assert_false(server_has_column(&server, "pg_stat_io", "toplevel"));
	assert_false(server_has_column(&server, "pg_stat_statements", "reads"));
}

static void an_unknown_server_has_nothing(void **state) {
	(void)state;
	const Server unknown = {0};
	assert_null(server_extension(&unknown, "hypopg"));
	assert_false(server_has_column(&unknown, "pg_stat_io", "reads"));
}

static void a_copy_needs_nothing_of_the_first(void **state) {
	(void)state;
	Arena *first = arena_new(), *second = arena_new();
	const Server *copy = server_copy(second, server_copy(first, &server));
	arena_free(first);
	assert_string_equal(server_extension(copy, "pg_stat_statements")->schema, "public");
	assert_null(server_extension(copy, "hypopg")->version);
	assert_true(server_has_column(copy, "pg_stat_io", "reads"));
	assert_null(copy->host);
	assert_null(server_copy(second, NULL));
	arena_free(second);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_extension_may_be_there_and_not_created),
	    cmocka_unit_test(a_column_belongs_to_its_relation),
	    cmocka_unit_test(an_unknown_server_has_nothing),
	    cmocka_unit_test(a_copy_needs_nothing_of_the_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
