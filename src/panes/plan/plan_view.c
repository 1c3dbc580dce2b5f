/* plan_view.c: a plan on the screen. */
#include "panes/plan_view.h"

#include <limits.h>
#include <math.h>

#include "base/utf8.h"
#include "panes/plan_node.h"
#include "panes/plan_search.h"
#include "panes/plan_tree.h"
#include "panes/why.h"
#include "plan/words.h"

/* ---- moving ---- */

void plan_view_begin(PlanView *view, Arena *arena, const PlanShown *shown) {
	const Plan *plan = shown->plan;
	*view = (PlanView){.node = 1, .bar = view->bar, .workers = view->workers, .advice = PAGE_VIEW_INIT, .folded = ARENA_ARRAY(arena, bool, plan->node_count),
	                   .search = view->search.text ? view->search : (Str)STR_INIT};
	for (size_t i = 0; i < plan->node_count; i++)
		if (plan->nodes[i]->measure.self_share > plan->nodes[view->node - 1]->measure.self_share) view->node = plan->nodes[i]->id;
	if (shown->findings && shown->findings->count && shown->findings->items[0].node) view->node = shown->findings->items[0].node;
	view->began_at = view->node;
}

void plan_view_release(PlanView *view) {
	page_view_release(&view->advice);
	str_release(&view->search);
}

static bool is_about(const PlanShown *shown, size_t finding, int node) {
	return shown->findings && finding < shown->findings->count && shown->findings->items[finding].node == node;
}

void plan_view_go(PlanView *view, const PlanShown *shown, int node) {
	plan_tree_unfold(view, shown->plan->nodes[node - 1]);
	view->node = node;
	if (!shown->findings || is_about(shown, view->finding, node)) return;
	for (size_t i = 0; i < shown->findings->count; i++) {
		if (!is_about(shown, i, node)) continue;
		view->finding = i;
		view->advice.top = 0;
		return;
	}
}

void plan_view_move(PlanView *view, const PlanShown *shown, long by) {
	const Plan *plan = shown->plan;
	const PlanNode *node = plan->nodes[view->node - 1];
	long most = (long)plan->node_count;
	if (by <= -most) node = plan->root;
	else if (by >= most) node = plan_tree_standing(view, plan->nodes[plan->node_count - 1]);
	else
		for (const PlanNode *next = node; by && next; by += by < 0 ? 1 : -1) {
			next = by < 0 ? plan_tree_previous(view, plan, node) : plan_tree_next(view, node);
			if (next) node = next;
		}
	plan_view_go(view, shown, node->id);
}

void plan_view_fold(PlanView *view, const PlanShown *shown) {
	if (view->folded && shown->plan->nodes[view->node - 1]->first_child) view->folded[view->node - 1] ^= true;
}

void plan_view_shift(PlanView *view, const PlanShown *shown, int levels) {
	int most = plan_tree_deepest(shown->plan), left = view->left + levels;
	view->left = left < 0 ? 0 : left > most ? most : left;
	view->left_for = view->node;
}

static size_t advice_last_top(const PlanView *view) {
	return view->advice_rows > view->advice_room ? view->advice_rows - view->advice_room : 0;
}

/* A screenful on, one line of it kept; false: there is no more of it. */
static bool advice_scrolls(PlanView *view, int direction) {
	size_t top = view->advice.top, last = advice_last_top(view), by = view->advice_room > 1 ? view->advice_room - 1 : 1;
	if (!view->advice_room) return false;
	if (direction > 0) view->advice.top = top + by < last ? top + by : last;
	else view->advice.top = top > by ? top - by : 0;
	return view->advice.top != top;
}

bool plan_view_has_more(const PlanView *view, const PlanShown *shown) {
	return advice_last_top(view) > 0 || (!shown->pretence && shown->findings && shown->findings->count > 1);
}

void plan_view_finding(PlanView *view, const PlanShown *shown, int direction) {
	if (advice_scrolls(view, direction)) return;
	if (!shown->findings || !shown->findings->count) return;
	size_t count = shown->findings->count;
	view->finding = (view->finding + (direction > 0 ? 1 : count - 1)) % count;
	view->advice.top = 0;
	int id = shown->findings->items[view->finding].node;
	if (id) plan_view_go(view, shown, id);
}

bool plan_view_has_workers(const PlanShown *shown) {
	for (size_t i = 0; i < shown->plan->node_count; i++) {
		const PlanNode *node = shown->plan->nodes[i];
		for (size_t w = 0; w < node->workers.count; w++)
			if (!isnan(node->workers.items[w].loops)) return true;
	}
	return false;
}

bool plan_view_search(PlanView *view, const PlanShown *shown, int direction) {
	size_t count = shown->plan->node_count, at = (size_t)view->node - 1;
	Arena *scratch = arena_new();
	Pattern pattern;
	bool found = false;
	pattern_compile_any(&pattern, view->search.text);
	for (size_t i = direction ? 1 : 0; i <= count && !found; i++) {
		const PlanNode *node = shown->plan->nodes[(direction < 0 ? at + count - i : at + i) % count];
		arena_clear(scratch);
		found = plan_search_matches(scratch, &pattern, node);
		if (found) plan_view_go(view, shown, node->id);
	}
	pattern_release(&pattern);
	arena_free(scratch);
	return found;
}

/* ---- the whole ---- */

static int least(int a, int b) {
	return a < b ? a : b;
}

/* In as many words as have room: nobody is to take the advice of another day for today's. */
static const char *aged(Arena *arena, const PlanShown *shown, const char *what, int cells) {
	const char *time = shown->advised_at, *place = shown->advised_for;
	const char *const words[] = {
		arena_printf(arena, "Advice  %s  as of %s%s%s", what, time, place ? ", of " : "", place ? place : ""),
		arena_printf(arena, "Advice  %s  as of %s", what, time),
		arena_printf(arena, "%s  as of %s", what, time),
		arena_printf(arena, "as of %s", time),
	};
	size_t at = 0, last = sizeof words / sizeof *words - 1;
	while (at < last && (int)utf8_cells(words[at]) > cells) at++;
	return words[at];
}

static const char *advice_headline(Arena *arena, const PlanView *view, const PlanShown *shown, int cells) {
	if (shown->pretence) return "Pretended: w or Esc shows the real plan";
	if (!shown->findings) return "Advice";
	size_t count = shown->findings->count;
	const char *what = count ? arena_printf(arena, "%zu of %zu", view->finding + 1, count) : "nothing to advise";
	return shown->advised_at ? aged(arena, shown, what, cells) : arena_printf(arena, "Advice  %s", what);
}

enum { HEADLINE_GAP = 2 };

/* What goes on now stands to the right and is not cut for the sake of the text. */
static void draw_headline(Canvas *canvas, Box box, const char *text, const char *state) {
	int cells = state ? least((int)utf8_cells(state), box.width) : 0;
	canvas_field(canvas, box.x, box.y, box.width - (cells ? cells + HEADLINE_GAP : 0), text, ALIGN_LEFT, ROLE_TITLE);
	if (cells) canvas_field(canvas, box.x + box.width - cells, box.y, cells, state, ALIGN_LEFT, ROLE_STRONG);
}

static Page *advice_page(Arena *arena, const PlanView *view, const PlanShown *shown, int width) {
	Page *page = page_new(arena);
	if (shown->repeated) {
		LabelledLines lines = repeated_lines(arena, shown->repeated);
		why_labelled(page, &lines, width);
		page_line(page);
	}
	if (shown->pretence) {
		LabelledLines lines = pretence_lines(arena, shown->pretence);
		why_labelled(page, &lines, width);
	} else if (shown->findings && view->finding < shown->findings->count)
		why_finding(page, shown->plan, &shown->findings->items[view->finding], view->finding + 1, width);
	else if (shown->findings) {
		page_line(page);
		const char *silence = shown->findings->silence;
		if (silence) page_add(page, ROLE_TEXT, silence);
		else page_add(page, ROLE_GOOD, shown->plan->analyzed ? "This plan does what it has to and little else." : "The estimates show nothing worth changing.");
	}
	if (shown->notes) {
		page_line(page);
		page_add(page, ROLE_DIM, shown->notes);
	}
	return page;
}

/* What of the text is on the screen; NULL: all of it. */
static const char *advice_part(Arena *arena, const PlanView *view) {
	size_t top = view->advice.top, end = top + view->advice_room;
	if (!view->advice_room || !advice_last_top(view)) return NULL;
	return arena_printf(arena, "%zu-%zu of %zu %s", top + 1, end, view->advice_rows, end < view->advice_rows ? "▾" : " ");
}

static void draw_advice(Canvas *canvas, Box box, PlanView *view, const PlanShown *shown, Arena *arena) {
	Box body = {box.x, box.y + 1, box.width, box.height - 1};
	Page *page = advice_page(arena, view, shown, body.width);
	view->advice_rows = page_height(page, body.width);
	view->advice_room = body.height > 0 ? (size_t)body.height : 0;
	if (view->advice.top > advice_last_top(view)) view->advice.top = advice_last_top(view);
	if (box.height < 1) return;
	const char *part = advice_part(arena, view);
	int room = box.width - (part ? (int)utf8_cells(part) + HEADLINE_GAP : 0);
	draw_headline(canvas, box, advice_headline(arena, view, shown, room), part);
	if (body.height > 0) page_draw(canvas, body, page, &view->advice);
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

/* Advice that is still to come gets its share, so that the tree does not jump when it is there. */
static int advice_rows(const PlanView *view, const PlanShown *shown, int width, Arena *arena) {
	return shown->findings || shown->pretence ? 1 + (int)page_height(advice_page(arena, view, shown, width), width) : INT_MAX;
}

static Places places_for(Box box, int tree_rows_wanted, const PlanView *view, const PlanShown *shown, Arena *arena) {
	if (box.width >= BESIDE_CELLS) return places_beside(box, tree_rows_wanted);
	return places_stacked(box, tree_rows_wanted, advice_rows(view, shown, box.width, arena));
}

/* What of the tree is shown, and where everything stands. */
typedef struct Scene {
	Places places;
	bool roomy; /* the tree has headings */
	bool conditions; /* below their nodes */
} Scene;

static Scene scene_with(Arena *arena, Box box, const PlanView *view, const PlanShown *shown, bool conditions) {
	Scene scene = {.roomy = box.height >= ROOMY_ROWS, .conditions = conditions};
	int wanted = (int)plan_tree_rows(arena, view, shown, 1, conditions, (size_t)box.height).count + scene.roomy;
	scene.places = places_for(box, wanted, view, shown, arena);
	bool fits = wanted <= scene.places.tree.height;
	if (conditions && !fits && box.width < BESIDE_CELLS) return scene_with(arena, box, view, shown, false); /* nodes first, conditions where there is room */
	scene.places.tree.y += scene.roomy;
	scene.places.tree.height -= scene.roomy;
	return scene;
}

static Scene scene_of(Arena *arena, Box box, const PlanView *view, const PlanShown *shown) {
	return scene_with(arena, box, view, shown, box.height >= ROOMY_ROWS);
}

static PlanRows rows_of(Arena *arena, const Scene *scene, const PlanView *view, const PlanShown *shown) {
	size_t height = scene->places.tree.height > 0 ? (size_t)scene->places.tree.height : 0;
	return plan_tree_rows(arena, view, shown, plan_tree_top(arena, view, shown, scene->conditions, height), scene->conditions, height);
}

int plan_view_at(Box box, const PlanView *view, const PlanShown *shown, int x, int y) {
	if (box.height < LEAST_ROWS) return 0;
	Arena *arena = arena_new();
	Scene scene = scene_of(arena, box, view, shown);
	Box tree = scene.places.tree;
	PlanRows rows = rows_of(arena, &scene, view, shown);
	bool inside = x >= tree.x && x < tree.x + tree.width && y >= tree.y && (size_t)(y - tree.y) < rows.count;
	int node = inside ? rows.items[y - tree.y].node->id : 0;
	arena_free(arena);
	return node;
}

/* Where the reader is now, for the next draw to begin with. */
static PlanRows settle(Arena *arena, const Scene *scene, PlanView *view, const PlanShown *shown) {
	PlanRows rows = rows_of(arena, scene, view, shown);
	view->top = rows.count ? rows.items[0].node->id : 0;
	view->left = plan_tree_left(view, shown, scene->places.tree.width);
	view->left_for = view->node;
	view->left_width = scene->places.tree.width;
	return rows;
}

void plan_view_draw(Canvas *canvas, Box box, PlanView *view, const PlanShown *shown, Arena *arena) {
	if (box.height < LEAST_ROWS) return;
	Box before = canvas_clip(canvas, box);
	Scene scene = scene_of(arena, box, view, shown);
	PlanRows rows = settle(arena, &scene, view, shown);
	Places places = scene.places;
	const char *words = plan_words(arena, shown->plan);
	if (shown->pretence) words = arena_printf(arena, "%s  cost %s", pretence_title(arena, shown->pretence), pretence_costs(arena, shown->pretence));
	draw_headline(canvas, (Box){box.x, box.y, places.tree.width, 1}, words, shown->state);
	if (scene.roomy) plan_tree_headings(canvas, (Box){places.tree.x, places.tree.y - 1, places.tree.width, 1}, view, shown);
	plan_tree_draw(canvas, places.tree, &rows, view, shown, arena);
	draw_node(canvas, places.node, view, shown, arena);
	if (box.width >= BESIDE_CELLS)
		for (int y = 0; y < box.height; y++) canvas_text(canvas, places.advice.x - 2, box.y + y, "│", ROLE_FRAME);
	draw_advice(canvas, places.advice, view, shown, arena);
	canvas_clip(canvas, before);
}
