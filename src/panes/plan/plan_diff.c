/* plan_diff.c: two plans compared, on the screen. */
#include "panes/plan_diff.h"

#include "panes/plan_node.h"
#include "panes/plan_search.h"

/* ---- moving ---- */

static double share_of(const PlanNode *node) {
	return node && node->measure.self_share > 0 ? node->measure.self_share : 0;
}

/* The dearest of those that changed; of the rest when none did. */
void diff_view_begin(DiffView *view, const Comparison *shown) {
	const PlanDiff *diff = shown->diff;
	double most = -1;
	*view = (DiffView){.bar = diff_bar_of(PLAN_BAR_BLOCKS, diff) == PLAN_BAR_BLOCKS ? PLAN_BAR_BLOCKS : PLAN_BAR_SELF};
	for (size_t i = 0; i < diff->pairs.count; i++) {
		const DiffPair *pair = &diff->pairs.items[i];
		double share = fmax(share_of(pair->before), share_of(pair->after)) + (*diff_mark(pair) ? 2 : 0);
		if (share > most) view->pair = i, most = share;
	}
}

void diff_view_move(DiffView *view, const Comparison *shown, long by) {
	long last = (long)shown->diff->pairs.count - 1, to = (long)view->pair + by;
	view->pair = (size_t)(to < 0 ? 0 : to > last ? last : to);
}

bool diff_view_search(DiffView *view, const Comparison *shown, const char *search, int direction) {
	const DiffPairs *pairs = &shown->diff->pairs;
	Arena *scratch = arena_new();
	Pattern pattern;
	bool found = false;
	pattern_compile_any(&pattern, search);
	for (size_t i = direction ? 1 : 0; i <= pairs->count && !found; i++) {
		size_t at = (direction < 0 ? view->pair + pairs->count - i : view->pair + i) % pairs->count;
		const DiffPair *pair = &pairs->items[at];
		arena_clear(scratch);
		found = (pair->after && plan_search_matches(scratch, &pattern, pair->after)) || (pair->before && plan_search_matches(scratch, &pattern, pair->before));
		if (found) view->pair = at;
	}
	pattern_release(&pattern);
	arena_free(scratch);
	return found;
}

/* ---- in words ---- */

static void add_changes(Page *page, const PlanDiff *diff, const DiffPair *pair) {
	const char *changes = diff_change_words(page->arena, diff, pair);
	page_line(page);
	page_add(page, ROLE_TEXT, node_words(page->arena, pair->after ? pair->after : pair->before));
	page_printf(page, changes ? ROLE_WARNING : ROLE_DIM, ": %s", changes ? changes : "nothing changed");
}

void diff_view_page(Page *page, const DiffView *view, const Comparison *shown) {
	const DiffPair *pair = &shown->diff->pairs.items[view->pair];
	diff_verdict_page(page, shown);
	page_heading(page, "this node");
	add_changes(page, shown->diff, pair);
	page_heading(page, "what else differs");
	diff_said_page(page, shown);
	if (pair->before) page_heading(page, "before");
	if (pair->before) plan_node_page(page, shown->diff->before.plan, pair->before, false);
	if (pair->after) page_heading(page, "after");
	if (pair->after) plan_node_page(page, shown->diff->after.plan, pair->after, false);
}

/* ---- the whole ---- */

enum { HEADING_FROM_ROWS = 9, PANEL_FROM_ROWS = 14, LEAST_ROWS = 3, BOTH_FROM_CELLS = 160 };

typedef struct Places {
	Box verdict, heading, rows, panel;
} Places;

/* The verdict has a third at most, on a small screen half; the panel takes a third, and what the nodes leave. */
static Places places_in(Box box, const Comparison *shown, const Page *verdict) {
	int wanted = (int)page_height(verdict, box.width), most = box.height < HEADING_FROM_ROWS ? (box.height + 1) / 2 : box.height / 3, count = (int)shown->diff->pairs.count;
	int said = wanted < most ? wanted : most > 0 ? most : 1, heading = box.height >= HEADING_FROM_ROWS, rest = box.height - said - heading;
	int panel = box.height >= PANEL_FROM_ROWS ? rest / 3 : 0;
	if (panel && rest - count > panel) panel = rest - count;
	return (Places){
		.verdict = {box.x, box.y, box.width, said},
		.heading = {box.x, box.y + said, box.width, heading},
		.rows = {box.x, box.y + said + heading, box.width, rest - panel},
		.panel = {box.x, box.y + box.height - panel, box.width, panel},
	};
}

static Page *verdict_of(Arena *arena, const Comparison *shown) {
	Page *page = page_new(arena);
	diff_verdict_page(page, shown);
	return page;
}

static size_t top_of(const DiffView *view, const Comparison *shown, int height) {
	size_t rows = height > 0 ? (size_t)height : 1, count = shown->diff->pairs.count, top = view->top;
	if (top + rows > count) top = count > rows ? count - rows : 0;
	if (view->pair < top) top = view->pair;
	return view->pair >= top + rows ? view->pair - rows + 1 : top;
}

static void draw_panel(Canvas *canvas, Box box, const DiffView *view, const Comparison *shown, Arena *arena) {
	if (box.height < 2) return;
	Page *page = page_new(arena);
	PageView top = PAGE_VIEW_INIT;
	canvas_line(canvas, box.x, box.y, box.width, ROLE_FRAME);
	add_changes(page, shown->diff, &shown->diff->pairs.items[view->pair]);
	diff_said_page(page, shown);
	page_draw(canvas, (Box){box.x, box.y + 1, box.width, box.height - 1}, page, &top);
}

int diff_view_at(Box box, const DiffView *view, const Comparison *shown, int y) {
	if (box.height < LEAST_ROWS) return DIFF_NONE;
	Arena *arena = arena_new();
	Box rows = places_in(box, shown, verdict_of(arena, shown)).rows;
	arena_free(arena);
	bool inside = y >= rows.y && y < rows.y + rows.height && view->top + (size_t)(y - rows.y) < shown->diff->pairs.count;
	return inside ? (int)view->top + y - rows.y : DIFF_NONE;
}

/* The one that was chosen, and where there is room the other one of blocks and time. */
static void choose_bars(DiffLook *look, PlanBar wanted, const PlanDiff *diff, int width) {
	PlanBar bar = diff_bar_of(wanted, diff), other = bar == PLAN_BAR_SELF ? PLAN_BAR_BLOCKS : PLAN_BAR_SELF;
	look->bars[look->bar_count++] = bar;
	if (width >= BOTH_FROM_CELLS && diff_bar_of(other, diff) == other) look->bars[look->bar_count++] = other;
}

void diff_view_draw(Canvas *canvas, Box box, DiffView *view, const Comparison *shown, Arena *arena) {
	if (box.height < LEAST_ROWS) return;
	Box before = canvas_clip(canvas, box);
	Page *verdict = verdict_of(arena, shown);
	PageView top = PAGE_VIEW_INIT;
	Places places = places_in(box, shown, verdict);
	view->height = places.rows.height;
	view->top = top_of(view, shown, places.rows.height);
	DiffLook look = {.first = view->top, .selected = (int)view->pair};
	choose_bars(&look, view->bar, shown->diff, box.width);
	look.left = diff_left(shown->diff, &look, box.width);
	page_draw(canvas, places.verdict, verdict, &top);
	if (places.heading.height) diff_headings_draw(canvas, places.heading, shown->diff, &look);
	diff_rows_draw(canvas, places.rows, shown->diff, &look, arena);
	draw_panel(canvas, places.panel, view, shown, arena);
	canvas_clip(canvas, before);
}
