/* list.c: where the cursor of a list is, what is folded and tagged in it. */
#include "view/list.h"

#include <stdlib.h>

void list_release(List *list) {
	str_release(&list->key);
	str_release(&list->filter);
	arena_free(list->arena);
}

bool list_is_tree(const Table *table) {
	return table_column(table, LIST_ROW_PARENT) != TABLE_NO_COLUMN;
}

/* ---- the cursor ---- */

const char *list_key_at(const Table *table, ListRows rows, size_t place) {
	return table_text(table, rows.rows[place], table_column(table, LIST_ROW_KEY), "");
}

static void remember_key(List *list, const Table *table, ListRows rows) {
	str_clear(&list->key);
	str_add(&list->key, list_key_at(table, rows, list->cursor));
}

size_t list_window_top(const List *list, size_t count, int height) {
	size_t lines = height > 0 ? (size_t)height : 1;
	size_t top = list->top < list->cursor ? list->top : list->cursor;
	if (list->cursor >= top + lines) top = list->cursor - lines + 1;
	if (top + lines > count) top = count > lines ? count - lines : 0;
	return top;
}

int list_note_lines(const Table *table, int height) {
	enum { LEAST_HEIGHT = 12 };
	return height >= LEAST_HEIGHT && table_column(table, LIST_ROW_NOTE) != TABLE_NO_COLUMN ? LIST_NOTE_LINES : 0;
}

int list_lines(const Table *table, int height) {
	return height - 1 - list_note_lines(table, height);
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
	list->top = list_window_top(list, rows.count, list_lines(table, height));
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

/* ---- the mouse ---- */

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
