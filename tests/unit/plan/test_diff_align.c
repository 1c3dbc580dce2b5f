/* test_diff_align.c: which nodes of two plans do the same work, drawn as trees. */
#include "diff_of.h"

#include <time.h>

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

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(what_comes_in_between_shifts_nothing), arena_test(joins_are_told_by_what_they_join),
		arena_test(an_index_in_place_of_all_of_a_table_is_the_same_work), arena_test(workers_come_and_go), arena_test(partitions_are_told_by_their_names),
		arena_test(a_cte_that_is_inlined_leaves_what_it_read), arena_test(a_join_stays_the_join_where_a_cte_is_inlined),
		arena_test(branches_of_a_union_come_and_go), arena_test(sorts_and_bitmaps_change_their_kind), arena_test(subplans_are_hashed_or_not),
		arena_test(a_step_above_is_not_the_one_below), arena_test(self_joins_and_subqueries_stay_apart), arena_test(strange_plans_are_survived),
		arena_test(thousands_of_nodes_take_no_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
