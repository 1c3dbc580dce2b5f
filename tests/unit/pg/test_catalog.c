/* test_catalog.c: a catalog query loses what a server lacks, and says where its extension lives. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "pg/catalog.h"

static ServerColumn columns[] = {{"v", "a"}, {"v", "old_b"}};
static Extension extensions[] = {{.name = "ext", .version = "1.0", .schema = "My Schema"}, {.name = "absent"}};
static const Server server = {.extensions = {extensions, 2, 2}, .columns = {columns, 2, 2}};

static int set_up(void **state) {
	*state = arena_new();
	return 0;
}

static int tear_down(void **state) {
	arena_free(*state);
	return 0;
}

static void a_line_stays_when_the_column_is_there(void **state) {
	assert_string_equal(catalog_fit(*state, &server, "select\n    a,   --? v.a\n    1\nfrom v\n"), "select\na,\n1\nfrom v\n");
	assert_string_equal(catalog_fit(*state, &server, "select\n    b,   --? v.b\n    1\nfrom v\n"), "select\n1\nfrom v\n");
	assert_string_equal(catalog_fit(*state, &server, "x --? w.a"), "");
	assert_string_equal(catalog_fit(*state, &server, "\tx\t--? v.a"), "x\n");
}

static void a_comment_becomes_a_line_when_the_column_is_there(void **state) {
	assert_string_equal(catalog_fit(*state, &server, "--? v.old_b:    old_b as b,\n--? v.old_c: old_c,\n"), "old_b as b,\n");
	assert_string_equal(catalog_fit(*state, &server, "--? v.a:\n--? v.a\n--?\n--? v\n--? v.\n"), "");
}

static void an_unknown_server_is_the_newest(void **state) {
	assert_string_equal(catalog_fit(*state, NULL, "a, --? v.a\nb, --? v.b\n--? v.old_b: old_b,\n"), "a,\nb,\n");
}

static void an_extension_is_named_with_its_schema(void **state) {
	assert_string_equal(catalog_fit(*state, &server, "from ext(false) as e   --@ ext\n"), "from \"My Schema\".ext(false) as e\n");
	assert_string_equal(catalog_fit(*state, &server, "join text as t on t.next = ext_info() --@ ext"), "join text as t on t.next = \"My Schema\".ext_info()\n");
	assert_string_equal(catalog_fit(*state, &server, "from absent_f() --@ absent\nfrom nobody() --@ nobody\n"), "from absent_f()\nfrom nobody()\n");
	assert_string_equal(catalog_fit(*state, NULL, "from ext(false) --@ ext"), "from ext(false)\n");
	assert_string_equal(catalog_fit(*state, &server, "cross join ext_info --@ ext --? v.a\n"), "cross join \"My Schema\".ext_info\n");
	assert_string_equal(catalog_fit(*state, &server, "cross join ext_info --@ ext --? v.b\n"), "");
}

static void comments_and_empty_lines_are_not_sent(void **state) {
	assert_string_equal(catalog_fit(*state, &server, "-- what for\n\n   -- more\nselect 1 -- kept\n"), "select 1 -- kept\n");
	assert_string_equal(catalog_fit(*state, &server, ""), "");
}

static void a_query_says_who_asks(void **state) {
	Err err = ERR_INIT;
	const char *text = catalog_query(*state, NULL, "statements", &err);
	assert_int_equal(strncmp(text, "/* pgwhy: statements */ select", 30), 0);
	assert_null(strstr(text, "--"));
	assert_null(catalog_query(*state, NULL, "nosuch", &err));
	assert_string_equal(err.message.text, "there is no query \"nosuch\"");
	err_release(&err);
}

static void what_queries_may_lack_is_listed_once(void **state) {
	const Embedded queries[] = {
		{"a.sql", "x, --? v.a\ny, --? v.b\n--? w_2.c: z\n"},
		{"b.sql", "select 1 --? v.c"},
		{NULL, NULL},
	};
	assert_string_equal(catalog_optional_relations(*state, queries), "{\"v\",\"w_2\"}");
	assert_non_null(strstr(catalog_optional_relations(*state, embedded_queries), "\"pg_stat_statements\""));
}

/* A form that is written wrong would silently drop or keep its line. */
static void every_form_in_our_queries_names_a_column(void **state) {
	(void)state;
	for (const Embedded *query = embedded_queries; query->name; query++)
		for (const char *mark = query->text; (mark = strstr(mark, "--?")); mark++) {
			const char *end = mark + strcspn(mark, "\n"), *dot = memchr(mark, '.', (size_t)(end - mark));
			if (mark[3] != ' ' || !dot || dot == end - 1 || dot[1] == ' ') fail_msg("%s: %.*s", query->name, (int)(end - mark), mark);
		}
}

static void arrays_hold_any_text(void **state) {
	const char *const values[] = {"plain", NULL, "", "a \"b\" \\c", "{x,y}", "NULL", "\xff\x1b"};
	assert_string_equal(catalog_array(*state, values, 7), "{\"plain\",NULL,\"\",\"a \\\"b\\\" \\\\c\",\"{x,y}\",\"NULL\",\"\xff\x1b\"}");
	assert_string_equal(catalog_array(*state, NULL, 0), "{}");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_stays_when_the_column_is_there),
		cmocka_unit_test(a_comment_becomes_a_line_when_the_column_is_there),
		cmocka_unit_test(an_unknown_server_is_the_newest),
		cmocka_unit_test(an_extension_is_named_with_its_schema),
		cmocka_unit_test(comments_and_empty_lines_are_not_sent),
		cmocka_unit_test(a_query_says_who_asks),
		cmocka_unit_test(what_queries_may_lack_is_listed_once),
		cmocka_unit_test(every_form_in_our_queries_names_a_column),
		cmocka_unit_test(arrays_hold_any_text),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
