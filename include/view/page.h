/* page.h: text with roles over lines, to read and scroll: why, help, raw plan, a finding. */
#ifndef PGWHY_VIEW_PAGE_H
#define PGWHY_VIEW_PAGE_H

#include "base/err.h"
#include "view/canvas.h"

typedef struct PageSpan {
	const char *text;
	Role role;
} PageSpan;
typedef struct PageLine {
	LIST(PageSpan) spans;
	int indent; /* cells before continuation lines when wrapped */
} PageLine;
typedef struct PageRows PageRows; /* how its lines are wrapped: found out once for a width */
typedef struct Page {
	Arena *arena; /* where its lines live */
	LIST(PageLine) lines;
	bool line_done; /* what comes next begins a line */
	PageRows *rows;
} Page;

Page *page_new(Arena *arena);
void page_line(Page *page); /* begins the next line */
/* At the end of the last line; text is copied and made safe to show; line breaks in it begin lines. */
void page_add(Page *page, Role role, const char *text);
void page_printf(Page *page, Role role, const char *format, ...) PRINTF_LIKE(3, 4);
void page_indent(Page *page, int cells); /* of the last line, once it is wrapped */
/* Both stand on lines of their own, whether page_line is called around them or not. */
void page_heading(Page *page, const char *text); /* an empty line (unless first) and a title */
void page_sql(Page *page, const char *sql, size_t width); /* laid out and coloured by its tokens */

const char *page_plain(Arena *arena, const Page *page); /* its lines unwrapped, without roles */

typedef struct PageView {
	size_t top; /* first wrapped line on screen */
	Str search; /* a regular expression; what is none is looked for as it stands; empty: none */
	size_t match_line, match_end; /* the match the reader stands on: its line, and the byte it ends before; 0: none yet */
} PageView;
#define PAGE_VIEW_INIT {.search = STR_INIT}
void page_view_release(PageView *view);
size_t page_height(const Page *page, int width); /* lines once wrapped to width */
void page_scroll(PageView *view, const Page *page, Box box, long by); /* clamps */
void page_look_for(PageView *view, const char *search); /* sets the search; page_search then goes to the first match on screen or below */
bool page_search(PageView *view, const Page *page, Box box, int direction); /* +1 next, -1 previous, around the ends; false: not found */
void page_draw(Canvas *canvas, Box box, const Page *page, const PageView *view);
void page_draw_beginning(Canvas *canvas, Box box, const Page *page); /* as much as there is room for; `…` ends it when there is more */

#endif
