/* test_index_choice.c: which keys, in which order, and when no index is wanted. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "advise/index_choice.h"
#include "advise/index_existing.h"
#include "facts_file.h"

static const char catalog[] =
    "[public.orders]\nrows = 1000000\npages = 15000\nvisible = 0\n"
    "column id = bigint; not null; distinct 1000000; width 8; correlation 1\n"
    "column customer_id = bigint; not null; distinct 90000; width 8; correlation 0\n"
    "column region = text; not null; distinct 20; width 4; correlation 0; top 0.2; top value eu\n"
    "column status = text; not null; distinct 4; width 5; correlation 0; top 0.85; top value done\n"
    "column created_at = timestamp with time zone; not null; distinct 1000000; width 8; correlation 0\n"
    "column total = integer; not null; distinct 90000; width 4; correlation 0\n"
    "column shipped_at = timestamp with time zone; distinct 900000; nulls 0.02; width 8; correlation 0\n"
    "column note = text; distinct 100; nulls 0.95; width 20; correlation 0\n"
    "column paid = boolean; not null; distinct 2; width 1; correlation 0.9; top 0.97; top value t\n"
    "column Ort = text; not null; distinct 5000; width 9; correlation 0\n"
    "index orders_pkey = CREATE UNIQUE INDEX orders_pkey ON public.orders USING btree (id); primary\n";

typedef struct World {
	Arena *arena;
	Facts *facts;
	PlanNode node;
} World;

static int begin(void **state) {
	Arena *arena = arena_new();
	World *world = ARENA_NEW(arena, World);
	*world = (World){.arena = arena, .facts = facts_parse(arena, catalog)};
	world->node = (PlanNode){.type = "Seq Scan", .relation = "orders", .alias = "orders"};
	*state = world;
	return 0;
}

static int end(void **state) {
	arena_free(((World *)*state)->arena);
	return 0;
}

/* What is asked of the table: `kept` rows pass the conditions; with an order, `wanted` of them are shown. */
typedef struct Ask {
	const char *conditions, *order;
	double kept, wanted;
} Ask;

static IndexChoice chosen(World *world, Ask ask) {
	Arena *arena = world->arena;
	Scan *scan = ARENA_NEW(arena, Scan);
	const TableFacts *table = table_facts(world->facts, "public", "orders");
	*scan = (Scan){.node = &world->node, .first = &world->node, .parts = 1, .table = table, .schema = "public", .name = "orders", .alias = "orders",
	               .executions = 1, .rows_out = ask.kept, .rows_read = 1e6, .table_rows = 1e6, .table_pages = 15000, .processes = 1, .cached_share = NAN};
	if (*ask.conditions) scan->filter = *predicate_parse(arena, ask.conditions, NULL);
	IndexNeed need = index_need(arena, scan);
	if (ask.order) {
		Order order = {.rows_sorted = ask.kept, .rows_wanted = ask.wanted};
		char *rest = arena_copy(arena, ask.order);
		for (char *key; (key = strtok_r(rest, ",", &rest));) assert_true(sort_key_parse(arena, key, list_push(arena, &order.keys), NULL));
		index_need_order(arena, &need, &order);
	}
	return index_choose(arena, world->facts, &need);
}

static const char *sql_after_on(World *world, const IndexAdvice *index) {
	return strstr(index_create_sql(world->arena, index), " ON public.orders ") + strlen(" ON public.orders ");
}

static void wants(World *world, Ask ask, const char *expected) {
	IndexChoice choice = chosen(world, ask);
	if (!choice.made) fail_msg("no index for %s order by %s", ask.conditions, ask.order ? ask.order : "nothing");
	assert_string_equal(sql_after_on(world, &choice.index), expected);
}

static void has_index(World *world, const char *name, const char *rest) {
	facts_add_index(world->arena, &world->facts->tables.items[0], name, arena_printf(world->arena, "CREATE INDEX %s ON public.orders USING %s", name, rest));
}

static void equality_comes_before_a_range(void **state) {
	wants(*state, (Ask){"total > 5 AND region = 'us'", NULL, 500, 0}, "(region, total)");
	wants(*state, (Ask){"(total >= 5) AND (total <= 9) AND (region = $1)", NULL, 500, 0}, "(region, total)");
	wants(*state, (Ask){"total > 5 AND created_at > now() AND region = 'us'", NULL, 500, 0}, "(region, total)");
}

static void the_most_selective_equality_comes_first_and_few_rows_are_enough(void **state) {
	wants(*state, (Ask){"status = 'open' AND region = 'us'", NULL, 2000, 0}, "(region, status)");
	wants(*state, (Ask){"status = 'open' AND region = 'us' AND customer_id = 5", NULL, 1, 0}, "(customer_id)");
	wants(*state, (Ask){"status = 'done' AND region = 'us'", NULL, 40000, 0}, "(region)"); /* 85% are done */
}

static void with_a_limit_the_order_comes_before_the_range(void **state) {
	wants(*state, (Ask){"region = 'us' AND total > 5", "created_at", 20000, 20}, "(region, created_at, total)");
	wants(*state, (Ask){"region = ANY ('{us,eu}')", "created_at DESC", 200000, 20}, "(created_at, region)");
}

static void a_rare_match_is_searched_and_sorted(void **state) {
	IndexChoice choice = chosen(*state, (Ask){"region = 'us' AND total > 99000", "created_at", 3, 20});
	assert_string_equal(sql_after_on(*state, &choice.index), "(region, total)");
	assert_false(choice.ordered);
	assert_true(choice.has_second);
	assert_string_equal(sql_after_on(*state, &choice.second), "(region, created_at, total)");
}

static void directions_are_kept_unless_turning_all_is_shorter(void **state) {
	wants(*state, (Ask){"region = 'us'", "created_at DESC", 40000, 20}, "(region, created_at)");
	wants(*state, (Ask){"", "created_at DESC, total", 1e6, 20}, "(created_at DESC, total)");
	wants(*state, (Ask){"", "created_at DESC NULLS LAST", 1e6, 20}, "(created_at NULLS FIRST)");
	wants(*state, (Ask){"", "shipped_at NULLS FIRST, total DESC NULLS LAST", 1e6, 20}, "(shipped_at NULLS FIRST, total DESC NULLS LAST)");
}

static void a_column_held_to_one_value_is_no_order(void **state) {
	wants(*state, (Ask){"region = 'us'", "region, created_at", 40000, 20}, "(region, created_at)");
}

static void rare_constant_conditions_make_it_partial(void **state) {
	wants(*state, (Ask){"NOT paid AND region = 'us'", NULL, 1000, 0}, "(region) WHERE NOT paid");
	wants(*state, (Ask){"paid AND region = 'us'", NULL, 39000, 0}, "(region)");
	wants(*state, (Ask){"shipped_at IS NULL AND customer_id = 5", NULL, 1, 0}, "(customer_id) WHERE shipped_at IS NULL");
	wants(*state, (Ask){"note IS NOT NULL", "created_at", 50000, 20}, "(created_at) WHERE note IS NOT NULL");
	wants(*state, (Ask){"shipped_at IS NULL", NULL, 20000, 0}, "(id) WHERE shipped_at IS NULL");
	wants(*state, (Ask){"note IS NULL AND region = 'us'", NULL, 38000, 0}, "(region)");
}

static void names_are_quoted(void **state) {
	wants(*state, (Ask){"\"Ort\" = 'x'", NULL, 200, 0}, "(\"Ort\")");
}

static void what_no_btree_serves_gets_none(void **state) {
	static const char *const conditions[] = {"note ~~ '%x%'", "total <> 5", "region = 'us' OR total = 5", "lower(note) = 'x'", "total = id", "random() < 0.5", "(id)::text = '5'"};
	for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++)
		if (chosen(*state, (Ask){conditions[i], NULL, 10, 0}).made) fail_msg("an index for %s", conditions[i]);
}

static void an_index_that_is_there_is_not_advised_again(void **state) {
	World *world = *state;
	has_index(world, "there", "btree (status, region, created_at DESC, total)");
	assert_false(chosen(world, (Ask){"region = 'us' AND status = 'open'", NULL, 2000, 0}).made); /* in another order */
	assert_string_equal(chosen(world, (Ask){"region = 'us' AND status = 'open'", NULL, 2000, 0}).existing->name, "there");
	assert_false(chosen(world, (Ask){"region = 'us' AND status = 'open'", "created_at", 2000, 20}).made); /* read backwards */
	assert_false(chosen(world, (Ask){"region = 'us' AND status = 'open'", "created_at DESC", 2000, 20}).made);
	assert_true(chosen(world, (Ask){"region = 'us'", NULL, 2000, 0}).made); /* not at its front */
	assert_true(chosen(world, (Ask){"region = 'us' AND status = 'open'", "created_at NULLS FIRST", 2000, 20}).made);
}

static void partial_hash_and_special_indexes_do_not_count(void **state) {
	World *world = *state;
	has_index(world, "part", "btree (customer_id) WHERE (total > 5)");
	has_index(world, "hashed", "hash (customer_id)");
	has_index(world, "broken", "btree (customer_id); invalid");
	IndexChoice choice = chosen(world, (Ask){"customer_id = 5", NULL, 10, 0});
	assert_true(choice.made);
	assert_non_null(strstr(choice.notes, "broken has the same keys but is INVALID"));
	has_index(world, "open", "btree (customer_id) WHERE (shipped_at IS NULL)");
	assert_false(chosen(world, (Ask){"shipped_at IS NULL AND customer_id = 5", NULL, 1, 0}).made);
}

static void the_front_of_the_new_index_can_go(void **state) {
	World *world = *state;
	has_index(world, "front", "btree (region)");
	IndexChoice choice = chosen(world, (Ask){"region = 'us' AND total > 5", NULL, 500, 0});
	assert_non_null(strstr(choice.notes, "front then becomes redundant"));
}

static void invented_sizes_and_names_come_along(void **state) {
	IndexChoice choice = chosen(*state, (Ask){"customer_id = 5", NULL, 10, 0});
	assert_string_equal(choice.index.name, "orders_customer_id_idx");
	assert_true(choice.index.bytes > 6e6 && choice.index.bytes < 14e6);
	assert_true(choice.cost < 200);
}

/* An entry of 8 + 8 bytes beside a row of 27 and its columns. */
static void what_writes_pay_is_told_of_tables_that_are_written(void **state) {
	World *world = *state;
	const char *columns[] = {"a"};
	IndexAdvice index = {.schema = "public", .table = "t", .method = "btree", .columns = columns, .column_count = 1};
	const char *text = "version = 150000\n[public.t]\nrows = 1000\npages = 20\n%scolumn a = bigint; width 8\ncolumn b = text; width 45\n";
	const Facts *written = facts_parse(world->arena, arena_printf(world->arena, text, "updates = 5\n"));
	const Facts *still = facts_parse(world->arena, arena_printf(world->arena, text, ""));
	assert_string_equal(index_notes(world->arena, table_facts(written, "public", "t"), &index), "A new row then writes about 20% more.");
	assert_null(index_notes(world->arena, table_facts(still, "public", "t"), &index));
}

static void brin_is_offered_where_rows_lie_in_order(void **state) {
	World *world = *state;
	const char *columns[] = {"at"};
	IndexAdvice index = {.schema = "public", .table = "t", .method = "btree", .columns = columns, .column_count = 1};
	const char *text = "version = 150000\n[public.t]\nrows = 100000000\npages = %s\ncolumn at = timestamptz; width 8; correlation %s\n";
	const char *notes = index_notes(world->arena, table_facts(facts_parse(world->arena, arena_printf(world->arena, text, "1000000", "0.99")), "public", "t"), &index);
	assert_non_null(strstr(notes, "USING brin"));
	assert_null(index_notes(world->arena, table_facts(facts_parse(world->arena, arena_printf(world->arena, text, "1000000", "0.5")), "public", "t"), &index));
	assert_null(index_notes(world->arena, table_facts(facts_parse(world->arena, arena_printf(world->arena, text, "10000", "0.99")), "public", "t"), &index));
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(equality_comes_before_a_range, begin, end),
	    cmocka_unit_test_setup_teardown(the_most_selective_equality_comes_first_and_few_rows_are_enough, begin, end),
	    cmocka_unit_test_setup_teardown(with_a_limit_the_order_comes_before_the_range, begin, end),
	    cmocka_unit_test_setup_teardown(a_rare_match_is_searched_and_sorted, begin, end),
	    cmocka_unit_test_setup_teardown(directions_are_kept_unless_turning_all_is_shorter, begin, end),
	    cmocka_unit_test_setup_teardown(a_column_held_to_one_value_is_no_order, begin, end),
	    cmocka_unit_test_setup_teardown(rare_constant_conditions_make_it_partial, begin, end),
	    cmocka_unit_test_setup_teardown(names_are_quoted, begin, end),
	    cmocka_unit_test_setup_teardown(what_no_btree_serves_gets_none, begin, end),
	    cmocka_unit_test_setup_teardown(an_index_that_is_there_is_not_advised_again, begin, end),
	    cmocka_unit_test_setup_teardown(partial_hash_and_special_indexes_do_not_count, begin, end),
	    cmocka_unit_test_setup_teardown(the_front_of_the_new_index_can_go, begin, end),
	    cmocka_unit_test_setup_teardown(invented_sizes_and_names_come_along, begin, end),
		cmocka_unit_test_setup_teardown(what_writes_pay_is_told_of_tables_that_are_written, begin, end),
		cmocka_unit_test_setup_teardown(brin_is_offered_where_rows_lie_in_order, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
