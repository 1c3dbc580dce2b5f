/* plan_raw.c: a plan in PostgreSQL's own words. */
#include "panes/plan_raw.h"

#include "plan/write.h"

enum { CONTINUED_CELLS = 4 };

void plan_raw_page(Page *page, const Plan *plan) {
	const char *text = plan_write(page->arena, plan);
	while (*text) {
		size_t len = strcspn(text, "\n");
		page_line(page);
		page_add(page, ROLE_TEXT, arena_copy_n(page->arena, text, len));
		page_indent(page, (int)strspn(text, " ") + CONTINUED_CELLS);
		text += len + (text[len] == '\n');
	}
}
