/* test_token.c: words by PostgreSQL's lexical rules, broken text too. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/str.h"
#include "sql/token.h"

static const char letters[] = "KNS#$o-"; /* by TokenKind */

/* "K:select #:1" */
static void expect(const char *text, const char *words) {
	Arena *arena = arena_new();
	Str found = STR_INIT;
	TokenList tokens = sql_tokens(arena, text);
	for (size_t i = 0; i < tokens.count; i++) {
		Token token = tokens.items[i];
		str_printf(&found, "%s%c%s:%.*s", i ? " " : "", letters[token.kind], token.open ? "!" : "",
		           (int)(token.span.end - token.span.start), text + token.span.start);
	}
	assert_string_equal(found.text, words);
	str_release(&found);
	arena_free(arena);
}

static void words_numbers_and_parameters_are_told_apart(void **state) {
	(void)state;
	expect("select a1, $1, 10 from T", "K:select N:a1 o:, $:$1 o:, #:10 K:from N:T");
	expect("1 1.5 .5 5. 1e10 1.5e-3 0x1F 1_000", "#:1 #:1.5 #:.5 #:5. #:1e10 #:1.5e-3 #:0x1F #:1_000");
	expect("a[1..2]", "N:a o:[ #:1 o:.. #:2 o:]");
	expect("1e", "#:1 N:e");
	expect("\xc3\xa4rger_$x", "N:\xc3\xa4rger_$x");
}

static void a_column_spelled_like_a_keyword_is_a_name_behind_a_point(void **state) {
	(void)state;
	expect("o.order, \"order\"", "N:o o:. N:order o:, N:\"order\"");
}

static void strings_end_where_postgres_ends_them(void **state) {
	(void)state;
	expect("'it''s' x", "S:'it''s' N:x");
	expect("'a\\' x", "S:'a\\' N:x");
	expect("e'a\\'b' x", "S:e'a\\'b' N:x");
	expect("U&'d!0061' b'1' X'1f' n'x'", "S:U&'d!0061' S:b'1' S:X'1f' S:n'x'");
	expect("'a'\n 'b' 'c'", "S:'a'\n 'b' S:'c'");
	expect("'a' -- why\n'b'", "S:'a' -- why\n'b'");
	expect("\"a\"\"b\"", "N:\"a\"\"b\"");
	expect("$$a;'$$ $x$b$$c$x$ d", "S:$$a;'$$ S:$x$b$$c$x$ N:d");
	expect("a$$b", "N:a$$b");
	expect("$ $a b", "o:$ o:$ N:a N:b");
}

static void comments_nest(void **state) {
	(void)state;
	expect("a /* x /* y */ z */ b -- c\nd", "N:a -:/* x /* y */ z */ N:b -:-- c N:d");
}

static void operators_follow_the_rules_for_signs(void **state) {
	(void)state;
	expect("a*-1", "N:a o:* o:- #:1");
	expect("a @- 1", "N:a o:@- #:1");
	expect("a->>'b' ?| c::int", "N:a o:->> S:'b' o:?| N:c o::: K:int");
	expect("a<>-1--x", "N:a o:<> o:- #:1 -:--x");
	expect("1+/*c*/2", "#:1 o:+ -:/*c*/ #:2");
	expect("f(a := 1)", "N:f o:( N:a o::= #:1 o:)");
}

static void what_is_left_open_reaches_to_the_end(void **state) {
	(void)state;
	expect("select 'abc", "K:select S!:'abc");
	expect("\"abc", "N!:\"abc");
	expect("/* a /* b */", "-!:/* a /* b */");
	expect("$q$ a $q", "S!:$q$ a $q");
	expect("e'a\\", "S!:e'a\\");
}

static void any_bytes_are_words(void **state) {
	(void)state;
	expect("\x01\x7f \\", "o:\x01 o:\x7f o:\\");
	expect("'\xff' \xff", "S:'\xff' N:\xff");
	expect("", "");
	expect(" \t\r\n\f\v", "");
}

static void spans_cover_all_but_white_space(void **state) {
	(void)state;
	const char *text = "select /*x*/ a.b,'c' from \"d\" where e=$1 and f::text like E'g\\'' -- h";
	Arena *arena = arena_new();
	TokenList tokens = sql_tokens(arena, text);
	size_t end = 0;
	for (size_t i = 0; i < tokens.count; i++) {
		for (; end < tokens.items[i].span.start; end++) assert_int_equal(text[end], ' ');
		assert_true(tokens.items[i].span.end > tokens.items[i].span.start);
		end = tokens.items[i].span.end;
	}
	assert_int_equal(end, strlen(text));
	arena_free(arena);
}

static void names_are_known_in_quotes_and_without(void **state) {
	(void)state;
	Arena *arena = arena_new();
	static const struct {
		const char *text, *name;
		bool same;
	} rows[] = {
	    {"orders", "orders", true}, {"Orders", "orders", true}, {"\"Orders\"", "Orders", true}, {"\"Orders\"", "orders", false},
	    {"orders", "order", false}, {"\"a\"\"b\"", "a\"b", true}, {"\"a\"", "a\"", false}, {"\"\"", "", true}, {"\"ab", "a", false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		TokenList tokens = sql_tokens(arena, rows[i].text);
		if (token_names(rows[i].text, tokens.items[0], rows[i].name) != rows[i].same) fail_msg("%s and %s", rows[i].text, rows[i].name);
	}
	arena_free(arena);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(words_numbers_and_parameters_are_told_apart),
	    cmocka_unit_test(a_column_spelled_like_a_keyword_is_a_name_behind_a_point),
	    cmocka_unit_test(strings_end_where_postgres_ends_them),
	    cmocka_unit_test(comments_nest),
	    cmocka_unit_test(operators_follow_the_rules_for_signs),
	    cmocka_unit_test(what_is_left_open_reaches_to_the_end),
	    cmocka_unit_test(any_bytes_are_words),
	    cmocka_unit_test(spans_cover_all_but_white_space),
	    cmocka_unit_test(names_are_known_in_quotes_and_without),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
