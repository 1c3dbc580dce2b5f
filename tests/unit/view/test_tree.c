/* test_tree.c: rows stand under their parents, in the order of the sort, whatever the data says of parents; none is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "base/clock.h"
#include "../../golden.h"
#include "view/list.h"
#include "view/tree.h"

static const ListColumn columns[] = {
    {"name", "name", CELL_TEXT, UNIT_NONE, 14, .help = "what it is called"},
    {"size", "size", CELL_INT, UNIT_NONE, 6, .descending = true, .help = "how much it takes"},
};
enum { COLUMNS = 2, KEY = 2, PARENT = 3, FOLDED = 4, ORDER = 5, WIDTH = 6 };

/* A list over rows whose name is their key. */
typedef struct Fixture {
	Arena *arena;
	Table *table;
	List list;
	ListRows rows;
} Fixture;

static int set_up(void **state) {
	static Fixture fixture;
	Arena *arena = arena_new();
	Table *table = table_new(arena, WIDTH, 4);
	for (size_t i = 0; i < COLUMNS; i++) table_name(table, arena, i, columns[i].id, columns[i].type);
	table_name(table, arena, KEY, LIST_ROW_KEY, CELL_TEXT);
	table_name(table, arena, PARENT, LIST_ROW_PARENT, CELL_TEXT);
	table_name(table, arena, FOLDED, LIST_ROW_FOLDED, CELL_BOOL);
	table_name(table, arena, ORDER, LIST_ROW_ORDER, CELL_INT);
	fixture = (Fixture){.arena = arena, .table = table, .list = LIST_INIT(1)};
	*state = &fixture;
	return 0;
}

static int tear_down(void **state) {
	Fixture *f = *state;
	list_release(&f->list);
	arena_free(f->arena);
	return 0;
}

static void add(Fixture *f, const char *name, int64_t size, const char *parent) {
	size_t row = table_add_row(f->arena, f->table);
	table_set_text(f->table, row, 0, name);
	if (size >= 0) table_set_int(f->table, row, 1, size);
	table_set_text(f->table, row, KEY, name);
	table_set_text(f->table, row, PARENT, parent);
}

/* orders and its indexes, events and its partitions, a log */
static void add_shop(Fixture *f) {
	add(f, "orders_status", 3, "orders");
	add(f, "events", 90, NULL);
	add(f, "log", 50, NULL);
	add(f, "orders", 60, NULL);
	add(f, "events_2", 40, "events");
	add(f, "events_1", 41, "events");
	add(f, "events_2_ts", 7, "events_2");
	add(f, "events_1_ts", -1, "events_1");
	add(f, "events_1_id", 8, "events_1");
	add(f, "orders_pkey", 5, "orders");
}

static void refresh(Fixture *f) {
	f->rows = list_rows(f->arena, &f->list, f->table, columns, COLUMNS, NULL);
	list_settle(&f->list, f->table, f->rows, 30);
}

/* "├ name +2" and so on, a row a line. */
static const char *shape(Fixture *f) {
	Str text = STR_INIT;
	refresh(f);
	for (size_t i = 0; i < f->rows.count; i++) {
		str_printf(&text, "%s%s", f->rows.branches ? f->rows.branches[i] : "", table_text(f->table, f->rows.rows[i], 0, "?"));
		if (f->rows.branches && f->rows.folded[i]) str_printf(&text, " +%zu", f->rows.folded[i]);
		str_add_char(&text, '\n');
	}
	const char *copy = arena_copy(f->arena, text.text);
	str_release(&text);
	return copy;
}

static void filter(Fixture *f, const char *text) {
	str_clear(&f->list.filter);
	str_add(&f->list.filter, text);
}

static bool fold(Fixture *f, const char *key) {
	str_clear(&f->list.key);
	str_add(&f->list.key, key);
	refresh(f);
	assert_string_equal(f->list.key.text, key);
	return list_fold(&f->list, f->table, f->rows);
}

static void children_stand_under_their_parents_and_brothers_are_sorted(void **state) {
	Fixture *f = *state;
	add_shop(f);
	assert_string_equal(shape(f), "events\n├ events_1\n│ ├ events_1_id\n│ └ events_1_ts\n└ events_2\n  └ events_2_ts\n"
	                              "orders\n├ orders_pkey\n└ orders_status\nlog\n");
	f->list.inverted = true; /* nulls last, still */
	assert_string_equal(shape(f), "log\norders\n├ orders_status\n└ orders_pkey\nevents\n├ events_2\n│ └ events_2_ts\n└ events_1\n"
	                              "  ├ events_1_id\n  └ events_1_ts\n");
}

static void equal_brothers_stand_in_the_order_of_their_keys(void **state) {
	Fixture *f = *state;
	add(f, "b", 1, "r");
	add(f, "c", 1, "r");
	add(f, "r", 1, NULL);
	add(f, "a", 1, "r");
	assert_string_equal(shape(f), "r\n├ a\n├ b\n└ c\n");
}

static void or_in_the_order_the_table_gives_them(void **state) {
	Fixture *f = *state;
	add(f, "b", 1, "r");
	add(f, "c", 1, "r");
	add(f, "r", 1, NULL);
	add(f, "a", 2, "r");
	for (size_t row = 0; row < 2; row++) table_set_int(f->table, row, ORDER, 9 - (int64_t)row);
	assert_string_equal(shape(f), "r\n├ a\n├ c\n└ b\n");
	f->list.inverted = true;
	assert_string_equal(shape(f), "r\n├ c\n├ b\n└ a\n");
}

static void a_flat_list_has_no_branches(void **state) {
	Fixture *f = *state;
	add_shop(f);
	f->list.flat = true;
	assert_string_equal(shape(f), "events\norders\nlog\nevents_1\nevents_2\nevents_1_id\nevents_2_ts\norders_pkey\norders_status\nevents_1_ts\n");
	assert_null(f->rows.branches);
	assert_false(fold(f, "events"));
}

static void a_row_whose_parent_is_not_there_is_a_root(void **state) {
	Fixture *f = *state;
	add(f, "child", 1, "nobody");
	add(f, "grandchild", 2, "child");
	assert_string_equal(shape(f), "child\n└ grandchild\n");
}

static void circles_lose_no_row_and_end(void **state) {
	Fixture *f = *state;
	add(f, "self", 9, "self");
	add(f, "a", 5, "c");
	add(f, "b", 4, "a");
	add(f, "c", 3, "b");
	add(f, "tail", 2, "b");
	const char *text = shape(f);
	assert_int_equal(f->rows.count, 5);
	assert_string_equal(text, "self\nb\n├ c\n│ └ a\n└ tail\n");
}

static void equal_keys_lose_no_row(void **state) {
	Fixture *f = *state;
	add(f, "twin", 2, NULL);
	add(f, "twin", 1, NULL);
	add(f, "child", 5, "twin");
	add(f, NULL, 3, "twin");
	add(f, "", 4, "");
	assert_string_equal(shape(f), "\ntwin\n├ child\n└ ?\ntwin\n");
}

static void a_filter_brings_the_ancestors_along(void **state) {
	Fixture *f = *state;
	add_shop(f);
	filter(f, "_ts");
	assert_string_equal(shape(f), "events\n├ events_1\n│ └ events_1_ts\n└ events_2\n  └ events_2_ts\n");
	filter(f, "size:>50");
	assert_string_equal(shape(f), "events\norders\n");
	filter(f, "nothing");
	assert_string_equal(shape(f), "");
	f->list.flat = true;
	filter(f, "_ts");
	assert_string_equal(shape(f), "events_2_ts\nevents_1_ts\n");
}

static void what_is_folded_says_how_much(void **state) {
	Fixture *f = *state;
	add_shop(f);
	assert_true(fold(f, "events"));
	assert_string_equal(shape(f), "events +5\norders\n├ orders_pkey\n└ orders_status\nlog\n");
	assert_true(fold(f, "events"));
	assert_true(fold(f, "events_1"));
	assert_string_equal(shape(f), "events\n├ events_1 +2\n└ events_2\n  └ events_2_ts\norders\n├ orders_pkey\n└ orders_status\nlog\n");
	assert_false(fold(f, "log"));
}

static void what_the_table_folds_is_hidden_until_it_is_asked_for(void **state) {
	Fixture *f = *state;
	add_shop(f);
	for (size_t row = 0; row < f->table->row_count; row++) table_set_bool(f->table, row, FOLDED, strcmp(table_text(f->table, row, KEY, ""), "orders") == 0);
	assert_string_equal(shape(f), "events\n├ events_1\n│ ├ events_1_id\n│ └ events_1_ts\n└ events_2\n  └ events_2_ts\norders +2\nlog\n");
	filter(f, "pkey");
	assert_string_equal(shape(f), "orders\n└ orders_pkey\n");
	filter(f, "");
	f->list.whole = true;
	assert_non_null(strstr(shape(f), "└ orders_status"));
	f->list.whole = false;
	assert_true(fold(f, "orders"));
	assert_non_null(strstr(shape(f), "└ orders_status"));
	assert_true(fold(f, "orders_status"));
	assert_non_null(strstr(shape(f), "orders +2"));
}

static void a_row_without_children_folds_its_parent_and_gives_it_the_cursor(void **state) {
	Fixture *f = *state;
	add_shop(f);
	assert_true(fold(f, "orders_status"));
	assert_non_null(strstr(shape(f), "orders +2\nlog"));
	assert_string_equal(f->list.key.text, "orders");
	assert_int_equal(f->rows.rows[f->list.cursor], 3);
	add(f, "orphan", 1, "nobody");
	assert_false(fold(f, "orphan"));
}

static void folds_outlive_samples(void **state) {
	Fixture *f = *state;
	add_shop(f);
	assert_true(fold(f, "orders"));
	f->table->row_count = 3; /* one without orders */
	assert_string_equal(shape(f), "events\nlog\norders_status\n");
	f->table->row_count = 0;
	add_shop(f);
	assert_non_null(strstr(shape(f), "orders +2\nlog"));
}

static Canvas *drawn(Fixture *f, int width, bool ascii) {
	Canvas *canvas = canvas_new(f->arena, width, 12, ascii);
	refresh(f);
	list_draw(canvas, (Box){0, 0, width, 12}, &f->list, f->table, f->rows, columns, COLUMNS, true);
	return canvas;
}

static void trees_look_as_painted(void **state) {
	Fixture *f = *state;
	add_shop(f);
	add(f, "a_much_longer_name_than_fits", 1, "orders");
	filter(f, "s");
	assert_true(fold(f, "events_1"));
	golden_check("tree-30x12", drawn(f, 30, false), false);
	golden_check("tree-30x12-roles", drawn(f, 30, false), true);
	golden_check("tree-30x12-ascii", drawn(f, 30, true), false);
}

/* A first column of figures stands behind its branches as text does. */
static void figures_grow_branches_too(void **state) {
	Fixture *f = *state;
	add_shop(f);
	Canvas *canvas = canvas_new(f->arena, 20, 4, false);
	const ListColumn swapped[] = {{"size", "size", CELL_INT, UNIT_NONE, 8, .descending = true}};
	Table sizes = {.columns = f->table->columns + 1, .column_count = 3, .row_count = f->table->row_count};
	List list = LIST_INIT(0);
	list_draw(canvas, (Box){0, 0, 20, 4}, &list, &sizes, list_rows(f->arena, &list, &sizes, swapped, 1, NULL), swapped, 1, true);
	assert_string_equal(canvas_dump(f->arena, canvas, false), " size▾\n▸90\n ├ 41\n │ ├ 8\n");
	list_release(&list);
}

static void deep_rows_keep_their_names_in_sight(void **state) {
	Fixture *f = *state;
	const char *parent = NULL;
	for (int i = 0; i < 1000; i++) {
		const char *name = arena_printf(f->arena, "n%03d", i);
		add(f, name, i, parent);
		parent = name;
	}
	str_add(&f->list.key, "n999");
	for (int width = 2; width < 40; width++) {
		const char *dump = canvas_dump(f->arena, drawn(f, width, width % 2), false);
		if (width >= 22) assert_non_null(strstr(dump, width % 2 ? "`-n999" : "└ n999"));
	}
	assert_true(strlen(f->rows.branches[999]) < 100);
}

static void a_chain_as_long_as_the_table_takes_no_time(void **state) {
	Fixture *f = *state;
	enum { TABLES = 20000 };
	for (int i = 0; i < TABLES; i++) {
		const char *table = arena_printf(f->arena, "%d", i);
		add(f, table, rand() % 100000, NULL);
		add(f, arena_printf(f->arena, "%d.a", i), rand() % 1000, table);
		add(f, arena_printf(f->arena, "%d.b", i), -1, table);
	}
	int64_t start = clock_ms();
	refresh(f);
	print_message("60,000 rows as a tree: %d ms\n", (int)(clock_ms() - start));
	assert_int_equal(f->rows.count, 3 * TABLES);
	assert_true(clock_ms() - start < 2000); /* one that looks for each parent among all rows takes minutes */
	for (size_t row = 1; row < f->table->row_count; row++) table_set_text(f->table, row, PARENT, table_text(f->table, row - 1, KEY, ""));
	start = clock_ms();
	refresh(f);
	assert_int_equal(f->rows.count, 3 * TABLES);
	assert_true(clock_ms() - start < 2000);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(children_stand_under_their_parents_and_brothers_are_sorted),
	    TEST(equal_brothers_stand_in_the_order_of_their_keys),
	    TEST(or_in_the_order_the_table_gives_them),
	    TEST(a_flat_list_has_no_branches),
	    TEST(a_row_whose_parent_is_not_there_is_a_root),
	    TEST(circles_lose_no_row_and_end),
	    TEST(equal_keys_lose_no_row),
	    TEST(a_filter_brings_the_ancestors_along),
	    TEST(what_is_folded_says_how_much),
	    TEST(what_the_table_folds_is_hidden_until_it_is_asked_for),
	    TEST(a_row_without_children_folds_its_parent_and_gives_it_the_cursor),
	    TEST(folds_outlive_samples),
	    TEST(trees_look_as_painted),
	    TEST(figures_grow_branches_too),
	    TEST(deep_rows_keep_their_names_in_sight),
	    TEST(a_chain_as_long_as_the_table_takes_no_time),
	};
	return cmocka_run_group_tests_name("tree", tests, NULL, NULL);
}
