/* list.c: a Table on a Canvas. */
#include "view/list.h"

#include <math.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "view/filter.h"

void list_release(List *list) {
	str_release(&list->key);
	str_release(&list->filter);
}

/* What qsort needs to know of the order, reached from each row: portable qsort passes nothing along. */
typedef struct Order {
	const Table *table;
	size_t column, key;
	bool descending;
} Order;
typedef struct Sorted {
	const Order *order;
	size_t row;
} Sorted;

static int compare_rows(const void *one, const void *two) {
	const Sorted *a = one, *b = two;
	const Order *order = a->order;
	bool nulls = table_null(order->table, a->row, order->column) || table_null(order->table, b->row, order->column);
	int by_column = table_compare(order->table, a->row, b->row, order->column);
	if (by_column) return order->descending && !nulls ? -by_column : by_column;
	int by_key = table_compare(order->table, a->row, b->row, order->key);
	return by_key ? by_key : (a->row > b->row) - (a->row < b->row);
}

static void sort_rows(const List *list, const Table *table, const ListColumn *columns, ListRows rows) {
	Order order = {table, list->sort, table_column(table, LIST_ROW_KEY), columns[list->sort].descending != list->inverted};
	Arena *arena = arena_new();
	Sorted *sorted = ARENA_ARRAY(arena, Sorted, rows.count);
	for (size_t i = 0; i < rows.count; i++) sorted[i] = (Sorted){&order, rows.rows[i]};
	qsort(sorted, rows.count, sizeof *sorted, compare_rows);
	for (size_t i = 0; i < rows.count; i++) rows.rows[i] = sorted[i].row;
	arena_free(arena);
}

ListRows list_rows(Arena *arena, const List *list, const Table *table, const ListColumn *columns, size_t column_count, Err *err) {
	ListRows rows = {.rows = ARENA_ARRAY(arena, size_t, table->row_count)};
	Filter filter;
	filter_parse(&filter, list->filter.text, columns, column_count, err);
	for (size_t row = 0; row < table->row_count; row++)
		if (filter_passes(&filter, arena, table, row)) rows.rows[rows.count++] = row;
	filter_release(&filter);
	if (list->sort < column_count) sort_rows(list, table, columns, rows);
	return rows;
}

static const char *key_at(const Table *table, ListRows rows, size_t place) {
	return table_text(table, rows.rows[place], table_column(table, LIST_ROW_KEY), "");
}

static void remember_key(List *list, const Table *table, ListRows rows) {
	str_clear(&list->key);
	str_add(&list->key, key_at(table, rows, list->cursor));
}

/* The window that shows the cursor and moves least. */
static size_t window_top(const List *list, size_t count, int height) {
	size_t lines = height > 0 ? (size_t)height : 1;
	size_t top = list->top < list->cursor ? list->top : list->cursor;
	if (list->cursor >= top + lines) top = list->cursor - lines + 1;
	if (top + lines > count) top = count > lines ? count - lines : 0;
	return top;
}

void list_settle(List *list, const Table *table, ListRows rows, int height) {
	if (!rows.count) {
		list->cursor = list->top = 0; /* the key stays: the row may come back */
		return;
	}
	if (list->cursor >= rows.count) list->cursor = rows.count - 1;
	if (list->key.len) {
		size_t column = table_column(table, LIST_ROW_KEY), place = 0;
		while (place < rows.count && strcmp(table_text(table, rows.rows[place], column, ""), list->key.text) != 0) place++;
		if (place < rows.count) list->cursor = place;
		else remember_key(list, table, rows);
	} else if (table_column(table, LIST_ROW_KEY) != TABLE_NO_COLUMN) {
		list->cursor = 0;
	}
	list->top = window_top(list, rows.count, height - 1);
}

void list_move(List *list, const Table *table, ListRows rows, long by) {
	if (!rows.count) return;
	size_t last = rows.count - 1, way = by < 0 ? -(size_t)by : (size_t)by;
	size_t cursor = list->cursor < last ? list->cursor : last;
	if (by < 0) list->cursor = cursor > way ? cursor - way : 0;
	else list->cursor = last - cursor > way ? cursor + way : last;
	remember_key(list, table, rows);
}

bool list_row(const List *list, ListRows rows, size_t *row) {
	if (list->cursor >= rows.count) return false;
	*row = rows.rows[list->cursor];
	return true;
}

void list_scroll(List *list, size_t column_count, int by) {
	long last = (long)column_count - 1, first = (long)(list->first_column ? list->first_column : 1) + by;
	list->first_column = (size_t)(first < 1 || last < 1 ? 1 : first > last ? last : first);
}

/* Where a column stands on the screen. */
typedef struct Place {
	size_t column;
	int x, width;
} Place;

typedef struct ListLayout {
	LIST(Place) places;
	int left_mark, right_mark; /* x of ‹ and ›; -1: nothing is hidden there */
} ListLayout;

enum {
	MARK_CELLS = 1, /* ▸ in front of the row under the cursor */
	GAP_CELLS = 2, /* behind a column; the sign of the sort stands in the first */
	SCROLL_CELLS = 1, /* ‹ or › */
	FIGURE_CELLS = 5, /* of a share beside its bar: 99.2% */
	BAR_GAP = 1,
};

static int at_most(int value, int most) {
	return value < most ? value : most;
}

static void add_place(ListLayout *layout, Arena *arena, size_t column, int *x, int width) {
	*list_push(arena, &layout->places) = (Place){column, *x, width};
	*x += width + GAP_CELLS;
}

/* How many of the columns [first, last) fit side by side into that many cells. */
static size_t columns_that_fit(const ListColumn *columns, size_t first, size_t last, int cells) {
	size_t count = 0;
	for (size_t i = first; i < last && (cells -= columns[i].width + GAP_CELLS) >= 0; i++) count++;
	return count;
}

/* The first column stands still; a last one without a width takes what is left, at least three eighths, since it says which row
 * this is; those between scroll. */
static ListLayout lay_out(Arena *arena, const List *list, const ListColumn *columns, size_t count, int width) {
	ListLayout layout = {.left_mark = -1, .right_mark = -1};
	int x = MARK_CELLS;
	if (!count) return layout;
	bool frozen_text = columns[0].type == CELL_TEXT && count > 1;
	int frozen = columns[0].width ? columns[0].width : width - x;
	add_place(&layout, arena, 0, &x, frozen_text ? at_most(frozen, width / 2) : frozen);
	bool elastic = count > 1 && !columns[count - 1].width;
	size_t last = elastic ? count - 1 : count;
	size_t first = list->first_column > 1 ? list->first_column : 1;
	if (first > last) first = last;
	if (first > 1) {
		layout.left_mark = x;
		x += SCROLL_CELLS;
	}
	int kept = elastic ? width * 3 / 8 : 0;
	size_t fits = columns_that_fit(columns, first, last, width - x - kept);
	if (first + fits < last) fits = columns_that_fit(columns, first, last, width - x - kept - SCROLL_CELLS);
	if (!fits && first < last) /* the text gives way, or this column would never be seen */
		fits = columns_that_fit(columns, first, first + 1, width - x - SCROLL_CELLS);
	for (size_t i = first; i < first + fits; i++) add_place(&layout, arena, i, &x, columns[i].width);
	if (first + fits < last) {
		layout.right_mark = elastic ? x : width - SCROLL_CELLS;
		x += SCROLL_CELLS;
	}
	if (elastic && x < width) add_place(&layout, arena, last, &x, width - x);
	return layout;
}

static void draw_heading(Canvas *canvas, Box box, const List *list, const ListColumn *columns, const ListLayout *layout) {
	canvas_fill(canvas, (Box){box.x, box.y, box.width, 1}, ' ', ROLE_HEADER);
	for (size_t i = 0; i < layout->places.count; i++) {
		Place place = layout->places.items[i];
		const ListColumn *column = &columns[place.column];
		bool sorted = place.column == list->sort, number = column_is_number(column);
		Role role = sorted ? ROLE_HEADER_SORT : ROLE_HEADER;
		int x = box.x + place.x, title = at_most(place.width, (int)utf8_cells(column->title));
		canvas_field(canvas, number ? x + place.width - title : x, box.y, title, column->title, ALIGN_LEFT, role);
		if (!sorted) continue;
		const char *sign = column->descending != list->inverted ? "▾" : "▴";
		canvas_text(canvas, number ? x + place.width : x + title, box.y, sign, role);
	}
	if (layout->left_mark >= 0) canvas_text(canvas, box.x + layout->left_mark, box.y, "‹", ROLE_KEY);
	if (layout->right_mark >= 0) canvas_text(canvas, box.x + layout->right_mark, box.y, "›", ROLE_KEY);
}

/* A figure cut off would be another figure: one too long for its column is written shorter, or not at all. */
static const char *figure_that_fits(Arena *arena, const char *figure, double value, int width) {
	if (utf8_cells(figure) <= (size_t)width) return figure;
	figure = format_unit(arena, UNIT_COUNT, value);
	if (utf8_cells(figure) <= (size_t)width) return figure;
	Str crosses = STR_INIT;
	str_add_repeat(&crosses, "#", (size_t)width);
	figure = arena_copy(arena, crosses.text);
	str_release(&crosses);
	return figure;
}

static void draw_figure(Canvas *canvas, int x, int y, Place place, const ListColumn *column, const Table *table, size_t row) {
	const char *figure = column_text(canvas->arena, column, table, row, place.column);
	double value = table_real(table, row, place.column, NAN);
	int bar = column->bar ? place.width - FIGURE_CELLS - BAR_GAP : 0;
	if (bar > 0) canvas_bar(canvas, x, y, bar, value, ROLE_BAR);
	int width = bar > 0 ? FIGURE_CELLS : place.width;
	figure = figure_that_fits(canvas->arena, figure, value, width);
	canvas_field(canvas, x + place.width - width, y, width, figure, ALIGN_RIGHT, ROLE_TEXT);
}

/* Text, and what of it the filter was after. */
static void draw_text(Canvas *canvas, int x, int y, int width, const char *text, const Pattern *wanted) {
	canvas_field(canvas, x, y, width, text, ALIGN_LEFT, ROLE_TEXT);
	int whole = (int)utf8_fit(text, (size_t)width), shown = text[whole] ? width - 1 : width;
	size_t start, end = 0;
	while (wanted && pattern_next(wanted, text, &start, &end)) {
		int from = (int)utf8_cells_n(text, start), to = at_most((int)utf8_cells_n(text, end), shown);
		if (from >= shown) break;
		canvas_role(canvas, (Box){x + from, y, to - from, 1}, ROLE_MATCH);
	}
}

static void draw_row(Canvas *canvas, int x, int y, const Table *table, size_t row, const Filter *filter, const ListLayout *layout) {
	for (size_t i = 0; i < layout->places.count; i++) {
		Place place = layout->places.items[i];
		const ListColumn *column = &filter->columns[place.column];
		if (column_is_number(column))
			draw_figure(canvas, x + place.x, y, place, column, table, row);
		else
			draw_text(canvas, x + place.x, y, place.width, column_text(canvas->arena, column, table, row, place.column),
			          filter_highlight(filter, place.column));
	}
}

void list_draw(Canvas *canvas, Box box, const List *list, const Table *table, ListRows rows, const ListColumn *columns, size_t column_count,
               bool focused) {
	Box before = canvas_clip(canvas, box);
	ListLayout layout = lay_out(canvas->arena, list, columns, column_count, box.width);
	Filter filter;
	filter_parse(&filter, list->filter.text, columns, column_count, NULL);
	draw_heading(canvas, box, list, columns, &layout);
	size_t top = window_top(list, rows.count, box.height - 1);
	for (int y = 1; y < box.height && top < rows.count; y++, top++) {
		draw_row(canvas, box.x, box.y + y, table, rows.rows[top], &filter, &layout);
		if (top != list->cursor) continue;
		canvas_text(canvas, box.x, box.y + y, "▸", focused ? ROLE_KEY : ROLE_DIM);
		if (focused) canvas_select(canvas, (Box){box.x, box.y + y, box.width, 1});
	}
	if (!rows.count && list->filter.len)
		canvas_printf(canvas, box.x + MARK_CELLS, box.y + 1, ROLE_DIM, "no row matches /%s", list->filter.text);
	filter_release(&filter);
	canvas_clip(canvas, before);
}
