/* test_subtree.c: what a part of a plan needs from the rest of it, read from its conditions. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "advise/subtree.h"
#include "plan/json.h"

static int begin(void **state) {
	*state = arena_new();
	return 0;
}

static int end(void **state) {
	arena_free(*state);
	return 0;
}

/* Written with ~ for ". */
static const Plan *plan_of(Arena *arena, const char *text) {
	char *json = arena_printf(arena, "[{~Plan~: %s}]", text);
	for (char *at = json; (at = strchr(at, '~'));) *at = '"';
	PlanList plans = {0};
	assert_true(plan_read_json(arena, json, strlen(json), &plans, NULL));
	return plans.items[0];
}

static const char *scan(Arena *arena, const char *alias, const char *filter) {
	return arena_printf(arena, "{~Node Type~: ~Seq Scan~, ~Relation Name~: ~t~, ~Alias~: ~%s~, ~Filter~: ~%s~}", alias, filter);
}

static const char *loop(Arena *arena, const char *outer, const char *inner) {
	return arena_printf(arena, "{~Node Type~: ~Nested Loop~, ~Plans~: [%s, %s]}", outer, inner);
}

static bool alone(Arena *arena, const char *alias, const char *filter) {
	const Plan *plan = plan_of(arena, scan(arena, alias, filter));
	return subtree_stands_alone(arena, plan, plan->root);
}

static void its_own_columns_tie_it_to_nothing(void **state) {
	assert_true(alone(*state, "a", "(x = 1)"));
	assert_true(alone(*state, "a", "((a.x = 1) AND (a.y IS NULL))"));
	assert_true(alone(*state, "a", "(a.note = 'b.x = $1'::text)"));
}

static void another_table_or_a_parameter_ties_it(void **state) {
	assert_false(alone(*state, "a", "(a.x = b.x)"));
	assert_false(alone(*state, "a", "(x = $0)"));
	assert_false(alone(*state, "a", "(a.x = t.x)")); /* the table's name is hidden by the alias: another scan's */
}

static void schemas_of_functions_and_types_are_no_tables(void **state) {
	assert_true(alone(*state, "a", "(public.f(a.x) = 1)"));
	assert_true(alone(*state, "a", "(a.x = '1'::public.money)"));
}

static void quoted_names_are_compared_without_their_quotes(void **state) {
	assert_true(alone(*state, "Mixed", "(\\~Mixed\\~.x = 1)"));
	assert_false(alone(*state, "mixed", "(\\~Mixed\\~.x = 1)"));
}

static void broken_conditions_are_read_as_far_as_they_go(void **state) {
	assert_true(alone(*state, "a", "(((a.x = 'open"));
	assert_true(alone(*state, "a", "\\u001b[2J . .. .a"));
	assert_false(alone(*state, "a", "b.\\u001b b.x"));
	assert_true(alone(*state, "a", ""));
}

static void a_subtree_ends_where_its_nodes_end(void **state) {
	Arena *arena = *state;
	const Plan *plan = plan_of(arena, loop(arena, loop(arena, scan(arena, "a", "x"), scan(arena, "b", "x")), scan(arena, "c", "x")));
	assert_int_equal(plan->root->last, 5);
	assert_int_equal(plan->nodes[1]->last, 4);
	assert_int_equal(plan->nodes[4]->last, 5);
}

static void chains_of_conditions_lead_through_third_tables(void **state) {
	Arena *arena = *state;
	const Plan *plan = plan_of(arena, loop(arena, loop(arena, scan(arena, "a", "(a.x = 1)"), scan(arena, "b", "(b.x = 1)")), scan(arena, "c", "((y = a.y) AND (z = b.z))")));
	const size_t *groups = plan_groups(arena, plan);
	assert_int_equal(groups[0], 0);
	assert_int_equal(groups[2], 3);
	assert_int_equal(groups[3], 3);
	assert_int_equal(groups[4], 3);
}

static void tables_that_nothing_connects_are_apart(void **state) {
	Arena *arena = *state;
	const Plan *plan = plan_of(arena, loop(arena, scan(arena, "a", "(a.x = 1)"), scan(arena, "b", "(b.x = 1)")));
	const size_t *groups = plan_groups(arena, plan);
	assert_int_not_equal(groups[1], groups[2]);
}

static void names_may_outnumber_nodes(void **state) {
	Arena *arena = *state;
	const char *filter = "(z.x = 1)";
	for (int i = 0; i < 300; i++) filter = arena_printf(arena, "%s OR (m%d.x = n%d.x)", filter, i, i);
	const Plan *plan = plan_of(arena, loop(arena, scan(arena, "a", filter), scan(arena, "n299", "(x = 1)")));
	const size_t *groups = plan_groups(arena, plan);
	assert_int_equal(groups[1], 2);
	assert_int_equal(groups[2], 2);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(its_own_columns_tie_it_to_nothing, begin, end),
	    cmocka_unit_test_setup_teardown(another_table_or_a_parameter_ties_it, begin, end),
	    cmocka_unit_test_setup_teardown(schemas_of_functions_and_types_are_no_tables, begin, end),
	    cmocka_unit_test_setup_teardown(quoted_names_are_compared_without_their_quotes, begin, end),
	    cmocka_unit_test_setup_teardown(broken_conditions_are_read_as_far_as_they_go, begin, end),
	    cmocka_unit_test_setup_teardown(a_subtree_ends_where_its_nodes_end, begin, end),
	    cmocka_unit_test_setup_teardown(chains_of_conditions_lead_through_third_tables, begin, end),
	    cmocka_unit_test_setup_teardown(tables_that_nothing_connects_are_apart, begin, end),
	    cmocka_unit_test_setup_teardown(names_may_outnumber_nodes, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
