/* list_draw.c: a list on a canvas. */
#include "view/list.h"

#include <math.h>

#include "base/utf8.h"
#include "view/filter.h"
#include "view/page.h"

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

#define LEAST_CHANGE 0.005 /* less is written 0% */

static void draw_figure(Canvas *canvas, int x, int y, Place place, const ListColumn *column, const char *figure, double value) {
	int bar = column->bar ? place.width - FIGURE_CELLS - BAR_GAP : 0;
	if (bar > 0 && !column->change) canvas_bar(canvas, x, y, bar, value, ROLE_BAR);
	else if (bar > 0) canvas_bar(canvas, x, y, bar, fabs(value) < LEAST_CHANGE ? 0 : fabs(value), value < 0 ? ROLE_GOOD : ROLE_WARNING);
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

/* A low list tells its note, too, as long as there is room below its rows; where there is more room, the note may be longer. */
static void draw_note(Canvas *canvas, Box box, const Table *table, ListRows rows, size_t row) {
	const char *note = table_text(table, row, table_column(table, LIST_ROW_NOTE), NULL);
	int width = box.width - 2 * MARK_CELLS, lines = list_note_lines(table, box.height);
	int blank = rows.count + 1 < (size_t)box.height ? box.height - 1 - (int)rows.count : 0;
	if (blank >= LIST_NOTE_LINES) lines = blank;
	if (!note || !lines) return;
	Page *page = page_new(canvas->arena);
	page_line(page);
	page_add(page, ROLE_INFO, note);
	int wanted = (int)page_height(page, width);
	if (wanted < LIST_NOTE_LINES) wanted = LIST_NOTE_LINES; /* a short one stands where the others begin */
	if (wanted < lines) lines = wanted;
	page_draw_beginning(canvas, (Box){box.x + MARK_CELLS, box.y + box.height - lines, width, lines}, page);
}

void list_draw(Canvas *canvas, Box box, const List *list, const Table *table, ListRows rows, const ListColumn *columns, size_t column_count,
               bool focused) {
	Box before = canvas_clip(canvas, box);
	ListLayout layout = lay_out(canvas->arena, list, columns, column_count, box.width, rows.branches);
	Filter filter;
	filter_parse(&filter, list->filter.text, columns, column_count, NULL);
	draw_heading(canvas, box, list, columns, &layout);
	int lines = list_lines(table, box.height);
	size_t top = list_window_top(list, rows.count, lines), row;
	if (list_row(list, rows, &row)) draw_note(canvas, box, table, rows, row);
	for (int y = 1; y <= lines && top < rows.count; y++, top++) {
		draw_row(canvas, box.x, box.y + y, table, &rows, top, &filter, &layout);
		give_role(canvas, (Box){box.x, box.y + y, box.width, 1}, table, rows.rows[top]);
		if (list->tags.count && list_tagged(list, list_key_at(table, rows, top))) canvas_text(canvas, box.x, box.y + y, "●", ROLE_KEY);
		else if (top == list->cursor) canvas_text(canvas, box.x, box.y + y, "▸", focused ? ROLE_KEY : ROLE_DIM);
		if (top != list->cursor) continue;
		if (focused) canvas_select(canvas, (Box){box.x, box.y + y, box.width, 1});
	}
	if (!rows.count && list->filter.len)
		canvas_printf(canvas, box.x + MARK_CELLS, box.y + 1, ROLE_DIM, "no row matches /%s", list->filter.text);
	filter_release(&filter);
	canvas_clip(canvas, before);
}

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
