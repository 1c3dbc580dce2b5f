/* test_comparison.c: what is said of two plans beside their nodes: findings that went, servers, sizes of tables. */
#include "../plan/plan_of.h"

#include "app/comparison.h"

#define SCAN "[{'Plan': {'Node Type': 'Seq Scan', 'Relation Name': 'orders', 'Schema': 'public', 'Alias': 'orders', 'Total Cost': 100}}]"

static Facts *facts_of(Arena *arena, double bytes) {
	Facts *facts = ARENA_NEW(arena, Facts);
	*list_push(arena, &facts->tables) = (TableFacts){.schema = "public", .name = "orders", .kind = 'r', .bytes = bytes};
	*list_push(arena, &facts->tables) = (TableFacts){.schema = "public", .name = "odd\033[2J", .kind = 'r', .bytes = NAN};
	return facts;
}

static Comparison compare(Arena *arena, double bytes_before, double bytes_after, const char *server_after) {
	const AdviseSettings settings = {.min_gain = 0.05, .min_ms = 5};
	static const FindingList none;
	ComparedSide before = {.plan = plan_of(arena, SCAN), .statement = "select 1 from orders", .findings = &none, .facts = facts_of(arena, bytes_before), .server = "PostgreSQL 15.8, me@db/shop"};
	ComparedSide after = {.plan = plan_of(arena, SCAN), .statement = "select 1 from orders", .findings = &none, .facts = facts_of(arena, bytes_after), .server = server_after};
	return compare_plans(arena, &before, &after, &settings);
}

static void tables_that_grew_are_told(void **state) {
	Comparison grown = compare(*state, 400e6, 900e6, "PostgreSQL 15.8, me@db/shop");
	assert_int_equal(grown.notes.count, 1);
	assert_string_equal(grown.notes.items[0].label, "size");
	assert_string_equal(grown.notes.items[0].text, "public.orders: table 381 MB → 858 MB");
	assert_int_equal(compare(*state, 400e6, 420e6, "PostgreSQL 15.8, me@db/shop").notes.count, 0);
	assert_int_equal(compare(*state, NAN, 420e6, NULL).notes.count, 0);
}

static void another_server_is_told(void **state) {
	Comparison moved = compare(*state, 1e6, 1e6, "PostgreSQL 17.2, me@other/shop");
	assert_int_equal(moved.notes.count, 1);
	assert_string_equal(moved.notes.items[0].text, "PostgreSQL 15.8, me@db/shop → PostgreSQL 17.2, me@other/shop");
	assert_int_equal(compare(*state, 1e6, 1e6, "PostgreSQL 15.8").notes.count, 0); /* of a saved plan that is all there is to know */
	assert_int_equal(compare(*state, 1e6, 1e6, "PostgreSQL 15.81").notes.count, 1);
}

static void a_finding_that_went_is_told(void **state) {
	const AdviseSettings settings = {.min_gain = 0.05, .min_ms = 5};
	FindingList had = {0};
	*list_push((Arena *)*state, &had) = finding_new("missing-index");
	had.items[0].relation = "public.orders";
	had.items[0].title = "orders is read whole";
	static const FindingList none;
	ComparedSide before = {.plan = plan_of(*state, SCAN), .findings = &had}, after = {.plan = plan_of(*state, SCAN), .findings = &none};
	Comparison comparison = compare_plans(*state, &before, &after, &settings);
	assert_int_equal(comparison.findings->count, 1);
	assert_int_equal(comparison.findings->items[0].kind, FINDING_GONE);
	assert_string_equal(diff_finding_words(*state, &comparison.findings->items[0]), "missing-index: orders is read whole");
}

static void a_kept_plan_tells_whence_it_comes_and_how_large_its_tables_were(void **state) {
	const AdviseSettings settings = {.min_gain = 0.05};
	static const FindingList none;
	static const char shop[] = "PostgreSQL 15.8, me@db/shop";
	ComparedSide kept = {.plan = plan_of(*state, SCAN), .findings = &none, .sizes = facts_of(*state, 400e6), .server = shop, .origin = "@12 \"before\", kept on some day"};
	ComparedSide now = {.plan = plan_of(*state, SCAN), .findings = &none, .facts = facts_of(*state, 900e6), .server = shop};
	Comparison comparison = compare_plans(*state, &kept, &now, &settings);
	assert_int_equal(comparison.notes.count, 2);
	assert_string_equal(comparison.notes.items[0].label, "before is");
	assert_string_equal(comparison.notes.items[0].text, "@12 \"before\", kept on some day");
	assert_string_equal(comparison.notes.items[1].text, "public.orders: table 381 MB → 858 MB");
	assert_string_equal(comparison.servers[1], shop);
	ComparedSide copy = compared_side_copy(*state, &kept);
	assert_true(copy.origin != kept.origin && copy.sizes == kept.sizes);
}

static Facts *tables(Arena *arena, size_t count, double bytes, const char *index) {
	Facts *facts = ARENA_NEW(arena, Facts);
	for (size_t i = 0; i < count; i++) {
		TableFacts *table = list_push(arena, &facts->tables);
		*table = (TableFacts){.schema = "public", .name = arena_printf(arena, "part%zu", i), .bytes = bytes};
		if (index) *list_push(arena, &table->indexes) = (IndexFacts){.name = index, .method = "btree", .valid = true, .bytes = 1};
	}
	return facts;
}

static void indexes_that_came_are_told_and_very_many_tables_are_not(void **state) {
	const AdviseSettings settings = {.min_gain = 0.05};
	static const FindingList none;
	ComparedSide before = {.plan = plan_of(*state, SCAN), .findings = &none, .sizes = tables(*state, 12, 1e6, NULL)};
	ComparedSide after = {.plan = plan_of(*state, SCAN), .findings = &none, .facts = tables(*state, 12, 1e6, "odd\033[2J")};
	Comparison comparison = compare_plans(*state, &before, &after, &settings);
	assert_int_equal(comparison.relations.count, 12);
	assert_int_equal(comparison.notes.count, 11);
	assert_string_equal(comparison.notes.items[0].label, "index");
	assert_string_equal(comparison.notes.items[0].text, "new: odd?[2J on public.part0: btree; the plan does without it, :why \"odd?[2J\" (--why) tells the cause");
	assert_string_equal(comparison.notes.items[10].text, "and 2 more tables that changed");
	comparison = compare_plans(*state, &after, &before, &settings);
	assert_string_equal(comparison.notes.items[9].text, "gone: odd?[2J on public.part9: btree");
}

static void what_cannot_be_read_of_a_side_is_told(void **state) {
	const AdviseSettings settings = {.min_gain = 0.05};
	ComparedSide before = {.plan = plan_of(*state, SCAN), .problem = "it is no JSON"}, after = {.plan = plan_of(*state, SCAN)};
	Comparison comparison = compare_plans(*state, &before, &after, &settings);
	assert_string_equal(comparison.notes.items[0].label, "advice");
	assert_string_equal(comparison.notes.items[0].text, "what was advised before cannot be read (it is no JSON): advised anew, without the catalog");
}

int main(void) {
	const struct CMUnitTest tests[] = {arena_test(tables_that_grew_are_told), arena_test(a_kept_plan_tells_whence_it_comes_and_how_large_its_tables_were), arena_test(another_server_is_told), arena_test(a_finding_that_went_is_told),
	                                   arena_test(indexes_that_came_are_told_and_very_many_tables_are_not), arena_test(what_cannot_be_read_of_a_side_is_told)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
