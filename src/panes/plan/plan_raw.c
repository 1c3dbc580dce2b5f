/* plan_raw.c: a plan in PostgreSQL's own words. */
#include "panes/plan_raw.h"

#include "plan/write.h"

enum { CONTINUED_CELLS = 4 };

void plan_raw_page(Page *page, const Plan *plan) {
	const char *text = plan_write(page->arena, plan);
	page_add(page, ROLE_TEXT, arena_copy_n(page->arena, text, strlen(text) - 1)); /* without the end of its last line */
	for (size_t i = 0; i < page->lines.count; i++) {
		PageLine *line = &page->lines.items[i];
		if (line->spans.count) line->indent = (int)strspn(line->spans.items[0].text, " ") + CONTINUED_CELLS;
	}
}
