/* on_paper.h: panes drawn without a console around them, for tests. */
#ifndef PGWHY_TESTS_ON_PAPER_H
#define PGWHY_TESTS_ON_PAPER_H

#include <math.h>

#include "../../golden.h"
#include "panes/pane.h"
#include "panes/pane_rules.h"
#include "view/list.h"

#define assert_says(text, wanted)                                                              \
	do {                                                                                   \
		if (!strstr((text), (wanted))) fail_msg("'%s' is not in:\n%s", (wanted), (text)); \
	} while (0)
#define assert_says_not(text, unwanted)                                                       \
	do {                                                                                  \
		if (strstr((text), (unwanted))) fail_msg("'%s' is in:\n%s", (unwanted), (text)); \
	} while (0)

static inline double paper_figure(const Table *table, size_t row, const char *column) {
	return table_real(table, row, table_column(table, column), NAN);
}

static inline Canvas *paper_page(const Page *page, int width, int height, bool ascii) {
	Canvas *canvas = canvas_new(page->arena, width, height, ascii);
	page_draw(canvas, (Box){0, 0, width, height}, page, &(PageView)PAGE_VIEW_INIT);
	return canvas;
}

static inline void assert_rules_are_told_of(const FindingList *findings) {
	for (size_t i = 0; i < findings->count; i++) assert_non_null(every_rule_named(findings->items[i].rule));
}

/* What the pane says of a row, on a page as high as it has to be; what it advises there, `pgwhy rules` explains. */
static inline const char *paper_why(Arena *arena, const Pane *pane, const PaneInput *input, const Table *table, size_t row, const Diagnosis *diagnosis, int width) {
	Page *page = page_new(arena);
	FindingList findings = pane->findings ? pane->findings(arena, input, table, row) : (FindingList){0};
	assert_rules_are_told_of(&findings);
	pane->why(page, input, table, row, diagnosis, width);
	return canvas_dump(arena, paper_page(page, width, (int)page_height(page, width), false), false);
}

static inline void golden_why(const char *name, Arena *arena, const Pane *pane, const PaneInput *input, const Table *table, size_t row, const Diagnosis *diagnosis, int width,
                              int height, bool ascii, bool roles) {
	Page *page = page_new(arena);
	pane->why(page, input, table, row, diagnosis, width);
	golden_check(name, paper_page(page, width, height, ascii), roles);
}

static inline void golden_list(const char *name, Arena *arena, const Pane *pane, const Table *table, int width, int height, bool ascii, bool roles) {
	List list = LIST_INIT(pane->sort);
	ListRows rows = list_rows(arena, &list, table, pane->columns, pane->column_count, NULL);
	list_settle(&list, table, rows, height);
	Canvas *canvas = canvas_new(arena, width, height, ascii);
	list_draw(canvas, (Box){0, 0, width, height}, &list, table, rows, pane->columns, pane->column_count, true);
	golden_check(name, canvas, roles);
	list_release(&list);
}

#endif
