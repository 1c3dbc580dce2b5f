/* test_sensitivity.c: whether the plan of a statement depends on its values, what a server keeps of it, and what is said about that. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "advise/parameter_sensitive.h"
#include "plan/json.h"

static int begin(void **state) {
	*state = arena_new();
	return 0;
}

static int end(void **state) {
	arena_free(*state);
	return 0;
}

#define SEQ(cost) "{~Node Type~: ~Seq Scan~, ~Relation Name~: ~orders~, ~Alias~: ~orders~, ~Plan Rows~: 5, ~Total Cost~: " #cost "}"
#define INDEX(cost) "{~Node Type~: ~Index Scan~, ~Relation Name~: ~orders~, ~Alias~: ~orders~, ~Index Name~: ~i~, ~Index Cond~: ~x~, ~Plan Rows~: 5, ~Total Cost~: " #cost "}"

static Plan *plan_of_json(Arena *arena, const char *root, const char *more) {
	char *text = arena_printf(arena, "[{~Plan~: %s%s}]", root, more);
	for (char *at = text; (at = strchr(at, '~'));) *at = '"';
	PlanList plans;
	assert_true(plan_read_json(arena, text, strlen(text), &plans, NULL));
	return plans.items[0];
}

static ValuePlans *plans_new(Arena *arena) {
	return ARENA_NEW(arena, ValuePlans);
}

static ValuePlan *add(Arena *arena, ValuePlans *plans, const char *source, const char *root) {
	ValuePlan *plan = list_push(arena, plans);
	*plan = (ValuePlan){.source = source, .values = plans->count > 1 ? "$1 = x" : NULL, .statement = "select", .measured_ms = NAN,
	                    .plan = root ? plan_of_json(arena, root, ", ~Planning Time~: 0.25") : NULL, .problem = root ? NULL : "refused"};
	return plan;
}

static Sensitivity *seen(Arena *arena, const ValuePlans *plans, const char *depends_on) {
	return sensitivity_of(arena, statement_parse(arena, "select * from orders where status = $1"), plans, depends_on);
}

static Sensitivity *three(Arena *arena, const char *generic, const char *common, const char *rare) {
	ValuePlans *plans = plans_new(arena);
	add(arena, plans, "generic", generic);
	add(arena, plans, "most common", common);
	add(arena, plans, "rare", rare);
	return seen(arena, plans, "status = $1");
}

static void one_plan_for_all_is_fine(void **state) {
	Sensitivity *s = three(*state, INDEX(50), INDEX(4000), INDEX(8));
	assert_int_equal(s->shape_count, 1);
	assert_string_equal(s->verdict, "one plan for all values");
	assert_int_equal(s->differences.count, 0);
	assert_int_equal(s->cache, PLAN_CACHE_DEPENDS);
	assert_false(parameter_sensitive(s));
}

static void the_first_five_decide_where_costs_lie_on_both_sides(void **state) {
	Sensitivity *s = three(*state, INDEX(500), SEQ(4000), INDEX(8));
	assert_string_equal(s->verdict, "the plan depends on status = $1: A for generic and rare, B for most common");
	assert_string_equal(s->differences.items[0], "B, not A: orders by Seq Scan, not Index Scan using i");
	assert_int_equal(s->cache, PLAN_CACHE_DEPENDS);
	assert_true(s->planning_cost == 5); /* 2.5 for the table, and as much again */
	assert_true(s->custom_cost == 2009);
	assert_non_null(strstr(s->cache_words, "with values like \"rare\" (cost 8)"));
	assert_true(parameter_sensitive(s));
	Finding finding = parameter_sensitive_finding(*state, s, "the web");
	assert_string_equal(finding.sql, "SET plan_cache_mode = force_custom_plan");
	assert_string_equal(finding.undo, "RESET plan_cache_mode");
	assert_string_equal(finding.evidence, "generic: plan A, cost 500; most common ($1 = x): plan B, cost 4 000; rare ($1 = x): plan A, cost 8.");
	assert_non_null(strstr(finding.notes, "ALTER ROLE \"the web\" SET"));
	assert_non_null(strstr(finding.locks, "0.25 ms"));
	assert_true(isnan(finding.saves_ms) && finding.severity == SEVERITY_INFO);
}

static void a_dearer_generic_plan_is_never_kept(void **state) {
	Sensitivity *s = three(*state, SEQ(5000), SEQ(4000), INDEX(8));
	assert_int_equal(s->cache, PLAN_CACHE_CUSTOM);
	assert_non_null(strstr(s->cache_words, "goes on being planned"));
	assert_false(parameter_sensitive(s)); /* the server does it well already */
}

static void a_cheaper_generic_plan_is_kept_whatever_comes(void **state) {
	Sensitivity *s = three(*state, INDEX(12), SEQ(4000), INDEX(8));
	assert_int_equal(s->cache, PLAN_CACHE_GENERIC); /* 12 < 8 and planning */
	assert_non_null(strstr(s->cache_words, "After five executions"));
	assert_true(parameter_sensitive(s));
}

static void all_values_may_agree_against_the_generic_plan(void **state) {
	Sensitivity *s = three(*state, SEQ(300), INDEX(900), INDEX(700));
	assert_string_equal(s->verdict, "one plan for all values, but the generic plan is another: A for generic, B for most common and rare");
	assert_true(parameter_sensitive(s));
}

static void what_costs_about_the_same_or_little_is_left_alone(void **state) {
	assert_false(parameter_sensitive(three(*state, INDEX(3000), SEQ(4000), INDEX(2000))));
	assert_false(parameter_sensitive(three(*state, INDEX(10), SEQ(90), INDEX(8))));
	assert_false(parameter_sensitive(three(*state, SEQ(300), "{~Node Type~: ~Gather~, ~Total Cost~: 4000, ~Plans~: [" SEQ(10) "]}", SEQ(500))));
}

static void partitions_that_are_not_seen_prove_nothing(void **state) {
	Sensitivity *s = three(*state, "{~Node Type~: ~Append~, ~Total Cost~: 300, ~Subplans Removed~: 2}", INDEX(4000), INDEX(8));
	assert_int_equal(s->shapes[0], NO_SHAPE);
	assert_string_equal(s->verdict, "one plan for all values");
	assert_non_null(strstr(s->differences.items[0], "when it runs"));
	assert_false(parameter_sensitive(s));
}

static void settings_of_the_session_count(void **state) {
	static const struct {
		const char *settings;
		PlanCache cache;
		bool told;
	} cases[] = {
		{", ~Settings~: {~plan_cache_mode~: ~force_custom_plan~}", PLAN_CACHE_CUSTOM, false},
		{", ~Settings~: {~plan_cache_mode~: ~force_generic_plan~}", PLAN_CACHE_GENERIC, true},
		{", ~Settings~: {~cpu_operator_cost~: ~0.25~}", PLAN_CACHE_GENERIC, true}, /* planning costs 500 */
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ValuePlans *plans = plans_new(*state);
		add(*state, plans, "generic", SEQ(300));
		add(*state, plans, "rare", INDEX(8))->plan = plan_of_json(*state, INDEX(8), cases[i].settings);
		Sensitivity *s = seen(*state, plans, NULL);
		assert_int_equal(s->cache, cases[i].cache);
		assert_int_equal(parameter_sensitive(s), cases[i].told);
		assert_non_null(s->cache_words);
	}
}

static void what_could_not_be_planned_is_left_out(void **state) {
	Sensitivity *s = three(*state, INDEX(500), NULL, NULL);
	assert_int_equal(s->shapes[1], NO_SHAPE);
	assert_int_equal(s->cache, PLAN_CACHE_UNKNOWN);
	assert_string_equal(s->verdict, "no plan for values is known");
	assert_false(parameter_sensitive(s));
	s = three(*state, NULL, SEQ(4000), INDEX(8));
	assert_string_equal(s->verdict, "the plan depends on status = $1: A for most common, B for rare");
	assert_false(parameter_sensitive(s));
	assert_non_null(three(*state, NULL, NULL, NULL)->verdict);
	assert_non_null(three(*state, "{~Node Type~: ~Result~}", "{~Node Type~: ~Result~}", NULL)->cache_words); /* COSTS OFF */
}

static Finding index_finding(Arena *arena, const char *column, const char *second) {
	const char **columns = ARENA_ARRAY(arena, const char *, 2);
	columns[0] = column;
	columns[1] = second;
	IndexAdvice index = {.schema = "public", .table = "orders", .name = "x", .method = "btree", .columns = columns, .column_count = second ? 2 : 1, .bytes = NAN};
	Finding finding = finding_new("missing-index");
	finding_set_indexes(arena, &finding, &index, 1);
	return finding;
}

static void advice_says_which_values_it_is_for(void **state) {
	Arena *arena = *state;
	ValuePlans *plans = plans_new(arena);
	add(arena, plans, "generic", SEQ(500));
	add(arena, plans, "most common", SEQ(500));
	add(arena, plans, "rare", INDEX(8));
	FindingList two = {0}, one = {0}, none = {0};
	*list_push(arena, &two) = index_finding(arena, "status", NULL);
	*list_push(arena, &two) = index_finding(arena, "total", NULL);
	*list_push(arena, &one) = index_finding(arena, "status", NULL);
	plans->items[0].findings = &two;
	plans->items[1].findings = &one;
	plans->items[2].findings = &none;
	Sensitivity *s = seen(arena, plans, NULL);
	assert_int_equal(s->advice.count, 2);
	assert_string_equal(value_advice_words(arena, s, &s->advice.items[0]),
	                    "for generic and most common, not for rare, missing-index: CREATE INDEX CONCURRENTLY x ON public.orders (status)");
	assert_non_null(strstr(value_advice_words(arena, s, &s->advice.items[1]), "for generic, not for most common and rare, "));
	*list_push(arena, &none) = index_finding(arena, "status", "total"); /* serves all */
	s = seen(arena, plans, NULL);
	assert_int_equal(s->advice.count, 2);
	assert_non_null(strstr(value_advice_words(arena, s, &s->advice.items[0]), "whatever the values, missing-index: CREATE INDEX CONCURRENTLY x ON public.orders (status, total)"));
	none.items[0].rule = "top-n-sort-index"; /* the same index for another reason */
	s = seen(arena, plans, NULL);
	assert_int_equal(s->advice.count, 2);
	assert_true(s->advice.items[0].all);
	plans->items[2].findings = &one;
	s = seen(arena, plans, NULL);
	assert_true(s->advice.items[0].all);
	assert_non_null(strstr(value_advice_words(arena, s, &s->advice.items[0]), "whatever the values, "));
}

static void joins_written_out_count_as_planning(void **state) {
	ValuePlans *plans = plans_new(*state);
	add(*state, plans, "generic", SEQ(500));
	add(*state, plans, "rare", SEQ(8));
	Sensitivity *s = sensitivity_of(*state, statement_parse(*state, "select * from orders join customers using (id) where a = $1"), plans, NULL);
	assert_true(s->planning_cost == 7.5);
}

static void letters_end_somewhere(void **state) {
	(void)state;
	assert_int_equal(shape_letter(25), 'Z');
	assert_int_equal(shape_letter(26), '*');
	assert_int_equal(shape_letter(NO_SHAPE), '-');
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void) {
	const struct CMUnitTest tests[] = {
	    TEST(one_plan_for_all_is_fine), TEST(the_first_five_decide_where_costs_lie_on_both_sides), TEST(a_dearer_generic_plan_is_never_kept),
	    TEST(a_cheaper_generic_plan_is_kept_whatever_comes), TEST(all_values_may_agree_against_the_generic_plan),
	    TEST(what_costs_about_the_same_or_little_is_left_alone), TEST(partitions_that_are_not_seen_prove_nothing), TEST(settings_of_the_session_count), TEST(what_could_not_be_planned_is_left_out),
	    TEST(advice_says_which_values_it_is_for), TEST(joins_written_out_count_as_planning), TEST(letters_end_somewhere),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
