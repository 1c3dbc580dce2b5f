/* page.c: text with roles over lines, wrapped by words. */
#include "view/page.h"

#include "base/utf8.h"
#include "core/format.h"
#include "sql/statement.h"
#include "view/pattern.h"

/* A long text is drawn at each key, and wrapped only when it or the width has changed. */
struct PageRows {
	int width; /* 0: not known */
	size_t *above; /* per line, and for the end: rows before it */
	size_t room;
};

Page *page_new(Arena *arena) {
	Page *page = ARENA_NEW(arena, Page);
	page->arena = arena;
	page->rows = ARENA_NEW(arena, PageRows);
	return page;
}

void page_line(Page *page) {
	page->rows->width = 0;
	list_push(page->arena, &page->lines);
	page->line_done = false;
}

static PageLine *last_line(Page *page) {
	if (!page->lines.count || page->line_done) page_line(page);
	return &page->lines.items[page->lines.count - 1];
}

void page_add(Page *page, Role role, const char *text) {
	page->rows->width = 0;
	text = utf8_clean_lines(page->arena, text);
	for (;;) {
		size_t len = strcspn(text, "\n");
		PageLine *line = last_line(page);
		if (len) *list_push(page->arena, &line->spans) = (PageSpan){arena_copy_n(page->arena, text, len), role};
		if (!text[len]) return;
		page_line(page);
		text += len + 1;
	}
}

void page_printf(Page *page, Role role, const char *format, ...) {
	va_list args;
	va_start(args, format);
	const char *text = arena_vprintf(page->arena, format, args);
	va_end(args);
	page_add(page, role, text);
}

void page_indent(Page *page, int cells) {
	page->rows->width = 0;
	last_line(page)->indent = cells;
}

/* Whatever comes next stands on a line of its own. */
static void begin_block(Page *page) {
	page->line_done = page->lines.count && page->lines.items[page->lines.count - 1].spans.count;
}

void page_heading(Page *page, const char *text) {
	begin_block(page);
	if (page->line_done) page_line(page);
	page->line_done = page->lines.count > 1;
	page_add(page, ROLE_TITLE, text);
	page->line_done = true;
}

static Role token_role(TokenKind kind) {
	static const Role roles[] = {
	    [TOKEN_KEYWORD] = ROLE_SQL_KEYWORD, [TOKEN_NAME] = ROLE_TEXT,          [TOKEN_STRING] = ROLE_SQL_STRING,
	    [TOKEN_NUMBER] = ROLE_SQL_NUMBER,   [TOKEN_PARAMETER] = ROLE_SQL_NUMBER, [TOKEN_OPERATOR] = ROLE_TEXT,
	    [TOKEN_COMMENT] = ROLE_SQL_COMMENT,
	};
	return roles[kind];
}

static void add_part(Page *page, Role role, const char *text, size_t start, size_t end) {
	if (end > start) page_add(page, role, arena_copy_n(page->arena, text + start, end - start));
}

static int leading_blanks(const PageLine *line) {
	return line->spans.count ? (int)strspn(line->spans.items[0].text, " ") : 0;
}

enum { CONTINUED_CELLS = 4 };

void page_sql(Page *page, const char *sql, size_t width) {
	const char *text = sql_format(page->arena, sql, width);
	TokenList tokens = sql_tokens(page->arena, text);
	begin_block(page);
	size_t first = page->lines.count && !page->line_done ? page->lines.count - 1 : page->lines.count, done = 0;
	for (size_t i = 0; i < tokens.count; i++) {
		Span span = tokens.items[i].span;
		add_part(page, ROLE_TEXT, text, done, span.start);
		add_part(page, token_role(tokens.items[i].kind), text, span.start, span.end);
		done = span.end;
	}
	add_part(page, ROLE_TEXT, text, done, strlen(text));
	for (size_t i = first; i < page->lines.count; i++)
		page->lines.items[i].indent = leading_blanks(&page->lines.items[i]) + CONTINUED_CELLS;
	page->line_done = true;
}

/* A character of a line: its span, its byte there, and its byte in the whole line. */
typedef struct Place {
	size_t span, byte, offset;
} Place;

/* What of a line stands on one row of the screen. */
typedef struct Row {
	Place start, end;
	int indent;
	bool begun;
} Row;

/* Steps over a character; false at the line's end. */
static bool next_char(const PageLine *line, Place *place, uint32_t *point) {
	while (place->span < line->spans.count && !line->spans.items[place->span].text[place->byte])
		*place = (Place){place->span + 1, 0, place->offset};
	if (place->span == line->spans.count) return false;
	const char *text = line->spans.items[place->span].text + place->byte;
	size_t bytes = utf8_decode(text, strnlen(text, 4), point);
	place->byte += bytes;
	place->offset += bytes;
	return true;
}

static Place skip_blanks(const PageLine *line, Place place) {
	uint32_t point;
	for (Place next = place; next_char(line, &next, &point) && point == ' ';) place = next;
	return place;
}

static bool at_end(const PageLine *line, Place place) {
	uint32_t point;
	return !next_char(line, &place, &point);
}

/* Where a row that begins at `start` ends: before the last blanks that fit, or within a word longer than the row. */
static Place row_end(const PageLine *line, Place start, int cells) {
	Place place = start, next = start, gap = start;
	uint32_t before = ' '; /* blanks in front of the first word are no place to break */
	for (uint32_t point; next_char(line, &next, &point); place = next, before = point) {
		if (point == ' ' && before != ' ' && format_breaks(before, line->spans.items[next.span].text + next.byte)) gap = place;
		cells -= utf8_width(point);
		if (cells < 0 && gap.offset > start.offset) return gap;
		if (cells < 0) return place.offset > start.offset ? place : next;
	}
	return next;
}

/* Of an indent deeper than half the width the rest is left out: nobody reads rows of blanks. */
static Place line_start(const PageLine *line, int width) {
	int deeper = leading_blanks(line) - width / 2;
	return deeper > 0 ? (Place){.byte = (size_t)deeper, .offset = (size_t)deeper} : (Place){0};
}

/* The row after `row`; begin with a zeroed one. */
static bool next_row(const PageLine *line, int width, Row *row) {
	if (!row->begun) row->start = line_start(line, width);
	if (row->begun) {
		row->start = skip_blanks(line, row->end);
		if (at_end(line, row->start)) return false;
		row->indent = line->indent < width / 2 ? line->indent : width / 2;
	}
	row->begun = true;
	row->end = row_end(line, row->start, width - row->indent);
	return true;
}

static size_t line_bytes(const PageLine *line) {
	size_t bytes = 0;
	for (size_t i = 0; i < line->spans.count; i++) bytes += strlen(line->spans.items[i].text);
	return bytes;
}

static size_t line_height(const PageLine *line, int width) {
	size_t rows = 0;
	if (width > 0 && line_bytes(line) <= (size_t)width) return 1; /* no character has more cells than bytes */
	for (Row row = {0}; next_row(line, width, &row);) rows++;
	return rows;
}

/* Rows before each line. */
static const size_t *rows_above(const Page *page, int width) {
	PageRows *rows = page->rows;
	size_t count = page->lines.count, sum = 0;
	if (rows->width == width && width) return rows->above;
	if (count >= rows->room) rows->above = ARENA_ARRAY(page->arena, size_t, rows->room = count + 1 + count / 2);
	for (size_t i = 0; i < count; i++) {
		rows->above[i] = sum;
		sum += line_height(&page->lines.items[i], width);
	}
	rows->above[count] = sum;
	rows->width = width;
	return rows->above;
}

size_t page_height(const Page *page, int width) {
	return rows_above(page, width)[page->lines.count];
}

/* The line that the wrapped row `top` belongs to. */
static size_t line_at(const Page *page, size_t top, int width) {
	const size_t *above = rows_above(page, width);
	size_t first = 0, end = page->lines.count;
	while (end - first > 1) {
		size_t middle = first + (end - first) / 2;
		if (above[middle] <= top) first = middle;
		else end = middle;
	}
	return first;
}

void page_view_release(PageView *view) {
	str_release(&view->search);
}

static size_t last_top(const Page *page, Box box) {
	size_t rows = page_height(page, box.width), shown = box.height > 0 ? (size_t)box.height : 0;
	return rows > shown ? rows - shown : 0;
}

void page_scroll(PageView *view, const Page *page, Box box, long by) {
	size_t last = last_top(page, box), way = by < 0 ? -(size_t)by : (size_t)by;
	size_t top = view->top < last ? view->top : last;
	if (by < 0) view->top = top > way ? top - way : 0;
	else view->top = last - top > way ? top + way : last;
}

void page_look_for(PageView *view, const char *search) {
	str_clear(&view->search);
	str_add(&view->search, search);
	view->match_line = view->match_end = 0;
}

static void line_text(const PageLine *line, Str *text) {
	str_clear(text);
	for (size_t i = 0; i < line->spans.count; i++) str_add(text, line->spans.items[i].text);
}

typedef struct Match {
	size_t line, start, end; /* bytes of that line */
} Match;

/* The first match at or behind byte `from`, the last one that ends before byte `before`. */
static bool first_match(const Pattern *pattern, const char *text, size_t from, Match *match) {
	match->end = from;
	return from <= strlen(text) && pattern_next(pattern, text, &match->start, &match->end);
}

static bool last_match(const Pattern *pattern, const char *text, size_t before, Match *match) {
	size_t start, end = 0;
	bool found = false;
	while (pattern_next(pattern, text, &start, &end) && end < before) {
		match->start = start;
		match->end = end;
		found = true;
	}
	return found;
}

/* Goes through all lines once, from the match the reader stands on and around the end back to it. */
static bool find_match(const PageView *view, const Page *page, size_t from, int direction, const Pattern *pattern, Match *match) {
	Str text = STR_INIT;
	bool found = false;
	size_t count = page->lines.count;
	for (size_t step = 0; step <= count && !found && count; step++) {
		match->line = (from + (direction > 0 ? step : count - step % count)) % count;
		line_text(&page->lines.items[match->line], &text);
		bool begun = step == 0 && view->match_end;
		if (direction > 0) found = first_match(pattern, text.text, begun ? view->match_end : 0, match);
		else found = last_match(pattern, text.text, begun ? view->match_end : step ? text.len + 1 : 0, match);
	}
	str_release(&text);
	return found;
}

static size_t match_row(const Page *page, const Match *match, int width) {
	size_t rows = rows_above(page, width)[match->line];
	Row row = {0};
	while (next_row(&page->lines.items[match->line], width, &row) && row.end.offset <= match->start) rows++;
	return rows;
}

bool page_search(PageView *view, const Page *page, Box box, int direction) {
	Pattern pattern;
	Match match;
	pattern_compile_any(&pattern, view->search.text);
	size_t from = view->match_end && view->match_line < page->lines.count ? view->match_line : line_at(page, view->top, box.width);
	bool found = find_match(view, page, from, direction, &pattern, &match);
	pattern_release(&pattern);
	if (!found) return false;
	view->match_line = match.line;
	view->match_end = match.end;
	size_t row = match_row(page, &match, box.width), height = box.height > 0 ? (size_t)box.height : 1;
	if (row < view->top || row >= view->top + height) view->top = row > height / 3 ? row - height / 3 : 0;
	page_scroll(view, page, box, 0);
	return true;
}

/* Cells from the row's start to a byte of its line. */
static int cells_to(const PageLine *line, const Row *row, size_t offset) {
	int cells = 0;
	uint32_t point;
	for (Place place = row->start; place.offset < offset && next_char(line, &place, &point);) cells += utf8_width(point);
	return cells;
}

typedef LIST(Match) MatchList;

static MatchList matches_in(Arena *arena, const PageLine *line, const Pattern *pattern) {
	MatchList matches = {0};
	if (!pattern->ready) return matches;
	Match match = {0};
	Str text = STR_INIT;
	line_text(line, &text);
	while (pattern_next(pattern, text.text, &match.start, &match.end)) *list_push(arena, &matches) = match;
	str_release(&text);
	return matches;
}

static void draw_match(Canvas *canvas, int x, int y, const PageLine *line, const Row *row, Match match, size_t standing_on) {
	if (match.end <= row->start.offset || match.start >= row->end.offset) return;
	int from = cells_to(line, row, match.start);
	int to = cells_to(line, row, match.end < row->end.offset ? match.end : row->end.offset);
	Box box = {x + from, y, to - from, 1};
	canvas_role(canvas, box, ROLE_MATCH);
	if (match.end == standing_on) canvas_select(canvas, box);
}

static void draw_row(Canvas *canvas, int x, int y, const PageLine *line, const Row *row) {
	for (Place place = row->start; place.offset < row->end.offset; place = (Place){place.span + 1, 0, place.offset}) {
		const PageSpan *span = &line->spans.items[place.span];
		size_t len = strlen(span->text + place.byte), left = row->end.offset - place.offset;
		if (len > left) len = left;
		x = canvas_text(canvas, x, y, arena_copy_n(canvas->arena, span->text + place.byte, len), span->role);
		place.offset += len;
	}
}

/* Draws a line from its row `skip` on, as far as the box reaches; how many rows it took. */
static int draw_line(Canvas *canvas, Box box, const PageLine *line, size_t skip, const Pattern *pattern, size_t standing_on) {
	MatchList matches = matches_in(canvas->arena, line, pattern);
	int y = 0;
	for (Row row = {0}; y < box.height && next_row(line, box.width, &row);) {
		if (skip) {
			skip--;
			continue;
		}
		int x = box.x + row.indent;
		draw_row(canvas, x, box.y + y, line, &row);
		for (size_t i = 0; i < matches.count; i++) draw_match(canvas, x, box.y + y, line, &row, matches.items[i], standing_on);
		y++;
	}
	return y;
}

void page_draw(Canvas *canvas, Box box, const Page *page, const PageView *view) {
	Box before = canvas_clip(canvas, box);
	Pattern pattern;
	pattern_compile_any(&pattern, view->search.text);
	size_t last = last_top(page, box), top = view->top < last ? view->top : last, first = line_at(page, top, box.width);
	size_t skip = page->lines.count ? top - rows_above(page, box.width)[first] : 0;
	for (size_t i = first; i < page->lines.count && box.height > 0; i++) {
		int drawn = draw_line(canvas, box, &page->lines.items[i], skip, &pattern, view->match_end && view->match_line == i ? view->match_end : 0);
		box.y += drawn;
		box.height -= drawn;
		skip = 0;
	}
	pattern_release(&pattern);
	canvas_clip(canvas, before);
}

const char *page_plain(Arena *arena, const Page *page) {
	Str out = STR_INIT;
	for (size_t i = 0; i < page->lines.count; i++) {
		const PageLine *line = &page->lines.items[i];
		for (size_t j = 0; j < line->spans.count; j++) str_add(&out, line->spans.items[j].text);
		str_add_char(&out, '\n');
	}
	const char *text = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	return text;
}

void page_draw_beginning(Canvas *canvas, Box box, const Page *page) {
	PageView top = PAGE_VIEW_INIT;
	page_draw(canvas, box, page, &top);
	if (box.width < 1 || box.height < 1 || page_height(page, box.width) <= (size_t)box.height) return;
	int x = box.x + box.width - 1, y = box.y + box.height - 1;
	while (x > box.x && canvas_cell(canvas, x - 1, y)->points[0] == ' ') x--;
	canvas_text(canvas, x, y, "…", ROLE_HINT);
}
