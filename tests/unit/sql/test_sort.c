/* test_sort.c: sort and group keys as EXPLAIN prints them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "sql/sort.h"

static void expect(const char *text, OperandKind kind, const char *operand, const char *way, const char *collation) {
	Arena *arena = arena_new();
	SortKey key;
	Err err = ERR_INIT;
	assert_true(sort_key_parse(arena, text, &key, &err));
	assert_int_equal(key.operand.kind, kind);
	assert_string_equal(key.operand.text, operand);
	assert_string_equal(arena_printf(arena, "%s %s", key.descending ? "desc" : "asc", key.nulls_first ? "first" : "last"), way);
	if (collation)
		assert_string_equal(key.collation, collation);
	else
		assert_null(key.collation);
	err_release(&err);
	arena_free(arena);
}

static void directions_bring_their_nulls(void **state) {
	(void)state;
	expect("o.created_at", OPERAND_COLUMN, "o.created_at", "asc last", NULL);
	expect("total DESC", OPERAND_COLUMN, "total", "desc first", NULL);
	expect("total DESC NULLS LAST", OPERAND_COLUMN, "total", "desc last", NULL);
	expect("total NULLS FIRST", OPERAND_COLUMN, "total", "asc first", NULL);
	expect("total USING >", OPERAND_COLUMN, "total", "desc first", NULL);
}

static void collations_are_told_apart(void **state) {
	(void)state;
	expect("lower((email)::text) COLLATE \"C\"", OPERAND_EXPRESSION, "lower(email)", "asc last", "\"C\"");
	expect("((name)::text) COLLATE pg_catalog.\"de_DE\" DESC", OPERAND_COLUMN, "name", "desc first", "pg_catalog.\"de_DE\"");
}

static void aggregates_are_no_columns(void **state) {
	(void)state;
	expect("(count(*)) DESC", OPERAND_EXPRESSION, "count(*)", "desc first", NULL);
	expect("(sum(o.total))", OPERAND_EXPRESSION, "sum(o.total)", "asc last", NULL);
	expect("((SubPlan 2))", OPERAND_PLANNED, "(SubPlan 2)", "asc last", NULL);
	expect("(PARTIAL count(*))", OPERAND_EXPRESSION, "count(*)", "asc last", NULL);
}

static void what_is_no_key_is_refused(void **state) {
	(void)state;
	static const char *const texts[] = {"", "a, b", "a limit 1", "a for update", "a; select 1", "a desc desc", "(a"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		Arena *arena = arena_new();
		SortKey key;
		Err err = ERR_INIT;
		assert_false(sort_key_parse(arena, texts[i], &key, &err));
		assert_int_equal(err.kind, ERR_INPUT);
		err_release(&err);
		arena_free(arena);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(directions_bring_their_nulls),
	    cmocka_unit_test(collations_are_told_apart),
	    cmocka_unit_test(aggregates_are_no_columns),
	    cmocka_unit_test(what_is_no_key_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
