/* test_memory.c: how much work_mem is advised, by what is known of the settings. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "advise/advise.h"
#include "facts_file.h"
#include "plan/json.h"

static int begin(void **state) {
	*state = arena_new();
	return 0;
}

static int end(void **state) {
	arena_free(*state);
	return 0;
}

/* A hash join of 1 s; of the Hash come `figures`, of the whole plan `settings`. */
static const Finding *advice_on(Arena *arena, const char *figures, const char *settings, const char *facts) {
	const char *json = arena_printf(
	    arena,
	    "[{\"Plan\": {\"Node Type\": \"Hash Join\", \"Total Cost\": 100000, \"Plan Rows\": 500000, \"Plan Width\": 8, \"Actual Rows\": 500000,"
	    " \"Actual Loops\": 1, \"Actual Total Time\": 1000, \"Hash Cond\": \"(a.id = b.id)\", \"Plans\": ["
	    " {\"Node Type\": \"Seq Scan\", \"Relation Name\": \"a\", \"Alias\": \"a\", \"Total Cost\": 10000, \"Plan Rows\": 500000,"
	    "  \"Actual Rows\": 500000, \"Actual Loops\": 1, \"Actual Total Time\": 100},"
	    " {\"Node Type\": \"Hash\", \"Total Cost\": 10000, \"Plan Rows\": 500000, \"Plan Width\": 40, \"Actual Rows\": 500000,"
	    "  \"Actual Loops\": 1, \"Actual Total Time\": 300, %s, \"Plans\": ["
	    "  {\"Node Type\": \"Seq Scan\", \"Relation Name\": \"b\", \"Alias\": \"b\", \"Total Cost\": 10000, \"Plan Rows\": 500000,"
	    "   \"Actual Rows\": 500000, \"Actual Loops\": 1, \"Actual Total Time\": 100}]}]},"
	    " \"Settings\": {%s}, \"Execution Time\": 1000}]",
	    figures, settings);
	PlanList plans = {0};
	Err err = ERR_INIT;
	if (!plan_read_json(arena, json, strlen(json), &plans, &err)) fail_msg("%s", err.message.text);
	FindingList findings = advise(arena, plans.items[0], statement_parse(arena, ""), facts ? facts_parse(arena, facts) : NULL, NULL);
	for (size_t i = 0; i < findings.count; i++)
		if (strcmp(findings.items[i].rule, "hash-batches") == 0) return &findings.items[i];
	return NULL;
}

static const char in_batches[] = "\"Hash Batches\": 8, \"Original Hash Batches\": 8, \"Peak Memory Usage\": 5000"; /* 40 MB in all */

static void sets(Arena *arena, const char *settings, const char *facts, const char *wanted) {
	const Finding *finding = advice_on(arena, in_batches, settings, facts);
	assert_non_null(finding);
	assert_int_equal(finding->kind, REMEDY_SETTING);
	assert_string_equal(finding->sql, wanted);
}

static void hashes_may_take_what_plan_server_or_version_say(void **state) {
	sets(*state, "", NULL, "SET LOCAL work_mem = '64MB'");
	sets(*state, "", "version = 140000\n", "SET LOCAL work_mem = '64MB'");
	sets(*state, "", "version = 150000\n", "SET LOCAL work_mem = '32MB'");
	sets(*state, "", "version = 150000\nhash_mem_multiplier = 4\n", "SET LOCAL work_mem = '16MB'");
	sets(*state, "\"hash_mem_multiplier\": \"8\"", "version = 150000\nhash_mem_multiplier = 4\n", "SET LOCAL work_mem = '8MB'");
}

static void more_is_advised_than_there_was(void **state) {
	sets(*state, "", "version = 150000\nwork_mem_kb = 65536\n", "SET LOCAL work_mem = '128MB'");
	sets(*state, "\"work_mem\": \"32MB\"", "version = 150000\nwork_mem_kb = 65536\n", "SET LOCAL work_mem = '64MB'");
}

static void settings_that_are_none_change_nothing(void **state) {
	static const char *const settings[] = {
	    "\"hash_mem_multiplier\": \"inf\"", "\"hash_mem_multiplier\": \"nan\"", "\"hash_mem_multiplier\": \"\"", "\"hash_mem_multiplier\": null",
	    "\"work_mem\": \"nankB\"", "\"work_mem\": \"-1GB\"", "\"work_mem\": \"12\"", "\"work_mem\": {}", "\"work_mem\": \"\\u001b[31mkB\"",
	};
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) sets(*state, settings[i], NULL, "SET LOCAL work_mem = '64MB'");
}

static void nothing_is_set_beyond_a_gigabyte(void **state) {
	const Finding *much = advice_on(*state, "\"Hash Batches\": 512, \"Original Hash Batches\": 512, \"Peak Memory Usage\": 5000", "", NULL);
	assert_int_equal(much->kind, REMEDY_NONE);
	assert_null(much->sql);
	assert_non_null(strstr(much->notes, "too much to set"));
	assert_int_equal(advice_on(*state, in_batches, "\"work_mem\": \"infkB\"", NULL)->kind, REMEDY_NONE);
}

static void rows_of_one_key_are_not_split_by_memory(void **state) {
	const Finding *skewed = advice_on(*state, "\"Hash Batches\": 2048, \"Original Hash Batches\": 8, \"Peak Memory Usage\": 30000", "", NULL);
	assert_int_equal(skewed->kind, REMEDY_NONE);
	assert_non_null(strstr(skewed->because, "one key"));
}

static void memory_that_is_not_told_is_not_guessed(void **state) {
	const Finding *masked = advice_on(*state, "\"Hash Batches\": 8, \"Original Hash Batches\": 8", "", NULL);
	assert_int_equal(masked->kind, REMEDY_NONE);
	assert_non_null(strstr(masked->notes, "does not tell"));
}

static void waiting_for_files_counts_where_it_was_timed(void **state) {
	const Finding *slow = advice_on(
	    *state, arena_printf(*state, "%s, \"Temp I/O Read Time\": 0, \"Temp I/O Write Time\": 150", in_batches), "", NULL);
	assert_int_equal(slow->severity, SEVERITY_WARNING);
	assert_float_equal(slow->saves_ms, 150, 0.001);
	assert_int_equal(advice_on(*state, in_batches, "", NULL)->severity, SEVERITY_INFO);
	assert_null(advice_on(*state, arena_printf(*state, "%s, \"Temp I/O Read Time\": 0, \"Temp I/O Write Time\": 10", in_batches), "", NULL));
}

static void one_batch_is_as_it_should_be(void **state) {
	assert_null(advice_on(*state, "\"Hash Batches\": 1, \"Original Hash Batches\": 1, \"Peak Memory Usage\": 40000", "", NULL));
	assert_null(advice_on(*state, "\"Hash Batches\": null, \"Original Hash Batches\": {}, \"Peak Memory Usage\": \"x\"", "", NULL));
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(hashes_may_take_what_plan_server_or_version_say, begin, end),
	    cmocka_unit_test_setup_teardown(more_is_advised_than_there_was, begin, end),
	    cmocka_unit_test_setup_teardown(settings_that_are_none_change_nothing, begin, end),
	    cmocka_unit_test_setup_teardown(nothing_is_set_beyond_a_gigabyte, begin, end),
	    cmocka_unit_test_setup_teardown(rows_of_one_key_are_not_split_by_memory, begin, end),
	    cmocka_unit_test_setup_teardown(memory_that_is_not_told_is_not_guessed, begin, end),
	    cmocka_unit_test_setup_teardown(waiting_for_files_counts_where_it_was_timed, begin, end),
	    cmocka_unit_test_setup_teardown(one_batch_is_as_it_should_be, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
