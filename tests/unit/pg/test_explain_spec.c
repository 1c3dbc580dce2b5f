/* test_explain_spec.c: the options each version has, and what is never sent. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "pg/explain_spec.h"

static int set_up(void **state) {
	*state = arena_new();
	return 0;
}

static int tear_down(void **state) {
	arena_free(*state);
	return 0;
}

static const char *prefix(Arena *arena, int major, ExplainSpec spec) {
	return explain_prefix(arena, &spec, &(Server){.version = major * 10000 + 3});
}

static void a_plan_is_only_planned(void **state) {
	assert_string_equal(prefix(*state, 12, (ExplainSpec){0}), "EXPLAIN (FORMAT JSON, VERBOSE, SUMMARY, SETTINGS) ");
	assert_string_equal(prefix(*state, 13, (ExplainSpec){0}), "EXPLAIN (FORMAT JSON, VERBOSE, SUMMARY, SETTINGS, BUFFERS) ");
	assert_string_equal(prefix(*state, 18, (ExplainSpec){.serialize = true, .no_timing = true}), "EXPLAIN (FORMAT JSON, VERBOSE, SUMMARY, SETTINGS, BUFFERS) ");
	assert_string_equal(prefix(*state, 18, (ExplainSpec){.memory = true}), "EXPLAIN (FORMAT JSON, VERBOSE, SUMMARY, SETTINGS, BUFFERS, MEMORY) ");
}

static void a_run_measures_all_it_can(void **state) {
	assert_string_equal(prefix(*state, 13, (ExplainSpec){.analyze = true}), "EXPLAIN (FORMAT JSON, ANALYZE, VERBOSE, SUMMARY, SETTINGS, BUFFERS, WAL) ");
	const ExplainSpec all = {.analyze = true, .serialize = true, .memory = true, .no_timing = true};
	assert_string_equal(prefix(*state, 16, all), "EXPLAIN (FORMAT JSON, ANALYZE, VERBOSE, SUMMARY, SETTINGS, BUFFERS, WAL, TIMING OFF) ");
	assert_string_equal(prefix(*state, 17, all), "EXPLAIN (FORMAT JSON, ANALYZE, VERBOSE, SUMMARY, SETTINGS, BUFFERS, WAL, TIMING OFF, SERIALIZE TEXT, MEMORY) ");
}

static void expect(ExplainSpec spec, Statement statement, ErrKind kind) {
	Err err = ERR_INIT;
	spec.statement = &statement;
	assert_int_equal(explain_allowed(&spec, &(Server){0}, &err), kind == ERR_NONE);
	assert_int_equal(err.kind, kind);
	if (kind == ERR_REFUSED) assert_true(err.message.len > 0 && err.hint.len > 0);
	err_release(&err);
}

static void what_has_no_plan_is_refused(void **state) {
	(void)state;
	static const StatementKind refused[] = {STATEMENT_UTILITY, STATEMENT_EMPTY, STATEMENT_EXPLAIN, STATEMENT_EXECUTE};
	static const StatementKind sent[] = {STATEMENT_SELECT, STATEMENT_INSERT, STATEMENT_UPDATE, STATEMENT_DELETE, STATEMENT_MERGE, STATEMENT_DECLARE, STATEMENT_UNKNOWN};
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) expect((ExplainSpec){0}, (Statement){.kind = refused[i]}, ERR_REFUSED);
	for (size_t i = 0; i < sizeof sent / sizeof *sent; i++) expect((ExplainSpec){.analyze = true}, (Statement){.kind = sent[i]}, ERR_NONE);
}

static void parameters_are_planned_and_not_run(void **state) {
	(void)state;
	expect((ExplainSpec){0}, (Statement){.parameter_count = 1}, ERR_NONE);
	expect((ExplainSpec){.analyze = true}, (Statement){.parameter_count = 1}, ERR_REFUSED);
}

/* READ ONLY does not keep EXPLAIN ANALYZE from creating a table. */
static void a_table_is_not_created_without_a_yes(void **state) {
	(void)state;
	expect((ExplainSpec){0}, (Statement){.kind = STATEMENT_CREATE_AS}, ERR_NONE);
	expect((ExplainSpec){.analyze = true}, (Statement){.kind = STATEMENT_CREATE_AS}, ERR_SERVER);
	expect((ExplainSpec){.analyze = true, .allow_write = true}, (Statement){.kind = STATEMENT_CREATE_AS}, ERR_NONE);
}

static void a_setting_cannot_break_out(void **state) {
	(void)state;
	const ExplainSetting bad = {"Transaction_Read_Only", "off"}, good = {"work_mem", "64MB"};
	expect((ExplainSpec){.settings = &bad, .setting_count = 1}, (Statement){0}, ERR_REFUSED);
	expect((ExplainSpec){.settings = &good, .setting_count = 1}, (Statement){0}, ERR_NONE);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plan_is_only_planned),
		cmocka_unit_test(a_run_measures_all_it_can),
		cmocka_unit_test(what_has_no_plan_is_refused),
		cmocka_unit_test(parameters_are_planned_and_not_run),
		cmocka_unit_test(a_table_is_not_created_without_a_yes),
		cmocka_unit_test(a_setting_cannot_break_out),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
