/* table.c: the rows of a pane as text, JSON, CSV or Markdown. */
#include "report/table.h"

#include <inttypes.h>
#include <math.h>

#include "base/utf8.h"
#include "report/json_value.h"
#include "report/markdown.h"

typedef struct Grid {
	const Table *table;
	const size_t *rows; /* NULL: in order */
	const char *const *branches; /* of a tree, before the first column; NULL */
	size_t row_count;
	const ListColumn *columns;
	size_t column_count;
} Grid;

static Grid grid_of(const Table *table, const ListRows *rows, const ListColumn *columns, size_t column_count) {
	return (Grid){
	    .table = table,
	    .rows = rows ? rows->rows : NULL,
	    .branches = rows ? rows->branches : NULL,
	    .row_count = rows ? rows->count : table->row_count,
	    .columns = columns,
	    .column_count = column_count,
	};
}

static size_t grid_row(const Grid *grid, size_t nth) {
	return grid->rows ? grid->rows[nth] : nth;
}

/* What the rows have to tell in sentences comes before them, each once: rows with the same one stand together. */
static void add_notes(Str *out, Arena *arena, const Grid *grid, bool markdown) {
	size_t notes = table_column(grid->table, LIST_ROW_NOTE);
	const char *last = NULL;
	for (size_t nth = 0; nth < grid->row_count; nth++) {
		const char *note = table_text(grid->table, grid_row(grid, nth), notes, NULL);
		if (!note || note == last) continue;
		last = note;
		const char *clean = utf8_clean(arena, note);
		if (markdown) str_add(out, "- ");
		if (markdown) markdown_add_text(out, clean);
		else str_add(out, clean);
		str_add_char(out, '\n');
	}
	if (last) str_add_char(out, '\n');
}

/* ---- text ---- */

/* Line 0 is the heading. */
static const char *cell_text(Arena *arena, const Grid *grid, size_t line, size_t column) {
	if (line == 0) return grid->columns[column].title;
	const char *text = column_text(arena, &grid->columns[column], grid->table, grid_row(grid, line - 1), column);
	return grid->branches && column == 0 ? arena_printf(arena, "%s%s", grid->branches[line - 1], text) : text;
}

static bool to_the_right(const Grid *grid, size_t column) {
	return column_is_number(&grid->columns[column]) && !(grid->branches && column == 0);
}

static size_t *column_widths(Arena *arena, const Grid *grid) {
	size_t *widths = ARENA_ARRAY(arena, size_t, grid->column_count);
	for (size_t line = 0; line <= grid->row_count; line++)
		for (size_t i = 0; i < grid->column_count; i++) {
			size_t cells = utf8_cells(cell_text(arena, grid, line, i));
			if (cells > widths[i]) widths[i] = cells;
		}
	return widths;
}

static void add_line(Str *out, Arena *arena, const Grid *grid, size_t line, const size_t *widths) {
	size_t gap = 0; /* blanks owed: they only stand before something */
	for (size_t i = 0; i < grid->column_count; i++) {
		const char *text = cell_text(arena, grid, line, i);
		size_t room = widths[i] - utf8_cells(text);
		if (!*text) {
			gap += room;
		} else if (to_the_right(grid, i)) {
			str_add_repeat(out, " ", gap + room);
			str_add(out, text);
			gap = 0;
		} else {
			str_add_repeat(out, " ", gap);
			str_add(out, text);
			gap = room;
		}
		gap += 2;
	}
	str_add_char(out, '\n');
}

const char *report_table_text(Arena *arena, const Table *table, const ListRows *rows, const ListColumn *columns, size_t column_count) {
	Grid grid = grid_of(table, rows, columns, column_count);
	Arena *scratch = arena_new();
	size_t *widths = column_widths(scratch, &grid);
	Str out = STR_INIT;
	add_notes(&out, scratch, &grid, false);
	for (size_t line = 0; line <= grid.row_count; line++) add_line(&out, scratch, &grid, line, widths);
	const char *text = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	arena_free(scratch);
	return text;
}

/* ---- JSON ---- */

static json_t *json_of_cell(const Table *table, size_t row, size_t column) {
	if (table_null(table, row, column)) return json_null();
	switch (table->columns[column].type) {
	case CELL_INT: return json_integer(table_int(table, row, column, 0));
	case CELL_REAL: return json_of_real(table_real(table, row, column, 0));
	case CELL_BOOL: return json_boolean(table_bool(table, row, column, false));
	case CELL_TEXT: break;
	}
	return json_of_text(table_text(table, row, column, NULL));
}

static const char *row_json(Arena *arena, const Grid *grid, size_t row) {
	json_t *object = json_object();
	for (size_t i = 0; i < grid->column_count; i++) json_put(object, grid->columns[i].id, json_of_cell(grid->table, row, i));
	return json_print(arena, object, 0);
}

const char *report_table_json(Arena *arena, const Table *table, const ListRows *rows, const ListColumn *columns, size_t column_count,
                              bool one_line) {
	Grid grid = grid_of(table, rows, columns, column_count);
	const char *gap = one_line ? "" : "\n", *indent = one_line ? "" : "  ";
	Str out = STR_INIT;
	str_add(&out, "[");
	for (size_t i = 0; i < grid.row_count; i++) {
		str_printf(&out, "%s%s%s", i ? (one_line ? ", " : ",") : "", gap, indent);
		str_add(&out, row_json(arena, &grid, grid_row(&grid, i)));
	}
	str_printf(&out, "%s]\n", grid.row_count ? gap : "");
	const char *text = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	return text;
}

/* ---- CSV ---- */

static void add_quoted(Str *out, const char *text) {
	if (*text && !strpbrk(text, "\",\n")) {
		str_add(out, text);
		return;
	}
	str_add_char(out, '"');
	for (; *text; text++) {
		if (*text == '"') str_add_char(out, '"');
		str_add_char(out, *text);
	}
	str_add_char(out, '"');
}

static void add_value(Str *out, Arena *arena, const Table *table, size_t row, size_t column) {
	if (table_null(table, row, column)) return;
	double real = table_real(table, row, column, NAN);
	switch (table->columns[column].type) {
	case CELL_INT: str_printf(out, "%" PRId64, table_int(table, row, column, 0)); break;
	case CELL_REAL: str_add(out, isfinite(real) ? format_number(arena, real) : ""); break;
	case CELL_BOOL: str_add(out, table_bool(table, row, column, false) ? "true" : "false"); break;
	case CELL_TEXT: add_quoted(out, utf8_clean_lines(arena, table_text(table, row, column, ""))); break;
	}
}

const char *report_table_csv(Arena *arena, const Table *table, const ListRows *rows, const ListColumn *columns, size_t column_count,
                             bool heading) {
	Grid grid = grid_of(table, rows, columns, column_count);
	Str out = STR_INIT;
	for (size_t i = 0; heading && i < column_count; i++) str_printf(&out, "%s%s", i ? "," : "", columns[i].id);
	if (heading) str_add_char(&out, '\n');
	for (size_t nth = 0; nth < grid.row_count; nth++) {
		for (size_t i = 0; i < column_count; i++) {
			if (i) str_add_char(&out, ',');
			add_value(&out, arena, table, grid_row(&grid, nth), i);
		}
		str_add_char(&out, '\n');
	}
	const char *text = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	return text;
}

/* ---- Markdown ---- */

static void add_markdown_line(Str *out, Arena *arena, const Grid *grid, size_t line) {
	str_add_char(out, '|');
	for (size_t i = 0; i < grid->column_count; i++) {
		const char *text = cell_text(arena, grid, line, i);
		str_add_char(out, ' ');
		markdown_add_text(out, text);
		str_add(out, " |");
	}
	str_add_char(out, '\n');
}

const char *report_table_markdown(Arena *arena, const Table *table, const ListRows *rows, const ListColumn *columns, size_t column_count) {
	Grid grid = grid_of(table, rows, columns, column_count);
	Arena *scratch = arena_new();
	Str out = STR_INIT;
	add_notes(&out, scratch, &grid, true);
	for (size_t line = 0; line <= grid.row_count; line++) {
		add_markdown_line(&out, scratch, &grid, line);
		if (line) continue;
		for (size_t i = 0; i < column_count; i++) str_add(&out, to_the_right(&grid, i) ? "| ---: " : "| --- ");
		str_add(&out, "|\n");
	}
	const char *text = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	arena_free(scratch);
	return text;
}
