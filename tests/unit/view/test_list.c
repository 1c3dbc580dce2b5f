/* test_list.c: a list keeps its cursor on its row, its figures whole and its columns straight. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>

#include "base/utf8.h"
#include "../../golden.h"
#include "sample.h"

/* What a pane holds: a list, its rows, the screen they are drawn on. */
typedef struct Fixture {
	Arena *arena;
	Table *table;
	List list;
	ListRows rows;
} Fixture;

static int set_up(void **state) {
	static Fixture fixture;
	Arena *arena = arena_new();
	fixture = (Fixture){.arena = arena, .table = sample_table(arena), .list = LIST_INIT(0)};
	*state = &fixture;
	return 0;
}

static int tear_down(void **state) {
	Fixture *f = *state;
	list_release(&f->list);
	arena_free(f->arena);
	return 0;
}

static void refresh(Fixture *f, int height) {
	f->rows = list_rows(f->arena, &f->list, f->table, sample_columns, SAMPLE_COLUMNS, NULL);
	list_settle(&f->list, f->table, f->rows, height);
}

static Canvas *drawn(Fixture *f, int width, int height, bool ascii) {
	Canvas *canvas = canvas_new(f->arena, width, height, ascii);
	refresh(f, height);
	list_draw(canvas, (Box){0, 0, width, height}, &f->list, f->table, f->rows, sample_columns, SAMPLE_COLUMNS, true);
	return canvas;
}

static const char *line(Fixture *f, const Canvas *canvas, int number) {
	const char *dump = canvas_dump(f->arena, canvas, false);
	while (number--) dump = strchr(dump, '\n') + 1;
	return arena_copy_n(f->arena, dump, strcspn(dump, "\n"));
}

static const char *order_of(Fixture *f) {
	Str order = STR_INIT;
	for (size_t i = 0; i < f->rows.count; i++) str_printf(&order, "%zu", f->rows.rows[i]);
	const char *text = arena_copy(f->arena, order.text);
	str_release(&order);
	return text;
}

static const char *filtered(Fixture *f, const char *filter) {
	str_clear(&f->list.filter);
	str_add(&f->list.filter, filter);
	refresh(f, 10);
	return order_of(f);
}

static void rows_are_sorted_with_nulls_last_both_ways(void **state) {
	Fixture *f = *state;
	refresh(f, 10);
	assert_string_equal(order_of(f), "012345");
	f->list.inverted = true;
	refresh(f, 10);
	assert_string_equal(order_of(f), "432105");
	f->list = (List)LIST_INIT(6); /* user: ascending, null last */
	refresh(f, 10);
	assert_string_equal(order_of(f), "524013");
}

static void changes_are_sorted_by_their_size_and_tell_their_way(void **state) {
	Fixture *f = *state;
	static const ListColumn columns[] = {{.id = "change", .title = "change", .type = CELL_REAL, .unit = UNIT_SHARE, .width = 11, .bar = true, .descending = true, .change = true}};
	static const double changes[] = {0.02, -0.47, 0.12, 0, 0.001, NAN};
	Table *table = table_new(f->arena, 2, 0);
	table_name(table, f->arena, 0, "change", CELL_REAL);
	table_name(table, f->arena, 1, LIST_ROW_KEY, CELL_TEXT);
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		size_t row = table_add_row(f->arena, table);
		table_set_real(table, row, 0, changes[i]);
		table_set_text(table, row, 1, arena_printf(f->arena, "%zu", i));
	}
	f->rows = list_rows(f->arena, &f->list, table, columns, 1, NULL);
	assert_string_equal(order_of(f), "120435");
	Canvas *canvas = canvas_new(f->arena, 14, 7, false);
	list_draw(canvas, (Box){0, 0, 14, 7}, &f->list, table, f->rows, columns, 1, false);
	assert_non_null(strstr(line(f, canvas, 1), "-47%"));
	assert_non_null(strstr(line(f, canvas, 2), "+12%"));
	assert_string_equal(line(f, canvas, 4), "          0%");
	assert_int_equal(canvas_cell(canvas, 1, 1)->role, ROLE_GOOD);
	assert_int_equal(canvas_cell(canvas, 1, 2)->role, ROLE_WARNING);
}

static void equal_rows_stand_in_the_order_of_their_keys(void **state) {
	Fixture *f = *state;
	f->list.sort = 8;
	refresh(f, 10);
	assert_string_equal(order_of(f), "135024");
	f->list.inverted = true;
	refresh(f, 10);
	assert_string_equal(order_of(f), "024135");
}

static void a_sort_beyond_the_columns_leaves_the_order_alone(void **state) {
	Fixture *f = *state;
	f->list.sort = 99;
	refresh(f, 10);
	assert_string_equal(order_of(f), "012345");
}

static void a_filter_keeps_what_matches(void **state) {
	Fixture *f = *state;
	assert_string_equal(filtered(f, "SELECT"), "013");
	assert_string_equal(filtered(f, "!select"), "245");
	assert_string_equal(filtered(f, "user:^web$"), "01");
	assert_string_equal(filtered(f, "load:>10%"), "012");
	assert_string_equal(filtered(f, "zzz"), "");
}

static void a_bad_filter_is_told_and_filters_nothing(void **state) {
	Fixture *f = *state;
	Err err = ERR_INIT;
	str_add(&f->list.filter, "a(b");
	ListRows rows = list_rows(f->arena, &f->list, f->table, sample_columns, SAMPLE_COLUMNS, &err);
	assert_int_equal(rows.count, SAMPLE_ROWS);
	assert_true(err_is(&err));
	err_release(&err);
}

static void the_cursor_stays_on_its_row_when_rows_move(void **state) {
	Fixture *f = *state;
	refresh(f, 10);
	list_move(&f->list, f->table, f->rows, 2);
	assert_string_equal(f->list.key.text, "key 2");
	table_set_real(f->table, 2, 0, 0.9);
	refresh(f, 10);
	assert_int_equal(f->list.cursor, 0);
	table_set_real(f->table, 2, 0, 0.01);
	refresh(f, 10);
	assert_int_equal(f->list.cursor, 3);
	size_t row;
	assert_true(list_row(&f->list, f->rows, &row));
	assert_int_equal(row, 2);
}

static void a_cursor_never_moved_stays_on_the_first_row(void **state) {
	Fixture *f = *state;
	refresh(f, 10);
	table_set_real(f->table, 3, 0, 0.99);
	refresh(f, 10);
	assert_int_equal(f->list.cursor, 0);
	assert_int_equal(f->rows.rows[0], 3);
}

static void a_cursor_whose_row_is_gone_keeps_its_place(void **state) {
	Fixture *f = *state;
	refresh(f, 10);
	list_move(&f->list, f->table, f->rows, 1);
	table_set_text(f->table, 1, SAMPLE_COLUMNS, "another");
	refresh(f, 10);
	assert_int_equal(f->list.cursor, 1);
	assert_string_equal(f->list.key.text, "another");
	list_move(&f->list, f->table, f->rows, 4);
	filtered(f, "orders");
	assert_int_equal(f->list.cursor, 1); /* of two rows left */
}

static void no_rows_forget_no_key(void **state) {
	Fixture *f = *state;
	size_t row;
	refresh(f, 10);
	list_move(&f->list, f->table, f->rows, 2);
	filtered(f, "zzz");
	assert_false(list_row(&f->list, f->rows, &row));
	list_move(&f->list, f->table, f->rows, 1);
	filtered(f, "");
	assert_int_equal(f->list.cursor, 2);
}

static void moving_stops_at_the_ends(void **state) {
	Fixture *f = *state;
	refresh(f, 10);
	list_move(&f->list, f->table, f->rows, LONG_MAX);
	assert_int_equal(f->list.cursor, SAMPLE_ROWS - 1);
	list_move(&f->list, f->table, f->rows, 1);
	assert_int_equal(f->list.cursor, SAMPLE_ROWS - 1);
	list_move(&f->list, f->table, f->rows, LONG_MIN);
	assert_int_equal(f->list.cursor, 0);
}

/* Wherever it goes and however high the box is, the cursor is on the screen. */
static void the_cursor_is_always_in_sight(void **state) {
	Fixture *f = *state;
	static const long steps[] = {1, 1, 1, 1, 1, -1, -1, 5, -4, -9, 3, 9, -2};
	for (int height = 2; height < 9; height++)
		for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
			Canvas *canvas = canvas_new(f->arena, 60, height, false);
			list_move(&f->list, f->table, f->rows, steps[i]);
			if (i % 3) refresh(f, height); /* drawn right without it, too */
			list_draw(canvas, (Box){0, 0, 60, height}, &f->list, f->table, f->rows, sample_columns, SAMPLE_COLUMNS, true);
			if (!f->rows.count) continue;
			assert_non_null(strstr(canvas_dump(f->arena, canvas, false), "▸"));
		}
}

static void columns_scroll_but_the_first_and_the_text(void **state) {
	Fixture *f = *state;
	assert_string_equal(line(f, drawn(f, 80, 4, false), 0), "        load▾ calls/s     mean    rows    hit  ›query");
	list_scroll(&f->list, SAMPLE_COLUMNS, 1);
	assert_string_equal(line(f, drawn(f, 80, 4, false), 0), "        load▾ ‹   mean    rows    hit     temp  ›query");
	list_scroll(&f->list, SAMPLE_COLUMNS, 99);
	assert_string_equal(line(f, drawn(f, 80, 4, false), 0), "        load▾ ‹query");
	list_scroll(&f->list, SAMPLE_COLUMNS, -99);
	assert_int_equal(f->list.first_column, 1);
}

static void every_column_can_be_scrolled_to(void **state) {
	Fixture *f = *state;
	for (int width = 40; width < 130; width++)
		for (size_t i = 1; i < SAMPLE_COLUMNS; i++) {
			f->list.first_column = i;
			const char *heading = line(f, drawn(f, width, 3, false), 0);
			if (!strstr(heading, sample_columns[i].title)) fail_msg("no %s at %d", sample_columns[i].title, width);
		}
}

static void the_heading_tells_column_and_direction_of_the_sort(void **state) {
	Fixture *f = *state;
	f->list.inverted = true;
	assert_non_null(strstr(line(f, drawn(f, 80, 4, false), 0), "load▴"));
	f->list = (List)LIST_INIT(SAMPLE_QUERY);
	assert_non_null(strstr(line(f, drawn(f, 80, 4, false), 0), "query▴"));
	assert_non_null(strstr(line(f, drawn(f, 80, 4, true), 0), "query^"));
}

/* At every width, what stands in a column of figures is the whole figure or none. */
static void figures_are_never_cut(void **state) {
	Fixture *f = *state;
	for (int width = 1; width < 160; width++)
		for (f->list.first_column = 0; f->list.first_column < SAMPLE_COLUMNS; f->list.first_column++) {
			Canvas *canvas = drawn(f, width, 4, false);
			const char *first = line(f, canvas, 2);
			if (width >= 20) assert_memory_equal(first, " █", 4);
			const char *mean = strstr(line(f, canvas, 0), "mean");
			if (mean) assert_non_null(strstr(first, "890ms"));
			if (strstr(line(f, canvas, 0), "queryid")) assert_non_null(strstr(line(f, canvas, 1), "8123456789012345678"));
		}
}

static void a_figure_too_long_for_its_column_is_written_shorter_or_not_at_all(void **state) {
	Fixture *f = *state;
	const ListColumn columns[] = {{"a", "a", CELL_INT, UNIT_NONE, .width = 5},
	                              {"b", "b", CELL_INT, UNIT_NONE, .width = 2},
	                              {"c", "c", CELL_REAL, UNIT_NONE, .width = 5}};
	Table *table = table_new(f->arena, 3, 1);
	for (size_t i = 0; i < 3; i++) table_name(table, f->arena, i, columns[i].id, columns[i].type);
	table_add_row(f->arena, table);
	table_set_int(table, 0, 0, 1234567890123);
	table_set_int(table, 0, 1, 123456);
	table_set_real(table, 0, 2, 12345);
	Canvas *canvas = canvas_new(f->arena, 30, 2, false);
	List list = LIST_INIT(0);
	ListRows rows = list_rows(f->arena, &list, table, columns, 3, NULL);
	list_draw(canvas, (Box){0, 0, 30, 2}, &list, table, rows, columns, 3, false);
	assert_string_equal(canvas_dump(f->arena, canvas, false), "     a▴  b      c\n▸ 1.2T  ##  12.3k\n");
	list_release(&list);
}

/* Whatever is in the cells, each row is as wide as the box and the columns before the text stand under their headings. */
static void hostile_and_wide_texts_keep_columns_aligned(void **state) {
	Fixture *f = *state;
	Canvas *canvas = drawn(f, 100, 8, false);
	int query = -1;
	for (int x = 0; x < 100; x++)
		if (canvas_cell(canvas, x, 0)->points[0] == 'q') query = x;
	assert_true(query > 0);
	for (int y = 1; y <= 5; y++) {
		assert_int_equal(canvas_cell(canvas, query - 1, y)->points[0], ' ');
		assert_int_not_equal(canvas_cell(canvas, query, y)->points[0], ' ');
	}
	assert_non_null(strstr(line(f, canvas, 3), "update ?[31mevents? set seen = true? where"));
	assert_non_null(strstr(line(f, canvas, 1), "select * from orders where status"));
}

static void matches_of_the_filter_are_shown(void **state) {
	Fixture *f = *state;
	str_add(&f->list.filter, "query:order");
	const char *roles = canvas_dump(f->arena, drawn(f, 100, 4, false), true);
	assert_non_null(strstr(roles, "from }{match selected:order}{text selected:s"));
	assert_non_null(strstr(roles, "o.*, c.name from {match:order}s"));
	str_clear(&f->list.filter);
	str_add(&f->list.filter, "!user:zzz");
	assert_null(strstr(canvas_dump(f->arena, drawn(f, 100, 4, false), true), "match"));
}

static void a_row_that_is_wrong_looks_so(void **state) {
	Fixture *f = *state;
	Table *table = table_new(f->arena, 3, 2);
	const ListColumn columns[] = {{"name", "name", CELL_TEXT, .width = 8}};
	table_name(table, f->arena, 0, "name", CELL_TEXT);
	table_name(table, f->arena, 1, LIST_ROW_KEY, CELL_TEXT);
	table_name(table, f->arena, 2, LIST_ROW_ROLE, CELL_INT);
	static const char *const names[] = {"fine", "not fine"};
	for (size_t row = 0; row < 2; row++) {
		table_add_row(f->arena, table);
		table_set_text(table, row, 0, names[row]);
		table_set_text(table, row, 1, names[row]);
	}
	table_set_int(table, 1, 2, ROLE_WARNING);
	Canvas *canvas = canvas_new(f->arena, 20, 3, false);
	ListRows rows = list_rows(f->arena, &f->list, table, columns, 1, NULL);
	list_draw(canvas, (Box){0, 0, 20, 3}, &f->list, table, rows, columns, 1, false);
	const char *roles = canvas_dump(f->arena, canvas, true);
	assert_non_null(strstr(roles, "fine\n"));
	assert_non_null(strstr(roles, "{warning:not} {warning:fine}\n"));
}

/* Its place is kept whichever row the cursor is on, and given up where rows need it more. */
static void a_note_on_the_row_under_the_cursor_stands_at_the_foot(void **state) {
	Fixture *f = *state;
	Table *plain = f->table;
	f->table = table_new(f->arena, plain->column_count + 1, 1);
	for (size_t i = 0; i < plain->column_count; i++) table_name(f->table, f->arena, i, plain->columns[i].name, plain->columns[i].type);
	table_name(f->table, f->arena, plain->column_count, LIST_ROW_NOTE, CELL_TEXT);
	for (size_t row = 0; row < 20; row++) {
		table_add_row(f->arena, f->table);
		table_set_text(f->table, row, SAMPLE_COLUMNS, arena_printf(f->arena, "key %02zu", row));
		if (row != 1) table_set_text(f->table, row, SAMPLE_COLUMNS + 1, arena_printf(f->arena, "on row %zu:\x1b it is long enough to go on below", row));
	}
	assert_string_equal(line(f, drawn(f, 30, 12, false), 9), " on row 0:? it is long enough");
	assert_string_equal(line(f, drawn(f, 30, 12, false), 10), " to go on below");
	assert_int_equal(list_lines(f->table, 12), 8);
	list_move(&f->list, f->table, f->rows, 1); /* of which there is nothing to say */
	assert_string_equal(line(f, drawn(f, 30, 12, false), 9), "");
	list_move(&f->list, f->table, f->rows, 7);
	drawn(f, 30, 12, false);
	assert_int_equal(f->list.top, 1);
	assert_int_equal(list_lines(f->table, 11), 10);
	assert_null(strstr(canvas_dump(f->arena, drawn(f, 30, 11, false), false), "on row"));
	f->table->row_count = 7;
	assert_non_null(strstr(canvas_dump(f->arena, drawn(f, 30, 11, false), false), "on row"));
	for (size_t row = 0; row < 7; row++) table_set_text(f->table, row, SAMPLE_COLUMNS + 1, "it is so long that it needs four lines where there are no more than thirty cells in each of them");
	assert_non_null(strstr(canvas_dump(f->arena, drawn(f, 30, 12, false), false), "of them"));
	f->table->row_count = 20;
	refresh(f, 12);
	list_move(&f->list, f->table, f->rows, -20);
	assert_non_null(strstr(canvas_dump(f->arena, drawn(f, 30, 12, false), false), "cells i…"));
	assert_int_equal(list_lines(plain, 12), 11);
	list_wheel(&f->list, f->table, f->rows, 12, 100);
	assert_int_equal(f->list.top, 12);
}

static void no_match_is_said(void **state) {
	Fixture *f = *state;
	str_add(&f->list.filter, "zzz\x1b");
	assert_string_equal(line(f, drawn(f, 80, 4, false), 1), " no row matches /zzz?");
}

static void only_the_focused_list_has_the_bar(void **state) {
	Fixture *f = *state;
	Canvas *canvas = canvas_new(f->arena, 60, 5, false);
	refresh(f, 5);
	list_draw(canvas, (Box){0, 0, 60, 5}, &f->list, f->table, f->rows, sample_columns, SAMPLE_COLUMNS, false);
	const char *roles = canvas_dump(f->arena, canvas, true);
	assert_null(strstr(roles, "selected"));
	assert_non_null(strstr(roles, "{dim:▸}"));
}

/* ---- the mouse ---- */

static void a_heading_is_found_where_it_was_drawn(void **state) {
	Fixture *f = *state;
	for (int width = 40; width < 130; width += 7)
		for (size_t first = 1; first < SAMPLE_COLUMNS; first++) {
			f->list.first_column = first;
			const char *heading = line(f, drawn(f, width, 3, false), 0);
			for (size_t i = 0; i < SAMPLE_COLUMNS; i++) {
				const char *title = strstr(heading, sample_columns[i].title);
				size_t column = SAMPLE_COLUMNS;
				if (!title || strcmp(sample_columns[i].title, "query") == 0) continue; /* which stands in queryid, too */
				int x = (int)utf8_cells_n(heading, (size_t)(title - heading));
				assert_true(list_column_at(&f->list, f->rows, sample_columns, SAMPLE_COLUMNS, width, x, &column));
				assert_int_equal(column, i);
			}
			size_t column;
			assert_false(list_column_at(&f->list, f->rows, sample_columns, SAMPLE_COLUMNS, width, width + 5, &column));
			assert_false(list_column_at(&f->list, f->rows, sample_columns, SAMPLE_COLUMNS, width, -1, &column));
		}
}

static void a_click_goes_to_the_row_drawn_there(void **state) {
	Fixture *f = *state;
	refresh(f, 4);
	list_move(&f->list, f->table, f->rows, 99);
	refresh(f, 4); /* three rows, the last ones */
	assert_int_equal(f->list.top, SAMPLE_ROWS - 3);
	assert_true(list_go_to(&f->list, f->table, f->rows, 1));
	assert_int_equal(f->list.cursor, SAMPLE_ROWS - 3);
	assert_true(list_go_to(&f->list, f->table, f->rows, 3));
	assert_int_equal(f->list.cursor, SAMPLE_ROWS - 1);
	assert_false(list_go_to(&f->list, f->table, f->rows, 0));
	assert_false(list_go_to(&f->list, f->table, f->rows, 4));
	assert_false(list_go_to(&f->list, f->table, f->rows, -7));
	assert_int_equal(f->list.cursor, SAMPLE_ROWS - 1);
}

static void the_wheel_moves_the_window_and_takes_the_cursor_along(void **state) {
	Fixture *f = *state;
	static const struct {
		long by;
		size_t top, cursor;
	} steps[] = {{1, 1, 1}, {-9, 0, 1}, {99, SAMPLE_ROWS - 3, SAMPLE_ROWS - 3}, {-1, SAMPLE_ROWS - 4, SAMPLE_ROWS - 3}, {-99, 0, 2}};
	refresh(f, 4);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		list_wheel(&f->list, f->table, f->rows, 4, steps[i].by);
		refresh(f, 4);
		assert_int_equal(f->list.top, steps[i].top);
		assert_int_equal(f->list.cursor, steps[i].cursor);
	}
	str_add(&f->list.filter, "no such row");
	refresh(f, 4);
	list_wheel(&f->list, f->table, f->rows, 4, 3);
	list_wheel(&f->list, f->table, f->rows, 0, -3);
	assert_int_equal(f->list.cursor, 0);
}

static void any_box_can_be_drawn_into(void **state) {
	Fixture *f = *state;
	for (int width = 0; width < 50; width++)
		for (int height = 0; height < 8; height++) {
			Canvas *canvas = canvas_new(f->arena, 50, 8, height % 2);
			canvas_fill(canvas, (Box){0, 0, 50, 8}, '.', ROLE_TEXT);
			list_draw(canvas, (Box){1, 1, width, height}, &f->list, f->table, f->rows, sample_columns, SAMPLE_COLUMNS, true);
			for (int x = 0; x < 50; x++) assert_int_equal(canvas_cell(canvas, x, 0)->points[0], '.');
			for (int y = 0; y < 8; y++) assert_int_equal(canvas_cell(canvas, 0, y)->points[0], '.');
			if (width < 48) assert_int_equal(canvas_cell(canvas, width + 1, 2)->points[0], '.');
			assert_int_equal(canvas->clip.width, 50);
		}
	Canvas *canvas = canvas_new(f->arena, 20, 4, false);
	List none = LIST_INIT(0);
	list_draw(canvas, (Box){0, 0, 20, 4}, &none, table_new(f->arena, 0, 0), (ListRows){0}, sample_columns, 0, true);
}

static void a_list_looks_as_painted(void **state) {
	Fixture *f = *state;
	refresh(f, 10);
	list_move(&f->list, f->table, f->rows, 1);
	golden_check("list-80x24", drawn(f, 80, 24, false), false);
	golden_check("list-120x36", drawn(f, 120, 36, false), false);
	golden_check("list-40x10", drawn(f, 40, 10, false), false);
	golden_check("list-80x24-ascii", drawn(f, 80, 24, true), false);
	golden_check("list-80x24-roles", drawn(f, 80, 24, false), true);
	f->list.first_column = 5;
	golden_check("list-80x24-scrolled", drawn(f, 80, 24, false), false);
}

static void a_tag_stays_with_its_row(void **state) {
	Fixture *f = *state;
	drawn(f, 80, 10, false);
	const char *key = arena_copy(f->arena, table_text(f->table, f->rows.rows[0], table_column(f->table, LIST_ROW_KEY), ""));
	list_tag(&f->list, f->table, f->rows); /* and on to the next */
	assert_int_equal(f->list.cursor, 1);
	assert_true(list_tagged(&f->list, key));
	assert_memory_equal(line(f, drawn(f, 80, 10, false), 1), "●", strlen("●"));
	assert_memory_equal(line(f, drawn(f, 80, 10, false), 2), "▸", strlen("▸"));
	f->list.inverted = true;
	drawn(f, 80, 10, false);
	assert_true(list_tagged(&f->list, key));
	f->list.inverted = false;
	drawn(f, 80, 10, false);
	list_move(&f->list, f->table, f->rows, -1);
	list_tag(&f->list, f->table, f->rows); /* off */
	assert_false(list_tagged(&f->list, key));
	list_tag(&f->list, f->table, f->rows);
	list_untag(&f->list);
	for (size_t row = 0; row < f->table->row_count; row++) assert_false(list_tagged(&f->list, table_text(f->table, row, table_column(f->table, LIST_ROW_KEY), "")));
	f->rows.count = 0;
	list_tag(&f->list, f->table, f->rows); /* nobody is there */
	assert_int_equal(f->list.tags.count, 0);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(rows_are_sorted_with_nulls_last_both_ways),
	    TEST(changes_are_sorted_by_their_size_and_tell_their_way),
	    TEST(equal_rows_stand_in_the_order_of_their_keys),
	    TEST(a_sort_beyond_the_columns_leaves_the_order_alone),
	    TEST(a_tag_stays_with_its_row),
	    TEST(a_filter_keeps_what_matches),
	    TEST(a_bad_filter_is_told_and_filters_nothing),
	    TEST(the_cursor_stays_on_its_row_when_rows_move),
	    TEST(a_cursor_never_moved_stays_on_the_first_row),
	    TEST(a_cursor_whose_row_is_gone_keeps_its_place),
	    TEST(no_rows_forget_no_key),
	    TEST(moving_stops_at_the_ends),
	    TEST(the_cursor_is_always_in_sight),
	    TEST(columns_scroll_but_the_first_and_the_text),
	    TEST(every_column_can_be_scrolled_to),
	    TEST(the_heading_tells_column_and_direction_of_the_sort),
	    TEST(figures_are_never_cut),
	    TEST(a_figure_too_long_for_its_column_is_written_shorter_or_not_at_all),
	    TEST(hostile_and_wide_texts_keep_columns_aligned),
	    TEST(matches_of_the_filter_are_shown),
	    TEST(a_row_that_is_wrong_looks_so), TEST(a_note_on_the_row_under_the_cursor_stands_at_the_foot), TEST(no_match_is_said),
	    TEST(only_the_focused_list_has_the_bar),
	    TEST(a_heading_is_found_where_it_was_drawn),
	    TEST(a_click_goes_to_the_row_drawn_there),
	    TEST(the_wheel_moves_the_window_and_takes_the_cursor_along),
	    TEST(any_box_can_be_drawn_into),
	    TEST(a_list_looks_as_painted),
	};
	return cmocka_run_group_tests_name("list", tests, NULL, NULL);
}
