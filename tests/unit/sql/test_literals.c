/* test_literals.c: constants found again in what a session sent, and values put in place of parameters. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"
#include "sql/literals.h"

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

/* What was found, as "$1=5 $2='x' $3?"; "no" when the texts do not go together. */
static const char *found(const char *normalized, const char *actual) {
	size_t count = literals_count(normalized);
	const char **literals = ARENA_ARRAY(arena, const char *, count);
	if (!literals_find(arena, normalized, actual, literals)) return "no";
	Str out = STR_INIT;
	for (size_t i = 0; i < count; i++)
		str_printf(&out, literals[i] ? "%s$%zu=%s" : "%s$%zu?", i ? " " : "", i + 1, literals[i]);
	const char *text = arena_copy(arena, out.text);
	str_release(&out);
	return text;
}

typedef struct Case {
	const char *normalized, *actual, *found;
} Case;

static void expect(const Case *cases, size_t count) {
	for (size_t i = 0; i < count; i++) {
		const char *is = found(cases[i].normalized, cases[i].actual);
		if (strcmp(is, cases[i].found) != 0) fail_msg("%s\nof %s: %s, not %s", cases[i].actual, cases[i].normalized, is, cases[i].found);
	}
}
#define EXPECT(...)                                            \
	const Case cases[] = {__VA_ARGS__};                    \
	(void)state;                                           \
	expect(cases, sizeof cases / sizeof *cases)

static void constants_stand_where_the_parameters_are(void **state) {
	EXPECT({"select * from t where a = $1", "select * from t where a = 5", "$1=5"},
	       {"select $1, $2 from t limit $3", "select 'it''s', 1.5e3 from t limit 10", "$1='it''s' $2=1.5e3 $3=10"},
	       {"select * from t where b = $1 and c is not null", "select * from t where b = true and c is not null", "$1=true"},
	       {"select $1, $2", "select NULL, false", "$1=NULL $2=false"},
	       {"select $1 + $2", "select 1 + 2", "$1=1 $2=2"},
	       {"select 1", "select 1", ""});
}

static void every_kind_of_string_is_a_constant(void **state) {
	EXPECT({"select $1, $2, $3, $4", "select E'a\\'b', B'101', x'1F', U&'\\0041'", "$1=E'a\\'b' $2=B'101' $3=x'1F' $4=U&'\\0041'"},
	       {"select $1", "select $q$it's$q$", "$1=$q$it's$q$"}, {"select $1", "select 'a'\n  'b'", "$1='a'\n  'b'"},
	       {"select interval $1, $2::date, date $3", "select interval '1 day', '2024-01-01'::date, date '2024-01-02'",
	        "$1='1 day' $2='2024-01-01' $3='2024-01-02'"});
}

static void signs_belong_to_numbers(void **state) {
	EXPECT({"select * from t where a = $1", "select * from t where a = -5", "$1=-5"}, {"select * from t where a=$1", "select * from t where a=-5", "$1=-5"},
	       {"select $1 - $2", "select 3 - -4", "$1=3 $2=-4"}, {"select -$1", "select - 5", "$1=5"}, {"select $1 - $2", "select 3 -4", "$1=3 $2=4"},
	       {"select a - $1 from t", "select a - 4 from t", "$1=4"}, {"select $1", "select - a", "no"});
}

static void lists_of_18_are_one_parameter(void **state) {
	EXPECT({"select * from t where a in ($1 /*, ... */)", "select * from t where a in (1, 2,3)", "$1=1, 2,3"},
	       {"select * from t where a in ($1 /*, ... */) and b = $2", "select * from t where a in ('x', f(')'), (1)) and b = 2", "$1='x', f(')'), (1) $2=2"},
	       {"select array[$1 /*, ... */]", "select array[1, -2]", "$1=1, -2"}, {"select * from t where a in ($1, $2)", "select * from t where a in (1, 2)", "$1=1 $2=2"},
	       {"select * from t where a in ($1, $2)", "select * from t where a in (1, 2, 3)", "no"},
	       {"select * from t where a in ($1 /*, ... */)", "select * from t where a in (1, 2", "no"},
	       {"select * from t where a in ($1 /*, ... */)", "select * from t where a in ()", "no"});
	const bool *lists = literals_lists(arena, "select a in ($1 /*, ... */) or b = $2 /* , */", 2);
	assert_true(lists[0] && !lists[1]);
}

static void case_blanks_and_comments_do_not_matter(void **state) {
	EXPECT({"select * from t where a = $1", "/* app:shop */ SELECT  *\n\tFROM T -- all\nWHERE a=7;", "$1=7"},
	       {"/* x */ select $1 -- y", "select 3", "$1=3"}, {"select \"A\" from t where b = $1", "select \"A\" from t where b = 1", "$1=1"},
	       {"select \"A\" from t where b = $1", "select \"a\" from t where b = 1", "no"}, {"select * from t where a = 'X' and b = $1", "select * from t where a = 'x' and b = 1", "no"});
}

static void parameters_of_the_application_stay_unknown(void **state) {
	EXPECT({"select * from t where a = $1 and b = $2", "select * from t where a = $1 and b = 5", "$1? $2=5"},
	       {"select * from t where a = $1", "select * from t where a = $1", "$1?"},
	       {"select * from t where a = any ($1)", "select * from t where a = any ('{1,2}')", "$1='{1,2}'"});
}

static void fields_of_extract_are_words(void **state) {
	EXPECT({"select extract($1 from c) from t", "select extract(year from c) from t", "$1=year"}, {"select f($1)", "select f(year)", "no"});
}

static void another_statement_or_half_of_one_gives_nothing(void **state) {
	EXPECT({"select * from t where a = $1 limit $2", "select * from t where a = 'abc", "no"}, {"select * from t where a = $1", "select * from t where a = 'ab", "no"},
	       {"select * from t where a = $1", "select * from t where a =", "no"}, {"select * from t where a = $1", "select * from t where a = 1 and b = 2", "no"},
	       {"select * from t where a = $1", "select * from u where a = 1", "no"}, {"select * from t where a = $1", "", "no"}, {"select * from t where a = $1", "<insufficient privilege>", "no"},
	       {"select $1", "select (1)", "no"}, {"select a = $1", "select a = b", "no"}, {"select $1", "select 1 /* open", "no"});
}

static void one_of_several_statements_is_found(void **state) {
	EXPECT({"select * from t where a = $1", "begin; select * from t where a = 9; commit", "$1=9"}, {"select $1", "select 'a;b'; select f(1)", "$1='a;b'"},
	       {"select a, $1", "select b, 1; select c, 2", "no"});
}

static void numbers_beyond_the_protocol_are_no_parameters(void **state) {
	(void)state;
	assert_int_equal(literals_count("select $99999999999999999999, $0, $70000, $2"), 2);
	assert_int_equal(literals_count("select 'a $1' /* $2 */"), 0);
	assert_int_equal(literals_count(""), 0);
}

/* ---- put back ---- */

static void fill(const char *text, Literal literal, const char *expected) {
	const Literal literals[] = {literal, {.value = "2", .type = "integer"}};
	assert_string_equal(literals_fill(arena, text, literals, 2), expected);
}

static void values_get_quotes_and_the_type_of_their_parameter(void **state) {
	(void)state;
	fill("select * from t where a = $1", (Literal){.value = "42", .type = "integer"}, "select * from t where a = 42");
	fill("a = $1", (Literal){.value = "42", .type = "text"}, "a = '42'::text");
	fill("a = $1", (Literal){.value = "it's", .type = "text"}, "a = 'it''s'::text");
	fill("a = $1", (Literal){.value = "a\\b", .type = "text"}, "a = E'a\\\\b'::text");
	fill("a = $1", (Literal){.value = "", .type = "text"}, "a = ''::text");
	fill("a = $1", (Literal){.value = "open"}, "a = 'open'");
	fill("a = $1", (Literal){.value = "{1,2}", .type = "integer[]"}, "a = '{1,2}'::integer[]");
	fill("a = $1", (Literal){.value = "1; drop table t", .type = "integer"}, "a = '1; drop table t'::integer");
	fill("a = $1", (Literal){.value = "1 -- x", .type = "integer"}, "a = '1 -- x'::integer");
	fill("a = $1", (Literal){.value = "NaN", .type = "numeric"}, "a = 'NaN'::numeric");
	fill("a = $1", (Literal){.type = "integer"}, "a = NULL::integer");
	fill("a = $1", (Literal){.type = NULL}, "a = NULL");
}

static void types_without_length_cut_nothing(void **state) {
	(void)state;
	fill("a = $1", (Literal){.value = "open", .type = "character"}, "a = 'open'::bpchar");
	fill("a = $1", (Literal){.value = "101", .type = "bit"}, "a = '101'::pg_catalog.\"bit\"");
}

static void where_the_grammar_wants_a_literal_there_is_no_cast(void **state) {
	(void)state;
	fill("now() - interval $1", (Literal){.value = "7 days", .type = "interval"}, "now() - interval '7 days'");
	fill("timestamp with time zone $1", (Literal){.value = "2024-01-01", .type = "timestamp with time zone"}, "timestamp with time zone '2024-01-01'");
	fill("int $1", (Literal){.value = "7", .type = "integer"}, "int '7'");
	fill("extract($1 from c)", (Literal){.value = "year", .type = "text"}, "extract('year' from c)");
	fill("c at time zone $1", (Literal){.value = "UTC", .type = "text"}, "c at time zone 'UTC'::text");
	fill("$2::date = $1", (Literal){.value = "x", .type = "text"}, "2::date = 'x'::text");
}

static void signs_never_make_a_comment(void **state) {
	(void)state;
	fill("a -$1", (Literal){.value = "-5", .type = "integer"}, "a -(-5)");
	fill("$1::text", (Literal){.value = "-5", .type = "integer"}, "(-5)::text");
	fill("a -$1", (Literal){.sql = "-5"}, "a - -5");
	fill("a=$1", (Literal){.sql = "-5"}, "a= -5");
}

static void lists_are_put_back_whole(void **state) {
	(void)state;
	fill("a in ($1 /*, ... */) and b = $2", (Literal){.sql = "1, 2,3"}, "a in (1, 2,3) and b = 2");
	fill("a in ($1 /*, ... */)", (Literal){.value = "4, 5,-6", .type = "integer"}, "a in (4, 5, (-6))");
	fill("a in ($1 /*, ... */)", (Literal){.value = "open, 'x, y'", .type = "text"}, "a in ('open'::text, 'x, y')");
	fill("a in ($1 /*, ... */)", (Literal){.value = "it's) or true --", .type = "text"}, "a in ('it''s) or true --'::text)");
}

static void every_place_of_a_parameter_is_filled_and_others_stay(void **state) {
	(void)state;
	fill("$1 + $1 + $3", (Literal){.sql = "1"}, "1 + 1 + $3");
	fill("select '$1', \"$1\" /* $1 */ -- $1", (Literal){.sql = "1"}, "select '$1', \"$1\" /* $1 */ -- $1");
	assert_string_equal(literals_fill(arena, "select $1", NULL, 0), "select $1");
}

static void what_was_found_is_what_is_put_back(void **state) {
	(void)state;
	static const char *const pairs[][2] = {
	    {"select * from t where a = $1 and b in ($2 /*, ... */) limit $3", "select * from t where a = -1 and b in ('x', 'y') limit 10"},
	    {"select extract($1 from c), now() - interval $2 from t", "select extract(epoch from c), now() - interval '1 day' from t"},
	    {"insert into t values ($1, $2, $3)", "insert into t values (NULL, 'it''s', E'\\n')"},
	};
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		size_t count = literals_count(pairs[i][0]);
		const char **found_ones = ARENA_ARRAY(arena, const char *, count);
		Literal *literals = ARENA_ARRAY(arena, Literal, count);
		assert_true(literals_find(arena, pairs[i][0], pairs[i][1], found_ones));
		for (size_t n = 0; n < count; n++) literals[n].sql = found_ones[n];
		assert_string_equal(literals_fill(arena, pairs[i][0], literals, count), pairs[i][1]);
	}
}

static void only_plain_strings_have_a_plain_value(void **state) {
	(void)state;
	assert_string_equal(literal_value(arena, "'it''s'"), "it's");
	assert_string_equal(literal_value(arena, "''"), "");
	assert_null(literal_value(arena, "E'a'"));
	assert_null(literal_value(arena, "'a' 'b'"));
	assert_null(literal_value(arena, "42"));
	assert_null(literal_value(arena, "'"));
	assert_null(literal_value(arena, ""));
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(constants_stand_where_the_parameters_are),
	    cmocka_unit_test(every_kind_of_string_is_a_constant),
	    cmocka_unit_test(signs_belong_to_numbers),
	    cmocka_unit_test(lists_of_18_are_one_parameter),
	    cmocka_unit_test(case_blanks_and_comments_do_not_matter),
	    cmocka_unit_test(parameters_of_the_application_stay_unknown),
	    cmocka_unit_test(fields_of_extract_are_words),
	    cmocka_unit_test(another_statement_or_half_of_one_gives_nothing),
	    cmocka_unit_test(one_of_several_statements_is_found),
	    cmocka_unit_test(numbers_beyond_the_protocol_are_no_parameters),
	    cmocka_unit_test(values_get_quotes_and_the_type_of_their_parameter),
	    cmocka_unit_test(types_without_length_cut_nothing),
	    cmocka_unit_test(where_the_grammar_wants_a_literal_there_is_no_cast),
	    cmocka_unit_test(signs_never_make_a_comment),
	    cmocka_unit_test(lists_are_put_back_whole),
	    cmocka_unit_test(every_place_of_a_parameter_is_filled_and_others_stay),
	    cmocka_unit_test(what_was_found_is_what_is_put_back),
	    cmocka_unit_test(only_plain_strings_have_a_plain_value),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
