/* test_relation_change.c: tables that grew or shrank between two plans, and indexes that came or went. */
#include "../plan/plan_of.h"

#include "advise/relation_change.h"

static Facts *facts_of(Arena *arena, double rows, double bytes) {
	Facts *facts = ARENA_NEW(arena, Facts);
	*list_push(arena, &facts->tables) = (TableFacts){.schema = "public", .name = "orders", .rows = rows, .bytes = bytes};
	return facts;
}

static IndexFacts *add_index(Arena *arena, Facts *facts, const char *name, const char *on, double bytes) {
	IndexFacts *index = list_push(arena, &facts->tables.items[0].indexes);
	*index = (IndexFacts){.name = name, .method = "btree", .definition = arena_printf(arena, "CREATE INDEX %s ON public.orders USING %s", name, on), .valid = true, .bytes = bytes};
	return index;
}

/* NULL: nothing is told of it. */
static const char *sizes(Arena *arena, const Facts *before, const Facts *after) {
	RelationChangeList list = relations_compare(arena, before, after);
	assert_true(list.count <= 1);
	return list.count ? list.items[0].sizes : NULL;
}

static void growth_beyond_a_tenth_is_told(void **state) {
	Arena *arena = *state;
	Facts *before = facts_of(arena, 1.2e6, 400e6), *after = facts_of(arena, 2.4e6, 900e6);
	assert_string_equal(sizes(arena, before, after), "public.orders: 1.2M → 2.4M rows, table 381 MB → 858 MB");
	assert_string_equal(sizes(arena, after, before), "public.orders: 2.4M → 1.2M rows, table 858 MB → 381 MB");
	add_index(arena, before, "i", "btree (id)", 90e6);
	add_index(arena, after, "i", "btree (id)", 200e6);
	assert_string_equal(sizes(arena, before, after), "public.orders: 1.2M → 2.4M rows, table 381 MB → 858 MB, indexes 85.8 MB → 191 MB");
	assert_null(sizes(arena, before, before));
	assert_null(sizes(arena, facts_of(arena, 1e6, 400e6), facts_of(arena, 1.05e6, 420e6)));
}

static void what_is_small_or_not_known_is_not_told(void **state) {
	Arena *arena = *state;
	assert_null(sizes(arena, facts_of(arena, 10, 8192), facts_of(arena, 90, 8192)));
	assert_null(sizes(arena, facts_of(arena, -1, NAN), facts_of(arena, 1e6, 400e6)));
	assert_string_equal(sizes(arena, facts_of(arena, -1, 8192), facts_of(arena, 1e6, 400e6)), "public.orders: table 8.0 kB → 381 MB");
	assert_null(sizes(arena, NULL, facts_of(arena, 1e6, 400e6)));
	assert_null(sizes(arena, facts_of(arena, 1e6, 400e6), NULL));
	Facts *other = facts_of(arena, 5e6, 900e6);
	other->tables.items[0].name = "customers";
	assert_null(sizes(arena, facts_of(arena, 1e6, 400e6), other));
}

static void indexes_that_came_or_went_are_told(void **state) {
	Arena *arena = *state;
	Facts *before = facts_of(arena, 1e6, 400e6), *after = facts_of(arena, 1e6, 400e6);
	add_index(arena, before, "orders_pkey", "btree (id)", 1);
	add_index(arena, before, "orders_old", "btree (total)", 1);
	add_index(arena, before, "orders_other", "btree (a)", 1);
	add_index(arena, after, "orders_pkey", "btree (id)", 1);
	add_index(arena, after, "orders_other", "btree (a, b)", 1);
	add_index(arena, after, "orders_status_idx", "btree (status)", 1);
	add_index(arena, after, "half_built", "btree (x)", 1)->valid = false;
	RelationChangeList list = relations_compare(arena, before, after);
	assert_int_equal(list.count, 1);
	const RelationChange *change = &list.items[0];
	assert_null(change->sizes);
	assert_int_equal(change->added.count, 2);
	assert_int_equal(change->removed.count, 2);
	assert_string_equal(relation_index_words(arena, change->after, change->added.items[0]), "orders_other on public.orders: btree (a, b)");
	assert_string_equal(relation_index_words(arena, change->after, change->added.items[1]), "orders_status_idx on public.orders: btree (status)");
	assert_string_equal(relation_index_words(arena, change->before, change->removed.items[0]), "orders_old on public.orders: btree (total)");
}

static void an_index_that_became_valid_is_new(void **state) {
	Arena *arena = *state;
	Facts *before = facts_of(arena, 1e6, 400e6), *after = facts_of(arena, 1e6, 400e6);
	add_index(arena, before, "i", "btree (id)", 1)->valid = false;
	add_index(arena, after, "i", "btree (id)", 1);
	assert_int_equal(relations_compare(arena, before, after).items[0].added.count, 1);
	assert_int_equal(relations_compare(arena, after, before).items[0].removed.count, 1);
}

static void indexes_nobody_kept_are_neither_new_nor_gone(void **state) {
	Arena *arena = *state;
	Facts *before = facts_of(arena, 1e6, 400e6), *after = facts_of(arena, 1e6, 400e6);
	add_index(arena, after, "i", "btree (id)", 1e9);
	before->tables.items[0].indexes_unknown = true;
	assert_int_equal(relations_compare(arena, before, after).count, 0);
	assert_int_equal(relations_compare(arena, after, before).count, 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		arena_test(growth_beyond_a_tenth_is_told),
		arena_test(what_is_small_or_not_known_is_not_told),
		arena_test(indexes_that_came_or_went_are_told),
		arena_test(an_index_that_became_valid_is_new),
		arena_test(indexes_nobody_kept_are_neither_new_nor_gone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
