/* test_statement.c: kind, writes, functions, parameters, EXPLAIN in front; what cannot be parsed. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "sql/statement.h"

typedef struct Case {
	const char *text;
	StatementKind kind;
	bool writes;
} Case;

static Arena *arena;

static int begin(void **state) {
	(void)state;
	arena = arena_new();
	return 0;
}

static int finish(void **state) {
	(void)state;
	arena_free(arena);
	return 0;
}

static void expect_kinds(const Case *cases, size_t count, bool parsed) {
	for (size_t i = 0; i < count; i++) {
		const Statement *statement = statement_parse(arena, cases[i].text);
		if (statement->kind != cases[i].kind || statement->writes != cases[i].writes || statement->parsed != parsed)
			fail_msg("%s: kind %d, writes %d, parsed %d (%s)", cases[i].text, statement->kind, statement->writes, statement->parsed,
			         statement->problem);
		assert_true(parsed == !statement->problem);
	}
}

static void every_statement_has_its_kind(void **state) {
	(void)state;
	static const Case cases[] = {
	    {"select 1", STATEMENT_SELECT, false},
	    {"(select 1)", STATEMENT_SELECT, false},
	    {"values (1), (2)", STATEMENT_SELECT, false},
	    {"table orders", STATEMENT_SELECT, false},
	    {"with w as (select 1) select * from w", STATEMENT_SELECT, false},
	    {"with w as (delete from t returning *) select * from w", STATEMENT_SELECT, true},
	    {"insert into t values (1)", STATEMENT_INSERT, true},
	    {"with w as (select 1) insert into t select * from w", STATEMENT_INSERT, true},
	    {"update t set a = 1", STATEMENT_UPDATE, true},
	    {"delete from t", STATEMENT_DELETE, true},
	    {"merge into t using s on t.id = s.id when matched then delete", STATEMENT_MERGE, true},
	    {"select 1 into t", STATEMENT_CREATE_AS, true},
	    {"create table t as select 1", STATEMENT_CREATE_AS, true},
	    {"create materialized view t as select 1", STATEMENT_CREATE_AS, true},
	    {"refresh materialized view t", STATEMENT_CREATE_AS, true},
	    {"declare c cursor for select 1", STATEMENT_DECLARE, false},
	    {"execute p(1)", STATEMENT_EXECUTE, true},
	    {"vacuum t", STATEMENT_UTILITY, true},
	    {"commit", STATEMENT_UTILITY, true},
	    {"create index i on t (a)", STATEMENT_UTILITY, true},
	    {"set work_mem = '5MB'", STATEMENT_UTILITY, true},
	    {"set work_mem=$1", STATEMENT_UTILITY, true},
	};
	expect_kinds(cases, sizeof cases / sizeof *cases, true);
}

static void what_is_not_parsed_counts_as_a_write_unless_plainly_a_select(void **state) {
	(void)state;
	static const Case cases[] = {
	    {"select 1 is json", STATEMENT_SELECT, false},
	    {"with w as (select 1) select 1_000 is json from w", STATEMENT_SELECT, false},
	    {"(select * from json_table(x, '$' columns (a int)) is json)", STATEMENT_SELECT, false},
	    {"with w as (update t set a = 1 returning *) select a is json from w", STATEMENT_SELECT, true},
	    {"select a into b from c where a is json", STATEMENT_SELECT, true},
	    {"update t set a = b is json", STATEMENT_UPDATE, true},
	    {"create table t as select a is json", STATEMENT_CREATE_AS, true},
	    {"fetch $1 from c", STATEMENT_UTILITY, true},
	    {"selec 1", STATEMENT_UNKNOWN, true},
	    {"42", STATEMENT_UNKNOWN, true},
	    {"/* open", STATEMENT_UNKNOWN, true},
	    {"select 'open", STATEMENT_SELECT, false},
	    {"select * from t where a = ?", STATEMENT_SELECT, false},
	    {"select 1; drop table t", STATEMENT_UNKNOWN, true},
	    {"explain", STATEMENT_EXPLAIN, true},
	    {"explain (analyze", STATEMENT_EXPLAIN, true},
	    {"explain explain select 1", STATEMENT_EXPLAIN, true},
	    {" -- nothing", STATEMENT_EMPTY, false},
	    {"", STATEMENT_EMPTY, false},
	    {";;", STATEMENT_EMPTY, false},
	};
	expect_kinds(cases, sizeof cases / sizeof *cases, false);
}

static void explain_is_taken_off(void **state) {
	(void)state;
	static const struct {
		const char *text, *rest;
		bool analyze;
	} cases[] = {
	    {"explain select 1;", "select 1", false},
	    {"EXPLAIN ANALYZE VERBOSE select 1", "select 1", true},
	    {"explain analyse select 1", "select 1", true},
	    {"explain verbose select 1", "select 1", false},
	    {"/* x */ explain -- y\n (ANALYZE off, buffers) select 1 -- z", "select 1", false},
	    {"explain (buffers, analyze) select 1", "select 1", true},
	    {"explain (analyze true) select 1", "select 1", true},
	    {"explain (analyze 0) select 1", "select 1", false},
	    {"explain (analyze, analyze false) select 1", "select 1", false},
	    {"explain (format json, serialize text, generic_plan) select 1", "select 1", false},
	    {"explain (select 1)", "(select 1)", false},
	    {"explain (with a as (select 1) select 1)", "(with a as (select 1) select 1)", false},
	    {"explain ((select 1) union select 2)", "((select 1) union select 2)", false},
	    {"explain (values (1))", "(values (1))", false},
	    {"explain analyze (select 1)", "(select 1)", true},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const Statement *statement = statement_parse(arena, cases[i].text);
		assert_true(statement->explain.written);
		assert_true(statement->parsed);
		assert_int_equal(statement->explain.analyze, cases[i].analyze);
		assert_int_equal(statement->kind, STATEMENT_SELECT);
		assert_string_equal(statement->text, cases[i].rest);
	}
	assert_int_equal(statement_parse(arena, "explain vacuum")->kind, STATEMENT_UTILITY);
	assert_false(statement_parse(arena, "select 1 as explain")->explain.written);
}

static void blanks_comments_and_semicolons_around_are_taken_off(void **state) {
	(void)state;
	assert_string_equal(statement_parse(arena, "; -- a\n select /* b */ 1 ; -- c")->text, "select /* b */ 1");
}

static void problems_point_at_characters(void **state) {
	(void)state;
	assert_string_equal(statement_parse(arena, " select '\xc3\xa4' frm x y")->problem, "syntax error at or near \"x\" at character 16");
	assert_string_equal(statement_parse(arena, "select 'abc")->problem, "unterminated quoted string at or near \"'abc\" at character 8");
}

static void functions_are_listed_once_with_their_schema(void **state) {
	(void)state;
	const Statement *statement = statement_parse(
	    arena, "select lower(a), s.f(1), lower(b), a.lower(c) from g(x) where h(y) = (select max(\"W\"(z)) from t) and extract(year from a) = 1");
	static const struct {
		const char *schema, *name;
	} wanted[] = {{NULL, "W"}, {"pg_catalog", "extract"}, {"s", "f"}, {NULL, "g"}, {NULL, "h"}, {NULL, "lower"}, {"a", "lower"}, {NULL, "max"}};
	assert_int_equal(statement->functions.count, sizeof wanted / sizeof *wanted);
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		assert_string_equal(statement->functions.items[i].name, wanted[i].name);
		if (wanted[i].schema)
			assert_string_equal(statement->functions.items[i].schema, wanted[i].schema);
		else
			assert_null(statement->functions.items[i].schema);
	}
}

static void functions_are_found_in_what_is_not_parsed(void **state) {
	(void)state;
	const Statement *statement = statement_parse(arena, "select Pg_Stat_Statements_Reset(), s.\"F\"\"x\" (1), reset(), left(a, 1), 1 is json");
	assert_false(statement->parsed);
	assert_int_equal(statement->functions.count, 3);
	assert_string_equal(statement->functions.items[0].schema, "s");
	assert_string_equal(statement->functions.items[0].name, "F\"x");
	assert_string_equal(statement->functions.items[1].name, "pg_stat_statements_reset");
	assert_string_equal(statement->functions.items[2].name, "reset");
}

static void the_highest_parameter_counts(void **state) {
	(void)state;
	assert_int_equal(statement_parse(arena, "select $2, '$9', $1 -- $8")->parameter_count, 2);
	assert_int_equal(statement_parse(arena, "select 1")->parameter_count, 0);
	assert_int_equal(statement_parse(arena, "select $3 is json")->parameter_count, 3);
	assert_int_equal(statement_parse(arena, "select $99999999999999999999")->parameter_count, INT32_MAX);
}

static void row_locks_are_seen(void **state) {
	(void)state;
	assert_true(statement_parse(arena, "select 1 from t for update")->locks_rows);
	assert_true(statement_parse(arena, "select * from (select 1 from t for key share) x")->locks_rows);
	assert_false(statement_parse(arena, "select substring(a from 1 for 2) from t")->locks_rows);
	const Statement *statement = statement_parse(arena, "select a is json from t for no key update");
	assert_false(statement->parsed);
	assert_true(statement->locks_rows);
	assert_false(statement->writes);
}

static void the_target_of_a_write_is_named(void **state) {
	(void)state;
	static const struct {
		const char *text, *schema, *name, *alias;
	} cases[] = {
	    {"insert into s.t as x select 1", "s", "t", "x"},
	    {"update only \"T\" u set a = 1", NULL, "T", "u"},
	    {"delete from t", NULL, "t", NULL},
	    {"merge into t using s on t.id = s.id when matched then delete", NULL, "t", NULL},
	    {"create table s.t as select 1", "s", "t", NULL},
	    {"select 1 into t", NULL, "t", NULL},
	    {"refresh materialized view s.t", "s", "t", NULL},
	    {"select 1", NULL, NULL, NULL},
	    {"vacuum t", NULL, NULL, NULL},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		TableRef target = statement_parse(arena, cases[i].text)->target;
		const char *found[] = {target.schema, target.name, target.alias}, *wanted[] = {cases[i].schema, cases[i].name, cases[i].alias};
		for (size_t k = 0; k < 3; k++) {
			assert_true(!found[k] == !wanted[k]);
			if (wanted[k]) assert_string_equal(found[k], wanted[k]);
		}
	}
}

static void normalised_text_is_understood(void **state) {
	(void)state;
	static const char *const texts[] = {
	    "select * from t where ts > now() - interval $1 and id in ($2 /*, ... */)",
	    "select extract(year from $1), substring(b from $2 for $3) from t",
	    "select * from t order by $1 limit $2 offset $3",
	    "select date_trunc($1, ts) from t group by 1 order by 1",
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) assert_true(statement_parse(arena, texts[i])->parsed);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(every_statement_has_its_kind, begin, finish),
	    cmocka_unit_test_setup_teardown(what_is_not_parsed_counts_as_a_write_unless_plainly_a_select, begin, finish),
	    cmocka_unit_test_setup_teardown(explain_is_taken_off, begin, finish),
	    cmocka_unit_test_setup_teardown(blanks_comments_and_semicolons_around_are_taken_off, begin, finish),
	    cmocka_unit_test_setup_teardown(problems_point_at_characters, begin, finish),
	    cmocka_unit_test_setup_teardown(functions_are_listed_once_with_their_schema, begin, finish),
	    cmocka_unit_test_setup_teardown(functions_are_found_in_what_is_not_parsed, begin, finish),
	    cmocka_unit_test_setup_teardown(the_highest_parameter_counts, begin, finish),
	    cmocka_unit_test_setup_teardown(row_locks_are_seen, begin, finish),
	    cmocka_unit_test_setup_teardown(the_target_of_a_write_is_named, begin, finish),
	    cmocka_unit_test_setup_teardown(normalised_text_is_understood, begin, finish),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
