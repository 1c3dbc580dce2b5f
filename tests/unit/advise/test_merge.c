/* test_merge.c: a cause and what follows from it are one finding, by where they stand in the plan. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "advise/advise.h"
#include "advise/merge.h"
#include "plan/json.h"

static int begin(void **state) {
	*state = arena_new();
	return 0;
}

static int end(void **state) {
	arena_free(*state);
	return 0;
}

#define LEAF(type, as, planned, rows)                                                                                                           \
	"{~Node Type~: ~" type "~, ~Parent Relationship~: ~" as "~, ~Total Cost~: 50000, ~Plan Rows~: " #planned ", ~Actual Startup Time~: 0, " \
	"~Actual Total Time~: 10, ~Actual Rows~: " #rows ", ~Actual Loops~: 1"
#define NODE(type, as, planned, rows, below) LEAF(type, as, planned, rows) ", ~Plans~: [" below "]}"
#define PLAN(root) "[{~Plan~: " root ", ~Execution Time~: 1000}]"

static const Plan *plan_of_text(Arena *arena, const char *quoted) {
	char *text = arena_copy(arena, quoted);
	for (char *at = text; (at = strchr(at, '~'));) *at = '"';
	PlanList plans;
	assert_true(plan_read_json(arena, text, strlen(text), &plans, NULL));
	return plans.items[0];
}

static void add_finding(Arena *arena, FindingList *findings, const char *rule, int node, double saves_ms) {
	Finding *finding = list_push(arena, findings);
	*finding = finding_new(rule);
	finding->node = node;
	finding->title = rule;
	finding->evidence = "Figures.";
	finding->saves_ms = saves_ms;
	finding->saves_share = saves_ms / 1000;
}

static FindingList merged(Arena *arena, const char *plan, const char *symptom, int symptom_node, const char *cause, int cause_node) {
	FindingList findings = {0};
	add_finding(arena, &findings, symptom, symptom_node, 300);
	add_finding(arena, &findings, cause, cause_node, 200);
	findings_merge(arena, plan_of_text(arena, plan), &findings);
	return findings;
}

/* A sort above a join, above a scan that was miscounted. */
#define UNDERESTIMATED PLAN(NODE("Sort", "", 20, 90000, NODE("Hash Join", "Outer", 20, 90000, LEAF("Seq Scan", "Outer", 10, 90000) "}, " \
	NODE("Hash", "Inner", 5000, 5000, LEAF("Seq Scan", "Outer", 5000, 5000) "}"))))
#define SAME_ROWS PLAN(NODE("Sort", "", 20, 20, NODE("Hash Join", "Outer", 20, 20, LEAF("Seq Scan", "Outer", 10, 90000) "}, " \
	NODE("Hash", "Inner", 5000, 5000, LEAF("Seq Scan", "Outer", 5000, 5000) "}"))))
#define IN_A_SUBPLAN PLAN(NODE("Sort", "", 20, 90000, NODE("Seq Scan", "Outer", 20, 90000, LEAF("Seq Scan", "SubPlan", 10, 90000) "}")))
#define LOOP PLAN(NODE("Nested Loop", "", 10, 90000, LEAF("Seq Scan", "Outer", 10, 90000) "}, " \
	NODE("Memoize", "Inner", 1, 1, LEAF("Index Scan", "Outer", 1, 1) "}")))
#define FILTERED PLAN(NODE("Seq Scan", "", 10, 10, NODE("Materialize", "SubPlan", 100, 100, LEAF("Seq Scan", "Outer", 100, 100) "}")))

static const struct Row {
	const char *plan, *symptom;
	int symptom_node;
	const char *cause;
	int cause_node;
	bool explained;
} rows[] = {
    {UNDERESTIMATED, "sort-spill", 1, "row-misestimate", 3, true},
    {UNDERESTIMATED, "sort-spill", 1, "row-misestimate", 5, false}, /* that one was right */
    {UNDERESTIMATED, "hash-batches", 4, "row-misestimate", 3, false}, /* the other side of the join */
    {SAME_ROWS, "sort-spill", 1, "row-misestimate", 3, false}, /* nothing of it arrived at the sort */
    {IN_A_SUBPLAN, "sort-spill", 1, "row-misestimate", 3, false}, /* its rows only decide */
    {IN_A_SUBPLAN, "temp-io", 3, "subplan-per-row", 3, true},
    {LOOP, "memoize-evictions", 3, "row-misestimate", 2, true},
    {LOOP, "memoize-evictions", 3, "row-misestimate", 4, false}, /* what is looked up, not what asks */
    {LOOP, "nested-loop-blowup", 1, "row-misestimate", 2, true},
    {LOOP, "nested-loop-blowup", 1, "missing-index", 4, true},
    {FILTERED, "temp-io", 2, "not-in", 1, true},
    {FILTERED, "temp-io", 1, "not-in", 2, false}, /* it keeps its own rows */
    {FILTERED, "cold-cache", 3, "missing-index", 3, true},
    {FILTERED, "cold-cache", 1, "missing-index", 3, false}, /* another scan waits */
    {FILTERED, "cold-cache", 3, "heap-fetches", 3, true},
    {FILTERED, "cold-cache", 3, "offset-pagination", 1, true},
    {FILTERED, "cold-cache", 1, "offset-pagination", 2, false},
    {UNDERESTIMATED, "jit-overhead", 0, "row-misestimate", 3, false}, /* fewer rows than came made nothing dear */
    {UNDERESTIMATED, "planning-time", 0, "row-misestimate", 3, false}, /* nothing to do with each other */
};

static void a_symptom_joins_its_cause_where_one_follows_from_the_other(void **state) {
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct Row *row = &rows[i];
		FindingList findings = merged(*state, row->plan, row->symptom, row->symptom_node, row->cause, row->cause_node);
		if (findings.count != (row->explained ? 1 : 2)) fail_msg("%s at %d beside %s at %d", row->symptom, row->symptom_node, row->cause, row->cause_node);
		if (row->explained) assert_string_equal(findings.items[0].rule, row->cause);
	}
}

static void explanations_name_rules_and_none_twice(void **state) {
	(void)state;
	for (const Explanation *row = explanations; row->symptom; row++) {
		assert_true(rule_named(row->symptom) && rule_named(row->cause));
		for (const Explanation *other = row + 1; other->symptom; other++)
			assert_false(strcmp(row->symptom, other->symptom) == 0 && strcmp(row->cause, other->cause) == 0);
	}
}

static void the_cause_tells_its_symptoms_figures(void **state) {
	FindingList findings = merged(*state, UNDERESTIMATED, "sort-spill", 1, "row-misestimate", 3);
	assert_string_equal(findings.items[0].evidence, "Figures. Hence also: sort-spill.");
	assert_int_equal(findings.items[0].symptoms.count, 1);
	assert_string_equal(findings.items[0].symptoms.items[0], "sort-spill");
	assert_true(findings.items[0].saves_ms == 300); /* the larger of the two */
	findings = merged(*state, LOOP, "nested-loop-blowup", 1, "row-misestimate", 2);
	assert_string_equal(findings.items[0].evidence, "Figures."); /* there it stands already */
}

static void what_helped_the_symptom_stays_to_be_read(void **state) {
	Arena *arena = *state;
	FindingList findings = {0};
	add_finding(arena, &findings, "temp-io", 2, NAN);
	findings.items[0].kind = REMEDY_SETTING;
	findings.items[0].sql = "SET LOCAL work_mem = '8MB'";
	add_finding(arena, &findings, "not-in", 1, NAN);
	findings_merge(arena, plan_of_text(arena, FILTERED), &findings);
	assert_int_equal(findings.count, 1);
	assert_string_equal(findings.items[0].notes, "What helps until then: SET LOCAL work_mem = '8MB'.");
	assert_true(isnan(findings.items[0].saves_ms));
}

/* 50,000 rows were promised to a loop that costs 10 for each of them; 500 came. */
static const char *dear_plan(Arena *arena, double cost, const char *more) {
	return arena_printf(arena,
	                    "[{~Plan~: {~Node Type~: ~Nested Loop~, ~Total Cost~: %.0f, ~Plan Rows~: 50000, ~Actual Startup Time~: 0, ~Actual Total Time~: 10, "
	                    "~Actual Rows~: 500, ~Actual Loops~: 1, ~Plans~: [{~Node Type~: ~Seq Scan~, ~Parent Relationship~: ~Outer~, ~Total Cost~: 5000, ~Plan Rows~: "
	                    "50000, ~Actual Startup Time~: 0, ~Actual Total Time~: 5, ~Actual Rows~: 500, ~Actual Loops~: 1}, {~Node Type~: ~Index Scan~, ~Parent "
	                    "Relationship~: ~Inner~, ~Total Cost~: 10, ~Plan Rows~: 1, ~Actual Startup Time~: 0, ~Actual Total Time~: 0.01, ~Actual Rows~: 1, ~Actual "
	                    "Loops~: 500}]}%s, ~Execution Time~: 1000}]", cost, more);
}

static void jit_follows_from_rows_that_never_came(void **state) {
	Arena *arena = *state;
	FindingList findings = merged(arena, dear_plan(arena, 510000, ""), "jit-overhead", 0, "row-misestimate", 2);
	assert_int_equal(findings.count, 1);
	assert_true(findings.items[0].saves_ms == 300); /* compiling is in the time of the node that began it */
	/* A threshold this plan would pass all the same. */
	const char *low = dear_plan(arena, 510000, ", ~Settings~: {~jit_above_cost~: ~1000~}");
	assert_int_equal(merged(arena, low, "jit-overhead", 0, "row-misestimate", 2).count, 2);
}

static void symptoms_of_symptoms_are_told_by_the_first_cause(void **state) {
	Arena *arena = *state;
	FindingList findings = {0};
	add_finding(arena, &findings, "nested-loop-blowup", 1, 100);
	add_finding(arena, &findings, "memoize-evictions", 3, 100);
	add_finding(arena, &findings, "planning-time", 0, 100);
	add_finding(arena, &findings, "row-misestimate", 2, 100);
	findings_merge(arena, plan_of_text(arena, LOOP), &findings);
	assert_int_equal(findings.count, 2);
	assert_string_equal(findings.items[0].rule, "planning-time");
	assert_int_equal(findings.items[1].symptoms.count, 2);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_symptom_joins_its_cause_where_one_follows_from_the_other, begin, end),
	    cmocka_unit_test_setup_teardown(explanations_name_rules_and_none_twice, begin, end),
	    cmocka_unit_test_setup_teardown(the_cause_tells_its_symptoms_figures, begin, end),
	    cmocka_unit_test_setup_teardown(what_helped_the_symptom_stays_to_be_read, begin, end),
	    cmocka_unit_test_setup_teardown(jit_follows_from_rows_that_never_came, begin, end),
	    cmocka_unit_test_setup_teardown(symptoms_of_symptoms_are_told_by_the_first_cause, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
