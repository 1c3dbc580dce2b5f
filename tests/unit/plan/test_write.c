/* test_write.c: plans as EXPLAIN's TEXT format has them. What servers print is held against it in tests/server/test_explain_text.c. */
#include "file_text.h"
#include "plan_of.h"

#include <dirent.h>
#include <stdio.h>

#include "plan/read.h"
#include "plan/text.h"
#include "plan/write.h"

static const char *written(Arena *arena, const char *quoted) {
	return plan_write(arena, plan_of(arena, quoted));
}

/* Where nothing was read from temporary files TEXT does not tell that it would have been timed. */
static const char *without_version(Arena *arena, const char *text) {
	static const char word[] = "shared/local ";
	char *copy = arena_copy(arena, text);
	for (char *at = copy; (at = strstr(at, word));) memmove(at, at + sizeof word - 1, strlen(at + sizeof word - 1) + 1);
	return copy;
}

/* TEXT read and written again is the same TEXT: nothing is lost either way. */
static void what_is_written_can_be_read_and_written_again(void **state) {
	DIR *folder = opendir("tests/plans");
	size_t files = 0;
	assert_non_null(folder);
	for (struct dirent *entry; (entry = readdir(folder));) {
		if (entry->d_name[0] == '.') continue;
		const char *text = text_of_file(*state, arena_printf(*state, "tests/plans/%s", entry->d_name));
		PlanList plans, again;
		assert_true(plan_read(*state, text, strlen(text), &plans, NULL));
		const char *first = plan_write(*state, plans.items[0]);
		assert_true(plan_read_text(*state, first, strlen(first), &again, NULL));
		assert_int_equal(again.count, 1);
		assert_int_equal(again.items[0]->node_count, plans.items[0]->node_count);
		assert_string_equal(without_version(*state, plan_write(*state, again.items[0])), without_version(*state, first));
		files++;
	}
	closedir(folder);
	assert_true(files > 10);
}

static void names_are_quoted_and_shown_once(void **state) {
	assert_string_equal(written(*state, PLAN("{'Node Type': 'Seq Scan', 'Relation Name': 'Order', 'Alias': 'Order'}", "")), "Seq Scan on \"Order\"\n");
	assert_string_equal(written(*state, PLAN("{'Node Type': 'Index Scan', 'Scan Direction': 'Backward', 'Index Name': 'a b', 'Schema': 's', 'Relation Name': 't', 'Alias': 'x'}", "")),
	                    "Index Scan Backward using \"a b\" on s.t x\n");
	assert_string_equal(written(*state, PLAN("{'Node Type': 'Bitmap Index Scan', 'Index Name': 'i'}", "")), "Bitmap Index Scan on i\n");
	assert_string_equal(written(*state, PLAN("{'Node Type': 'Values Scan', 'Alias': '*VALUES*'}", "")), "Values Scan on \"*VALUES*\"\n");
}

static void figures_keep_their_digits_and_get_their_zeros_back(void **state) {
	assert_string_equal(written(*state, PLAN("{'Node Type': 'Result', 'Startup Cost': 0.0, 'Total Cost': 12345678901234567.5, 'Plan Rows': 9223372036854775807, 'Plan Width': 4,"
	                                         " 'Actual Startup Time': 1, 'Actual Total Time': 2.5, 'Actual Rows': 3, 'Actual Loops': 1}", ", 'Execution Time': 3")),
	                    "Result  (cost=0.00..12345678901234567.50 rows=9223372036854775807 width=4) (actual time=1.000..2.500 rows=3 loops=1)\n"
	                    "Execution Time: 3.000 ms\n");
	assert_string_equal(written(*state, PLAN("{'Node Type': 'Result', 'Actual Rows': 3.00, 'Actual Loops': 1}", "")), "Result (actual rows=3.00 loops=1)\n");
	assert_string_equal(written(*state, PLAN("{'Node Type': 'Result', 'Actual Rows': 0, 'Actual Loops': 0}", "")), "Result (never executed)\n");
	assert_string_equal(written(*state, PLAN("{'Node Type': 'Result', 'Actual Rows': null, 'Actual Loops': 2}", "")), "Result (actual rows=N loops=2)\n");
}

static void subplans_stand_a_step_deeper(void **state) {
	assert_string_equal(written(*state, PLAN("{'Node Type': 'Append', 'Plans': [{'Node Type': 'Result', 'Subplan Name': 'CTE x', 'Filter': '(a > 1)', 'Rows Removed by Filter': 0,"
	                                         " 'Plans': [{'Node Type': 'Limit'}]}, {'Node Type': 'Sort', 'Sort Key': ['a', 'b DESC'], 'Sort Method': 'quicksort',"
	                                         " 'Sort Space Used': 25, 'Sort Space Type': 'Memory'}]}", "")),
	                    "Append\n"
	                    "  CTE x\n"
	                    "    ->  Result\n"
	                    "          Filter: (a > 1)\n"
	                    "          ->  Limit\n"
	                    "  ->  Sort\n"
	                    "        Sort Key: a, b DESC\n"
	                    "        Sort Method: quicksort  Memory: 25kB\n");
}

static void what_nobody_knows_is_kept(void **state) {
	assert_string_equal(written(*state, PLAN("{'Node Type': 'Rocket', 'Thrust': 7, 'Crew': ['a', 'b'], 'Stages': [{'Fuel': 'lox'}, {'Fuel': 'rp1'}], 'Peak Memory Usage': 9}", ", 'Weather': {'Wind': 3}")),
	                    "Rocket\n  Thrust: 7\n  Crew: a, b\n  Stages:\n    -:\n      Fuel: lox\n    -:\n      Fuel: rp1\n  Peak Memory Usage: 9 kB\nWeather:\n  Wind: 3\n");
}

static void lines_that_are_no_fields_stand_as_they_were(void **state) {
	static const char text[] = "Gather Motion 3:1  (slice1; segments: 3)  (cost=0.00..431.00 rows=1 width=4)\n"
				   "  ->  Seq Scan on t  (cost=0.00..431.00 rows=1 width=4)\n"
				   "  (slice0)    Executor memory: 18K bytes.\n";
	PlanList plans;
	assert_true(plan_read_text(*state, text, sizeof text - 1, &plans, NULL));
	assert_non_null(strstr(plan_write(*state, plans.items[0]), "\n  (slice0)    Executor memory: 18K bytes.\n"));
}

static void workers_say_what_they_did(void **state) {
	assert_string_equal(written(*state, PLAN("{'Node Type': 'Sort', 'Workers': [{'Worker Number': 0, 'Sort Method': 'quicksort', 'Sort Space Used': 25, 'Sort Space Type': 'Memory'},"
	                                         " {'Worker Number': 1, 'Actual Rows': 2, 'Actual Loops': 1, 'Shared Hit Blocks': 3}, {'Worker Number': 2}]}", "")),
	                    "Sort\n  Worker 0:  Sort Method: quicksort  Memory: 25kB\n  Worker 1:  actual rows=2 loops=1\n    Buffers: shared hit=3\n");
}

static void nested(Str *text, const char *before, const char *after, size_t times) {
	str_add_repeat(text, before, times);
	str_add(text, "1");
	str_add_repeat(text, after, times);
}

/* As deep as a hostile file likes. */
static void any_nesting_is_survived(void **state) {
	static const char *const names[] = {"Planning", "Target Tables", "Workers", "Weather", "Grouping Sets"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		Str text = STR_INIT;
		PlanList plans;
		str_add(&text, "{\"Plan\": {\"Node Type\": \"Result\", \"x\": ");
		nested(&text, arena_printf(*state, "{\"%s\": [", names[i]), "]}", 20000);
		str_add(&text, "}}");
		assert_true(plan_read(*state, text.text, text.len, &plans, NULL));
		assert_true(strlen(plan_write(*state, plans.items[0])) < 100000);
		str_release(&text);
	}
	Str deep = STR_INIT;
	PlanList plans;
	str_add(&deep, "{\"Plan\": ");
	str_add_repeat(&deep, "{\"Node Type\": \"Append\", \"Plans\": [", 3000);
	str_add(&deep, "{\"Node Type\": \"Result\"}");
	str_add_repeat(&deep, "]}", 3000);
	str_add(&deep, "}");
	assert_true(plan_read(*state, deep.text, deep.len, &plans, NULL));
	assert_true(strlen(plan_write(*state, plans.items[0])) < 3001 * 700);
	str_release(&deep);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(what_is_written_can_be_read_and_written_again),
		arena_test(names_are_quoted_and_shown_once),
		arena_test(figures_keep_their_digits_and_get_their_zeros_back),
		arena_test(subplans_stand_a_step_deeper),
		arena_test(what_nobody_knows_is_kept),
		arena_test(lines_that_are_no_fields_stand_as_they_were),
		arena_test(workers_say_what_they_did),
		arena_test(any_nesting_is_survived),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
