/* test_quote.c: names and texts as SQL has to write them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "sql/keyword.h"
#include "sql/quote.h"

static void expect_identifier(const char *name, const char *sql) {
	Arena *arena = arena_new();
	assert_string_equal(sql_identifier(arena, name), sql);
	arena_free(arena);
}

static void expect_literal(const char *text, const char *sql) {
	Arena *arena = arena_new();
	assert_string_equal(sql_literal(arena, text), sql);
	arena_free(arena);
}

static void plain_names_stay_bare(void **state) {
	(void)state;
	expect_identifier("orders", "orders");
	expect_identifier("_x1", "_x1");
	expect_identifier("name", "name");
	expect_identifier("key", "key");
}

static void other_names_are_quoted(void **state) {
	(void)state;
	expect_identifier("Weird", "\"Weird\"");
	expect_identifier("a b", "\"a b\"");
	expect_identifier("1st", "\"1st\"");
	expect_identifier("a\"b", "\"a\"\"b\"");
	expect_identifier("", "\"\"");
	expect_identifier("stra\xc3\x9f" "e", "\"stra\xc3\x9f" "e\"");
	expect_identifier("x;drop", "\"x;drop\"");
}

static void keywords_are_quoted(void **state) {
	(void)state;
	expect_identifier("order", "\"order\"");
	expect_identifier("user", "\"user\"");
	expect_identifier("left", "\"left\"");
	expect_identifier("between", "\"between\"");
	expect_identifier("system_user", "\"system_user\"");
	expect_identifier("json_table", "\"json_table\"");
}

static void a_name_stands_behind_its_schema(void **state) {
	(void)state;
	Arena *arena = arena_new();
	assert_string_equal(sql_qualified(arena, "public", "Orders"), "public.\"Orders\"");
	assert_string_equal(sql_qualified(arena, "a\"b", "t"), "\"a\"\"b\".t");
	assert_string_equal(sql_qualified(arena, NULL, "t"), "t");
	arena_free(arena);
}

static void literals_survive_quotes_and_backslashes(void **state) {
	(void)state;
	expect_literal("it's", "'it''s'");
	expect_literal("", "''");
	expect_literal("a\\b'", "E'a\\\\b'''");
}

static void every_keyword_is_found(void **state) {
	(void)state;
	static const char *const words[] = {"all", "analyse", "array", "between", "both", "current_user", "xmltable", "with", "json", "user",
	                                    "values", "verbose", "only", "offset", "outer", "national", "precision"};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) assert_true(keyword_reserved(words[i], strlen(words[i])));
	static const char *const shown[] = {"abort", "by", "explain", "insert", "update", "zone", "vacuum", "set", "show"};
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
		assert_true(keyword_shown(shown[i], strlen(shown[i])));
		assert_false(keyword_reserved(shown[i], strlen(shown[i])));
	}
	assert_true(keyword_reserved("SELECT", 6));
	assert_false(keyword_shown("name", 4));
	assert_false(keyword_shown("selec", 5));
	assert_false(keyword_shown("selects", 7));
}

static void names_are_taken_apart(void **state) {
	(void)state;
	Arena *arena = arena_new();
	static const struct {
		const char *text, *parts[3];
	} cases[] = {{"Orders", {"orders"}}, {"s.t", {"s", "t"}}, {"\"My S\".\"a.\"\"b\"", {"My S", "a.\"b"}}, {"", {NULL}}, {"\"open", {"open"}}, {"a.b.C", {"a", "b", "c"}}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *rest = cases[i].text;
		for (size_t part = 0; part < 3; part++) {
			const char *name = sql_name_part(arena, &rest);
			if (!cases[i].parts[part]) assert_null(name);
			else assert_string_equal(name, cases[i].parts[part]);
		}
	}
	arena_free(arena);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(plain_names_stay_bare),
	    cmocka_unit_test(other_names_are_quoted),
	    cmocka_unit_test(keywords_are_quoted),
	    cmocka_unit_test(a_name_stands_behind_its_schema),
	    cmocka_unit_test(literals_survive_quotes_and_backslashes),
	    cmocka_unit_test(every_keyword_is_found),
	    cmocka_unit_test(names_are_taken_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
