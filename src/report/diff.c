/* diff.c: two plans compared, as text and as Markdown. */
#include "report/diff.h"

#include "report/markdown.h"
#include "report/plan.h"
#include "report/ticket_parts.h"
#include "view/diff_rows.h"

enum { LEAST_WIDTH = 40, MOST_WIDTH = 1000, ROWS_AT_ONCE = 200 };

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

const char *report_diff_tree(Arena *arena, const PlanDiff *diff, size_t width, bool ascii) {
	Str out = STR_INIT;
	add_tree(&out, diff, width, ascii);
	const char *text = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	return text;
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

const char *report_diff_text(Arena *arena, const Comparison *comparison, size_t width, bool ascii) {
	Str out = STR_INIT;
	Page *verdict = page_new(arena), *said = page_new(arena);
	if (!width) width = REPORT_WIDTH;
	if (width < LEAST_WIDTH) width = LEAST_WIDTH;
	if (width > MOST_WIDTH) width = MOST_WIDTH;
	diff_verdict_page(verdict, comparison);
	diff_said_page(said, comparison);
	add_page(&out, verdict, width, ascii);
	str_add(&out, "\n");
	add_tree(&out, comparison->diff, width, ascii);
	str_add(&out, "\n");
	add_page(&out, said, width, ascii);
	const char *text = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	return text;
}

/* ---- Markdown ---- */

static void add_item(Str *out, const char *label, const char *text) {
	str_printf(out, "- %s: ", *label ? label : "note");
	markdown_add_text(out, text);
	str_add(out, "\n");
}

const char *report_diff_markdown(Arena *arena, const Comparison *comparison, bool ascii) {
	Str out = STR_INIT, tree = STR_INIT;
	str_add(&out, "### ");
	markdown_add_text(&out, diff_verdict_line(arena, comparison));
	str_add(&out, "\n\n");
	add_tree(&tree, comparison->diff, REPORT_WIDTH, ascii);
	markdown_add_fence(&out, "text", tree.text);
	str_add(&out, "\n");
	DiffNotes notes = diff_all_notes(arena, comparison);
	for (size_t i = 0; i < notes.count; i++) add_item(&out, notes.items[i].label, notes.items[i].text);
	for (size_t i = 0; comparison->findings && i < comparison->findings->count; i++) {
		const FindingChange *change = &comparison->findings->items[i];
		if (!i) str_add(&out, "\n");
		str_printf(&out, "- **%s**: ", change->text);
		markdown_add_text(&out, diff_finding_words(arena, change));
		str_add(&out, "\n");
	}
	DiffNotes nodes = diff_node_notes(arena, comparison->diff);
	if (nodes.count) str_add(&out, "\nWhat changed about nodes that both have:\n\n");
	for (size_t i = 0; i < nodes.count; i++) {
		str_add(&out, "- ");
		markdown_add_text(&out, nodes.items[i].text);
		str_add(&out, "\n");
	}
	const Ticket both = {.out = &out, .arena = arena, .ascii = ascii};
	ticket_add_plans(&both, comparison->diff);
	markdown_add_gap(&out);
	add_item(&out, "basis", ticket_since_basis(comparison->diff));
	const char *text = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	str_release(&tree);
	return text;
}
