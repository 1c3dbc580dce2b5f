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
typedef struct Page {
	Arena *arena; /* where its lines live */
	LIST(PageLine) lines;
} Page;

Page *page_new(Arena *arena);
void page_line(Page *page); /* begins the next line */
void page_add(Page *page, Role role, const char *text); /* at the end of the last line; text is copied; line breaks in it begin lines */
void page_printf(Page *page, Role role, const char *format, ...) PRINTF_LIKE(3, 4);
void page_heading(Page *page, const char *text); /* an empty line (unless first) and a title */
void page_sql(Page *page, const char *sql, size_t width); /* laid out and coloured by its tokens */

typedef struct PageView {
	size_t top; /* first wrapped line on screen */
	Str search;
} PageView;
#define PAGE_VIEW_INIT {.search = STR_INIT}
size_t page_height(const Page *page, int width); /* lines once wrapped to width */
void page_scroll(PageView *view, const Page *page, Box box, long by); /* clamps */
bool page_search(PageView *view, const Page *page, Box box, int direction); /* +1 next, -1 previous; false: not found */
void page_draw(Canvas *canvas, Box box, const Page *page, const PageView *view);

#endif
