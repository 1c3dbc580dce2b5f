/* test_totals.c: what nodes cost together. */
#include "plan_of.h"

#include "plan/totals.h"

static const char plan_text[] =
	PLAN(NODE("Nested Loop", "Outer", 0.0, 10.0, 20, 1, ", 'Shared Hit Blocks': 20, 'Shared Read Blocks': 5, 'Temp Read Blocks': 1, 'Temp Written Blocks': 1"
	     PLANS(NODE("Seq Scan", "Outer", 0.0, 4.0, 10, 1, ", 'Relation Name': 'a', 'Schema': 'x', 'Shared Hit Blocks': 10, 'Shared Read Blocks': 5, 'Temp Read Blocks': 0, 'Temp Written Blocks': 0") ","
	           NODE("Bitmap Heap Scan", "Inner", 0.1, 0.5, 2, 10, ", 'Relation Name': 'b', 'Shared Hit Blocks': 10, 'Shared Read Blocks': 0, 'Temp Read Blocks': 0, 'Temp Written Blocks': 0"
	           PLANS(NODE("BitmapAnd", "Outer", 0.1, 0.3, 0, 10, ", 'Shared Hit Blocks': 8" PLANS(
	                 NODE("Bitmap Index Scan", "Member", 0.1, 0.1, 5, 10, ", 'Index Name': 'b_i', 'Shared Hit Blocks': 4") ","
	                 NODE("Bitmap Index Scan", "Member", 0.1, 0.1, 5, 10, ", 'Index Name': 'b_i', 'Shared Hit Blocks': 4")))))))
	     , EXECUTION(10.0));

static const Total *named(const TotalList *totals, const char *name) {
	for (size_t i = 0; i < totals->count; i++)
		if (strcmp(totals->items[i].name, name) == 0) return &totals->items[i];
	fail_msg("nothing of %s", name);
	return NULL;
}

static void a_table_has_what_its_bitmaps_cost(void **state) {
	const TotalList tables = plan_totals_by_table(*state, plan_of(*state, plan_text));
	assert_int_equal(tables.count, 2);
	const Total *b = named(&tables, "b");
	assert_int_equal(b->nodes, 4);
	assert_near(b->self_ms, 5);
	assert_near(b->loops, 10); /* those of the heap alone */
	assert_near(b->rows, 20);
	assert_near(b->hit, 10);
	assert_string_equal(tables.items[0].name, "b"); /* the dearest first */
	assert_string_equal(tables.items[1].schema, "x");
	assert_near(tables.items[1].read, 5);
}

static void an_index_counts_all_its_scans(void **state) {
	const TotalList indexes = plan_totals_by_index(*state, plan_of(*state, plan_text));
	assert_int_equal(indexes.count, 1);
	assert_near(indexes.items[0].self_ms, 2);
	assert_near(indexes.items[0].loops, 20);
	assert_near(indexes.items[0].hit, 8);
}

static void types_make_the_whole_statement(void **state) {
	const Plan *plan = plan_of(*state, plan_text);
	const TotalList types = plan_totals_by_type(*state, plan);
	double sum = 0;
	for (size_t i = 0; i < types.count; i++) sum += types.items[i].self_ms;
	assert_near(sum, 10);
	assert_int_equal(named(&types, "Bitmap Index Scan")->nodes, 2);
	assert_near(named(&types, "Nested Loop")->temp, 2);
}

static void names_of_two_schemas_stay_apart(void **state) {
	const TotalList tables = plan_totals_by_table(*state, plan_of(*state, PLAN("{'Node Type': 'Append', 'Total Cost': 20, 'Plans': [{'Node Type': 'Seq Scan', 'Relation Name': 't', 'Schema': 'a', 'Total Cost': 5},"
	                                                                           " {'Node Type': 'Seq Scan', 'Relation Name': 't', 'Schema': 'b', 'Total Cost': 6}, {'Node Type': 'Seq Scan', 'Relation Name': 't', 'Total Cost': 1}]}", "")));
	assert_int_equal(tables.count, 3);
	assert_string_equal(tables.items[0].schema, "b");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(a_table_has_what_its_bitmaps_cost),
		arena_test(an_index_counts_all_its_scans),
		arena_test(types_make_the_whole_statement),
		arena_test(names_of_two_schemas_stay_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
