/* test_fail_if.c: conditions on two plans. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "app/fail_if.h"
#include "plan/json.h"

static Arena *arena;

static int setup(void **state) {
	(void)state;
	arena = arena_new();
	return 0;
}

static int teardown(void **state) {
	(void)state;
	arena_free(arena);
	return 0;
}

static Plan *plan_with(const char *node, double ms, int hit, int temp) {
	PlanList plans = {0};
	Err err = ERR_INIT;
	const char *text = arena_printf(arena,
	                                "[{\"Plan\": {\"Node Type\": \"%s\", \"Relation Name\": \"t\", \"Alias\": \"t\", \"Startup Cost\": 0, \"Total Cost\": 100, \"Plan Rows\": 1, \"Plan Width\": 4,"
	                                " \"Actual Startup Time\": 0, \"Actual Total Time\": %g, \"Actual Rows\": 10, \"Actual Loops\": 1, \"Shared Hit Blocks\": %d, \"Shared Read Blocks\": 0,"
	                                " \"Temp Read Blocks\": 0, \"Temp Written Blocks\": %d}, \"Planning Time\": 0.1, \"Execution Time\": %g}]",
	                                node, ms, hit, temp, ms);
	if (!plan_read_json(arena, text, strlen(text), &plans, &err)) fail_msg("%s", err.message.text);
	return plans.items[0];
}

static FailVerdict verdict_on(const char *text, const Plan *before, const Plan *after) {
	FailIf condition;
	Err err = ERR_INIT;
	if (!fail_if_read(arena, text, &condition, &err)) fail_msg("%s", err.message.text);
	assert_string_equal(condition.text, text);
	return fail_if_judge(arena, &condition, &(FailSide){.plan = before}, &(FailSide){.plan = after});
}

static void a_figure_fails_beyond_its_factor(void **state) {
	(void)state;
	const Plan *before = plan_with("Seq Scan", 100, 1000, 0), *after = plan_with("Seq Scan", 150, 1300, 500);
	assert_true(verdict_on("buffers>1.2x", before, after).failed);
	assert_true(verdict_on("buffers > 1.2x", before, after).failed);
	assert_false(verdict_on("buffers>1.3x", before, after).failed);
	assert_false(verdict_on("buffers>1.2x", after, before).failed);
	assert_true(verdict_on("time>1.4x", before, after).failed);
	assert_false(verdict_on("time>1.6x", before, after).failed);
	assert_true(verdict_on("temp>1x", before, after).failed); /* there was none */
	assert_false(verdict_on("rows>1x", before, after).failed);
	assert_true(verdict_on("rows>0.5x", before, after).failed);
	assert_string_equal(verdict_on("buffers>1.2x", before, after).note, "1.3 times as much");
}

static void next_to_nothing_is_no_news(void **state) {
	(void)state;
	const Plan *before = plan_with("Seq Scan", 0.02, 3, 0), *after = plan_with("Seq Scan", 0.2, 12, 0);
	assert_false(verdict_on("time>2x", before, after).failed);
	assert_false(verdict_on("buffers>1.2x", before, after).failed);
}

static void another_way_is_another_shape(void **state) {
	(void)state;
	const Plan *before = plan_with("Index Scan", 1, 3, 0), *after = plan_with("Seq Scan", 1, 3, 0);
	FailVerdict verdict = verdict_on("shape", before, after);
	assert_true(verdict.failed && isnan(verdict.before));
	assert_non_null(strstr(verdict.note, "Seq Scan"));
	assert_false(verdict_on("shape", before, plan_with("Index Scan", 50, 300, 0)).failed);
}

static void what_is_not_known_does_not_fail(void **state) {
	(void)state;
	PlanList plans = {0};
	static const char planned[] = "[{\"Plan\": {\"Node Type\": \"Seq Scan\", \"Startup Cost\": 0, \"Total Cost\": 300, \"Plan Rows\": 1, \"Plan Width\": 4}}]";
	assert_true(plan_read_json(arena, planned, sizeof planned - 1, &plans, NULL));
	const Plan *measured = plan_with("Seq Scan", 1, 3, 0);
	FailVerdict verdict = verdict_on("time>1x", measured, plans.items[0]);
	assert_false(verdict.failed);
	assert_string_equal(verdict.note, "not measured");
	assert_string_equal(verdict_on("buffers>1x", plans.items[0], measured).note, "not measured in the baseline");
	assert_true(verdict_on("cost>2x", measured, plans.items[0]).failed);
	assert_false(verdict_on("shape", NULL, measured).failed);
	assert_true(verdict_on("new", NULL, measured).failed);
	assert_false(verdict_on("new", measured, measured).failed);
}

static RepeatedSide runs_of(const double *ms, size_t count) {
	return (RepeatedSide){.name = "as it is", .ms = spread_of(ms, count), .blocks = spread_of((const double[]){1000, 1000, 1000, 1000, 1000}, count)};
}
#define RUNS(...) runs_of((const double[]){__VA_ARGS__}, sizeof(double[]){__VA_ARGS__} / sizeof(double))

static FailVerdict verdict_of_advice(const FindingList *before, const FindingList *after) {
	FailIf condition;
	Plan *plan = plan_with("Seq Scan", 290, 1, 0);
	assert_true(fail_if_read(arena, "advice", &condition, NULL));
	return fail_if_judge(arena, &condition, &(FailSide){.plan = plan, .findings = before}, &(FailSide){.plan = plan, .findings = after});
}

static void add_finding(FindingList *findings, const char *rule, Severity severity) {
	Finding *finding = list_push(arena, findings);
	*finding = finding_new(rule);
	finding->severity = severity;
	finding->title = "as it is";
}

static void advice_that_was_not_there_fails(void **state) {
	(void)state;
	FindingList none = {0}, had = {0}, has = {0}, slight = {0};
	add_finding(&had, "sort-spill", SEVERITY_WARNING);
	add_finding(&has, "missing-index", SEVERITY_CRITICAL);
	add_finding(&has, "not-in", SEVERITY_WARNING);
	add_finding(&slight, "wide-rows", SEVERITY_INFO);
	FailVerdict verdict = verdict_of_advice(&had, &has);
	assert_true(verdict.failed && verdict.before == 1 && verdict.after == 2);
	assert_string_equal(verdict.note, "new: missing-index: as it is; 1 more; gone: sort-spill: as it is");
	assert_false(verdict_of_advice(&had, &had).failed);
	assert_null(verdict_of_advice(&had, &had).note);
	assert_false(verdict_of_advice(&none, &slight).failed);
	verdict = verdict_of_advice(&had, &none);
	assert_false(verdict.failed);
	assert_string_equal(verdict.note, "gone: sort-spill: as it is");
	assert_string_equal(verdict_of_advice(NULL, &has).note, "the baseline tells no advice");
	assert_string_equal(verdict_of_advice(&had, NULL).note, "not advised");
	assert_false(verdict_of_advice(NULL, &has).failed);
}

static FailVerdict verdict_of_runs(const char *text, const FailSide *before, const FailSide *after) {
	FailIf condition;
	assert_true(fail_if_read(arena, text, &condition, NULL));
	return fail_if_judge(arena, &condition, before, after);
}

static void a_time_fails_beyond_the_noise_only(void **state) {
	(void)state;
	const Plan *plan = plan_with("Seq Scan", 500, 4000, 0);
	const RepeatedSide steady = RUNS(100, 101, 99, 100, 102), slower = RUNS(200, 201, 199, 202, 200), wild = RUNS(20, 60, 180, 240, 300), two = RUNS(200, 210);
	const FailSide once = {.plan = plan}, before = {.plan = plan, .runs = &steady}, after = {.plan = plan, .runs = &slower}, noisy = {.plan = plan, .runs = &wild}, few = {.plan = plan, .runs = &two};
	FailVerdict verdict = verdict_of_runs("time>1.5x", &before, &after);
	assert_true(verdict.failed && verdict.noise_known && !verdict.within_noise && verdict.before == 100 && verdict.after == 200);
	assert_string_equal(verdict.note, "2 times as much, beyond noise: 100 ms ±1% → 200 ms ±1%");
	verdict = verdict_of_runs("time>1.5x", &before, &noisy);
	assert_true(!verdict.failed && verdict.within_noise);
	assert_string_equal(verdict.note, "1.8 times as much, within noise: 100 ms ±1% → 180 ms ±50%");
	assert_false(verdict_of_runs("time>2.5x", &before, &after).failed);
	assert_true(verdict_of_runs("time>1.5x", &before, &few).failed); /* above all that was ever seen */
	assert_true(verdict_of_runs("time>1.5x", &before, &once).failed);
	assert_false(verdict_of_runs("time>1.5x", &noisy, &(FailSide){.plan = plan_with("Seq Scan", 290, 1, 0)}).failed);
	assert_false(verdict_of_runs("time>1.5x", &once, &after).failed);
	assert_true(verdict_of_runs("time>1.5x", &(FailSide){.plan = plan_with("Seq Scan", 20, 1, 0)}, &after).failed);
	assert_false(verdict_of_runs("buffers>1.2x", &before, &after).failed); /* of the runs, not of the first one */
	assert_true(verdict_of_runs("buffers>1.2x", &(FailSide){.plan = plan_with("Seq Scan", 1, 100, 0)}, &after).failed);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_figure_fails_beyond_its_factor),
		cmocka_unit_test(next_to_nothing_is_no_news),
		cmocka_unit_test(another_way_is_another_shape),
		cmocka_unit_test(what_is_not_known_does_not_fail),
		cmocka_unit_test(advice_that_was_not_there_fails),
		cmocka_unit_test(a_time_fails_beyond_the_noise_only),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
