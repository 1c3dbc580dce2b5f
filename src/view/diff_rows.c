/* diff_rows.c: two plans on a canvas, node beside node. */
#include "view/diff_rows.h"

#include "base/utf8.h"
#include "plan/diff_words.h"

enum { MARK_CELLS = 2, FIGURE_CELLS = 7, BOTH_CELLS = 14, LEAST_WORDS = 20, MOST_LEVELS = 12, GAP = 3 };

PlanBar diff_bar_of(PlanBar wanted, const PlanDiff *diff) {
	bool both = plan_bar_of(wanted, diff->before.plan) == wanted && plan_bar_of(wanted, diff->after.plan) == wanted;
	return both ? wanted : PLAN_BAR_COST;
}

PlanBar diff_bar_next(PlanBar bar, const PlanDiff *diff) {
	bar = diff_bar_of(bar, diff);
	do bar = (bar + 1) % PLAN_BAR_COUNT;
	while (diff_bar_of(bar, diff) != bar);
	return bar;
}

/* ---- where everything stands ---- */

typedef struct Places {
	bool beside;
	size_t bars; /* so many have room */
	int figure_cells; /* of one figure, or of both with an arrow between */
	Box before, after; /* from the figures on; one tree: after */
	int mark_x, words; /* words: cells from the column's left to the tree */
} Places;

static Places places_in(Box box, const DiffLook *look) {
	bool beside = box.width >= DIFF_BESIDE_CELLS;
	int half = (box.width - GAP - MARK_CELLS) / 2;
	Places places = {.beside = beside, .figure_cells = beside ? FIGURE_CELLS : BOTH_CELLS, .mark_x = box.x};
	places.after = (Box){box.x + MARK_CELLS, box.y, box.width - MARK_CELLS, box.height};
	if (beside) {
		places.before = (Box){box.x, box.y, half, box.height};
		places.mark_x = box.x + half + GAP;
		places.after = (Box){places.mark_x + MARK_CELLS, box.y, box.x + box.width - places.mark_x - MARK_CELLS, box.height};
	}
	places.bars = look->bar_count;
	while (places.bars > 1 && (int)places.bars * (places.figure_cells + 1) + LEAST_WORDS * 2 > places.after.width) places.bars--;
	places.words = (int)places.bars * (places.figure_cells + 1);
	return places;
}

static int levels_shown(const Places *places) {
	int room = (places->after.width - places->words - LEAST_WORDS) / 2;
	return room > 1 ? room : 1;
}

int diff_left(const PlanDiff *diff, const DiffLook *look, int width) {
	const Places places = places_in((Box){.width = width}, look);
	int depth = look->selected == DIFF_NONE ? 0 : diff->pairs.items[look->selected].depth, left = depth - levels_shown(&places);
	return left > 0 ? left : 0;
}

/* ---- figures ---- */

static double least_of(PlanBar bar) {
	return bar == PLAN_BAR_BLOCKS ? DIFF_LEAST_BLOCKS : DIFF_LEAST_MS;
}

static Role figure_role(PlanBar bar, double before, double after) {
	if (bar == PLAN_BAR_ROWS || !diff_counts(before, after, least_of(bar))) return ROLE_DIM;
	return after < before ? ROLE_GOOD : ROLE_CRITICAL;
}

static double value_of(PlanBar bar, const PlanNode *node) {
	return node ? plan_bar_value(bar, node) : NAN;
}

static void draw_figures(Canvas *canvas, const Places *places, int y, PlanBar bar, size_t nth, const DiffPair *pair, Arena *arena) {
	const double before = value_of(bar, pair->before), after = value_of(bar, pair->after);
	const Role role = pair->before && pair->after ? figure_role(bar, before, after) : ROLE_DIM;
	int at = (int)nth * (places->figure_cells + 1);
	if (!places->beside) {
		const PlanNode *only = !pair->before ? pair->after : !pair->after ? pair->before : NULL;
		const char *text = only ? plan_bar_text(arena, bar, only) : diff_figures(arena, plan_bar_unit(bar), before, after);
		canvas_field(canvas, places->after.x + at, y, BOTH_CELLS, text, ALIGN_RIGHT, role);
		return;
	}
	if (pair->before) canvas_field(canvas, places->before.x + at, y, FIGURE_CELLS, plan_bar_text(arena, bar, pair->before), ALIGN_RIGHT, ROLE_DIM);
	if (pair->after) canvas_field(canvas, places->after.x + at, y, FIGURE_CELLS, plan_bar_text(arena, bar, pair->after), ALIGN_RIGHT, role);
}

/* ---- rows ---- */

static Role pair_role(const DiffPair *pair) {
	const char *mark = diff_mark(pair);
	return *mark == '+' ? ROLE_GOOD : *mark == '-' ? ROLE_DIM : *mark == '~' ? ROLE_WARNING : ROLE_TEXT;
}

static void draw_words(Canvas *canvas, Box column, int y, int words, const char *guides, const char *text, Role role, Arena *arena) {
	int x = column.x + words, end = column.x + column.width;
	x = canvas_text(canvas, x, y, guides, ROLE_DIM);
	if (x < end) canvas_text(canvas, x, y, utf8_shorten(arena, text, (size_t)(end - x), canvas->ascii), role);
}

static const char *guides_of(Arena *arena, const PlanDiff *diff, size_t at, const DiffLook *look, bool ascii) {
	int depth = diff->pairs.items[at].depth, left = look->left;
	if (left == DIFF_NONE) left = depth > MOST_LEVELS ? depth - MOST_LEVELS : 0;
	const char *guides = diff_guides(arena, diff, at, left, ascii);
	int hidden = depth < left ? depth : left;
	return hidden ? arena_printf(arena, "‹%d %s", hidden, guides) : guides;
}

static void draw_row(Canvas *canvas, const Places *places, int y, const PlanDiff *diff, size_t at, const DiffLook *look, Arena *arena) {
	const DiffPair *pair = &diff->pairs.items[at];
	const char *guides = guides_of(arena, diff, at, look, canvas->ascii);
	Role role = pair_role(pair);
	Box before = canvas_clip(canvas, (Box){places->after.x, y, places->after.width, 1});
	if (!places->beside) draw_words(canvas, places->after, y, places->words, guides, diff_pair_words(arena, pair), role, arena);
	else if (pair->after) draw_words(canvas, places->after, y, places->words, guides, node_words(arena, pair->after), role, arena);
	canvas_clip(canvas, before);
	if (places->beside && pair->before) {
		canvas_clip(canvas, (Box){places->before.x, y, places->before.width, 1});
		draw_words(canvas, places->before, y, places->words, guides, node_words(arena, pair->before), pair->after ? ROLE_TEXT : ROLE_WARNING, arena);
		canvas_clip(canvas, before);
	}
	for (size_t i = 0; i < places->bars; i++) draw_figures(canvas, places, y, look->bars[i], i, pair, arena);
	canvas_text(canvas, places->mark_x, y, diff_mark(pair), role);
	if (places->beside) canvas_text(canvas, places->before.x + places->before.width + 1, y, "│", ROLE_FRAME);
}

void diff_headings_draw(Canvas *canvas, Box box, const PlanDiff *diff, const DiffLook *look) {
	const Places places = places_in(box, look);
	(void)diff;
	for (size_t i = 0; i < places.bars; i++) {
		int at = (int)i * (places.figure_cells + 1);
		if (places.beside) canvas_field(canvas, places.before.x + at, box.y, FIGURE_CELLS, plan_bar_name(look->bars[i]), ALIGN_RIGHT, ROLE_HEADER);
		canvas_field(canvas, places.after.x + at, box.y, places.figure_cells, plan_bar_name(look->bars[i]), ALIGN_RIGHT, ROLE_HEADER);
	}
	if (places.beside) canvas_text(canvas, places.before.x + places.words, box.y, "before", ROLE_HEADER);
	if (places.beside) canvas_text(canvas, places.before.x + places.before.width + 1, box.y, "│", ROLE_FRAME);
	canvas_text(canvas, places.after.x + places.words, box.y, places.beside ? "after" : "both plans", ROLE_HEADER);
}

void diff_rows_draw(Canvas *canvas, Box box, const PlanDiff *diff, const DiffLook *look, Arena *arena) {
	const Places places = places_in(box, look);
	Box before = canvas_clip(canvas, box);
	for (int row = 0; row < box.height && look->first + (size_t)row < diff->pairs.count; row++) {
		size_t at = look->first + (size_t)row;
		draw_row(canvas, &places, box.y + row, diff, at, look, arena);
		if ((int)at == look->selected) canvas_select(canvas, (Box){box.x, box.y + row, box.width, 1});
	}
	canvas_clip(canvas, before);
}
