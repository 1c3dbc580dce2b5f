/* test_diff.c: two plans, node beside node: what changed, what is noise. */
#include "diff_of.h"
#include "file_text.h"

#include <dirent.h>

static void a_condition_is_told(void **state) {
	Plan *before = rooted(state, LEAF("Outer", "Seq Scan", "t", "t", ", 'Filter': '(a = 1)'")), *after = rooted(state, LEAF("Outer", "Seq Scan", "t", "t", ", 'Filter': '(a = 2)'"));
	PlanDiff *diff = diff_of(state, before, after);
	Conditions lines = diff_condition_lines(*state, &diff->pairs.items[0]);
	assert_int_equal(lines.count, 1);
	assert_string_equal(lines.items[0], "Filter: (a = 1) → (a = 2)");
	assert_string_equal(diff_change_words(*state, diff, &diff->pairs.items[0]), "Filter: (a = 1) → (a = 2)");
	assert_string_equal(diff_mark(&diff->pairs.items[0]), "~");
}

static void assert_condition(void **state, const char *before, const char *after, bool same) {
#define FILTERED "{'Node Type': 'Seq Scan', 'Relation Name': 't', 'Alias': 't', 'Filter': '%s'}"
	const char *one = arena_printf(*state, FILTERED, before), *other = arena_printf(*state, FILTERED, after);
	assert_int_equal(diff_of(state, rooted(state, one), rooted(state, other))->same_plan, same);
	assert_int_equal(diff_of(state, rooted(state, other), rooted(state, one))->same_plan, same);
}

static void versions_write_conditions_in_their_own_ways(void **state) {
	assert_condition(state, "(total > $0)", "(total > (InitPlan 1).col1)", true);
	assert_condition(state, "(NOT (hashed SubPlan 1))", "(NOT (ANY (id = (hashed SubPlan 1).col1)))", true);
	assert_condition(state, "((SubPlan 1) AND (a = 1))", "((ANY (id = (SubPlan 1).col1)) AND (a = 1))", true);
	assert_condition(state, "(hashed SubPlan 2)", "(ANY ((a = (hashed SubPlan 1).col1) AND (b = (hashed SubPlan 1).col2)))", true);
	assert_condition(state, "(SubPlan 1)", "EXISTS(SubPlan 1)", true);
	assert_condition(state, "(total > $0)", "(total < (InitPlan 1).col1)", false);
	assert_condition(state, "(SubPlan 1)", "(ANY (id = (hashed SubPlan 1).col1))", false); /* hashed is another way */
	assert_condition(state, "(a = $1)", "(a = $2)", false);
	assert_condition(state, "(a = ANY (x))", "(ANY (", false);
	assert_condition(state, "(InitPlan ).col", "(InitPlan 1).col1 EXISTS( (ALL ((", false);
}

/* ---- what counts ---- */

#define RUN(ms, hit, rows, more) "{'Node Type': 'Seq Scan', 'Relation Name': 't', 'Alias': 't', 'Total Cost': 100, 'Plan Rows': 10, 'Actual Startup Time': 0, 'Actual Total Time': " #ms \
	", 'Actual Rows': " #rows ", 'Actual Loops': 1, 'Shared Hit Blocks': " #hit ", 'Shared Read Blocks': 0" more "}"
#define SAID(ms, hit, rows, more) "[{'Plan': " RUN(ms, hit, rows, more) EXECUTION(ms) "}]"
#define INDEXED(ms, hit) "[{'Plan': {'Node Type': 'Index Scan', 'Relation Name': 't', 'Alias': 't', 'Index Name': 'i', 'Total Cost': 8, 'Plan Rows': 10, 'Actual Startup Time': 0, 'Actual Total Time': " #ms \
	", 'Actual Rows': 20, 'Actual Loops': 1, 'Shared Hit Blocks': " #hit ", 'Shared Read Blocks': 0}" EXECUTION(ms) "}]"

static const char *verdict(void **state, const char *before, const char *after) {
	PlanDiff *diff = diff_of(state, plan_of(*state, before), plan_of(*state, after));
	const char *changes = "";
	for (size_t i = 0; i < diff->pairs.count; i++)
		for (DiffChange change = 0; change < DIFF_CHANGE_COUNT; change++)
			if (diff_has(&diff->pairs.items[i], change)) changes = arena_printf(*state, "%s %s", changes, diff_change_name(change));
	return arena_printf(*state, "%s:%s", diff_verdict_name(diff->verdict), changes);
}

static void noise_is_no_change(void **state) {
	assert_string_equal(verdict(state, SAID(462.0, 12400, 20, ""), SAID(462.0, 12400, 20, "")), "no-change:");
	assert_string_equal(verdict(state, SAID(7270.8, 12400, 20, ""), SAID(4987.2, 12400, 20, "")), "no-change:"); /* the cache, or the neighbours */
	assert_string_equal(verdict(state, SAID(0.4, 100, 20, ""), SAID(1.3, 115, 20, "")), "no-change:");
	assert_string_equal(verdict(state, SAID(462.0, 12400, 20, ""), SAID(420.0, 11200, 20, "")), "no-change:");
	assert_string_equal(verdict(state, INDEXED(1.0, 10), SAID(1.5, 12, 20, "")), "no-change: type index");
}

static const char *verdict_of_runs(void **state, const char *before, const char *after, Spread one, Spread other) {
	PlanDiff *diff = diff_of(state, plan_of(*state, before), plan_of(*state, after));
	plan_diff_repeated(diff, &(DiffRuns){.ms = one}, &(DiffRuns){.ms = other});
	return arena_printf(*state, "%s %.1f", diff_verdict_name(diff->verdict), diff->time_ratio);
}

static void of_several_runs_the_spread_decides(void **state) {
	Spread slow = spread_of((const double[]){100, 101, 99, 100, 102}, 5), fast = spread_of((const double[]){50, 51, 49, 900, 50}, 5), wild = spread_of((const double[]){20, 60, 100, 140, 180}, 5);
	const char *plan = SAID(462.0, 100, 20, ""), *fewer = SAID(462.0, 10, 20, "");
	assert_string_equal(verdict_of_runs(state, plan, plan, slow, slow), "no-change 1.0");
	assert_string_equal(verdict_of_runs(state, plan, plan, slow, fast), "faster 0.5"); /* of one plan, too: several runs tell */
	assert_string_equal(verdict_of_runs(state, plan, plan, fast, slow), "slower 2.0");
	assert_string_equal(verdict_of_runs(state, plan, plan, wild, fast), "no-change 0.5");
	assert_string_equal(verdict_of_runs(state, plan, fewer, slow, slow), "faster 1.0"); /* by its buffers */
	assert_string_equal(verdict_of_runs(state, plan, fewer, fast, slow), "mixed 2.0");
	PlanDiff *diff = diff_of(state, plan_of(*state, plan), plan_of(*state, fewer)); /* whose first run was another */
	plan_diff_repeated(diff, &(DiffRuns){slow, spread_of((const double[]){10, 10, 10}, 3)}, &(DiffRuns){slow, spread_of((const double[]){10, 10, 10}, 3)});
	assert_int_equal(diff->verdict, DIFF_NO_CHANGE);
	assert_true(diff->blocks_ratio == 1);
}

/* A tenth of the greater one, and 1 ms or 16 blocks: what reaches both limits does not pass them. */
static void what_lies_on_the_limit_is_noise(void **state) {
	assert_false(diff_counts(100, 90, DIFF_LEAST_MS));
	assert_true(diff_counts(100, 89.9, DIFF_LEAST_MS) && diff_counts(89.9, 100, DIFF_LEAST_MS));
	assert_false(diff_counts(1, 1.99, DIFF_LEAST_MS));
	assert_true(diff_counts(1, 2, DIFF_LEAST_MS));
	assert_false(diff_counts(144, 160, DIFF_LEAST_BLOCKS) || diff_counts(20, 35, DIFF_LEAST_BLOCKS));
	assert_true(diff_counts(143, 160, DIFF_LEAST_BLOCKS) && diff_counts(20, 36, DIFF_LEAST_BLOCKS));
	assert_false(diff_counts(NAN, 5, 1) || diff_counts(5, NAN, 1) || diff_counts(0, 0, 0));
	assert_string_equal(verdict(state, SAID(100.0, 1000, 20, ", 'Filter': 'a'"), SAID(90.0, 1000, 20, ", 'Filter': 'b'")), "no-change: condition");
	assert_string_equal(verdict(state, SAID(100.0, 1000, 20, ", 'Filter': 'a'"), SAID(89.0, 1000, 20, ", 'Filter': 'b'")), "faster: condition time");
	assert_string_equal(verdict(state, SAID(100.0, 1000, 20, ""), SAID(100.0, 900, 20, "")), "no-change:");
	assert_string_equal(verdict(state, SAID(100.0, 1000, 20, ""), SAID(100.0, 899, 20, "")), "faster: buffers");
}

static void what_counts_is_told(void **state) {
	assert_string_equal(verdict(state, SAID(462.0, 12400, 20, ""), INDEXED(0.4, 84)), "faster: type index time buffers");
	assert_string_equal(verdict(state, INDEXED(0.4, 84), SAID(462.0, 12400, 20, "")), "slower: type index time buffers");
	assert_string_equal(verdict(state, SAID(462.0, 12400, 20, ""), INDEXED(900.0, 84)), "mixed: type index time buffers");
	assert_string_equal(verdict(state, SAID(462.0, 12400, 20, ""), SAID(462.0, 84, 20, "")), "faster: buffers"); /* buffers first: time is noise */
	assert_string_equal(verdict(state, SAID(400.0, 100, 20, ", 'Filter': 'a'"), SAID(200.0, 100, 20, ", 'Filter': 'b'")), "faster: condition time"); /* another plan: its time counts */
	assert_string_equal(verdict(state, SAID(400.0, 100, 20, ""), SAID(400.0, 100, 20, ", 'Temp Read Blocks': 0, 'Temp Written Blocks': 900")), "no-change: spill");
	assert_string_equal(verdict(state, SAID(400.0, 100, 20, ""), SAID(400.0, 100, 30, "")), "no-change: rows");
}

static void estimates_compare_by_cost(void **state) {
#define ESTIMATE(cost) "[{'Plan': {'Node Type': 'Seq Scan', 'Relation Name': 't', 'Alias': 't', 'Total Cost': " #cost ", 'Plan Rows': 10}}]"
	assert_string_equal(verdict(state, ESTIMATE(100), ESTIMATE(50)), "cheaper: cost");
	assert_string_equal(verdict(state, ESTIMATE(50), ESTIMATE(100)), "dearer: cost");
	assert_string_equal(verdict(state, ESTIMATE(100), ESTIMATE(95)), "no-change:");
	assert_string_equal(verdict(state, ESTIMATE(100), SAID(400.0, 100, 20, "")), "no-change:");
	PlanDiff *diff = diff_of(state, plan_of(*state, ESTIMATE(100)), plan_of(*state, SAID(400.0, 100, 20, "")));
	assert_string_equal(diff_notes(*state, diff).items[0].text, "only after: what is compared is cost");
}

static void other_statements_are_told(void **state) {
	assert_string_equal(verdict(state, "[{'Plan': " SEQ("a") "}]", "[{'Plan': " SEQ("b") "}]"), "other-statement: added removed");
	Plan *one = rooted(state, SEQ("a")), *other = rooted(state, "{'Node Type': 'Result'}");
	assert_int_equal(plan_diff(*state, one, "select 1 from a -- x", other, "select 2 from a;")->verdict, DIFF_NO_CHANGE);
	assert_int_equal(plan_diff(*state, one, "select 1 from a", one, "select 1 from a ")->same_statement, KNOWN_YES);
	assert_int_equal(plan_diff(*state, one, "select 1 from a", one, "select a from a")->same_statement, KNOWN_NO);
	assert_int_equal(plan_diff(*state, one, "select 1 from a", one, NULL)->same_statement, KNOWN_NOT);
}

static void the_verdict_is_a_line(void **state) {
	Plan *slow = plan_of(*state, SAID(462.0, 12400, 20, "")), *fast = plan_of(*state, INDEXED(0.4, 84));
	assert_string_equal(diff_verdict_words(*state, diff_of(state, slow, fast)), "faster: buffers 12 400 → 84 (148× less), time 462 → 0.4 ms (1 155× faster); plan: Seq Scan → Index Scan on t");
	assert_string_equal(diff_verdict_words(*state, diff_of(state, plan_of(*state, INDEXED(1.0, 10)), plan_of(*state, SAID(1.5, 12, 20, "")))),
	                    "no change: buffers 10 → 12, time 1 → 1.5 ms; plan: Index Scan → Seq Scan on t");
	assert_string_equal(diff_verdict_words(*state, diff_of(state, rooted(state, SEQ("a")), rooted(state, SEQ("b")))), "other statement: no table is read by both");
	assert_string_equal(diff_verdict_words(*state, diff_of(state, slow, slow)), "no change: buffers 12 400, time 462 ms; same plan");
	assert_string_equal(diff_verdict_words(*state, diff_of(state, plan_of(*state, ESTIMATE(100)), plan_of(*state, ESTIMATE(80)))), "cheaper: cost 100 → 80 (20% less); same plan");
}

static const char *changed(void **state, const char *before, const char *after) {
	PlanDiff *diff = diff_of(state, plan_of(*state, before), plan_of(*state, after));
	return diff_change_words(*state, diff, &diff->pairs.items[0]);
}

static void each_node_says_what_changed_about_it(void **state) {
#define DISK ", 'Sort Space Type': 'Disk', 'Temp Read Blocks': 300, 'Temp Written Blocks': 300"
	assert_string_equal(changed(state, SAID(462.0, 12400, 20, ""), INDEXED(0.4, 84)), "was Seq Scan · self 462ms → 0.4ms · buffers 12.4k → 84");
	assert_string_equal(changed(state, INDEXED(0.4, 84), SAID(462.0, 12400, 500, ", 'Filter': 'a'")), "was Index Scan using i · rows 20 → 500 · self 0.4ms → 462ms · buffers 84 → 12.4k");
	assert_string_equal(changed(state, SAID(400.0, 100, 20, DISK), SAID(400.0, 100, 20, "")), "on disk → in memory");
	assert_string_equal(changed(state, SAID(400.0, 100, 20, DISK), SAID(400.0, 100, 20, ", 'Sort Space Type': 'Disk', 'Temp Read Blocks': 30, 'Temp Written Blocks': 30")), "temp blocks 600 → 60");
	assert_string_equal(changed(state, SAID(400.0, 100, 20, ""), SAID(400.0, 100, 20, ", 'Workers Planned': 2, 'Workers Launched': 1, 'Parallel Aware': true")), "by workers · workers none → 1 of 2");
	assert_string_equal(changed(state, "[{'Plan': " SEQ("a") "}]", "[{'Plan': " SEQ("b") "}]"), "only after");
	assert_string_equal(changed(state, ESTIMATE(100), ESTIMATE(50)), "cost 100 → 50");
	assert_null(changed(state, SAID(400.0, 100, 20, ""), SAID(401.0, 101, 20, "")));
}

static void the_line_tells_of_spread_and_spill(void **state) {
	Spread slow = spread_of((const double[]){100, 101, 99, 100, 102}, 5), fast = spread_of((const double[]){50, 51, 49, 52, 50}, 5);
	PlanDiff *diff = diff_of(state, plan_of(*state, SAID(400.0, 100, 20, DISK)), plan_of(*state, SAID(400.0, 100, 20, "")));
	assert_string_equal(diff_verdict_words(*state, diff), "no change: buffers 100, temp blocks 600 → 0, time 400 ms; same plan");
	plan_diff_repeated(diff, &(DiffRuns){.ms = slow}, &(DiffRuns){.ms = fast});
	assert_string_equal(diff_verdict_words(*state, diff), "faster: buffers 100, temp blocks 600 → 0, time 100 ms ±1% → 50 ms ±1%, 5 runs each (2× faster); same plan");
	plan_diff_repeated(diff, &(DiffRuns){.ms = slow}, &(DiffRuns){.ms = slow});
	assert_string_equal(diff_verdict_words(*state, diff), "no change: buffers 100, temp blocks 600 → 0, time 100 ms ±1% → 100 ms ±1%, 5 runs each (within noise); same plan");
}

static const char *only_note(void **state, const char *before, const char *after) {
	DiffNotes notes = diff_notes(*state, diff_of(state, plan_of(*state, before), plan_of(*state, after)));
	assert_int_equal(notes.count, 1);
	return arena_printf(*state, "%s: %s", notes.items[0].label, notes.items[0].text);
}

static void what_makes_times_no_evidence_is_told(void **state) {
#define COLD "[{'Plan': {'Node Type': 'Seq Scan', 'Relation Name': 't', 'Alias': 't', 'Actual Startup Time': 0, 'Actual Total Time': 400.5, 'Actual Rows': 20, 'Actual Loops': 1, 'Shared Hit Blocks': 0, 'Shared Read Blocks': 100}, 'Execution Time': 400.5}]"
	assert_int_equal(strncmp(only_note(state, SAID(400.0, 100, 20, ""), SAID(200.0, 100, 20, "")), "time: single runs of one plan", 29), 0);
	assert_string_equal(only_note(state, SAID(400.0, 100, 20, ""), COLD), "cache: 0 → 100 of the buffers came from outside it: the times tell of the cache");
	assert_int_equal(strncmp(only_note(state, SAID(400.0, 100, 20, ""), "[{'Plan': {'Node Type': 'Seq Scan', 'Relation Name': 't', 'Alias': 't', 'Actual Rows': 20, 'Actual Loops': 1, 'Shared Hit Blocks': 100, 'Shared Read Blocks': 0}, 'Execution Time': 400}]"), "timing: off after", 17), 0);
}

static void what_else_differs_is_told(void **state) {
	Plan *before = plan_of(*state, "[{'Plan': " RUN(4.0, 1, 20, "") ", 'Settings': {'work_mem': '64kB', 'jit': 'off'}}]");
	Plan *after = plan_of(*state, "[{'Plan': " RUN(4.0, 1, 21, "") ", 'Settings': {'work_mem': '4MB', 'enable_seqscan': 'off', 'jit': 'off'}}]");
	DiffNotes notes = diff_notes(*state, diff_of(state, before, after));
	assert_int_equal(notes.count, 3);
	assert_string_equal(notes.items[0].text, "20 before, 21 after: not the same result");
	assert_string_equal(notes.items[1].text, "work_mem: 64kB → 4MB");
	assert_string_equal(notes.items[2].text, "enable_seqscan: not told → off");
	assert_int_equal(diff_of(state, before, after)->same_rows, KNOWN_NO);
}

/* A hundred times the same plan, from a server, times aside: never anything else than no change. */
static void a_plan_beside_itself_is_no_change(void **state) {
	DIR *folder = opendir("tests/plans");
	assert_non_null(folder);
	for (struct dirent *entry; (entry = readdir(folder));) {
		const char *end = strrchr(entry->d_name, '.');
		if (!end || strcmp(end, ".json") != 0) continue;
		size_t len;
		const char *text = file_text(*state, arena_printf(*state, "tests/plans/%s", entry->d_name), &len);
		PlanList one, other;
		assert_true(plan_read_json(*state, text, len, &one, NULL) && plan_read_json(*state, text, len, &other, NULL));
		for (int run = 0; run < 100; run++) {
			Plan *later = other.items[0];
			later->execution_ms = one.items[0]->execution_ms * (0.1 + (double)run);
			PlanDiff *diff = diff_of(state, one.items[0], later);
			if (one.items[0]->buffers || !one.items[0]->analyzed) assert_int_equal(diff->verdict, DIFF_NO_CHANGE);
			for (size_t i = 0; i < diff->pairs.count; i++) assert_int_equal(diff->pairs.items[i].changes & ~(1u << DIFF_TIME), 0);
		}
	}
	closedir(folder);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(a_condition_is_told), arena_test(versions_write_conditions_in_their_own_ways), arena_test(noise_is_no_change),
		arena_test(of_several_runs_the_spread_decides), arena_test(what_lies_on_the_limit_is_noise), arena_test(what_counts_is_told),
		arena_test(estimates_compare_by_cost), arena_test(other_statements_are_told), arena_test(each_node_says_what_changed_about_it),
		arena_test(the_line_tells_of_spread_and_spill), arena_test(what_makes_times_no_evidence_is_told), arena_test(the_verdict_is_a_line),
		arena_test(what_else_differs_is_told), arena_test(a_plan_beside_itself_is_no_change),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
