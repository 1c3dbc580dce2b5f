/* test_index_name.c: names follow the house's style, fit into 63 bytes and are free. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include "advise/index_key.h"
#include "advise/index_name.h"
#include "base/utf8.h"

typedef struct World {
	Arena *arena;
	Facts facts;
	TableFacts *table;
} World;

static int begin(void **state) {
	Arena *arena = arena_new();
	World *world = ARENA_NEW(arena, World);
	world->arena = arena;
	world->table = list_push(arena, &world->facts.tables);
	*world->table = (TableFacts){.schema = "public", .name = "orders"};
	*state = world;
	return 0;
}

static int end(void **state) {
	arena_free(((World *)*state)->arena);
	return 0;
}

static void has_index(World *world, const char *name, bool constraint) {
	*list_push(world->arena, &world->table->indexes) = (IndexFacts){.name = name, .constraint = constraint, .valid = true};
}

static const char *named(World *world, const char *table, const char *first, const char *second) {
	const char **columns = ARENA_ARRAY(world->arena, const char *, 2);
	columns[0] = first;
	columns[1] = second;
	IndexAdvice index = {.schema = "public", .table = table, .columns = columns, .column_count = second ? 2 : 1};
	return index_name(world->arena, &world->facts, &index, 0);
}

static void postgresql_style_is_the_default(void **state) {
	World *world = *state;
	assert_string_equal(named(world, "orders", "status", "created_at DESC"), "orders_status_created_at_idx");
	assert_string_equal(named(world, "orders", "lower(email)", NULL), "orders_lower_idx");
	assert_string_equal(named(world, "orders", "(data ->> 'kind'::text)", NULL), "orders_expr_idx");
	assert_string_equal(named(world, "orders", "\"Order \"\"Date\"\"\"", NULL), "orders_Order \"Date\"_idx");
}

static void what_is_wanted_wins(void **state) {
	World *world = *state;
	has_index(world, "idx_orders_customer", false);
	const IndexAdvice index = {.schema = "public", .table = "orders", .columns = (const char *[]){"status", "total DESC"}, .column_count = 2};
	static const char *const cases[][2] = {
	    {"table_cols_idx", "orders_status_total_idx"}, {"idx_table_cols", "idx_orders_status_total"}, {"index_table_on_cols", "index_orders_on_status_and_total"},
	    {"ix.table.cols.x", "ix.orders.status_total.x"}, {"auto", "idx_orders_status_total"}, {"tablecols", "ordersstatus_total"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) assert_string_equal(index_name_in(world->arena, cases[i][0], &world->facts, &index, 0), cases[i][1]);
	assert_true(index_naming_valid(NULL) && index_naming_valid("auto") && index_naming_valid("idx_table_cols"));
	assert_false(index_naming_valid("") || index_naming_valid("idx") || index_naming_valid("cols_table") || index_naming_valid("idx_table_cols\xff") || index_naming_valid("an_index_of_the_table_by_its_cols"));
}

static void the_tables_majority_style_wins(void **state) {
	World *world = *state;
	has_index(world, "orders_pkey", true);
	has_index(world, "idx_orders_customer", false);
	has_index(world, "idx_orders_total", false);
	has_index(world, "orders_note_idx", false);
	assert_string_equal(named(world, "orders", "status", "total"), "idx_orders_status_total");
}

static void rails_names_join_with_and(void **state) {
	World *world = *state;
	has_index(world, "index_orders_on_customer_id", false);
	assert_string_equal(named(world, "orders", "status", "total"), "index_orders_on_status_and_total");
}

static void a_bare_table_looks_at_its_schema(void **state) {
	World *world = *state;
	has_index(world, "ix_orders_total", false);
	*list_push(world->arena, &world->facts.tables) = (TableFacts){.schema = "public", .name = "items"};
	assert_string_equal(named(world, "items", "sku", NULL), "ix_items_sku");
}

static void constraint_names_do_not_vote(void **state) {
	World *world = *state;
	has_index(world, "idx_orders_code", true);
	assert_string_equal(named(world, "orders", "status", NULL), "orders_status_idx");
}

static void taken_names_get_a_number(void **state) {
	World *world = *state;
	has_index(world, "orders_status_idx", false);
	assert_string_equal(named(world, "orders", "status", NULL), "orders_status_idx1");
	has_index(world, "orders_status_idx1", false);
	assert_string_equal(named(world, "orders", "status", NULL), "orders_status_idx2");
}

static void long_names_fit_and_stay_whole_characters(void **state) {
	World *world = *state;
	const char *table = "bestellungen_für_die_größten_kundinnen_und_käufer_übersee_äöü";
	const char *name = named(world, table, "eine_sehr_lange_spalte_mit_öäü_und_noch_mehr_wörtern_darin", NULL);
	assert_true(strlen(name) <= INDEX_NAME_BYTES);
	assert_true(strlen(name) >= INDEX_NAME_BYTES - 4);
	assert_true(utf8_valid(name, strlen(name)));
	assert_true(strncmp(name, "bestellungen_f", 14) == 0);
	assert_string_equal(name + strlen(name) - 4, "_idx");
}

static void broken_bytes_in_names_are_survived(void **state) {
	World *world = *state;
	const char *name = named(world, "a\xff\xfe\x80table", "\xc3", NULL);
	assert_true(strlen(name) <= INDEX_NAME_BYTES);
	assert_non_null(strstr(name, "_idx"));
}

static void keys_read_back_as_written(void **state) {
	World *world = *state;
	static const struct { const char *text, *column; bool descending, nulls_first; } cases[] = {
	    {"created_at", "created_at", false, false},
	    {"created_at DESC", "created_at", true, true},
	    {"created_at DESC NULLS LAST", "created_at", true, false},
	    {"created_at NULLS FIRST", "created_at", false, true},
	    {"\"Order \"\"Date\"\"\" DESC", "Order \"Date\"", true, true},
	    {"\"x NULLS LAST\"", "x NULLS LAST", false, false},
	    {"lower(email)", NULL, false, false},
	    {"\"unfinished", NULL, false, false},
	    {"", NULL, false, false},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		IndexKey key = index_key_read(world->arena, cases[i].text);
		assert_int_equal(key.descending, cases[i].descending);
		assert_int_equal(key.nulls_first, cases[i].nulls_first);
		if (cases[i].column) assert_string_equal(key.column, cases[i].column);
		else assert_null(key.column);
		assert_string_equal(index_key_text(world->arena, &key), cases[i].text);
	}
}

static void free_casts_do_not_tell_expressions_apart(void **state) {
	World *world = *state;
	static const struct { const char *one, *other; bool same; } cases[] = {
	    {"lower(email)", "lower((email)::text)", true},
	    {"(data ->> 'a'::text)", "data->>'a'", true},
	    {"(data ->> 'a b')", "(data ->> 'ab')", false},
	    {"lower(email)", "upper(email)", false},
	    {"lower(email)", "lower(email", true}, /* a loose comparison errs towards "exists already" */
	    {"lower(email)", "lower(emails)", false},
	    {"(a)::textual", "(a)::text", false},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		IndexKey one = index_key_read(world->arena, cases[i].one), other = index_key_read(world->arena, cases[i].other);
		assert_int_equal(index_key_same(&one, &other), cases[i].same);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(postgresql_style_is_the_default, begin, end),
	    cmocka_unit_test_setup_teardown(what_is_wanted_wins, begin, end),
		cmocka_unit_test_setup_teardown(the_tables_majority_style_wins, begin, end),
	    cmocka_unit_test_setup_teardown(rails_names_join_with_and, begin, end),
	    cmocka_unit_test_setup_teardown(a_bare_table_looks_at_its_schema, begin, end),
	    cmocka_unit_test_setup_teardown(constraint_names_do_not_vote, begin, end),
	    cmocka_unit_test_setup_teardown(taken_names_get_a_number, begin, end),
	    cmocka_unit_test_setup_teardown(long_names_fit_and_stay_whole_characters, begin, end),
	    cmocka_unit_test_setup_teardown(broken_bytes_in_names_are_survived, begin, end),
	    cmocka_unit_test_setup_teardown(keys_read_back_as_written, begin, end),
	    cmocka_unit_test_setup_teardown(free_casts_do_not_tell_expressions_apart, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
