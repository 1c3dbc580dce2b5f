/* plan_tree_draw.c: the rows of a plan's tree on a canvas. */
#include "base/utf8.h"
#include "core/format.h"
#include "panes/plan_tree.h"
#include "plan/words.h"
#include "view/pattern.h"

enum {
	FIGURE_CELLS = 7,
	BAR_CELLS = 8,
	ROWS_CELLS = 13,
	FULL_TREE_CELLS = 56,
	LEAST_HEADING_CELLS = 16, /* of the cursor's: with less than that the tree moves to the left */
	HEADING_CELLS = 24, /* and then has so many */
	DEPTH_CELLS = 4, /* for how many levels stand further left */
};

/* Where the tree begins. */
static int column_cells(int width) {
	return FIGURE_CELLS + 1 + (width >= FULL_TREE_CELLS ? BAR_CELLS + ROWS_CELLS + 2 : 0);
}

/* What all rows have in common. */
typedef struct Drawing {
	Canvas *canvas;
	Box box;
	Arena *arena;
	const PlanView *view;
	const PlanShown *shown;
	PlanBar bar;
	double whole; /* what a full bar stands for */
	int digits; /* of the number of levels left out */
	Pattern search;
} Drawing;

/* ---- what stands before a text ---- */

/* "│ │ └ ": a guide for each level above that still has something to come, and the node's own corner. */
static const char *guides(const Drawing *d, const PlanNode *node, bool heading) {
	bool ascii = d->canvas->ascii;
	size_t levels = node->depth > d->view->left ? (size_t)(node->depth - d->view->left) : 0;
	const PlanNode **path = ARENA_ARRAY(d->arena, const PlanNode *, levels), *at = node;
	for (size_t i = 0; i < levels; i++, at = at->parent) path[i] = at;
	Str text = STR_INIT;
	while (levels--) {
		bool own = levels == 0 && heading, more = path[levels]->next;
		if (own) str_add(&text, more ? (ascii ? "|-" : "├ ") : (ascii ? "`-" : "└ "));
		else str_add(&text, more ? (ascii ? "| " : "│ ") : "  ");
	}
	if (!heading) str_add(&text, node->first_child ? (ascii ? "| " : "│ ") : "  ");
	const char *copy = arena_copy(d->arena, text.text);
	str_release(&text);
	return copy;
}

/* "‹12 ": so many levels stand further left. */
static int draw_depth(const Drawing *d, int x, int y, const PlanNode *node, bool heading) {
	int hidden = node->depth < d->view->left ? node->depth : d->view->left;
	if (!d->view->left) return x;
	if (heading && hidden) canvas_printf(d->canvas, x, y, ROLE_DIM, "‹%d", hidden);
	return x + d->digits + 2;
}

static const char *rows_text(const Drawing *d, const PlanNode *node) {
	const NodeMeasure *m = &node->measure;
	const char *planned = format_unit(d->arena, UNIT_COUNT, m->rows_planned);
	if (isnan(m->rows_actual)) return planned;
	return arena_printf(d->arena, "%s%s%s", planned, d->canvas->ascii ? "->" : "→", format_unit(d->arena, UNIT_COUNT, m->rows_actual));
}

static Role share_role(double share) {
	return share >= 0.5 ? ROLE_CRITICAL : share >= 0.1 ? ROLE_WARNING : ROLE_TEXT;
}

/* The columns before the tree; where it begins. */
static int draw_columns(const Drawing *d, int y, const PlanRow *row) {
	const PlanNode *node = row->node;
	bool heading = !row->text, full = d->box.width >= FULL_TREE_CELLS;
	Role role = heading ? share_role(node->measure.self_share) : ROLE_DIM;
	const char *figure = heading ? plan_bar_text(d->arena, d->bar, node) : row->figure, *rows = heading ? rows_text(d, node) : row->rows;
	double value = heading ? plan_bar_value(d->bar, node) : row->share, whole = heading ? d->whole : 1;
	int x = d->box.x + FIGURE_CELLS + 1;
	if (figure) canvas_field(d->canvas, d->box.x, y, FIGURE_CELLS, figure, ALIGN_RIGHT, role);
	if (!full) return x;
	if (figure) canvas_bar(d->canvas, x, y, BAR_CELLS, whole > 0 && value > 0 ? value / whole : 0, role);
	if (rows) canvas_field(d->canvas, x + BAR_CELLS, y, ROWS_CELLS, rows, ALIGN_RIGHT, ROLE_DIM);
	return d->box.x + column_cells(d->box.width);
}

/* ---- texts ---- */

static void draw_matches(const Drawing *d, int x, int y, const char *text) {
	size_t start, end = 0;
	while (pattern_next(&d->search, text, &start, &end)) {
		int from = (int)utf8_cells_n(text, start), to = (int)utf8_cells_n(text, end);
		canvas_role(d->canvas, (Box){x + from, y, to - from, 1}, ROLE_MATCH);
	}
}

static const char *marker(Arena *arena, size_t number, bool ascii) {
	if (ascii || number > 20) return arena_printf(arena, "(%zu)", number);
	char bytes[5] = {'\xe2', '\x91', (char)(0x9f + number), 0}; /* U+2460 ① … U+2473 ⑳ */
	return arena_copy(arena, bytes);
}

/* What stands behind a heading: how wrong the estimate was, which findings are about the node. */
static const char *misestimate_mark(Arena *arena, const PlanNode *node) {
	if (!(node->measure.misestimate >= 10)) return "";
	return arena_printf(arena, "  ⚠×%s", format_unit(arena, UNIT_COUNT, node->measure.misestimate));
}

static const char *finding_marks(const Drawing *d, const PlanNode *node, Role *role) {
	const FindingList *findings = d->shown->findings;
	const char *marks = "";
	for (size_t i = 0; findings && i < findings->count; i++) {
		if (findings->items[i].node != node->id) continue;
		if (!*marks) *role = share_role(findings->items[i].saves_share);
		marks = arena_printf(d->arena, "%s  %s", marks, marker(d->arena, i + 1, d->canvas->ascii));
	}
	return marks;
}

/* The heading gives way to its marks: they are why one looks. */
static void draw_heading(const Drawing *d, int x, int y, const PlanNode *node) {
	Role role = ROLE_TEXT;
	const char *wrong = misestimate_mark(d->arena, node), *found = finding_marks(d, node, &role), *heading = node_words(d->arena, node);
	if (plan_tree_folded(d->view, node)) heading = arena_printf(d->arena, "%s […]", heading);
	int room = d->box.x + d->box.width - x - (int)utf8_cells(wrong) - (int)utf8_cells(found);
	heading = utf8_shorten(d->arena, heading, room > 8 ? (size_t)room : 8, d->canvas->ascii);
	int end = canvas_text(d->canvas, x, y, heading, node->measure.never_executed ? ROLE_DIM : ROLE_TEXT);
	draw_matches(d, x, y, heading);
	end = canvas_text(d->canvas, end, y, wrong, ROLE_WARNING);
	canvas_text(d->canvas, end, y, found, role);
}

static void draw_row(const Drawing *d, int y, const PlanRow *row) {
	int x = draw_depth(d, draw_columns(d, y, row), y, row->node, !row->text), end = d->box.x + d->box.width;
	x = canvas_text(d->canvas, x, y, guides(d, row->node, !row->text), ROLE_DIM);
	if (!row->text) {
		draw_heading(d, x, y, row->node);
		return;
	}
	const char *text = utf8_shorten(d->arena, row->text, x < end ? (size_t)(end - x) : 0, d->canvas->ascii);
	canvas_text(d->canvas, x, y, text, ROLE_DIM);
	draw_matches(d, x, y, text);
}

/* ---- the whole ---- */

void plan_tree_headings(Canvas *canvas, Box box, const PlanView *view, const PlanShown *shown) {
	canvas_field(canvas, box.x, box.y, FIGURE_CELLS, plan_bar_name(plan_bar_of(view->bar, shown->plan)), ALIGN_RIGHT, ROLE_HEADER);
	if (box.width < FULL_TREE_CELLS) return;
	canvas_field(canvas, box.x + FIGURE_CELLS + 1 + BAR_CELLS, box.y, ROWS_CELLS, shown->plan->analyzed ? "rows est→act" : "rows", ALIGN_RIGHT, ROLE_HEADER);
}

static int digits_of(int number) {
	return number < 10 ? 1 : 1 + digits_of(number / 10);
}

int plan_tree_left(const PlanView *view, const PlanShown *shown, int width) {
	bool resized = view->left_width != width; /* then it is seen anew */
	if (!resized && view->left_for == view->node) return view->left;
	int depth = shown->plan->nodes[view->node - 1]->depth, left = resized ? 0 : view->left, cells = width - column_cells(width);
	int room = (2 * depth + LEAST_HEADING_CELLS <= cells ? cells - LEAST_HEADING_CELLS : cells - HEADING_CELLS - DEPTH_CELLS) / 2;
	if (room < 2) room = 2;
	if (depth >= left && depth - left <= room) return left;
	return depth > room ? depth - room : 0; /* with as much as can be seen of what it stands below */
}

void plan_tree_draw(Canvas *canvas, Box box, const PlanRows *rows, const PlanView *view, const PlanShown *shown, Arena *arena) {
	PlanBar bar = plan_bar_of(view->bar, shown->plan);
	Drawing d = {.canvas = canvas, .box = box, .arena = arena, .view = view, .shown = shown, .bar = bar, .whole = plan_bar_whole(bar, shown->plan),
	             .digits = digits_of(view->left)};
	pattern_compile_any(&d.search, view->search.text ? view->search.text : "");
	Box before = canvas_clip(canvas, box);
	for (size_t i = 0; i < rows->count && i < (size_t)box.height; i++) {
		int y = box.y + (int)i;
		draw_row(&d, y, &rows->items[i]);
		if (rows->items[i].node->id == view->node && !rows->items[i].text) canvas_select(canvas, (Box){box.x, y, box.width, 1});
	}
	canvas_clip(canvas, before);
	pattern_release(&d.search);
}
