/* diff.c: two plans compared, as text and as Markdown. */
#include "report/diff.h"

#include "base/utf8.h"
#include "report/markdown.h"
#include "report/plan.h"
#include "view/diff_rows.h"

enum { LEAST_WIDTH = 40, ROWS_AT_ONCE = 200, LABEL_CELLS = 11 };

/* ---- the tree ---- */

static DiffLook look_of(const PlanDiff *diff) {
	DiffLook look = {.selected = DIFF_NONE, .left = DIFF_NONE};
	static const PlanBar wanted[] = {PLAN_BAR_BLOCKS, PLAN_BAR_SELF};
	for (size_t i = 0; diff->measured && i < sizeof wanted / sizeof *wanted; i++)
		if (diff_bar_of(wanted[i], diff) == wanted[i]) look.bars[look.bar_count++] = wanted[i];
	if (!look.bar_count) look.bars[look.bar_count++] = PLAN_BAR_COST;
	return look;
}

/* Piece by piece: a plan may have very many nodes. */
static void add_tree(Str *out, const PlanDiff *diff, size_t width, bool ascii) {
	DiffLook look = look_of(diff);
	Arena *arena = arena_new();
	Canvas *heading = canvas_new(arena, (int)width, 1, ascii);
	diff_headings_draw(heading, (Box){0, 0, (int)width, 1}, diff, &look);
	str_add(out, canvas_dump(arena, heading, false));
	for (; look.first < diff->pairs.count; look.first += ROWS_AT_ONCE) {
		arena_clear(arena);
		size_t left = diff->pairs.count - look.first;
		int rows = left < ROWS_AT_ONCE ? (int)left : ROWS_AT_ONCE;
		Canvas *canvas = canvas_new(arena, (int)width, rows, ascii);
		diff_rows_draw(canvas, (Box){0, 0, (int)width, rows}, diff, &look, arena);
		str_add(out, canvas_dump(arena, canvas, false));
	}
	arena_free(arena);
}

/* ---- what is said ---- */

static void add_note(Arena *arena, DiffNotes *notes, const char *label, const char *text) {
	*list_push(arena, notes) = (DiffNote){label, text};
}

enum { MOST_CONDITIONS = 20 };

static void add_conditions(Arena *arena, DiffNotes *notes, const PlanDiff *diff) {
	size_t told = 0;
	for (size_t i = 0; i < diff->pairs.count && told < MOST_CONDITIONS; i++) {
		Conditions lines = diff_condition_lines(arena, &diff->pairs.items[i]);
		for (size_t k = 0; k < lines.count && told < MOST_CONDITIONS; k++, told++)
			add_note(arena, notes, "condition", arena_printf(arena, "%s: %s", node_words(arena, diff->pairs.items[i].after), lines.items[k]));
	}
}

static DiffNotes all_notes(Arena *arena, const DiffReport *report) {
	DiffNotes notes = {0}, own = diff_notes(arena, report->diff);
	add_note(arena, &notes, "before", plan_words(arena, report->diff->before.plan));
	add_note(arena, &notes, "after", plan_words(arena, report->diff->after.plan));
	for (size_t i = 0; i < own.count; i++) *list_push(arena, &notes) = own.items[i];
	for (size_t i = 0; i < report->notes.count; i++) *list_push(arena, &notes) = report->notes.items[i];
	add_conditions(arena, &notes, report->diff);
	return notes;
}

/* "gone  missing-index: orders is read whole …" */
static const char *fate_words(Arena *arena, const FindingFate *fate) {
	const Finding *finding = fate->after ? fate->after : fate->before;
	return utf8_clean(arena, arena_printf(arena, "%s: %s", finding->rule, finding->title ? finding->title : ""));
}

static void add_page(Str *out, const Page *page, size_t width, bool ascii) {
	size_t height = page_height(page, (int)width);
	PageView top = PAGE_VIEW_INIT;
	Arena *arena = arena_new();
	Canvas *canvas = canvas_new(arena, (int)width, (int)height, ascii);
	page_draw(canvas, (Box){0, 0, (int)width, (int)height}, page, &top);
	str_add(out, canvas_dump(arena, canvas, false));
	arena_free(arena);
}

static void add_line(Page *page, const char *label, const char *text) {
	page_line(page);
	page_indent(page, LABEL_CELLS);
	page_printf(page, ROLE_TEXT, "%-*s%s", LABEL_CELLS, label, text);
}

static Page *said(Arena *arena, const DiffReport *report) {
	Page *page = page_new(arena);
	DiffNotes notes = all_notes(arena, report);
	for (size_t i = 0; i < notes.count; i++) add_line(page, notes.items[i].label, notes.items[i].text);
	for (size_t i = 0; report->fates && i < report->fates->count; i++) {
		const FindingFate *fate = &report->fates->items[i];
		if (!i) page_line(page);
		page_line(page);
		page_indent(page, 4);
		page_printf(page, ROLE_TEXT, "%s  %s", fate->text, fate_words(arena, fate));
	}
	return page;
}

static Page *verdict_page(Arena *arena, const DiffReport *report) {
	Page *page = page_new(arena);
	page_line(page);
	page_indent(page, 4);
	page_add(page, ROLE_STRONG, diff_verdict_words(arena, report->diff));
	return page;
}

const char *report_diff_text(Arena *arena, const DiffReport *report, size_t width, bool ascii) {
	Str out = STR_INIT;
	if (!width) width = REPORT_WIDTH;
	if (width < LEAST_WIDTH) width = LEAST_WIDTH;
	add_page(&out, verdict_page(arena, report), width, ascii);
	str_add(&out, "\n");
	add_tree(&out, report->diff, width, ascii);
	str_add(&out, "\n");
	add_page(&out, said(arena, report), width, ascii);
	const char *text = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	return text;
}

/* ---- Markdown ---- */

static void add_item(Str *out, const char *label, const char *text) {
	str_printf(out, "- %s: ", label);
	markdown_add_text(out, text);
	str_add(out, "\n");
}

const char *report_diff_markdown(Arena *arena, const DiffReport *report, bool ascii) {
	Str out = STR_INIT, tree = STR_INIT;
	str_add(&out, "### ");
	markdown_add_text(&out, diff_verdict_words(arena, report->diff));
	str_add(&out, "\n\n");
	add_tree(&tree, report->diff, REPORT_WIDTH, ascii);
	markdown_add_fence(&out, "text", tree.text);
	str_add(&out, "\n");
	DiffNotes notes = all_notes(arena, report);
	for (size_t i = 0; i < notes.count; i++) add_item(&out, notes.items[i].label, notes.items[i].text);
	for (size_t i = 0; report->fates && i < report->fates->count; i++) {
		const FindingFate *fate = &report->fates->items[i];
		if (!i) str_add(&out, "\n");
		str_printf(&out, "- **%s**: ", fate->text);
		markdown_add_text(&out, fate_words(arena, fate));
		str_add(&out, "\n");
	}
	const char *text = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	str_release(&tree);
	return text;
}
