/* test_diff.c: two plans, node beside node: what is aligned, what changed, what is noise. */
#include "file_text.h"
#include "plan_of.h"

#include <dirent.h>
#include <time.h>

#include "plan/diff_words.h"

/* Trees: a node, what more there is about it, what stands below it. */
#define AT(how, type, more, nodes) "{'Node Type': '" type "', 'Parent Relationship': '" how "'" more PLANS(nodes) "}"
#define ON(type, more, nodes) AT("Outer", type, more, nodes)
#define LEAF(how, type, relation, alias, more) "{'Node Type': '" type "', 'Parent Relationship': '" how "', 'Relation Name': '" relation "', 'Alias': '" alias "'" more "}"
#define SEQ(relation) LEAF("Outer", "Seq Scan", relation, relation, "")
#define BY(index) ", 'Index Name': '" index "', 'Index Cond': '(a = 1)'"
#define INNER ", 'Join Type': 'Inner'"
#define HASH(node) AT("Inner", "Hash", "", node)
#define PART(name, alias) LEAF("Member", "Seq Scan", name, alias, "")
#define PLAIN ", 'Strategy': 'Plain', 'Partial Mode': 'Simple'"
#define MODE(mode) ", 'Strategy': 'Plain', 'Partial Mode': '" mode "'"

static Plan *rooted(void **state, const char *root) {
	return plan_of(*state, arena_printf(*state, "[{'Plan': %s}]", root));
}

static bool stands_below(const PlanNode *node, const PlanNode *above) {
	while (node && node != above) node = node->parent;
	return node != NULL;
}

/* Whatever the plans: every node once, parents before children, what is a pair's parent is one of the nodes' ancestors. */
static void assert_whole(const PlanDiff *diff) {
	size_t before = 0, after = 0;
	for (size_t i = 0; i < diff->pairs.count; i++) {
		const DiffPair *pair = &diff->pairs.items[i];
		before += pair->before != NULL;
		after += pair->after != NULL;
		assert_true(pair->before || pair->after);
		assert_true(pair->parent < (int)i);
		const DiffPair *above = pair->parent == NO_PAIR ? NULL : &diff->pairs.items[pair->parent];
		assert_int_equal(pair->depth, above ? above->depth + 1 : 0);
		if (above && above->after && pair->after) assert_true(stands_below(pair->after, above->after));
		for (size_t k = 0; diff->pairs.count < 100 && k < i; k++) {
			assert_false(pair->before && diff->pairs.items[k].before == pair->before);
			assert_false(pair->after && diff->pairs.items[k].after == pair->after);
		}
	}
	assert_int_equal(before, diff->before.plan->node_count);
	assert_int_equal(after, diff->after.plan->node_count);
}

static PlanDiff *diff_of(void **state, const Plan *before, const Plan *after) {
	PlanDiff *diff = plan_diff(*state, before, NULL, after, NULL);
	assert_whole(diff);
	return diff;
}

/* The tree of both, a line each: "~ └ Index Scan a using i, was Seq Scan". */
static const char *tree(void **state, const char *before, const char *after) {
	PlanDiff *diff = diff_of(state, rooted(state, before), rooted(state, after));
	diff_of(state, rooted(state, after), rooted(state, before));
	const char *text = "\n";
	for (size_t i = 0; i < diff->pairs.count; i++) {
		const DiffPair *pair = &diff->pairs.items[i];
		const char *mark = diff_mark(pair);
		text = arena_printf(*state, "%s%s %s%s\n", text, *mark ? mark : " ", diff_guides(*state, diff, i, 0, false), diff_pair_words(*state, pair));
	}
	return text;
}
#define assert_tree(before, after, drawn) assert_string_equal(tree(state, before, after), "\n" drawn)

/* ---- alignment ---- */

static void what_comes_in_between_shifts_nothing(void **state) {
	assert_tree(ON("Limit", "", SEQ("a")), ON("Limit", "", ON("Sort", "", SEQ("a"))),
	            "  Limit\n"
	            "+ └ Sort\n"
	            "    └ Seq Scan a\n");
	assert_tree(ON("Limit", "", ON("Sort", "", SEQ("a"))), ON("Limit", "", LEAF("Outer", "Index Scan", "a", "a", BY("i"))),
	            "  Limit\n"
	            "- └ Sort\n"
	            "~   └ Index Scan a using i, was Seq Scan\n");
	assert_tree(ON("Nested Loop", INNER, SEQ("a") ", " LEAF("Inner", "Index Scan", "b", "b", BY("i"))),
	            ON("Nested Loop", INNER, SEQ("a") ", " AT("Inner", "Memoize", "", LEAF("Outer", "Index Scan", "b", "b", BY("i")))),
	            "  Nested Loop\n"
	            "  ├ Seq Scan a\n"
	            "+ └ Memoize\n"
	            "    └ Index Scan b using i\n");
	assert_tree(SEQ("a"), ON("Limit", "", ON("Sort", "", SEQ("a"))),
	            "+ Limit\n"
	            "+ └ Sort\n"
	            "    └ Seq Scan a\n");
}

static void joins_are_told_by_what_they_join(void **state) {
	assert_tree(ON("Hash Join", INNER, SEQ("a") ", " HASH(SEQ("b"))), ON("Hash Join", INNER, SEQ("b") ", " HASH(SEQ("a"))),
	            "  Hash Join\n"
	            "- ├ Hash\n"
	            "  │ └ Seq Scan b\n"
	            "+ └ Hash\n"
	            "    └ Seq Scan a\n");
	assert_tree(ON("Hash Join", INNER, SEQ("a") ", " HASH(SEQ("b"))),
	            ON("Nested Loop", INNER, SEQ("a") ", " LEAF("Inner", "Index Scan", "b", "b", BY("i"))),
	            "~ Nested Loop, was Hash Join\n"
	            "  ├ Seq Scan a\n"
	            "- └ Hash\n"
	            "~   └ Index Scan b using i, was Seq Scan\n");
	assert_tree(ON("Nested Loop", INNER, ON("Nested Loop", INNER, SEQ("a") ", " LEAF("Inner", "Seq Scan", "b", "b", "")) ", " LEAF("Inner", "Seq Scan", "c", "c", "")),
	            ON("Nested Loop", INNER, ON("Nested Loop", INNER, SEQ("a") ", " LEAF("Inner", "Seq Scan", "c", "c", "")) ", " LEAF("Inner", "Seq Scan", "b", "b", "")),
	            "  Nested Loop\n"
	            "+ ├ Nested Loop\n"
	            "- │ ├ Nested Loop\n"
	            "  │ │ └ Seq Scan a\n"
	            "  │ └ Seq Scan c\n"
	            "  └ Seq Scan b\n");
}

static void an_index_in_place_of_all_of_a_table_is_the_same_work(void **state) {
	assert_tree(SEQ("orders"), LEAF("Outer", "Index Scan", "orders", "orders", BY("i")), "~ Index Scan orders using i, was Seq Scan\n");
	assert_tree(LEAF("Outer", "Index Scan", "t", "t", BY("i")), LEAF("Outer", "Index Scan", "t", "t", BY("k")), "~ Index Scan t using k, was using i\n");
	assert_tree(SEQ("t"), ON("Bitmap Heap Scan", ", 'Relation Name': 't', 'Alias': 't'", "{'Node Type': 'Bitmap Index Scan', 'Parent Relationship': 'Outer', 'Index Name': 'i'}"),
	            "~ Bitmap Heap Scan t, was Seq Scan\n"
	            "+ └ Bitmap Index Scan using i\n");
}

static void workers_come_and_go(void **state) {
	assert_tree(ON("Aggregate", PLAIN, SEQ("t")),
	            ON("Aggregate", MODE("Finalize"), ON("Gather", ", 'Workers Planned': 2", ON("Aggregate", MODE("Partial"), LEAF("Outer", "Seq Scan", "t", "t", ", 'Parallel Aware': true")))),
	            "~ Finalize Aggregate, was Aggregate\n"
	            "+ └ Gather\n"
	            "+   └ Partial Aggregate\n"
	            "      └ Parallel Seq Scan t\n");
	assert_tree(ON("Gather", "", LEAF("Outer", "Seq Scan", "t", "t", ", 'Parallel Aware': true")), SEQ("t"),
	            "- Gather\n"
	            "  └ Seq Scan t\n");
}

static void partitions_are_told_by_their_names(void **state) {
	assert_tree(ON("Append", "", PART("o_2023", "o_1") ", " PART("o_2025", "o_2")), ON("Append", "", PART("o_2023", "o_1") ", " PART("o_2024", "o_2") ", " PART("o_2025", "o_3")),
	            "  Append\n"
	            "  ├ Seq Scan o_2023 o_1\n"
	            "+ ├ Seq Scan o_2024 o_2\n"
	            "  └ Seq Scan o_2025 o_3\n");
	assert_tree(LEAF("Outer", "Seq Scan", "o_2025", "o", ""), ON("Append", "", PART("o_2024", "o_1") ", " PART("o_2025", "o_2")),
	            "+ Append\n"
	            "+ ├ Seq Scan o_2024 o_1\n"
	            "  └ Seq Scan o_2025 o_2\n");
}

static void a_cte_that_is_inlined_leaves_what_it_read(void **state) {
	assert_tree(ON("Sort", "", AT("InitPlan", "Aggregate", PLAIN ", 'Subplan Name': 'CTE x'", SEQ("orders")) ", {'Node Type': 'CTE Scan', 'Parent Relationship': 'Outer', 'CTE Name': 'x', 'Alias': 'x'}"),
	            ON("Sort", "", ON("Aggregate", PLAIN, SEQ("orders"))),
	            "  Sort\n"
	            "  ├ Aggregate\n"
	            "  │ └ Seq Scan orders\n"
	            "- └ CTE Scan x\n");
}

#define CTE(name, nodes) AT("InitPlan", "Aggregate", PLAIN ", 'Subplan Name': 'CTE " name "'", nodes)
#define CTE_SCAN(how, name, alias) "{'Node Type': 'CTE Scan', 'Parent Relationship': '" how "', 'CTE Name': '" name "', 'Alias': '" alias "'}"

static void a_join_stays_the_join_where_a_cte_is_inlined(void **state) {
	assert_tree(ON("Hash Join", INNER, CTE("x", SEQ("o")) ", " CTE_SCAN("Outer", "x", "x") ", " HASH(SEQ("c"))),
	            ON("Hash Join", INNER, ON("Aggregate", PLAIN, SEQ("o")) ", " HASH(SEQ("c"))),
	            "  Hash Join\n"
	            "  ├ Aggregate\n"
	            "  │ └ Seq Scan o\n"
	            "  ├ Hash\n"
	            "  │ └ Seq Scan c\n"
	            "- └ CTE Scan x\n");
	assert_tree(ON("Merge Join", INNER, CTE("x", SEQ("o")) ", " CTE_SCAN("Outer", "x", "a") ", " CTE_SCAN("Inner", "x", "b")),
	            ON("Hash Join", INNER, ON("Aggregate", PLAIN, SEQ("o")) ", " HASH(ON("Aggregate", PLAIN, LEAF("Outer", "Seq Scan", "o", "o_1", "")))),
	            "~ Hash Join, was Merge Join\n"
	            "  ├ Aggregate\n"
	            "  │ └ Seq Scan o\n"
	            "+ ├ Hash\n"
	            "+ │ └ Aggregate\n"
	            "+ │   └ Seq Scan o o_1\n"
	            "- ├ CTE Scan x a\n"
	            "- └ CTE Scan x b\n");
}

static void branches_of_a_union_come_and_go(void **state) {
	assert_tree(ON("Append", "", PART("o", "o") ", " PART("c", "c")), ON("Append", "", PART("o", "o") ", " PART("o", "o_1") ", " PART("c", "c")),
	            "  Append\n"
	            "  ├ Seq Scan o\n"
	            "+ ├ Seq Scan o o_1\n"
	            "  └ Seq Scan c\n");
	assert_tree(ON("Aggregate", ", 'Strategy': 'Hashed', 'Partial Mode': 'Simple'", ON("Append", "", PART("a", "a") ", " PART("b", "b"))),
	            ON("Unique", "", ON("Sort", "", ON("Append", "", PART("a", "a") ", " PART("b", "b")))),
	            "~ Unique, was HashAggregate\n"
	            "+ └ Sort\n"
	            "    └ Append\n"
	            "      ├ Seq Scan a\n"
	            "      └ Seq Scan b\n");
}

static void sorts_and_bitmaps_change_their_kind(void **state) {
	assert_tree(ON("Limit", "", ON("Sort", "", SEQ("t"))), ON("Limit", "", ON("Incremental Sort", "", LEAF("Outer", "Index Scan", "t", "t", BY("i")))),
	            "  Limit\n"
	            "~ └ Incremental Sort, was Sort\n"
	            "~   └ Index Scan t using i, was Seq Scan\n");
	assert_tree(ON("Bitmap Heap Scan", ", 'Relation Name': 't', 'Alias': 't'", ON("BitmapOr", "", "{'Node Type': 'Bitmap Index Scan', 'Parent Relationship': 'Member', 'Index Name': 'i'}, {'Node Type': 'Bitmap Index Scan', 'Parent Relationship': 'Member', 'Index Name': 'k'}")),
	            LEAF("Outer", "Index Scan", "t", "t", BY("i")),
	            "~ Index Scan t using i, was Bitmap Heap Scan\n"
	            "- └ BitmapOr\n"
	            "-   ├ Bitmap Index Scan using i\n"
	            "-   └ Bitmap Index Scan using k\n");
	assert_tree(ON("Nested Loop", INNER, SEQ("a") ", " AT("Inner", "Materialize", "", SEQ("b"))), ON("Nested Loop", INNER, SEQ("a") ", " LEAF("Inner", "Seq Scan", "b", "b", "")),
	            "  Nested Loop\n"
	            "  ├ Seq Scan a\n"
	            "- └ Materialize\n"
	            "    └ Seq Scan b\n");
}

static void subplans_are_hashed_or_not(void **state) {
#define SUBPLAN(filter, nodes) LEAF("Outer", "Seq Scan", "c", "c", ", 'Filter': '" filter "'" PLANS(nodes))
#define BELOW_SUBPLAN(type, more, nodes) "{'Node Type': '" type "', 'Parent Relationship': 'SubPlan', 'Subplan Name': 'SubPlan 1'" more PLANS(nodes) "}"
	assert_tree(SUBPLAN("(NOT (hashed SubPlan 1))", LEAF("SubPlan", "Seq Scan", "o", "o", ", 'Subplan Name': 'SubPlan 1'")), SUBPLAN("(NOT (SubPlan 1))", BELOW_SUBPLAN("Materialize", "", SEQ("o"))),
	            "~ Seq Scan c\n"
	            "+ └ SubPlan 1: Materialize\n"
	            "    └ Seq Scan o\n");
	assert_tree(LEAF("Outer", "Seq Scan", "o", "o", PLANS(AT("InitPlan", "Aggregate", PLAIN ", 'Subplan Name': 'InitPlan 1 (returns $0)'", LEAF("Outer", "Seq Scan", "o", "o_1", "")))),
	            ON("Nested Loop", INNER, ON("Aggregate", PLAIN, LEAF("Outer", "Seq Scan", "o", "o_1", "")) ", " LEAF("Inner", "Seq Scan", "o", "o", "")),
	            "+ Nested Loop\n"
	            "  ├ Aggregate\n"
	            "  │ └ Seq Scan o o_1\n"
	            "  └ Seq Scan o\n");
}

static void a_step_above_is_not_the_one_below(void **state) {
	assert_tree(ON("Aggregate", ", 'Strategy': 'Sorted', 'Partial Mode': 'Simple'", ON("Sort", "", SEQ("t"))), ON("Sort", "", ON("Aggregate", ", 'Strategy': 'Hashed', 'Partial Mode': 'Simple'", SEQ("t"))),
	            "+ Sort\n"
	            "~ └ HashAggregate, was GroupAggregate\n"
	            "-   └ Sort\n"
	            "      └ Seq Scan t\n");
	assert_tree(ON("Limit", "", ON("Sort", "", SEQ("t"))), ON("Sort", "", ON("Limit", "", SEQ("t"))),
	            "- Limit\n"
	            "  └ Sort\n"
	            "+   └ Limit\n"
	            "      └ Seq Scan t\n");
}

static void self_joins_and_subqueries_stay_apart(void **state) {
	assert_tree(ON("Nested Loop", INNER, LEAF("Outer", "Seq Scan", "t", "one", "") ", " LEAF("Inner", "Seq Scan", "t", "other", "")),
	            ON("Nested Loop", INNER, LEAF("Outer", "Seq Scan", "t", "other", "") ", " LEAF("Inner", "Index Scan", "t", "one", BY("i"))),
	            "  Nested Loop\n"
	            "  ├ Seq Scan t other\n"
	            "~ └ Index Scan t one using i, was Seq Scan\n");
	assert_tree(LEAF("Outer", "Seq Scan", "t", "t", PLANS("{'Node Type': 'Aggregate', 'Parent Relationship': 'SubPlan', 'Subplan Name': 'SubPlan 1'" PLAIN PLANS(SEQ("s")) "}")),
	            ON("Hash Join", INNER, SEQ("t") ", " HASH(ON("Aggregate", PLAIN, SEQ("s")))),
	            "+ Hash Join\n"
	            "  ├ Seq Scan t\n"
	            "+ └ Hash\n"
	            "    └ Aggregate\n"
	            "      └ Seq Scan s\n");
}

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

/* ---- strange ones ---- */

static Str nested(const char *type, int levels) {
	Str text = STR_INIT;
	for (int i = 0; i < levels; i++) str_printf(&text, "{'Node Type': '%s', 'Parent Relationship': 'Outer', 'Plans': [", type);
	str_add(&text, "{'Node Type': 'Seq Scan\\u001b[2J', 'Relation Name': 'a\xff', 'Alias': '_1'}");
	for (int i = 0; i < levels; i++) str_add(&text, "]}");
	return text;
}

static void strange_plans_are_survived(void **state) {
	Str deep = nested("Sort", 2000), other = nested("Append", 1500);
	PlanDiff *diff = diff_of(state, rooted(state, deep.text), rooted(state, other.text));
	assert_int_equal(diff->pairs.count, 3501);
	assert_null(strchr(diff_verdict_words(*state, diff), '\033'));
	assert_null(strchr(diff_pair_words(*state, &diff->pairs.items[diff->pairs.count - 1]), '\033'));
	diff_of(state, rooted(state, other.text), rooted(state, deep.text));
	str_release(&deep);
	str_release(&other);
	diff_of(state, rooted(state, "{'Node Type': 'Hash Join'}"), rooted(state, "{'Node Type': 'Bitmap Index Scan'}"));
	diff_of(state, rooted(state, "{'Node Type': 'ModifyTable', 'Relation Name': 't', 'Alias': 't'}"), rooted(state, AT("SubPlan", "SubPlan", ", 'Subplan Name': ''", "{'Node Type': ''}")));
}

static void add_scans(Str *text, int count, bool alike, const char *type) {
	for (int i = 0; i < count; i++)
		str_printf(text, "%s{'Node Type': '%s', 'Parent Relationship': 'Member', 'Relation Name': 'p%d', 'Alias': 'p%d'}", i ? ", " : "", type, alike ? 0 : i, alike ? 0 : i);
}

static Plan *append_of(void **state, int count, bool alike, const char *type) {
	Str text = STR_INIT;
	str_add(&text, "{'Node Type': 'Append', 'Plans': [");
	add_scans(&text, count, alike, type);
	str_add(&text, "]}");
	Plan *plan = rooted(state, text.text);
	str_release(&text);
	return plan;
}

/* Each table joined to all those before it, or to all those behind it. */
static Plan *joins_of(void **state, int count, const char *type, bool backwards) {
	Str text = STR_INIT;
	for (int i = 1; i < count; i++) str_printf(&text, "{'Node Type': '%s', 'Parent Relationship': 'Outer', 'Join Type': 'Inner', 'Plans': [", type);
	for (int i = 0; i < count; i++) {
		int table = backwards ? count - 1 - i : i;
		str_printf(&text, "%s{'Node Type': 'Seq Scan', 'Parent Relationship': '%s', 'Relation Name': 't%d', 'Alias': 't%d'}%s", i ? ", " : "", i ? "Inner" : "Outer", table, table, i ? "]}" : "");
	}
	Plan *plan = rooted(state, text.text);
	str_release(&text);
	return plan;
}

static void assert_quick(void **state, const Plan *before, const Plan *after) {
	clock_t began = clock();
	diff_verdict_words(*state, plan_diff(*state, before, NULL, after, NULL));
	double took = (double)(clock() - began) / CLOCKS_PER_SEC;
	if (took > 2) fail_msg("%zu and %zu nodes took %g s", before->node_count, after->node_count, took); /* 0.02 s; what is quadratic takes minutes */
}

static void thousands_of_nodes_take_no_time(void **state) {
	enum { MANY = 5000 };
	assert_quick(state, append_of(state, MANY, false, "Seq Scan"), append_of(state, MANY + 7, false, "Index Scan"));
	assert_quick(state, append_of(state, MANY, true, "Seq Scan"), append_of(state, MANY - 7, true, "Index Scan"));
	assert_quick(state, joins_of(state, MANY / 2, "Hash Join", false), joins_of(state, MANY / 2, "Nested Loop", true));
	assert_quick(state, joins_of(state, MANY / 2, "Hash Join", false), joins_of(state, MANY / 2, "Nested Loop", false));
	Str deep = nested("Sort", MANY), other = nested("Limit", MANY);
	assert_quick(state, rooted(state, deep.text), rooted(state, other.text));
	str_release(&deep);
	str_release(&other);
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
		arena_test(what_comes_in_between_shifts_nothing), arena_test(joins_are_told_by_what_they_join), arena_test(an_index_in_place_of_all_of_a_table_is_the_same_work),
		arena_test(workers_come_and_go), arena_test(partitions_are_told_by_their_names), arena_test(a_cte_that_is_inlined_leaves_what_it_read),
		arena_test(a_join_stays_the_join_where_a_cte_is_inlined), arena_test(branches_of_a_union_come_and_go), arena_test(sorts_and_bitmaps_change_their_kind), arena_test(subplans_are_hashed_or_not),
		arena_test(a_step_above_is_not_the_one_below), arena_test(self_joins_and_subqueries_stay_apart), arena_test(a_condition_is_told), arena_test(versions_write_conditions_in_their_own_ways),
		arena_test(noise_is_no_change), arena_test(of_several_runs_the_spread_decides), arena_test(what_lies_on_the_limit_is_noise), arena_test(what_counts_is_told), arena_test(estimates_compare_by_cost), arena_test(other_statements_are_told),
		arena_test(each_node_says_what_changed_about_it), arena_test(the_line_tells_of_spread_and_spill), arena_test(what_makes_times_no_evidence_is_told),
		arena_test(the_verdict_is_a_line), arena_test(what_else_differs_is_told), arena_test(a_plan_beside_itself_is_no_change), arena_test(strange_plans_are_survived), arena_test(thousands_of_nodes_take_no_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
