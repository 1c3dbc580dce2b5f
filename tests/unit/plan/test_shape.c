/* test_shape.c: whether plans of a statement do the same, and where they part. */
#include "plan_of.h"

#include "plan/shape.h"

#define SCAN(type, relation, alias, more) "{'Node Type': '" type "', 'Parent Relationship': 'Outer', 'Relation Name': '" relation "', 'Alias': '" alias "'" more "}"
#define MEMBER(type, relation, alias, more) "{'Node Type': '" type "', 'Parent Relationship': 'Member', 'Relation Name': '" relation "', 'Alias': '" alias "'" more "}"
#define BY(index) ", 'Index Name': '" index "', 'Index Cond': '(a = 1)'"
#define ABOVE(type, more, nodes) "{'Node Type': '" type "'" more PLANS(nodes) "}"
#define INNER ", 'Join Type': 'Inner'"
#define BITMAP(index) PLANS("{'Node Type': 'Bitmap Index Scan', 'Parent Relationship': 'Outer', 'Index Name': '" index "', 'Index Cond': '(a = 1)'}")

static Plan *rooted(void **state, const char *root) {
	return plan_of(*state, arena_printf(*state, "[{'Plan': %s}]", root));
}

/* "orders by …; with Sort"; "" for equal shapes. What the hash says and what is told never contradict each other. */
static const char *parting(void **state, const char *before, const char *after) {
	Plan *one = rooted(state, before), *other = rooted(state, after);
	ShapeDifferences found = plan_shape_differences(*state, one, other), back = plan_shape_differences(*state, other, one);
	assert_int_equal(found.count > 0, plan_shape(one) != plan_shape(other));
	assert_int_equal(found.count, back.count);
	const char *words = "";
	for (size_t i = 0; i < found.count; i++) words = arena_printf(*state, "%s%s%s", words, i ? "; " : "", shape_difference_words(*state, &found.items[i]));
	return words;
}

static void figures_and_constants_are_no_part_of_it(void **state) {
	assert_string_equal(parting(state, SCAN("Index Scan", "t", "t", ", 'Index Name': 'i', 'Index Cond': '(a = $1)', 'Total Cost': 5, 'Plan Rows': 7"),
	                            SCAN("Index Scan", "t", "t", ", 'Index Name': 'i', 'Index Cond': '(a = 42)', 'Total Cost': 500, 'Plan Rows': 70, 'Filter': 'b'")), "");
}

static void another_scan_or_index_is(void **state) {
	assert_string_equal(parting(state, SCAN("Seq Scan", "orders", "o", ""), SCAN("Index Scan", "orders", "o", BY("i"))), "orders o by Index Scan using i, not Seq Scan");
	assert_string_equal(parting(state, SCAN("Index Scan", "t", "t", BY("i")), SCAN("Index Scan", "t", "t", BY("k"))), "t by Index Scan using k, not Index Scan using i");
	assert_string_equal(parting(state, SCAN("Index Scan", "t", "t", BY("i")), SCAN("Index Scan", "t", "t", ", 'Index Name': 'i'")),
	                    "t by Index Scan using i from end to end, not Index Scan using i");
	assert_string_equal(parting(state, SCAN("Index Scan", "t", "t", BY("i")), SCAN("Index Scan", "t", "t", BY("i") ", 'Scan Direction': 'Backward'")),
	                    "t by Index Scan Backward using i, not Index Scan using i");
}

static void bitmaps_are_told_by_their_indexes(void **state) {
	assert_string_equal(parting(state, SCAN("Bitmap Heap Scan", "t", "t", BITMAP("i")), SCAN("Bitmap Heap Scan", "t", "t", BITMAP("i"))), "");
	assert_string_equal(parting(state, SCAN("Bitmap Heap Scan", "t", "t", BITMAP("i")), SCAN("Bitmap Heap Scan", "t", "t", BITMAP("k"))),
	                    "t by Bitmap Heap Scan using k, not Bitmap Heap Scan using i");
	assert_string_equal(parting(state, SCAN("Seq Scan", "t", "t", ""),
	                            SCAN("Bitmap Heap Scan", "t", "t", PLANS("{'Node Type': 'BitmapOr', 'Plans': [{'Node Type': 'Bitmap Index Scan', 'Index Name': 'i'}, {'Node Type': 'Bitmap Index Scan', 'Index Name': 'k'}]}"))),
	                    "t by Bitmap Heap Scan using i and k, not Seq Scan");
}

static void another_join_is(void **state) {
	const char *hash = ABOVE("Hash Join", INNER, SCAN("Seq Scan", "orders", "o", "") ", " ABOVE("Hash", ", 'Parent Relationship': 'Inner'", SCAN("Seq Scan", "customers", "c", "")));
	const char *loop = ABOVE("Nested Loop", INNER, SCAN("Seq Scan", "orders", "o", "") ", {'Node Type': 'Seq Scan', 'Parent Relationship': 'Inner', 'Relation Name': 'customers', 'Alias': 'c'}");
	const char *turned = ABOVE("Nested Loop", INNER, SCAN("Seq Scan", "customers", "c", "") ", {'Node Type': 'Seq Scan', 'Parent Relationship': 'Inner', 'Relation Name': 'orders', 'Alias': 'o'}");
	assert_string_equal(parting(state, hash, loop), "Nested Loop of orders o to customers c, not Hash Join of orders o to customers c");
	assert_string_equal(parting(state, loop, turned), "Nested Loop of customers c to orders o, not Nested Loop of orders o to customers c");
	assert_string_equal(parting(state, loop, loop), "");
}

static void another_order_of_joins_is(void **state) {
#define LOOP(how, one, other) "{'Node Type': 'Nested Loop', 'Parent Relationship': '" how "', 'Join Type': 'Inner', 'Plans': [" one ", " other "]}"
#define A SCAN("Seq Scan", "a", "a", "")
#define B SCAN("Seq Scan", "b", "b", "")
#define C SCAN("Seq Scan", "c", "c", "")
	const char *words = parting(state, LOOP("Outer", LOOP("Outer", A, B), C), LOOP("Outer", LOOP("Outer", A, C), B));
	assert_non_null(strstr(words, "with Nested Loop of a to c"));
	assert_non_null(strstr(words, "without Nested Loop of a to b"));
}

static void what_else_is_done_is(void **state) {
	assert_string_equal(parting(state, SCAN("Seq Scan", "t", "t", ""), ABOVE("Sort", "", SCAN("Seq Scan", "t", "t", ""))), "with Sort");
	assert_string_equal(parting(state, ABOVE("Gather", "", SCAN("Seq Scan", "t", "t", ", 'Parallel Aware': true")), SCAN("Seq Scan", "t", "t", "")),
	                    "t by Seq Scan, not Parallel Seq Scan; without Gather");
	assert_string_equal(parting(state, ABOVE("Limit", "", ABOVE("Sort", "", A)), ABOVE("Sort", "", ABOVE("Limit", "", A))), "Sort, not Limit");
	assert_string_equal(parting(state, ABOVE("Result", "", A), "{'Node Type': 'Result'}"), "a is not read");
}

static bool by_workers_only(void **state, const char *before, const char *after) {
	ShapeDifferences found = plan_shape_differences(*state, rooted(state, before), rooted(state, after));
	assert_true(found.count > 0);
	return shape_differs_in_workers_only(&found);
}

static void workers_alone_are_told_from_the_rest(void **state) {
#define AGGREGATE(mode, below) ABOVE("Aggregate", ", 'Strategy': 'Plain', 'Partial Mode': '" mode "', 'Parent Relationship': 'Outer'", below)
	const char *alone = AGGREGATE("Simple", SCAN("Seq Scan", "t", "t", ""));
	const char *together = AGGREGATE("Finalize", ABOVE("Gather", ", 'Parent Relationship': 'Outer'", AGGREGATE("Partial", SCAN("Seq Scan", "t", "t", ", 'Parallel Aware': true"))));
	assert_true(by_workers_only(state, alone, together));
	assert_true(by_workers_only(state, together, alone));
	assert_false(by_workers_only(state, alone, AGGREGATE("Simple", SCAN("Index Scan", "t", "t", BY("i")))));
	assert_false(by_workers_only(state, SCAN("Seq Scan", "t", "t", ""), ABOVE("Gather", "", SCAN("Index Scan", "t", "t", BY("i") ", 'Parallel Aware': true"))));
}

static void pruned_partitions_make_no_difference(void **state) {
	const char *one = SCAN("Index Scan", "events_2", "events", BY("events_2_a_idx"));
	const char *two = ABOVE("Append", "", MEMBER("Index Scan", "events_1", "events_1", BY("events_1_a_idx")) ", " MEMBER("Index Scan", "events_2", "events_2", BY("events_2_a_idx")));
	const char *mixed = ABOVE("Append", "", MEMBER("Index Scan", "events_1", "events_1", BY("events_1_a_idx")) ", " MEMBER("Seq Scan", "events_2", "events_2", ""));
	assert_string_equal(parting(state, two, one), "");
	assert_string_equal(parting(state, ABOVE("Append", ", 'Subplans Removed': 1", MEMBER("Index Scan", "events_7", "events_1", BY("events_7_a_idx"))), two), "");
	assert_non_null(strstr(parting(state, two, mixed), "events by "));
}

static void self_joins_stay_two_tables(void **state) {
	assert_non_null(strstr(parting(state, LOOP("Outer", SCAN("Seq Scan", "t", "t_1", ""), SCAN("Index Scan", "t", "t_2", BY("i"))),
	                               LOOP("Outer", SCAN("Seq Scan", "t", "t_2", ""), SCAN("Index Scan", "t", "t_1", BY("i")))), "t t_1 by Index Scan using i, not Seq Scan"));
}

static void a_scan_is_not_blamed_for_its_subplan(void **state) {
#define WITH_SUBPLAN(scan) SCAN("Seq Scan", "t", "t", PLANS("{'Node Type': '" scan "', 'Parent Relationship': 'SubPlan', 'Subplan Name': 'SubPlan 1', 'Relation Name': 's', 'Alias': 's'}"))
	assert_string_equal(parting(state, WITH_SUBPLAN("Seq Scan"), WITH_SUBPLAN("Tid Scan")), "s by Tid Scan, not Seq Scan");
}

static void strange_plans_are_survived(void **state) {
	Str deep = STR_INIT;
	for (int i = 0; i < 2000; i++) str_add(&deep, "{'Node Type': 'Append', 'Parent Relationship': 'Member', 'Alias': '_1', 'Plans': [");
	str_add(&deep, "{'Node Type': '\033[31m', 'Alias': '\xff_12', 'Index Name': '\x1b'}");
	for (int i = 0; i < 2000; i++) str_add(&deep, "]}");
	assert_non_null(parting(state, "{'Node Type': 'Hash Join'}", "{'Node Type': 'Bitmap Heap Scan'}"));
	assert_string_equal(parting(state, deep.text, deep.text), "");
	assert_null(strchr(parting(state, deep.text, "{'Node Type': 'Nested Loop'}"), '\033'));
	assert_null(strchr(parting(state, "{'Node Type': 'Hash Join', 'Join Type': '\\u001b[2J'}", "{'Node Type': 'Seq Scan\\u001b', 'Alias': 'a'}"), '\033'));
	str_release(&deep);
	Str wide = STR_INIT;
	for (int i = 0; i < 300; i++) str_printf(&wide, "%s" MEMBER("Index Scan", "p", "p_%d", ", 'Index Name': 'i%d'"), i ? ", " : "", i, i);
	const char *all = arena_printf(*state, "{'Node Type': 'Append', 'Plans': [%s]}", wide.text);
	assert_int_equal(plan_shape_differences(*state, rooted(state, all), rooted(state, SCAN("Seq Scan", "p", "p", ""))).count, 20);
	str_release(&wide);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    arena_test(figures_and_constants_are_no_part_of_it), arena_test(another_scan_or_index_is), arena_test(bitmaps_are_told_by_their_indexes),
	    arena_test(another_join_is), arena_test(another_order_of_joins_is), arena_test(what_else_is_done_is),
	    arena_test(workers_alone_are_told_from_the_rest), arena_test(pruned_partitions_make_no_difference), arena_test(self_joins_stay_two_tables), arena_test(a_scan_is_not_blamed_for_its_subplan),
	    arena_test(strange_plans_are_survived),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
