/* test_finding_change.c: findings of an earlier plan stay in sight: still there, no longer worth it, or gone. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "advise/advise.h"
#include "advise/finding_change.h"
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

static const Plan later = {.analyzed = true, .timed = true, .execution_ms = 25000};

static Finding *add_finding(Arena *arena, FindingList *findings, const char *rule, const char *relation, const char *column, double saves_ms) {
	Finding *finding = list_push(arena, findings);
	*finding = finding_new(rule);
	finding->relation = relation;
	finding->columns = ARENA_NEW(arena, const char *);
	if (column) finding->columns[finding->column_count++] = column;
	finding->saves_ms = saves_ms;
	finding->saves_share = saves_ms / later.execution_ms;
	return finding;
}

static void is_change(const FindingChangeList *changes, size_t at, FindingChangeKind kind, const char *rule, const char *text) {
	assert_true(at < changes->count);
	const FindingChange *it = &changes->items[at];
	assert_int_equal(it->kind, kind);
	assert_string_equal((it->after ? it->after : it->before)->rule, rule);
	assert_string_equal(it->text, text);
	assert_true((kind == FINDING_NEW) == !it->before && (kind == FINDING_GONE) == !it->after);
}

static void each_finding_is_told_as_what_became_of_it(void **state) {
	Arena *arena = *state;
	FindingList before = {0}, after = {0}, all = {0};
	add_finding(arena, &before, "missing-index", "public.orders", "status", 60000);
	add_finding(arena, &before, "sort-spill", NULL, NULL, 2600);
	add_finding(arena, &before, "jit-overhead", NULL, NULL, 3000);
	add_finding(arena, &after, "cold-cache", "public.orders", NULL, 9000);
	add_finding(arena, &after, "jit-overhead", NULL, NULL, 3000);
	add_finding(arena, &all, "sort-spill", NULL, NULL, 1000);
	add_finding(arena, &all, "memoize-evictions", NULL, NULL, 10);
	FindingChangeList changes = findings_compare(arena, &later, &before, &after, &all);
	assert_int_equal(changes.count, 4); /* what was never worth it is not told now either */
	is_change(&changes, 0, FINDING_NEW, "cold-cache", "new: ~9.0 s of 25.0 s");
	is_change(&changes, 1, FINDING_STAYED, "jit-overhead", "still there: ~3.0 s of 25.0 s");
	is_change(&changes, 2, FINDING_NOT_WORTH, "sort-spill", "no longer worth it: ~1.0 s of 25.0 s");
	is_change(&changes, 3, FINDING_GONE, "missing-index", "gone");
}

static void findings_are_the_same_by_what_they_are_about(void **state) {
	Arena *arena = *state;
	FindingList before = {0}, after = {0}, none = {0};
	add_finding(arena, &before, "missing-index", "public.orders", "status", 5000);
	add_finding(arena, &before, "missing-index", "public.orders", "total", 5000);
	add_finding(arena, &before, "missing-index", "public.items", "status", 5000);
	add_finding(arena, &after, "missing-index", "orders", "total", 5000); /* a file knows no schema */
	add_finding(arena, &after, "missing-index", "my_orders", "status", 5000);
	FindingChangeList changes = findings_compare(arena, &later, &before, &after, &none);
	assert_int_equal(changes.count, 4);
	assert_int_equal(changes.items[0].kind, FINDING_STAYED);
	assert_ptr_equal(changes.items[0].before, &before.items[1]);
	assert_int_equal(changes.items[1].kind, FINDING_NEW);
	assert_int_equal(changes.items[2].kind, FINDING_GONE);
	assert_int_equal(changes.items[3].kind, FINDING_GONE);
}

static void of_two_alike_one_may_go(void **state) {
	Arena *arena = *state;
	FindingList before = {0}, after = {0}, none = {0};
	add_finding(arena, &before, "subplan-per-row", "public.orders", NULL, 5000);
	add_finding(arena, &before, "subplan-per-row", "public.orders", NULL, 4000);
	add_finding(arena, &after, "subplan-per-row", "public.orders", NULL, 5000);
	FindingChangeList changes = findings_compare(arena, &later, &before, &after, &none);
	assert_int_equal(changes.count, 2);
	assert_int_equal(changes.items[0].kind, FINDING_STAYED);
	assert_int_equal(changes.items[1].kind, FINDING_GONE);
}

static void a_symptom_stays_with_the_cause_that_tells_of_it(void **state) {
	Arena *arena = *state;
	FindingList before = {0}, after = {0}, none = {0};
	add_finding(arena, &before, "sort-spill", NULL, NULL, 5000);
	Finding *cause = add_finding(arena, &after, "row-misestimate", "public.orders", "status", 9000);
	*list_push(arena, &cause->symptoms) = "sort-spill";
	FindingChangeList changes = findings_compare(arena, &later, &before, &after, &none);
	assert_int_equal(changes.count, 1);
	is_change(&changes, 0, FINDING_STAYED, "row-misestimate", "still there: ~9.0 s of 25.0 s");
}

static void nothing_before_and_nothing_after_is_nothing(void **state) {
	const FindingList none = {0};
	assert_int_equal(findings_compare(*state, &later, &none, &none, &none).count, 0);
}

/* An index-only scan that looks all its rows up, as so much of a statement. */
static const char *with_scan(Arena *arena, double scan_ms, double whole_ms, double fetches) {
	char *text = arena_printf(arena,
	                          "[{~Plan~: {~Node Type~: ~Aggregate~, ~Actual Startup Time~: %g, ~Actual Total Time~: %g, ~Actual Rows~: 1, ~Actual Loops~: 1, ~Plans~: "
	                          "[{~Node Type~: ~Index Only Scan~, ~Parent Relationship~: ~Outer~, ~Relation Name~: ~t~, ~Index Name~: ~i~, ~Heap Fetches~: %g, "
	                          "~Actual Startup Time~: 0, ~Actual Total Time~: %g, ~Actual Rows~: 50000, ~Actual Loops~: 1}]}, ~Execution Time~: %g}]",
	                          whole_ms, whole_ms, fetches, scan_ms, whole_ms);
	for (char *at = text; (at = strchr(at, '~'));) *at = '"';
	return text;
}

static const Plan *plan_of_text(Arena *arena, const char *text) {
	PlanList plans;
	assert_true(plan_read_json(arena, text, strlen(text), &plans, NULL));
	return plans.items[0];
}

static FindingChangeKind change_of_scan(Arena *arena, double scan_ms, double whole_ms, double fetches) {
	const AdviseSettings telling_all = {.min_gain = 0.05, .min_ms = 5, .tell_all = true};
	const Statement *statement = statement_parse(arena, "");
	const Plan *after = plan_of_text(arena, with_scan(arena, scan_ms, whole_ms, fetches));
	FindingList before = advise(arena, plan_of_text(arena, with_scan(arena, 90, 100, 50000)), statement, NULL, NULL);
	FindingList now = advise(arena, after, statement, NULL, NULL), all = advise(arena, after, statement, NULL, &telling_all);
	assert_int_equal(before.count, 1);
	FindingChangeList changes = findings_compare(arena, after, &before, &now, &all);
	assert_int_equal(changes.count, 1);
	return changes.items[0].kind;
}

static void advice_on_a_later_plan_tells_what_is_too_little(void **state) {
	assert_int_equal(change_of_scan(*state, 80, 100, 50000), FINDING_STAYED);
	assert_int_equal(change_of_scan(*state, 80, 9000, 50000), FINDING_NOT_WORTH); /* under the rule's own tenth */
	assert_int_equal(change_of_scan(*state, 3, 4, 50000), FINDING_NOT_WORTH); /* a statement that is over in no time */
	assert_int_equal(change_of_scan(*state, 80, 100, 0), FINDING_GONE);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(each_finding_is_told_as_what_became_of_it, begin, end),
	    cmocka_unit_test_setup_teardown(findings_are_the_same_by_what_they_are_about, begin, end),
	    cmocka_unit_test_setup_teardown(of_two_alike_one_may_go, begin, end),
	    cmocka_unit_test_setup_teardown(a_symptom_stays_with_the_cause_that_tells_of_it, begin, end),
	    cmocka_unit_test_setup_teardown(nothing_before_and_nothing_after_is_nothing, begin, end),
	    cmocka_unit_test_setup_teardown(advice_on_a_later_plan_tells_what_is_too_little, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
