/* test_cases.c: plans in, advice out: tests/advice/RULE/CASE.json, .sql and .facts (either may be missing), and .expect.
 *
 * Plans and facts came from a server with that data; BLESS=1 writes what is expected anew. Look at the difference. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <glob.h>
#include <stdio.h>

#include "advise/advise.h"
#include "core/format.h"
#include "facts_file.h"
#include "plan/json.h"

#define NOTHING "nothing to advise\n"

static const char *file_of(Arena *arena, const char *json, const char *ending) {
	return arena_printf(arena, "%.*s.%s", (int)(strlen(json) - strlen(".json")), json, ending);
}

static void say(Str *out, const char *label, const char *text) {
	if (text) str_printf(out, "  %s: %s\n", label, text);
}

static void write_finding(Arena *arena, Str *out, const Finding *finding) {
	str_printf(out, "%s %s, %s, saves %s", severity_name(finding->severity), finding->rule, basis_name(finding->basis), format_share(arena, finding->saves_share));
	if (!isnan(finding->saves_ms)) str_printf(out, " (%s)", format_ms(arena, finding->saves_ms));
	str_printf(out, ", node %d", finding->node);
	if (finding->relation) str_printf(out, ", %s", finding->relation);
	for (size_t i = 0; i < finding->column_count; i++) str_printf(out, "%s%s%s", i ? ", " : " (", finding->columns[i], i + 1 == finding->column_count ? ")" : "");
	str_printf(out, "\n  title: %s\n", finding->title);
	say(out, "evidence", finding->evidence);
	say(out, "because", finding->because);
	say(out, remedy_kind_name(finding->kind), finding->sql);
	for (size_t i = 0; i < finding->forms.count; i++) say(out, finding->forms.items[i].name, finding->forms.items[i].sql);
	say(out, "undo", finding->undo);
	say(out, "notes", finding->notes);
	if (!isnan(finding->index_bytes)) str_printf(out, "  size: %s\n", format_bytes(arena, finding->index_bytes));
	for (size_t i = 0; i < finding->alternatives.count; i++) say(out, "or", index_create_sql(arena, &finding->alternatives.items[i]));
}

static const char *advice_on(Arena *arena, const char *json) {
	PlanList plans = {0};
	Err err = ERR_INIT;
	const char *text = file_text(arena, json), *sql = file_text(arena, file_of(arena, json, "sql"));
	assert_non_null(text);
	if (!plan_read_json(arena, text, strlen(text), &plans, &err)) fail_msg("%s: %s", json, err.message.text);
	const Plan *plan = plans.items[0];
	Statement *statement = statement_parse(arena, sql ? sql : plan->statement ? plan->statement : "");
	FindingList findings = advise(arena, plan, statement, facts_read(arena, file_of(arena, json, "facts")), NULL);
	Str out = STR_INIT;
	for (size_t i = 0; i < findings.count; i++) write_finding(arena, &out, &findings.items[i]);
	const char *advice = findings.count ? arena_copy(arena, out.text) : NOTHING;
	str_release(&out);
	return advice;
}

static bool as_expected(const char *json) {
	Arena *arena = arena_new();
	const char *advice = advice_on(arena, json), *path = file_of(arena, json, "expect");
	if (getenv("BLESS")) {
		FILE *file = fopen(path, "w");
		if (!file || fputs(advice, file) < 0 || fclose(file) != 0) fail_msg("cannot write %s", path);
	}
	const char *expected = file_text(arena, path);
	bool quiet = strstr(json, "/quiet-") || strstr(json, "/silence/"); /* these may never be blessed into advice */
	bool same = expected && strcmp(expected, advice) == 0 && (!quiet || strcmp(expected, NOTHING) == 0);
	if (!same) print_message("%s: expected\n%sgot\n%s", json, expected ? expected : "(no such file)\n", advice);
	arena_free(arena);
	return same;
}

static void advice_is_as_expected(const char *rule) {
	glob_t found;
	char pattern[200];
	snprintf(pattern, sizeof pattern, "tests/advice/%s/*.json", rule);
	size_t other = 0;
	if (glob(pattern, 0, NULL, &found) != 0) fail_msg("no cases in %s", pattern);
	for (size_t i = 0; i < found.gl_pathc; i++) other += !as_expected(found.gl_pathv[i]);
	globfree(&found);
	if (other) fail_msg("%zu cases got other advice", other);
}

/* Rules that look for words find other ones: a plan may come with the wrong statement, and a log cuts statements off. */
static void statements_cut_anywhere_do_no_harm(void **state) {
	enum { STEP = 37 };
	static const char *const tails[] = {"", "(", " OR x", "\"", "'", "-- ", ",", "\x1b[2J", "\xff"};
	glob_t found;
	(void)state;
	assert_int_equal(glob("tests/advice/*/*.json", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		Arena *arena = arena_new();
		PlanList plans = {0};
		const char *text = file_text(arena, found.gl_pathv[i]), *sql = file_text(arena, file_of(arena, found.gl_pathv[i], "sql"));
		const Facts *facts = facts_read(arena, file_of(arena, found.gl_pathv[i], "facts"));
		assert_true(plan_read_json(arena, text, strlen(text), &plans, NULL));
		for (size_t cut = i % STEP; sql && cut < strlen(sql); cut += STEP) {
			const char *tail = tails[(i + cut) % (sizeof tails / sizeof *tails)];
			const Statement *statement = statement_parse(arena, arena_printf(arena, "%.*s%s", (int)cut, sql, tail));
			advise(arena, plans.items[0], statement, facts, NULL);
		}
		arena_free(arena);
	}
	globfree(&found);
}

#define CASES_OF(test, rule)          \
	static void test(void **state) { \
		(void)state;              \
		advice_is_as_expected(rule); \
	}

CASES_OF(missing_index_is_found_and_only_where_it_is_missing, "missing-index")
CASES_OF(indexes_that_find_too_much_get_more_columns, "filter-heavy-index")
CASES_OF(walks_in_order_past_the_unwanted_are_told, "wrong-index-for-order-by")
CASES_OF(brin_without_order_is_told, "brin-uncorrelated")
CASES_OF(indexes_that_only_narrow_down_are_told, "index-recheck")
CASES_OF(offset_is_rewritten_by_keys, "offset-pagination")
CASES_OF(top_n_sorts_get_their_index, "top-n-sort-index")
CASES_OF(conditions_are_put_on_bare_columns, "function-on-column")
CASES_OF(partitions_that_need_not_be_read_are_told, "partition-no-prune")
CASES_OF(tables_fetched_in_order_to_be_merged_are_told, "merge-full-index")
CASES_OF(values_are_cast_in_place_of_columns, "implicit-cast")
CASES_OF(tables_changed_since_analyze_are_told_once, "stale-stats")
CASES_OF(wrong_row_counts_are_traced_to_their_cause, "row-misestimate")
CASES_OF(sorts_that_spill_get_their_memory, "sort-spill")
CASES_OF(hash_tables_in_batches_get_their_memory, "hash-batches")
CASES_OF(bitmaps_that_forget_rows_get_their_memory, "lossy-bitmap")
CASES_OF(caches_of_lookups_are_large_enough_or_not_there, "memoize-evictions")
CASES_OF(rows_kept_in_files_are_told, "temp-io")
CASES_OF(not_in_becomes_not_exists, "not-in")
CASES_OF(each_side_of_an_or_gets_its_index_or_half, "or-condition")
CASES_OF(what_is_built_for_few_rows_is_read_in_place, "cte-materialised")
CASES_OF(duplicates_a_join_made_are_not_made, "duplicates-removed")
CASES_OF(rows_are_not_counted_for_nothing, "count-star")
CASES_OF(pages_have_an_order, "limit-without-order")
CASES_OF(exports_are_told_from_pages, "result-too-large")
CASES_OF(large_changes_are_taken_apart, "bulk-write")
CASES_OF(functions_called_for_every_row_are_told, "function-cost")
CASES_OF(columns_nobody_asked_for_are_not_carried, "wide-rows")
CASES_OF(rows_kept_are_not_compared_with_all_others, "materialize-rescan")
CASES_OF(subqueries_run_for_every_row_are_told, "subplan-per-row")
CASES_OF(joins_without_a_condition_are_told, "cartesian-join")
CASES_OF(loops_that_errors_blew_up_are_told, "nested-loop-blowup")
CASES_OF(patterns_get_their_trigrams, "leading-wildcard")
CASES_OF(what_no_btree_answers_gets_its_own_kind_of_index, "index-type")
CASES_OF(tables_to_vacuum_are_told, "heap-fetches")
CASES_OF(triggers_that_take_the_time_are_named, "trigger-time")
CASES_OF(plans_that_were_cut_off_are_told, "plan-incomplete")
CASES_OF(measuring_that_takes_the_time_is_told, "timing-overhead")
CASES_OF(writes_that_may_have_waited_are_told, "lock-wait")
CASES_OF(work_that_one_process_had_is_told, "skewed-workers")
CASES_OF(rows_of_other_servers_are_filtered_there, "foreign-filter")
CASES_OF(compiling_that_does_not_pay_is_told, "jit-overhead")
CASES_OF(missing_workers_are_told, "workers-not-launched")
CASES_OF(settings_that_bend_a_plan_are_told, "disabled-node")
CASES_OF(planning_longer_than_running_is_told, "planning-time")
CASES_OF(a_cold_cache_is_told, "cold-cache")
CASES_OF(good_plans_get_silence, "silence")

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(missing_index_is_found_and_only_where_it_is_missing),
	    cmocka_unit_test(indexes_that_find_too_much_get_more_columns),
	    cmocka_unit_test(walks_in_order_past_the_unwanted_are_told),
	    cmocka_unit_test(brin_without_order_is_told),
	    cmocka_unit_test(indexes_that_only_narrow_down_are_told),
	    cmocka_unit_test(offset_is_rewritten_by_keys),
	    cmocka_unit_test(top_n_sorts_get_their_index),
	    cmocka_unit_test(conditions_are_put_on_bare_columns),
	    cmocka_unit_test(partitions_that_need_not_be_read_are_told),
	    cmocka_unit_test(tables_fetched_in_order_to_be_merged_are_told),
	    cmocka_unit_test(values_are_cast_in_place_of_columns),
	    cmocka_unit_test(tables_changed_since_analyze_are_told_once),
	    cmocka_unit_test(wrong_row_counts_are_traced_to_their_cause),
	    cmocka_unit_test(sorts_that_spill_get_their_memory),
	    cmocka_unit_test(hash_tables_in_batches_get_their_memory),
	    cmocka_unit_test(bitmaps_that_forget_rows_get_their_memory),
	    cmocka_unit_test(caches_of_lookups_are_large_enough_or_not_there),
	    cmocka_unit_test(rows_kept_in_files_are_told),
	    cmocka_unit_test(not_in_becomes_not_exists),
	    cmocka_unit_test(each_side_of_an_or_gets_its_index_or_half),
	    cmocka_unit_test(what_is_built_for_few_rows_is_read_in_place),
	    cmocka_unit_test(duplicates_a_join_made_are_not_made),
	    cmocka_unit_test(rows_are_not_counted_for_nothing),
	    cmocka_unit_test(pages_have_an_order),
	    cmocka_unit_test(exports_are_told_from_pages),
	    cmocka_unit_test(large_changes_are_taken_apart),
	    cmocka_unit_test(functions_called_for_every_row_are_told),
	    cmocka_unit_test(columns_nobody_asked_for_are_not_carried),
	    cmocka_unit_test(rows_kept_are_not_compared_with_all_others),
	    cmocka_unit_test(subqueries_run_for_every_row_are_told),
	    cmocka_unit_test(joins_without_a_condition_are_told),
	    cmocka_unit_test(loops_that_errors_blew_up_are_told),
	    cmocka_unit_test(patterns_get_their_trigrams),
		cmocka_unit_test(what_no_btree_answers_gets_its_own_kind_of_index),
	    cmocka_unit_test(tables_to_vacuum_are_told),
	    cmocka_unit_test(triggers_that_take_the_time_are_named),
	    cmocka_unit_test(plans_that_were_cut_off_are_told),
	    cmocka_unit_test(measuring_that_takes_the_time_is_told),
	    cmocka_unit_test(writes_that_may_have_waited_are_told),
	    cmocka_unit_test(work_that_one_process_had_is_told),
	    cmocka_unit_test(rows_of_other_servers_are_filtered_there),
	    cmocka_unit_test(compiling_that_does_not_pay_is_told),
	    cmocka_unit_test(missing_workers_are_told),
	    cmocka_unit_test(settings_that_bend_a_plan_are_told),
	    cmocka_unit_test(planning_longer_than_running_is_told),
	    cmocka_unit_test(a_cold_cache_is_told),
	    cmocka_unit_test(good_plans_get_silence),
	    cmocka_unit_test(statements_cut_anywhere_do_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
