/* test_pretence.c: what is said of a plan with indexes that are not there. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "advise/pretence.h"
#include "plan/json.h"

static int begin(void **state) {
	*state = arena_new();
	return 0;
}

static int end(void **state) {
	arena_free(*state);
	return 0;
}

static const Plan *plan_of_cost(Arena *arena, double cost) {
	const char *text = arena_printf(arena, "[{\"Plan\": {\"Node Type\": \"Seq Scan\", \"Relation Name\": \"t\", \"Startup Cost\": 0, \"Total Cost\": %g, \"Plan Rows\": 1, \"Plan Width\": 4}}]", cost);
	PlanList plans;
	assert_true(plan_read_json(arena, text, strlen(text), &plans, NULL));
	return plans.items[0];
}

static void costs_are_compared(void **state) {
	static const struct {
		double before, after;
		const char *said;
	} cases[] = {{4000, 8, "4 000 → 8, 500 times less"}, {8, 8, "8 → 8, the same"}, {8, 4000, "8 → 4 000, 500 times more"}, {0, 3, "0 → 3"}, {3, 0, "3 → 0"}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const Pretence pretence = {.cost_before = cases[i].before, .plan = plan_of_cost(*state, cases[i].after)};
		assert_string_equal(pretence_costs(*state, &pretence), cases[i].said);
	}
}

static void the_title_counts_what_is_on(void **state) {
	PretenceIndex indexes[] = {{.sql = "a"}, {.sql = "b", .off = true}, {.sql = "c"}};
	Pretence pretence = {.indexes = {.items = indexes, .count = 3}};
	assert_string_equal(pretence_title(*state, &pretence), "What if: 2 indexes pretended");
	indexes[0].off = true;
	assert_string_equal(pretence_title(*state, &pretence), "What if: 1 index pretended");
	pretence.rewrite = "select 1";
	assert_string_equal(pretence_title(*state, &pretence), "What if: 1 index pretended, statement rewritten");
	indexes[2].off = true;
	assert_string_equal(pretence_title(*state, &pretence), "What if: the statement rewritten");
	pretence.rewrite = NULL;
	assert_string_equal(pretence_title(*state, &pretence), "What if: nothing is pretended");
}

static void each_index_says_what_came_of_it(void **state) {
	Arena *arena = *state;
	UnusedCause cause = {.word = "leading-column", .text = "It begins with a."};
	const UnusedAnswer why = {.causes = {.items = &cause, .count = 1}, .forced_cost = NAN};
	PretenceIndex indexes[] = {
	    {.sql = "CREATE INDEX ON t (a)", .name = "<1>btree_t_a", .bytes = 8192, .used = true},
	    {.sql = "CREATE INDEX ON t (b)", .name = "<2>btree_t_b", .bytes = NAN, .why = &why},
	    {.sql = "CREATE INDEX ON t (c)", .off = true, .bytes = NAN},
	    {.sql = "CREATE INDEX ON t (d)", .bytes = NAN}, /* not asked yet */
	};
	const Pretence pretence = {.indexes = {.items = indexes, .count = 4}, .cost_before = 10};
	static const LabelledLine wanted[] = {
	    {"index 1", "CREATE INDEX ON t (a)", true}, {"", "8.0 kB at most, used: <1>btree_t_a", false}, {"index 2", "CREATE INDEX ON t (b)", true}, {"", "not used", false},
	    {"", "because its first column is not asked for. It begins with a.", false}, {"index 3 off", "CREATE INDEX ON t (c)", true}, {"index 4", "CREATE INDEX ON t (d)", true},
	};
	LabelledLines lines = pretence_lines(arena, &pretence);
	assert_int_equal(lines.count, sizeof wanted / sizeof *wanted);
	for (size_t i = 0; i < lines.count; i++) {
		assert_string_equal(lines.items[i].label, wanted[i].label);
		assert_string_equal(lines.items[i].text, wanted[i].text);
		assert_int_equal(lines.items[i].sql, wanted[i].sql);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(costs_are_compared), cmocka_unit_test(the_title_counts_what_is_on), cmocka_unit_test(each_index_says_what_came_of_it)};
	return cmocka_run_group_tests_name("pretence", tests, begin, end);
}
