/* test_index_pool.c: what a plan uses of its tables, and the indexes that may serve it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "advise/index_pool.h"
#include "facts_file.h"
#include "plan/json.h"

static const char shop[] =
	"version = 150000\n"
	"[public.orders]\nrows = 1000000\npages = 10000\nvisible = 10000\n"
	"column id = bigint; not null; distinct 1000000; width 8\ncolumn customer_id = bigint; distinct 50000; width 8\n"
	"column status = text; distinct 4; width 5\ncolumn total = numeric; distinct 30000; width 6\ncolumn note = text; distinct 1000; width 200\n"
	"index orders_pkey = CREATE UNIQUE INDEX orders_pkey ON public.orders USING btree (id); primary\n"
	"[public.customers]\nrows = 50000\npages = 600\nvisible = 600\n"
	"column id = bigint; not null; distinct 50000; width 8\ncolumn city = text; distinct 300; width 8\ncolumn name = text; distinct 50000; width 12\ncolumn about = text; width 80\n"
	"index customers_pkey = CREATE UNIQUE INDEX customers_pkey ON public.customers USING btree (id); primary\n"
	"[public.tiny]\nrows = 10\npages = 1\ncolumn id = bigint; distinct 10; width 8\n";

typedef struct World {
	Arena *arena;
	const Facts *facts;
	const Plan *plan;
	ScanList scans;
	ScanUseList uses;
	IndexPool pool;
	double rows; /* that come out of each scan */
} World;

static int begin(void **state) {
	Arena *arena = arena_new();
	World *world = ARENA_NEW(arena, World);
	*world = (World){.arena = arena, .rows = 1000, .facts = facts_parse(arena, shop)};
	*state = world;
	return 0;
}

static int end(void **state) {
	arena_free(((World *)*state)->arena);
	return 0;
}

/* The plan's nodes inside "Plan"; cost 50,000 so that it is worth a look. */
static void look_at(World *world, const char *plan, bool include) {
	PlanList plans;
	const char *json = arena_printf(world->arena, "[{\"Plan\": %s}]", plan);
	assert_true(plan_read_json(world->arena, json, strlen(json), &plans, NULL));
	world->plan = plans.items[0];
	const Statement *statement = statement_parse(world->arena, "select");
	const AdviseSettings settings = {.min_gain = 0.05, .min_ms = 5, .no_include = !include};
	world->scans = scans_of_plan(world->arena, world->plan, statement, world->facts);
	world->uses = scan_uses(world->arena, world->plan, &world->scans);
	world->pool = index_pool(world->arena, world->plan, statement, world->facts, &settings, &(FindingList){0});
}

/* "orders: status= customer_id~ total<; read: id", in the order met. */
static const char *uses(World *world) {
	const char *all = "";
	for (size_t i = 0; i < world->uses.count; i++) {
		const ScanUse *use = &world->uses.items[i];
		const char *read = "", *orders = "";
		all = arena_printf(world->arena, "%s%s%s:", all, i ? " | " : "", use->scan->alias);
		for (size_t c = 0; c < use->columns.count; c++) {
			const ColumnUse *column = &use->columns.items[c];
			if (column->roles)
				all = arena_printf(world->arena, "%s %s%s%s%s", all, column->column->name, column->roles & ROLE_EQUAL ? "=" : "",
				                   column->roles & ROLE_JOINED ? "~" : "", column->roles & ROLE_COMPARED ? "<" : "");
			if (column->needed) read = arena_printf(world->arena, "%s %s", read, column->column->name);
		}
		for (size_t r = 0; r < use->orders.count; r++) {
			orders = arena_printf(world->arena, "%s;", orders);
			for (size_t k = 0; k < use->orders.items[r].count; k++)
				orders = arena_printf(world->arena, "%s %s", orders, index_key_text(world->arena, &use->orders.items[r].items[k]));
		}
		all = arena_printf(world->arena, "%s reads%s%s%s", all, read, use->whole_rows ? " *" : "", orders);
	}
	return all;
}

static bool offers(World *world, const char *index) {
	for (size_t i = 0; i < world->pool.count; i++)
		if (strcmp(strstr(index_pretend_sql(world->arena, &world->pool.items[i].index), " ON ") + 4, index) == 0) return true;
	return false;
}

static const char *scan_of(World *world, const char *table, const char *output, const char *filter) {
	return arena_printf(world->arena, "{\"Node Type\": \"Seq Scan\", \"Parent Relationship\": \"Outer\", \"Relation Name\": \"%s\", \"Schema\": \"public\", \"Alias\": \"%s\", \"Total Cost\": 40000, \"Plan Rows\": %g, "
	                                  "\"Output\": [%s]%s%s%s}",
	                    table, table, world->rows, output, *filter ? ", \"Filter\": \"" : "", filter, *filter ? "\"" : "");
}

static void conditions_give_roles(void **state) {
	World *world = *state;
	look_at(world, scan_of(world, "orders", "\"id\"", "((orders.status = 'open'::text) AND (orders.total > '10'::numeric) AND (orders.customer_id <> 7))"), true);
	assert_string_equal(uses(world), "orders: status= total< reads status total id customer_id");
}

static void branches_of_an_or_give_roles_too(void **state) {
	World *world = *state;
	look_at(world, scan_of(world, "orders", "\"id\"", "((orders.status = 'open'::text) OR (orders.customer_id = 7))"), true);
	assert_string_equal(uses(world), "orders: status= customer_id= reads status customer_id id");
}

static const char *join_of(World *world, const char *output, const char *more) {
	return arena_printf(world->arena, "{\"Node Type\": \"Hash Join\", \"Join Type\": \"Inner\", \"Total Cost\": 50000, \"Plan Rows\": 5, \"Output\": [%s], "
	                                  "\"Hash Cond\": \"(orders.customer_id = customers.id)\", \"Plans\": [%s, %s]%s}",
	                    output, scan_of(world, "orders", "\"orders.id\", \"orders.customer_id\", \"orders.status\", \"orders.total\", \"orders.note\"", ""),
	                    scan_of(world, "customers", "\"customers.id\", \"customers.city\"", "(customers.city = 'City 5'::text)"), more);
}

/* The scan of orders puts out all its columns because that costs nothing; the join above says which are read. */
static void joins_give_roles_and_tell_what_is_read(void **state) {
	World *world = *state;
	look_at(world, join_of(world, "\"orders.total\"", ""), true);
	assert_string_equal(uses(world), "orders: customer_id~ reads customer_id total | customers: id~ city= reads id city");
	assert_true(offers(world, "public.orders (customer_id)"));
	assert_true(offers(world, "public.orders (customer_id) INCLUDE (total)"));
	assert_true(offers(world, "public.customers (city, id)"));
	assert_true(offers(world, "public.customers (city) INCLUDE (id)"));
}

static void row_values_and_system_columns_are_in_no_index(void **state) {
	World *world = *state;
	look_at(world, join_of(world, "\"orders.ctid\", \"customers.*\"", ""), true);
	assert_string_equal(uses(world), "orders: customer_id~ reads customer_id * | customers: id~ city= reads id city *");
	for (size_t i = 0; i < world->pool.count; i++) assert_int_equal(world->pool.items[i].index.include_count, 0);
}

static void sorts_and_groups_give_orders(void **state) {
	World *world = *state;
	look_at(world, arena_printf(world->arena, "{\"Node Type\": \"Sort\", \"Total Cost\": 50000, \"Output\": [\"orders.id\"], \"Sort Key\": [\"orders.total DESC\", \"orders.id\", \"(orders.id + 1)\"], \"Plans\": [%s]}",
	                                          scan_of(world, "orders", "\"orders.id\", \"orders.total\"", "(orders.status = 'open'::text)")), true);
	assert_string_equal(uses(world), "orders: status= reads id total status; total DESC id");
	assert_true(offers(world, "public.orders (total DESC, id)"));
	assert_true(offers(world, "public.orders (status, total DESC)"));
	assert_true(offers(world, "public.orders (status, total DESC, id)"));
}

static void another_tables_key_ends_a_sorts_order_but_not_a_groups(void **state) {
	World *world = *state;
	const char *keys = "[\"orders.total\", \"customers.city\", \"orders.status\"]";
	look_at(world, arena_printf(world->arena, "{\"Node Type\": \"Sort\", \"Total Cost\": 50000, \"Sort Key\": %s, \"Plans\": [%s]}", keys, join_of(world, "\"orders.total\"", "")), true);
	assert_non_null(strstr(uses(world), "; total | customers"));
	look_at(world, arena_printf(world->arena, "{\"Node Type\": \"Aggregate\", \"Total Cost\": 50000, \"Group Key\": %s, \"Plans\": [%s]}", keys, join_of(world, "\"orders.total\"", "")), true);
	assert_non_null(strstr(uses(world), "; total status | customers"));
	assert_non_null(strstr(uses(world), "; city"));
}

static void an_extreme_is_at_the_end_of_an_order(void **state) {
	World *world = *state;
	look_at(world, arena_printf(world->arena, "{\"Node Type\": \"Aggregate\", \"Strategy\": \"Plain\", \"Total Cost\": 50000, \"Output\": [\"PARTIAL max(total)\", \"count(*)\"], \"Plans\": [%s]}",
	                                          scan_of(world, "orders", "\"id\", \"customer_id\", \"status\", \"total\", \"note\"", "")), true);
	assert_string_equal(uses(world), "orders: reads total; total");
	assert_true(offers(world, "public.orders (total)"));
}

/* A rule's own index, but not one that the planner has no statistics for before it is there. */
static void what_rules_propose_is_offered_unless_nobody_can_judge_it(void **state) {
	World *world = *state;
	const char *columns[] = {"((id)::text)"};
	const IndexAdvice index = {.schema = "public", .table = "orders", .name = "orders_expr_idx", .method = "btree", .columns = columns, .column_count = 1, .bytes = NAN};
	const AdviseSettings settings = advise_defaults;
	FindingList findings = {0};
	Finding *finding = list_push(world->arena, &findings);
	*finding = finding_new("function-on-column");
	finding->kind = REMEDY_INDEX;
	finding_set_indexes(world->arena, finding, &index, 1);
	look_at(world, join_of(world, "\"orders.total\"", ""), true);
	for (int unasked = 0; unasked < 2; unasked++) {
		finding->unasked = unasked;
		world->pool = index_pool(world->arena, world->plan, statement_parse(world->arena, "select"), world->facts, &settings, &findings);
		assert_true(offers(world, "public.orders (((id)::text))") == !unasked);
	}
}

static void existing_indexes_are_not_offered_again(void **state) {
	World *world = *state;
	look_at(world, join_of(world, "\"orders.total\", \"customers.name\"", ""), true);
	assert_false(offers(world, "public.customers (id)"));
	assert_true(offers(world, "public.customers (id) INCLUDE (name, city)"));
	assert_true(offers(world, "public.customers (id, city)"));
}

static void nothing_is_carried_along_where_it_would_not_help(void **state) {
	World *world = *state;
	look_at(world, join_of(world, "\"orders.note\"", ""), true);
	assert_false(offers(world, "public.orders (customer_id) INCLUDE (note)")); /* too wide */
	look_at(world, join_of(world, "\"orders.total\"", ""), false);
	assert_false(offers(world, "public.orders (customer_id) INCLUDE (total)")); /* not wanted */
	world->rows = 50;
	look_at(world, join_of(world, "\"orders.total\"", ""), true);
	assert_false(offers(world, "public.orders (customer_id) INCLUDE (total)")); /* fifty rows are fetched soon enough */
	world->rows = 1000;
	((TableFacts *)table_facts(world->facts, "public", "orders"))->all_visible_pages = 5000;
	look_at(world, join_of(world, "\"orders.total\"", ""), true);
	assert_false(offers(world, "public.orders (customer_id) INCLUDE (total)")); /* half of the pages would be read all the same */
	assert_true(offers(world, "public.orders (customer_id)"));
}

static void small_tables_and_cheap_statements_get_none(void **state) {
	World *world = *state;
	look_at(world, scan_of(world, "tiny", "\"id\"", "(tiny.id = 5)"), true);
	assert_int_equal(world->pool.count, 0);
	look_at(world, "{\"Node Type\": \"Seq Scan\", \"Relation Name\": \"orders\", \"Schema\": \"public\", \"Alias\": \"orders\", \"Total Cost\": 50, \"Filter\": \"(orders.status = 'open'::text)\"}", true);
	assert_int_equal(world->pool.count, 0);
}

static void a_pool_stays_within_bounds(void **state) {
	World *world = *state;
	Str facts = STR_INIT, filter = STR_INIT;
	str_add(&facts, "version = 150000\n[public.wide]\nrows = 1000000\npages = 10000\nvisible = 10000\n");
	for (int i = 0; i < 60; i++) {
		str_printf(&facts, "column c%d = int; distinct 100; width 4\n", i);
		str_printf(&filter, "%s(wide.c%d = %d)", i ? " AND " : "(", i, i);
	}
	str_add(&filter, ")");
	world->facts = facts_parse(world->arena, facts.text);
	look_at(world, scan_of(world, "wide", "\"c1\"", filter.text), true);
	assert_in_range(world->pool.count, 100, 400);
	str_release(&facts);
	str_release(&filter);
}

static void quoted_names_stay_quoted(void **state) {
	World *world = *state;
	world->facts = facts_parse(world->arena, "version = 150000\n[public.orders]\nrows = 1000000\npages = 10000\ncolumn Order Date = date; distinct 100; width 4\n");
	look_at(world, scan_of(world, "orders", "\"\\\"Order Date\\\"\"", "(orders.\\\"Order Date\\\" = '2024-01-01'::date)"), true);
	assert_true(offers(world, "public.orders (\"Order Date\")"));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(conditions_give_roles, begin, end),
		cmocka_unit_test_setup_teardown(branches_of_an_or_give_roles_too, begin, end),
		cmocka_unit_test_setup_teardown(joins_give_roles_and_tell_what_is_read, begin, end),
		cmocka_unit_test_setup_teardown(row_values_and_system_columns_are_in_no_index, begin, end),
		cmocka_unit_test_setup_teardown(sorts_and_groups_give_orders, begin, end),
		cmocka_unit_test_setup_teardown(another_tables_key_ends_a_sorts_order_but_not_a_groups, begin, end),
		cmocka_unit_test_setup_teardown(an_extreme_is_at_the_end_of_an_order, begin, end),
		cmocka_unit_test_setup_teardown(what_rules_propose_is_offered_unless_nobody_can_judge_it, begin, end),
		cmocka_unit_test_setup_teardown(existing_indexes_are_not_offered_again, begin, end),
		cmocka_unit_test_setup_teardown(nothing_is_carried_along_where_it_would_not_help, begin, end),
		cmocka_unit_test_setup_teardown(small_tables_and_cheap_statements_get_none, begin, end),
		cmocka_unit_test_setup_teardown(a_pool_stays_within_bounds, begin, end),
		cmocka_unit_test_setup_teardown(quoted_names_stay_quoted, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
