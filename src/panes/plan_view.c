/* plan_view.c: a plan on the screen. */
#include "panes/plan_view.h"

#include <limits.h>
#include <math.h>

#include "base/utf8.h"
#include "core/format.h"
#include "panes/plan_node.h"
#include "panes/why.h"
#include "plan/words.h"

/* A line of the tree: a node's heading, or one of its conditions. */
typedef struct TreeRow {
	const PlanNode *node;
	const char *condition; /* NULL: the heading */
} TreeRow;
typedef LIST(TreeRow) TreeRows;

static bool folded(const PlanView *view, const PlanNode *node) {
	return view->folded && view->folded[node->id - 1];
}

static bool visible(const PlanView *view, const PlanNode *node) {
	for (const PlanNode *above = node->parent; above; above = above->parent)
		if (folded(view, above)) return false;
	return true;
}

/* ---- moving ---- */

void plan_view_begin(PlanView *view, Arena *arena, const PlanShown *shown) {
	const Plan *plan = shown->plan;
	*view = (PlanView){.node = 1, .bar = view->bar, .advice = PAGE_VIEW_INIT, .folded = ARENA_ARRAY(arena, bool, plan->node_count)};
	for (size_t i = 0; i < plan->node_count; i++)
		if (plan->nodes[i]->measure.self_share > plan->nodes[view->node - 1]->measure.self_share) view->node = plan->nodes[i]->id;
	if (shown->findings && shown->findings->count && shown->findings->items[0].node) view->node = shown->findings->items[0].node;
	view->began_at = view->node;
}

void plan_view_move(PlanView *view, const PlanShown *shown, long by) {
	long step = by < 0 ? -1 : 1;
	for (long left = by < 0 ? -by : by; left > 0; left--) {
		int id = view->node + (int)step;
		while (id >= 1 && (size_t)id <= shown->plan->node_count && !visible(view, shown->plan->nodes[id - 1])) id += (int)step;
		if (id < 1 || (size_t)id > shown->plan->node_count) return;
		view->node = id;
	}
}

void plan_view_fold(PlanView *view, const PlanShown *shown) {
	if (view->folded && shown->plan->nodes[view->node - 1]->first_child) view->folded[view->node - 1] ^= true;
}

void plan_view_finding(PlanView *view, const PlanShown *shown, int direction) {
	if (!shown->findings || !shown->findings->count) return;
	size_t count = shown->findings->count;
	view->finding = (view->finding + (direction > 0 ? 1 : count - 1)) % count;
	view->advice.top = 0;
	int id = shown->findings->items[view->finding].node;
	if (!id) return;
	view->node = id;
	for (const PlanNode *above = shown->plan->nodes[id - 1]->parent; above && view->folded; above = above->parent)
		view->folded[above->id - 1] = false;
}

/* ---- the tree ---- */

static TreeRows tree_rows(Arena *arena, const PlanView *view, const PlanShown *shown, bool conditions) {
	TreeRows rows = {0};
	for (size_t i = 0; i < shown->plan->node_count; i++) {
		const PlanNode *node = shown->plan->nodes[i];
		if (!visible(view, node)) continue;
		*list_push(arena, &rows) = (TreeRow){.node = node};
		if (!conditions) continue;
		Conditions list = node_condition_lines(arena, shown->plan, node);
		for (size_t c = 0; c < list.count; c++) *list_push(arena, &rows) = (TreeRow){.node = node, .condition = list.items[c]};
	}
	return rows;
}

/* "│ │ └ ": a guide for each level above that still has something to come, and the node's own corner. */
static const char *guides(Arena *arena, const PlanNode *node, bool heading, bool ascii) {
	Str text = STR_INIT;
	const PlanNode **path = ARENA_ARRAY(arena, const PlanNode *, (size_t)node->depth + 1);
	size_t levels = 0;
	for (const PlanNode *at = node; at->parent; at = at->parent) path[levels++] = at;
	while (levels--) {
		bool own = levels == 0 && heading, more = path[levels]->next;
		if (own) str_add(&text, more ? (ascii ? "|-" : "├ ") : (ascii ? "`-" : "└ "));
		else str_add(&text, more ? (ascii ? "| " : "│ ") : "  ");
	}
	if (!heading) str_add(&text, node->first_child ? (ascii ? "| " : "│ ") : "  ");
	const char *copy = arena_copy(arena, text.text);
	str_release(&text);
	return copy;
}

static double node_blocks(const PlanNode *node) {
	const Blocks *blocks = &node->measure.self_blocks;
	return blocks->shared_hit + blocks->shared_read + blocks->local_hit + blocks->local_read + blocks->temp_read;
}

static double bar_value(PlanBar bar, const PlanNode *node) {
	switch (bar) {
	case PLAN_BAR_SELF: return isnan(node->measure.self_ms) ? node->measure.self_cost : node->measure.self_ms;
	case PLAN_BAR_ROWS: return isnan(node->measure.rows_actual) ? node->measure.rows_planned : node->measure.rows_actual;
	case PLAN_BAR_BLOCKS: return node_blocks(node);
	default: return node->measure.self_cost;
	}
}

static double bar_whole(PlanBar bar, const Plan *plan) {
	double whole = 0, largest = 0;
	for (size_t i = 0; i < plan->node_count; i++) {
		double value = bar_value(bar, plan->nodes[i]);
		if (value > 0) whole += value;
		if (value > largest) largest = value;
	}
	return bar == PLAN_BAR_ROWS ? largest : whole;
}

static const char *bar_text(Arena *arena, PlanBar bar, const Plan *plan, const PlanNode *node) {
	if (node->measure.never_executed) return "–";
	double value = bar_value(bar, node);
	if (bar == PLAN_BAR_SELF && plan->analyzed && plan->timed) return format_unit(arena, UNIT_MS, value);
	return format_unit(arena, UNIT_COUNT, value);
}

static const char *rows_text(Arena *arena, const PlanNode *node, bool ascii) {
	const NodeMeasure *m = &node->measure;
	if (isnan(m->rows_actual)) return format_unit(arena, UNIT_COUNT, m->rows_planned);
	return arena_printf(arena, "%s%s%s", format_unit(arena, UNIT_COUNT, m->rows_planned), ascii ? "->" : "→",
	                    format_unit(arena, UNIT_COUNT, m->rows_actual));
}

static Role share_role(double share) {
	return share >= 0.5 ? ROLE_CRITICAL : share >= 0.1 ? ROLE_WARNING : ROLE_TEXT;
}

static const char *marker(Arena *arena, size_t number, bool ascii) {
	if (ascii || number > 20) return arena_printf(arena, "(%zu)", number);
	char bytes[5] = {'\xe2', '\x91', (char)(0x9f + number), 0}; /* U+2460 ① … U+2473 ⑳ */
	return arena_copy(arena, bytes);
}

enum { FIGURE_CELLS = 7, BAR_CELLS = 8, ROWS_CELLS = 13, FULL_TREE_CELLS = 56 };

/* What stands behind a heading: how wrong the estimate was, which findings are about the node. */
static const char *misestimate_mark(Arena *arena, const PlanNode *node) {
	if (!(node->measure.misestimate >= 10)) return "";
	return arena_printf(arena, "  ⚠×%s", format_unit(arena, UNIT_COUNT, node->measure.misestimate));
}

static const char *finding_marks(Arena *arena, const PlanShown *shown, const PlanNode *node, bool ascii, Role *role) {
	const char *marks = "";
	for (size_t i = 0; shown->findings && i < shown->findings->count; i++) {
		if (shown->findings->items[i].node != node->id) continue;
		if (!*marks) *role = share_role(shown->findings->items[i].saves_share);
		marks = arena_printf(arena, "%s  %s", marks, marker(arena, i + 1, ascii));
	}
	return marks;
}

/* The heading gives way to its marks: they are why one looks. */
static void draw_heading(Canvas *canvas, int x, int y, int end, const PlanView *view, const PlanShown *shown, const PlanNode *node, Arena *arena) {
	Role role = ROLE_TEXT;
	const char *wrong = misestimate_mark(arena, node), *found = finding_marks(arena, shown, node, canvas->ascii, &role);
	const char *heading = node_words(arena, node);
	if (folded(view, node)) heading = arena_printf(arena, "%s […]", heading);
	int room = end - x - (int)utf8_cells(wrong) - (int)utf8_cells(found);
	heading = utf8_shorten(arena, heading, room > 8 ? (size_t)room : 8, canvas->ascii);
	x = canvas_text(canvas, x, y, heading, node->measure.never_executed ? ROLE_DIM : ROLE_TEXT);
	x = canvas_text(canvas, x, y, wrong, ROLE_WARNING);
	canvas_text(canvas, x, y, found, role);
}

static void draw_row(Canvas *canvas, Box box, int y, const TreeRow *row, const PlanView *view, const PlanShown *shown, double whole, Arena *arena) {
	const PlanNode *node = row->node;
	bool full = box.width >= FULL_TREE_CELLS;
	int x = box.x + FIGURE_CELLS;
	if (!row->condition) canvas_field(canvas, box.x, y, FIGURE_CELLS, bar_text(arena, view->bar, shown->plan, node), ALIGN_RIGHT, share_role(node->measure.self_share));
	x++;
	if (full) {
		if (!row->condition) {
			canvas_bar(canvas, x, y, BAR_CELLS, whole > 0 ? bar_value(view->bar, node) / whole : 0, share_role(node->measure.self_share));
			canvas_field(canvas, x + BAR_CELLS, y, ROWS_CELLS, rows_text(arena, node, canvas->ascii), ALIGN_RIGHT, ROLE_DIM);
		}
		x += BAR_CELLS + ROWS_CELLS + 2;
	}
	x = canvas_text(canvas, x, y, guides(arena, node, !row->condition, canvas->ascii), ROLE_DIM);
	if (row->condition) {
		canvas_field(canvas, x, y, box.x + box.width - x, row->condition, ALIGN_LEFT, ROLE_DIM);
		return;
	}
	draw_heading(canvas, x, y, box.x + box.width, view, shown, node, arena);
}

static size_t row_of(const TreeRows *rows, int id) {
	for (size_t i = 0; i < rows->count; i++)
		if (rows->items[i].node->id == id) return i;
	return 0;
}

/* The first row shown, so that the cursor's is. */
static size_t tree_top(const TreeRows *rows, const PlanView *view, size_t height) {
	size_t cursor = row_of(rows, view->node), top = view->top;
	if (cursor < top) top = cursor;
	if (cursor + 1 > top + height) top = cursor + 1 - height;
	return rows->count <= height ? 0 : top;
}

static void draw_tree(Canvas *canvas, Box box, TreeRows rows, const PlanView *view, const PlanShown *shown, Arena *arena) {
	if (box.height < 1) return;
	size_t height = (size_t)box.height, cursor = row_of(&rows, view->node), top = tree_top(&rows, view, height);
	double whole = bar_whole(view->bar, shown->plan);
	Box before = canvas_clip(canvas, box);
	for (size_t i = top; i < rows.count && i < top + height; i++) {
		int y = box.y + (int)(i - top);
		draw_row(canvas, box, y, &rows.items[i], view, shown, whole, arena);
		if (i == cursor) canvas_select(canvas, (Box){box.x, y, box.width, 1});
	}
	canvas_clip(canvas, before);
}

/* ---- the whole ---- */

static int least(int a, int b) {
	return a < b ? a : b;
}

static const char *advice_headline(Arena *arena, const PlanView *view, const PlanShown *shown) {
	if (!shown->findings) return "Advice";
	if (!shown->findings->count) return "Advice  nothing to advise";
	return arena_printf(arena, "Advice  %zu of %zu", view->finding + 1, shown->findings->count);
}

/* What goes on now stands to the right and is not cut for the sake of the text. */
static void draw_headline(Canvas *canvas, Box box, const char *text, const char *state) {
	int cells = state ? least((int)utf8_cells(state), box.width) : 0;
	canvas_field(canvas, box.x, box.y, box.width - (cells ? cells + 2 : 0), text, ALIGN_LEFT, ROLE_TITLE);
	if (cells) canvas_field(canvas, box.x + box.width - cells, box.y, cells, state, ALIGN_LEFT, ROLE_STRONG);
}

static Page *advice_page(Arena *arena, const PlanView *view, const PlanShown *shown, int width) {
	Page *page = page_new(arena);
	if (shown->findings && view->finding < shown->findings->count)
		why_finding(page, shown->plan, &shown->findings->items[view->finding], view->finding + 1, width);
	else if (shown->findings) {
		page_line(page);
		page_add(page, ROLE_GOOD, shown->plan->analyzed ? "This plan does what it has to and little else." : "The estimates show nothing worth changing.");
	}
	if (shown->notes) {
		page_line(page);
		page_add(page, ROLE_DIM, shown->notes);
	}
	return page;
}

static void draw_advice(Canvas *canvas, Box box, const PlanView *view, const PlanShown *shown, Arena *arena) {
	if (box.height < 1) return;
	draw_headline(canvas, box, advice_headline(arena, view, shown), NULL);
	Box body = {box.x, box.y + 1, box.width, box.height - 1};
	if (body.height < 1) return;
	page_draw(canvas, body, advice_page(arena, view, shown, body.width), &view->advice);
}

static void draw_node(Canvas *canvas, Box box, const PlanView *view, const PlanShown *shown, Arena *arena) {
	if (box.height < 2) return;
	canvas_line(canvas, box.x, box.y, box.width, ROLE_FRAME);
	Page *page = page_new(arena);
	plan_node_page(page, shown->plan, shown->plan->nodes[view->node - 1], true);
	PageView top = PAGE_VIEW_INIT;
	page_draw(canvas, (Box){box.x, box.y + 1, box.width, box.height - 1}, page, &top);
}

enum {
	BESIDE_CELLS = 110, /* from here on advice stands to the right of the tree, else below it */
	LEAST_ROWS = 4, /* two headlines, with a line below each; fewer show nothing */
	ROOMY_ROWS = 16, /* from this height on conditions stand below their nodes, and columns have headings */
};

typedef struct Places {
	Box tree, node, advice;
} Places;

/* The advice to the right; the node panel below the tree takes what the tree leaves. */
static Places places_beside(Box box, int tree_rows_wanted) {
	int width = box.width * 58 / 100, panel = box.height >= 11 ? box.height / 3 : 0;
	int tree = least(tree_rows_wanted, box.height - 1 - panel);
	return (Places){
		.tree = {box.x, box.y + 1, width, tree},
		.node = {box.x, box.y + 1 + tree, width, panel ? box.height - 1 - tree : 0},
		.advice = {box.x + width + 2, box.y, box.width - width - 2, box.height},
	};
}

/* One above the other: the tree has two fifths, and what the advice leaves. */
static Places places_stacked(Box box, int tree_rows_wanted, int advice_rows_wanted) {
	int panel = box.height >= 19 ? 4 : 0, most = (box.height - 1 - panel) * 2 / 5, left = box.height - 1 - panel - advice_rows_wanted;
	if (most < 4) most = 4;
	int tree = least(tree_rows_wanted, box.height < 8 ? box.height - 3 : most < left ? left : most);
	int rest = box.height - 1 - tree - panel;
	return (Places){
		.tree = {box.x, box.y + 1, box.width, tree},
		.node = {box.x, box.y + 1 + tree, box.width, panel},
		.advice = {box.x, box.y + 1 + tree + panel, box.width, rest},
	};
}

static void draw_headings(Canvas *canvas, Box box, const PlanView *view, const PlanShown *shown) {
	static const char *const names[] = {
#define X(bar, name, meaning) [bar] = name,
		PLAN_BARS(X)
#undef X
	};
	const char *name = view->bar == PLAN_BAR_SELF && !shown->plan->timed ? "cost" : names[view->bar];
	canvas_field(canvas, box.x, box.y, FIGURE_CELLS, name, ALIGN_RIGHT, ROLE_HEADER);
	if (box.width < FULL_TREE_CELLS) return;
	canvas_field(canvas, box.x + FIGURE_CELLS + 1 + BAR_CELLS, box.y, ROWS_CELLS, shown->plan->analyzed ? "rows est→act" : "rows", ALIGN_RIGHT, ROLE_HEADER);
}

/* Advice that is still to come gets its share, so that the tree does not jump when it is there. */
static int advice_rows(const PlanView *view, const PlanShown *shown, int width, Arena *arena) {
	return shown->findings ? 1 + (int)page_height(advice_page(arena, view, shown, width), width) : INT_MAX;
}

static Places places_for(Box box, int tree_rows_wanted, const PlanView *view, const PlanShown *shown, Arena *arena) {
	if (box.width >= BESIDE_CELLS) return places_beside(box, tree_rows_wanted);
	return places_stacked(box, tree_rows_wanted, advice_rows(view, shown, box.width, arena));
}

/* What of the tree is shown, and where everything stands. */
typedef struct Scene {
	TreeRows rows;
	Places places;
	bool roomy; /* the tree has headings */
} Scene;

static Scene scene_of(Arena *arena, Box box, const PlanView *view, const PlanShown *shown) {
	Scene scene = {.roomy = box.height >= ROOMY_ROWS};
	scene.rows = tree_rows(arena, view, shown, scene.roomy);
	scene.places = places_for(box, (int)scene.rows.count + scene.roomy, view, shown, arena);
	if (scene.roomy && box.width < BESIDE_CELLS && (int)scene.rows.count + 1 > scene.places.tree.height) { /* nodes first, conditions where there is room */
		scene.rows = tree_rows(arena, view, shown, false);
		scene.places = places_for(box, (int)scene.rows.count + scene.roomy, view, shown, arena);
	}
	scene.places.tree.y += scene.roomy;
	scene.places.tree.height -= scene.roomy;
	return scene;
}

int plan_view_at(Box box, const PlanView *view, const PlanShown *shown, int x, int y) {
	if (box.height < LEAST_ROWS) return 0;
	Arena *arena = arena_new();
	Scene scene = scene_of(arena, box, view, shown);
	Box tree = scene.places.tree;
	size_t row = y < tree.y || y >= tree.y + tree.height ? scene.rows.count : tree_top(&scene.rows, view, (size_t)tree.height) + (size_t)(y - tree.y);
	int node = x >= tree.x && x < tree.x + tree.width && row < scene.rows.count ? scene.rows.items[row].node->id : 0;
	arena_free(arena);
	return node;
}

void plan_view_draw(Canvas *canvas, Box box, const PlanView *view, const PlanShown *shown, Arena *arena) {
	if (box.height < LEAST_ROWS) return;
	Box before = canvas_clip(canvas, box);
	Scene scene = scene_of(arena, box, view, shown);
	Places places = scene.places;
	draw_headline(canvas, (Box){box.x, box.y, places.tree.width, 1}, plan_words(arena, shown->plan), shown->state);
	if (scene.roomy) draw_headings(canvas, (Box){places.tree.x, places.tree.y - 1, places.tree.width, 1}, view, shown);
	draw_tree(canvas, places.tree, scene.rows, view, shown, arena);
	draw_node(canvas, places.node, view, shown, arena);
	if (box.width >= BESIDE_CELLS)
		for (int y = 0; y < box.height; y++) canvas_text(canvas, places.advice.x - 2, box.y + y, "│", ROLE_FRAME);
	draw_advice(canvas, places.advice, view, shown, arena);
	canvas_clip(canvas, before);
}
