/* test_split.c: where one statement ends and the next begins. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/str.h"
#include "sql/split.h"

/* Pieces joined by " | ". */
static void expect(const char *text, const char *pieces) {
	Arena *arena = arena_new();
	Str found = STR_INIT;
	SpanList spans = statement_split(arena, text);
	for (size_t i = 0; i < spans.count; i++)
		str_printf(&found, "%s%.*s", i ? " | " : "", (int)(spans.items[i].end - spans.items[i].start), text + spans.items[i].start);
	assert_string_equal(found.text, pieces);
	str_release(&found);
	arena_free(arena);
}

static void statements_end_at_semicolons(void **state) {
	(void)state;
	expect("select 1; select 2", "select 1 | select 2");
	expect(" select 1 ;; ; select 2 ; ", "select 1 | select 2");
	expect("select 1", "select 1");
}

static void pieces_without_sense_are_kept(void **state) {
	(void)state;
	expect("select 1; selec bad; select 2", "select 1 | selec bad | select 2");
	expect("; x ;", "x");
}

static void comments_around_are_left_out_and_inside_kept(void **state) {
	(void)state;
	expect("-- a\nselect /* b */ 1 -- c;\n; /* d; */", "select /* b */ 1");
	expect("/* nothing */ -- here", "");
	expect("", "");
}

static void quoted_semicolons_do_not_split(void **state) {
	(void)state;
	expect("select ';', \";\", $$;$$, $a$;$a$, e'\\';' /* ; */; b", "select ';', \";\", $$;$$, $a$;$a$, e'\\';' | b");
	expect("create rule r as on insert to t do also (select 1; select 2); select 3",
	       "create rule r as on insert to t do also (select 1; select 2) | select 3");
}

static void an_atomic_body_is_one_statement(void **state) {
	(void)state;
	const char *function = "create or replace function f() returns int begin atomic select case when a then 1 end; select 2; end";
	Arena *arena = arena_new();
	expect(arena_printf(arena, "%s; select 3", function), arena_printf(arena, "%s | select 3", function));
	arena_free(arena);
	expect("begin; select 1; end; create table atomic (a int); commit", "begin | select 1 | end | create table atomic (a int) | commit");
}

static void a_parenthesis_never_closed_hides_nothing(void **state) {
	(void)state;
	expect("select (1; select f(2); select 3", "select (1 | select f(2) | select 3");
	expect("select 1); select 2", "select 1) | select 2");
}

static void what_is_left_open_is_the_last_piece(void **state) {
	(void)state;
	expect("select 1; select 'a; b", "select 1 | select 'a; b");
	expect("select 1; /* a; b", "select 1 | /* a; b");
}

static void completeness_is_a_semicolon_outside_quotes(void **state) {
	(void)state;
	assert_true(statement_complete("select 1;"));
	assert_true(statement_complete("select 1; -- done"));
	assert_true(statement_complete("select 1;\n/* done */ "));
	assert_true(statement_complete("select (1;"));
	assert_true(statement_complete("create function f() returns int begin atomic select 1; end;"));
	assert_false(statement_complete("select 1"));
	assert_false(statement_complete("select ';"));
	assert_false(statement_complete("select ';'"));
	assert_false(statement_complete("select 1 -- ;"));
	assert_false(statement_complete("select 1; /* open"));
	assert_false(statement_complete("select 1; select 2"));
	assert_false(statement_complete("select $$;"));
	assert_false(statement_complete("create function f() returns int begin atomic select 1;"));
	assert_false(statement_complete(""));
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(statements_end_at_semicolons),
	    cmocka_unit_test(pieces_without_sense_are_kept),
	    cmocka_unit_test(comments_around_are_left_out_and_inside_kept),
	    cmocka_unit_test(quoted_semicolons_do_not_split),
	    cmocka_unit_test(an_atomic_body_is_one_statement),
	    cmocka_unit_test(a_parenthesis_never_closed_hides_nothing),
	    cmocka_unit_test(what_is_left_open_is_the_last_piece),
	    cmocka_unit_test(completeness_is_a_semicolon_outside_quotes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
