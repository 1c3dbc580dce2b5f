/* list.c: a Table on a Canvas. */
#include "view/list.h"

#include <math.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "view/filter.h"
#include "view/page.h"
#include "view/tree.h"

void list_release(List *list) {
	str_release(&list->key);
	str_release(&list->filter);
	arena_free(list->arena);
}

bool list_is_tree(const Table *table) {
	return table_column(table, LIST_ROW_PARENT) != TABLE_NO_COLUMN;
}

/* ---- which rows, in which order ---- */

/* What qsort needs to know of the order, reached from each row: portable qsort passes nothing along. */
typedef struct Order {
	const Table *table;
	size_t column, key;
	bool descending, exact; /* the column says more than a double does */
} Order;
/* What tells most rows apart is beside them: of ten thousand tables nearly all are idle, and a look into the table is far. */
typedef struct Sorted {
	const Order *order;
	size_t row;
	double figure, place; /* NaN: null, or a text */
	uint64_t key; /* how it begins, compared as its text is */
} Sorted;

static int compare_doubles(double a, double b) {
	if (isnan(a) || isnan(b)) return !!isnan(a) - !!isnan(b);
	return (a > b) - (a < b);
}

static int compare_column(const Sorted *a, const Sorted *b) {
	const Order *order = a->order;
	bool nulls = isnan(a->figure) || isnan(b->figure);
	int way = compare_doubles(a->figure, b->figure);
	if (!way && order->exact) {
		nulls = table_null(order->table, a->row, order->column) || table_null(order->table, b->row, order->column);
		way = table_compare(order->table, a->row, b->row, order->column);
	}
	return order->descending && !nulls ? -way : way;
}

static int compare_rows(const void *one, const void *two) {
	const Sorted *a = one, *b = two;
	int way = compare_column(a, b);
	if (!way) way = compare_doubles(a->place, b->place);
	if (!way) way = (a->key > b->key) - (a->key < b->key);
	if (!way) way = table_compare(a->order->table, a->row, b->row, a->order->key);
	return way ? way : (a->row > b->row) - (a->row < b->row);
}

static uint64_t beginning(const char *text) {
	uint64_t bytes = 0;
	for (int i = 0; i < 8; i++) bytes = bytes << 8 | (*text ? (unsigned char)*text++ : 0);
	return bytes;
}

static void sort_rows(const List *list, const Table *table, const ListColumn *columns, ListRows rows) {
	size_t column = list->sort, place = table_column(table, LIST_ROW_ORDER), key = table_column(table, LIST_ROW_KEY);
	Order order = {table, column, key, columns[column].descending != list->inverted, columns[column].type != CELL_REAL};
	Arena *arena = arena_new();
	Sorted *sorted = ARENA_ARRAY(arena, Sorted, rows.count);
	for (size_t i = 0, row; i < rows.count; i++) {
		row = rows.rows[i];
		sorted[i] = (Sorted){&order, row, table_real(table, row, column, NAN), table_real(table, row, place, NAN), beginning(table_text(table, row, key, ""))};
	}
	qsort(sorted, rows.count, sizeof *sorted, compare_rows);
	for (size_t i = 0; i < rows.count; i++) rows.rows[i] = sorted[i].row;
	arena_free(arena);
}

static bool *rows_that_pass(Arena *arena, const List *list, const Table *table, const ListColumn *columns, size_t column_count, Err *err) {
	bool *passed = ARENA_ARRAY(arena, bool, table->row_count);
	Filter filter;
	filter_parse(&filter, list->filter.text, columns, column_count, err);
	for (size_t row = 0; row < table->row_count; row++) passed[row] = filter_passes(&filter, arena, table, row);
	filter_release(&filter);
	return passed;
}

/* ---- trees ---- */

static bool *folded_rows(Arena *arena, const List *list, const Tree *tree) {
	const Table *table = tree->table;
	bool *folded = ARENA_ARRAY(arena, bool, table->row_count), as_told = !list->whole && !list->filter.len;
	size_t column = table_column(table, LIST_ROW_FOLDED);
	for (size_t row = 0; row < table->row_count && as_told; row++) folded[row] = table_bool(table, row, column, false);
	for (size_t i = 0; i < list->folds.count; i++) {
		size_t row = tree_row(tree, list->folds.items[i].key);
		if (row != TREE_NO_ROW) folded[row] = list->folds.items[i].hidden;
	}
	return folded;
}

/* `guide`, and one level more; of a very deep one the innermost levels. */
static const char *deeper(Arena *arena, const char *guide, const char *level) {
	enum { MOST_BYTES = 64 };
	while (strlen(guide) > MOST_BYTES) guide += utf8_fit(guide, 2);
	return *guide ? arena_printf(arena, "%s%s", guide, level) : level;
}

static size_t count_below(const Tree *tree, size_t row) {
	size_t count = 0, end = tree_next(tree, row, false);
	for (size_t below = tree_next(tree, row, true); below != end; below = tree_next(tree, below, true)) count++;
	return count;
}

/* The rows as they are read from top to bottom, each behind its branches: below a row with brothers to come its line goes on. */
static ListRows tree_rows(Arena *arena, Arena *scratch, const List *list, Tree *tree, ListRows sorted) {
	ListRows rows = {sorted.rows, .branches = ARENA_ARRAY(arena, const char *, sorted.count), .folded = ARENA_ARRAY(arena, size_t, sorted.count)};
	const char **guides = ARENA_ARRAY(scratch, const char *, tree->table->row_count); /* before the branches of a row's children */
	bool *folded = folded_rows(scratch, list, tree);
	tree_hang(tree, sorted.rows, sorted.count);
	for (size_t row = tree_first(tree); row != TREE_NO_ROW; row = tree_next(tree, row, !folded[row])) {
		bool last = tree->next[row] == TREE_NO_ROW, root = tree_is_root(tree, row);
		const char *guide = root ? "" : guides[tree->parents[row]];
		guides[row] = root ? "" : deeper(arena, guide, last ? "  " : "│ ");
		rows.branches[rows.count] = root ? "" : deeper(arena, guide, last ? "└ " : "├ ");
		rows.folded[rows.count] = folded[row] ? count_below(tree, row) : 0;
		rows.rows[rows.count++] = row;
	}
	return rows;
}

ListRows list_rows(Arena *arena, const List *list, const Table *table, const ListColumn *columns, size_t column_count, Err *err) {
	Arena *scratch = arena_new();
	ListRows rows = {.rows = ARENA_ARRAY(arena, size_t, table->row_count)};
	bool *wanted = rows_that_pass(scratch, list, table, columns, column_count, err), branching = !list->flat && list_is_tree(table);
	Tree tree = {0};
	if (branching) {
		tree = tree_of(scratch, table, table_column(table, LIST_ROW_KEY), table_column(table, LIST_ROW_PARENT));
		tree_keep_ancestors(&tree, wanted);
	}
	for (size_t row = 0; row < table->row_count; row++)
		if (wanted[row]) rows.rows[rows.count++] = row;
	if (list->sort < column_count) sort_rows(list, table, columns, rows);
	if (branching) rows = tree_rows(arena, scratch, list, &tree, rows);
	arena_free(scratch);
	return rows;
}

/* ---- the cursor ---- */

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

enum { NOTE_LINES = 3, NOTE_LEAST_HEIGHT = 12 };

/* The same whichever row the cursor is on, or rows would move with it. */
static int note_lines(const Table *table, int height) {
	return height >= NOTE_LEAST_HEIGHT && table_column(table, LIST_ROW_NOTE) != TABLE_NO_COLUMN ? NOTE_LINES : 0;
}

int list_lines(const Table *table, int height) {
	return height - 1 - note_lines(table, height);
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
	list->top = window_top(list, rows.count, list_lines(table, height));
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

static bool has_children(const Table *table, const char *key) {
	size_t parent = table_column(table, LIST_ROW_PARENT);
	for (size_t row = 0; row < table->row_count; row++) {
		const char *above = table_text(table, row, parent, NULL);
		if (above && strcmp(above, key) == 0) return true;
	}
	return false;
}

static void set_fold(List *list, const char *key, bool hidden) {
	if (!list->arena) list->arena = arena_new();
	size_t i = 0;
	while (i < list->folds.count && strcmp(list->folds.items[i].key, key) != 0) i++;
	if (i < list->folds.count) list->folds.items[i].hidden = hidden;
	else *list_push(list->arena, &list->folds) = (ListFold){arena_copy(list->arena, key), hidden};
}

bool list_fold(List *list, const Table *table, ListRows rows) {
	size_t row;
	if (!rows.branches || !list_row(list, rows, &row)) return false;
	const char *key = table_text(table, row, table_column(table, LIST_ROW_KEY), "");
	bool hidden = rows.folded[list->cursor] > 0;
	if (!has_children(table, key)) {
		if (!*rows.branches[list->cursor]) return false;
		key = table_text(table, row, table_column(table, LIST_ROW_PARENT), "");
	}
	set_fold(list, key, !hidden);
	str_clear(&list->key);
	str_add(&list->key, key);
	return true;
}

static size_t tag_of(const List *list, const char *key) {
	size_t i = 0;
	while (i < list->tags.count && strcmp(list->tags.items[i], key) != 0) i++;
	return i;
}

bool list_tagged(const List *list, const char *key) {
	return tag_of(list, key) < list->tags.count;
}

void list_tag(List *list, const Table *table, ListRows rows) {
	size_t row;
	if (!list_row(list, rows, &row)) return;
	if (!list->arena) list->arena = arena_new();
	const char *key = table_text(table, row, table_column(table, LIST_ROW_KEY), "");
	size_t tag = tag_of(list, key);
	if (tag < list->tags.count) list->tags.items[tag] = list->tags.items[--list->tags.count];
	else *list_push(list->arena, &list->tags) = arena_copy(list->arena, key);
	list_move(list, table, rows, 1);
}

void list_untag(List *list) {
	list->tags.count = 0;
}

void list_scroll(List *list, size_t column_count, int by) {
	long last = (long)column_count - 1, first = (long)(list->first_column ? list->first_column : 1) + by;
	list->first_column = (size_t)(first < 1 || last < 1 ? 1 : first > last ? last : first);
}

/* ---- drawing ---- */

/* Where a column stands on the screen. */
typedef struct Place {
	size_t column;
	int x, width;
} Place;

typedef struct ListLayout {
	LIST(Place) places;
	int left_mark, right_mark; /* x of ‹ and ›; -1: nothing is hidden there */
	bool tree; /* the first column is text, whatever it holds */
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
static ListLayout lay_out(Arena *arena, const List *list, const ListColumn *columns, size_t count, int width, bool tree) {
	ListLayout layout = {.left_mark = -1, .right_mark = -1, .tree = tree};
	int x = MARK_CELLS;
	if (!count) return layout;
	bool frozen_text = (tree || columns[0].type == CELL_TEXT) && count > 1;
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

static bool is_figure(const ListLayout *layout, const ListColumn *columns, size_t column) {
	return column_is_number(&columns[column]) && !(layout->tree && column == 0);
}

static void draw_heading(Canvas *canvas, Box box, const List *list, const ListColumn *columns, const ListLayout *layout) {
	canvas_fill(canvas, (Box){box.x, box.y, box.width, 1}, ' ', ROLE_HEADER);
	for (size_t i = 0; i < layout->places.count; i++) {
		Place place = layout->places.items[i];
		const ListColumn *column = &columns[place.column];
		bool sorted = place.column == list->sort, number = is_figure(layout, columns, place.column);
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

static void draw_figure(Canvas *canvas, int x, int y, Place place, const ListColumn *column, const char *figure, double value) {
	int bar = column->bar ? place.width - FIGURE_CELLS - BAR_GAP : 0;
	if (bar > 0) canvas_bar(canvas, x, y, bar, value, ROLE_BAR);
	int width = bar > 0 ? FIGURE_CELLS : place.width;
	figure = figure_that_fits(canvas->arena, figure, value, width);
	canvas_field(canvas, x + place.width - width, y, width, figure, ALIGN_RIGHT, ROLE_TEXT);
}

/* Text, and what of it the filter was after. */
static void draw_text(Canvas *canvas, int x, int y, int width, const char *text, bool named, const Pattern *wanted) {
	if (named) text = utf8_shorten_inside(canvas->arena, text, (size_t)width, canvas->ascii);
	canvas_field(canvas, x, y, width, text, ALIGN_LEFT, ROLE_TEXT);
	int whole = (int)utf8_fit(text, (size_t)width), shown = text[whole] ? width - 1 : width;
	size_t start, end = 0;
	while (wanted && pattern_next(wanted, text, &start, &end)) {
		int from = (int)utf8_cells_n(text, start), to = at_most((int)utf8_cells_n(text, end), shown);
		if (from >= shown) break;
		canvas_role(canvas, (Box){x + from, y, to - from, 1}, ROLE_MATCH);
	}
}

/* A branch as an ascii canvas shows it, a level in two cells. */
static const char *ascii_branch(Arena *arena, const char *branch) {
	Str text = STR_INIT;
	for (size_t bytes; *branch; branch += bytes) {
		bytes = utf8_fit(branch, 2);
		str_add(&text, strncmp(branch, "├", 3) == 0 ? "|-" : strncmp(branch, "└", 3) == 0 ? "`-" : strncmp(branch, "│", 3) == 0 ? "| " : "  ");
	}
	branch = arena_copy(arena, text.text);
	str_release(&text);
	return branch;
}

/* The branches, the text, and how many rows are folded away below; of branches deeper than half the column the innermost. */
static void draw_tree_text(Canvas *canvas, int x, int y, int width, const ListRows *rows, size_t place, const char *text, bool named, const Pattern *wanted) {
	const char *branch = rows->branches[place], *folded = rows->folded[place] ? arena_printf(canvas->arena, " +%zu", rows->folded[place]) : "";
	while (utf8_cells(branch) > (size_t)width / 2) branch += utf8_fit(branch, 2);
	canvas_text(canvas, x, y, canvas->ascii ? ascii_branch(canvas->arena, branch) : branch, ROLE_DIM);
	int indent = (int)utf8_cells(branch), room = width - indent - (int)utf8_cells(folded);
	int used = at_most((int)utf8_cells(text), room);
	if (room > 0) draw_text(canvas, x + indent, y, room, text, named, wanted);
	if (used >= 0) canvas_text(canvas, x + indent + used, y, folded, ROLE_DIM);
}

static void draw_row(Canvas *canvas, int x, int y, const Table *table, const ListRows *rows, size_t nth, const Filter *filter,
                     const ListLayout *layout) {
	size_t row = rows->rows[nth];
	for (size_t i = 0; i < layout->places.count; i++) {
		Place place = layout->places.items[i];
		const ListColumn *column = &filter->columns[place.column];
		const Pattern *wanted = filter_highlight(filter, place.column);
		const char *text = column_text(canvas->arena, column, table, row, place.column);
		if (is_figure(layout, filter->columns, place.column)) draw_figure(canvas, x + place.x, y, place, column, text, table_real(table, row, place.column, NAN));
		else if (layout->tree && place.column == 0) draw_tree_text(canvas, x + place.x, y, place.width, rows, nth, text, column->named, wanted);
		else draw_text(canvas, x + place.x, y, place.width, text, column->named, wanted);
	}
}

/* What is wrong shows: the row's ordinary text takes the role the table gives it; branches and matches keep theirs. */
static void give_role(Canvas *canvas, Box line, const Table *table, size_t row) {
	Role role = (Role)table_int(table, row, table_column(table, LIST_ROW_ROLE), ROLE_TEXT);
	for (int x = line.x; role != ROLE_TEXT && x < line.x + line.width; x++) {
		CanvasCell *cell = canvas_cell(canvas, x, line.y);
		if (cell && cell->role == ROLE_TEXT && cell->points[0] != ' ') canvas_role(canvas, (Box){x, line.y, 1, 1}, role);
	}
}

/* A low list tells its note, too, as long as there is room below its rows. */
static void draw_note(Canvas *canvas, Box box, const Table *table, ListRows rows, size_t row) {
	const char *note = table_text(table, row, table_column(table, LIST_ROW_NOTE), NULL);
	Box foot = {box.x + MARK_CELLS, box.y + box.height - NOTE_LINES, box.width - 2 * MARK_CELLS, NOTE_LINES};
	bool room = note_lines(table, box.height) || rows.count + 1 + NOTE_LINES <= (size_t)box.height;
	if (!note || !room) return;
	Page *page = page_new(canvas->arena);
	page_line(page);
	page_add(page, ROLE_INFO, note);
	page_draw(canvas, foot, page, &(PageView)PAGE_VIEW_INIT);
}

void list_draw(Canvas *canvas, Box box, const List *list, const Table *table, ListRows rows, const ListColumn *columns, size_t column_count,
               bool focused) {
	Box before = canvas_clip(canvas, box);
	ListLayout layout = lay_out(canvas->arena, list, columns, column_count, box.width, rows.branches);
	Filter filter;
	filter_parse(&filter, list->filter.text, columns, column_count, NULL);
	draw_heading(canvas, box, list, columns, &layout);
	int lines = list_lines(table, box.height);
	size_t top = window_top(list, rows.count, lines), row;
	if (list_row(list, rows, &row)) draw_note(canvas, box, table, rows, row);
	for (int y = 1; y <= lines && top < rows.count; y++, top++) {
		draw_row(canvas, box.x, box.y + y, table, &rows, top, &filter, &layout);
		give_role(canvas, (Box){box.x, box.y + y, box.width, 1}, table, rows.rows[top]);
		if (list->tags.count && list_tagged(list, key_at(table, rows, top))) canvas_text(canvas, box.x, box.y + y, "●", ROLE_KEY);
		else if (top == list->cursor) canvas_text(canvas, box.x, box.y + y, "▸", focused ? ROLE_KEY : ROLE_DIM);
		if (top != list->cursor) continue;
		if (focused) canvas_select(canvas, (Box){box.x, box.y + y, box.width, 1});
	}
	if (!rows.count && list->filter.len)
		canvas_printf(canvas, box.x + MARK_CELLS, box.y + 1, ROLE_DIM, "no row matches /%s", list->filter.text);
	filter_release(&filter);
	canvas_clip(canvas, before);
}

/* ---- the mouse ---- */

bool list_column_at(const List *list, ListRows rows, const ListColumn *columns, size_t column_count, int width, int x, size_t *column) {
	Arena *arena = arena_new();
	ListLayout layout = lay_out(arena, list, columns, column_count, width, rows.branches);
	bool found = false;
	for (size_t i = 0; i < layout.places.count; i++) {
		Place place = layout.places.items[i];
		if (x < place.x || x >= place.x + place.width + GAP_CELLS) continue;
		*column = place.column;
		found = true;
	}
	arena_free(arena);
	return found;
}

bool list_go_to(List *list, const Table *table, ListRows rows, int y) {
	size_t place = list->top + (size_t)(y - 1);
	if (y < 1 || place >= rows.count) return false;
	list_move(list, table, rows, (long)place - (long)list->cursor);
	return true;
}

void list_wheel(List *list, const Table *table, ListRows rows, int height, long by) {
	int below_heading = list_lines(table, height);
	size_t lines = below_heading > 0 ? (size_t)below_heading : 1, last = rows.count > lines ? rows.count - lines : 0, way = (size_t)labs(by);
	size_t top = by < 0 ? list->top - (way < list->top ? way : list->top) : list->top + way < last ? list->top + way : last;
	size_t cursor = list->cursor < top ? top : list->cursor >= top + lines ? top + lines - 1 : list->cursor;
	list->top = top;
	if (cursor != list->cursor) list_move(list, table, rows, (long)cursor - (long)list->cursor);
}
