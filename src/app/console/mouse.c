/* mouse.c: what clicks and the wheel mean. */
#include "app/mouse.h"

#include "app/act.h"
#include "app/diffs.h"
#include "app/menus.h"
#include "app/runs.h"

enum { ENTER = 13, NOTCH_ROWS = 3 };
static const Key enter = {.code = ENTER};

static bool holds(Box box, Mouse mouse) {
	return mouse.x >= box.x && mouse.x < box.x + box.width && mouse.y >= box.y && mouse.y < box.y + box.height;
}

/* Notches as rows, down being positive; 0: it is no wheel. */
static long rows_turned(Mouse mouse) {
	return mouse.act == MOUSE_WHEEL_UP ? -NOTCH_ROWS : mouse.act == MOUSE_WHEEL_DOWN ? NOTCH_ROWS : 0;
}

static void press_enter(App *app, Context context) {
	app_act(app, keymap_action(app->keymap, context, enter));
}

/* ---- menus ---- */

static void in_menu(App *app, Mouse mouse) {
	Box screen = {0};
	screen_size(app->screen, &screen.width, &screen.height);
	Arena *arena = arena_new();
	MenuEntries entries = menu_entries(arena, app);
	Menu menu = {.title = menu_title(app), .entries = entries.items, .count = entries.count, .cursor = app->menu_cursor};
	size_t entry = 0;
	bool there = menu_at(screen, &menu, mouse.x, mouse.y, &entry);
	if (rows_turned(mouse)) menu_move(&menu, rows_turned(mouse) < 0 ? -1 : 1);
	app->menu_cursor = menu.cursor;
	arena_free(arena);
	if (rows_turned(mouse) || !there) return;
	app->menu_cursor = entry;
	menu_key(app, enter);
}

/* ---- panes and other lists ---- */

static void sort_by(PaneState *state, size_t column) {
	state->list.inverted = state->list.sort == column && !state->list.inverted;
	state->list.sort = column;
	pane_order_rows(state, NULL);
}

static void in_list(App *app, PaneState *state, Mouse mouse) {
	Box inside = layout_inside(state->box);
	if (rows_turned(mouse)) {
		if (state->table) list_wheel(&state->list, state->table, state->rows, inside.height, rows_turned(mouse));
		return;
	}
	if (!app_view(app)) app->focus = (size_t)(state - app->panes.items);
	if (!state->table || !holds(inside, mouse)) return;
	size_t column;
	bool heading = mouse.y == inside.y;
	if (heading && list_column_at(&state->list, state->rows, state->pane->columns, state->pane->column_count, inside.width, mouse.x - inside.x, &column))
		sort_by(state, column);
	if (!heading && list_go_to(&state->list, state->table, state->rows, mouse.y - inside.y) && mouse.act == MOUSE_DOUBLE_CLICK)
		press_enter(app, CONTEXT_LIST);
}

/* ---- views ---- */

static void in_plan(App *app, const View *view, Mouse mouse) {
	if (!app->run || !app->run->plan) return;
	Arena *arena = arena_new();
	PlanShown shown = run_shown(arena, app);
	int node = plan_view_at(view->body, &app->plan_view, &shown, mouse.x, mouse.y);
	if (rows_turned(mouse)) plan_view_move(&app->plan_view, &shown, rows_turned(mouse) < 0 ? -1 : 1);
	else if (node) plan_view_go(&app->plan_view, &shown, node);
	arena_free(arena);
	if (node && mouse.act == MOUSE_DOUBLE_CLICK) press_enter(app, CONTEXT_PLAN);
}

static void in_diff(App *app, const View *view, Mouse mouse) {
	const Comparison *comparison = diff_comparison(view);
	if (!comparison) return;
	DiffView *at = diff_view_of(view);
	int pair = diff_view_at(view->body, at, comparison, mouse.y);
	if (rows_turned(mouse)) diff_view_move(at, comparison, rows_turned(mouse) < 0 ? -1 : 1);
	else if (pair != DIFF_NONE) at->pair = (size_t)pair;
	if (pair != DIFF_NONE && mouse.act == MOUSE_DOUBLE_CLICK) press_enter(app, CONTEXT_PLAN);
}

static void in_view(App *app, View *view, Mouse mouse) {
	bool below = view->page && holds(view->body, mouse);
	if (view->rows && !below) in_list(app, view->rows, mouse);
	else if (view->kind == VIEW_PLAN) in_plan(app, view, mouse);
	else if (view->kind == VIEW_DIFF) in_diff(app, view, mouse);
	else if (view->page && rows_turned(mouse)) page_scroll(&view->scroll, view->page, view->body, rows_turned(mouse));
	else if (mouse.act == MOUSE_DOUBLE_CLICK) press_enter(app, CONTEXT_PAGE);
}

void app_mouse(App *app, Mouse mouse) {
	View *view = app_view(app);
	if (menu_title(app)) in_menu(app, mouse);
	else if (app->modal) return; /* what is asked wants keys */
	else if (view) in_view(app, view, mouse);
	else for (size_t i = 0; i < app->panes.count; i++)
		if (app->panes.items[i].on_screen && holds(app->panes.items[i].box, mouse)) in_list(app, &app->panes.items[i], mouse);
}
