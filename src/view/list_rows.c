/* list_rows.c: which rows of a table a list shows, and in which order. */
#include "view/list.h"

#include <math.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "view/filter.h"
#include "view/tree.h"

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
		double figure = table_real(table, row, column, NAN);
		sorted[i] = (Sorted){&order, row, columns[column].change ? fabs(figure) : figure, table_real(table, row, place, NAN), beginning(table_text(table, row, key, ""))};
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
