/* dashboard.c: the panes on the screen. */
#include "app/dashboard.h"

#include "app/own_cost.h"
#include "base/clock.h"
#include "view/chrome.h"

static int prompt_rows(const App *app, int width, int height) {
	if (!app->prompt_open) return height >= 14 ? 1 : 0;
	int rows = prompt_height(app->prompt, width, height / 2);
	return rows > 0 ? rows : 1;
}

/* A message that is too long for one line gets a few. */
static int foot_rows(const App *app, int width, int height) {
	enum { MOST_ROWS = 4, SHARE = 5 };
	if (!app->message.len) return 1;
	Arena *arena = arena_new();
	int rows = message_height(arena, width, app->message.text, app->message_hint.len ? app->message_hint.text : NULL);
	int most = height / SHARE < MOST_ROWS ? height / SHARE : MOST_ROWS;
	arena_free(arena);
	return rows < most ? rows : most;
}

static void place(App *app, size_t first, size_t count, const Box *boxes) {
	for (size_t i = 0; i < app->panes.count; i++) {
		PaneState *state = &app->panes.items[i];
		state->on_screen = i >= first && i < first + count;
		if (state->on_screen) state->box = boxes[i - first];
	}
}

Layout dashboard_arrange(App *app) {
	int width, height;
	screen_size(app->screen, &width, &height);
	Layout layout = layout_make(width, height, prompt_rows(app, width, height), foot_rows(app, width, height));
	Box boxes[LAYOUT_MOST_PANES] = {layout.main};
	size_t all = app->panes.count, placed = app->zoomed ? 1 : layout_panes(layout.main, all, boxes);
	size_t first = app->focus / placed * placed;
	if (first + placed > all) placed = layout_panes(layout.main, all - first, boxes); /* the last page of panes may have room to grow */
	place(app, first, placed, boxes);
	return layout;
}

void dashboard_focus(App *app, size_t pane) {
	app->focus = pane;
}

/* ---- what is asked ---- */

static double share_of_each(const App *app) {
	size_t costly = 0;
	for (size_t i = 0; i < app->panes.count; i++) costly += app->panes.items[i].on_screen && !app->panes.items[i].pane->urgent && !app->panes.items[i].pane->unslowed;
	return OWN_COST_BUDGET_SHARE / (double)(costly ? costly : 1);
}

/* The keys to poll by, of the rows on screen. */
static Keys shown_keys(Arena *arena, const PaneState *state) {
	Keys keys = {0};
	if (!state->table || !state->pane->shown_query || !state->on_screen) return keys;
	size_t column = table_column(state->table, PANE_POLL_KEY), end = state->list.top + (size_t)(state->height > 0 ? state->height : 0);
	for (size_t i = state->list.top; i < state->rows.count && i < end; i++)
		if (!table_null(state->table, state->rows.rows[i], column)) *list_push(arena, &keys) = table_int(state->table, state->rows.rows[i], column, 0);
	return keys;
}

static void ask(App *app, PaneState *state, bool forced) {
	Arena *arena = arena_new();
	Keys keys = shown_keys(arena, state);
	SamplerTurn turn = {.forced = forced, .on_screen = state->on_screen, .budget_share = share_of_each(app), .round_trip_ms = app->pulse.round_trip_ms};
	sampler_tick(state->sampler, &turn, keys.items, keys.count);
	arena_free(arena);
}

/* What is on screen comes first: a pane out of sight is asked for its first sample once nobody in sight waits for theirs. */
void dashboard_refresh(App *app, bool forced) {
	bool waited_for = false;
	pulse_tick(&app->pulse, app->pane_conn);
	for (int in_sight = 1; in_sight >= 0; in_sight--)
		for (size_t i = 0; i < app->panes.count; i++) {
			PaneState *state = &app->panes.items[i];
			if (state->on_screen != (in_sight == 1) || (!in_sight && waited_for && !state->pane->urgent)) continue;
			ask(app, state, forced && state->on_screen);
			waited_for |= state->on_screen && !sampler_count(state->sampler) && sampler_waiting(state->sampler);
		}
	own_cost_update(app);
}

/* Younger than a tick it would be, it is as good as new, and the rates of a moment would be noise. */
static bool is_old(const App *app, const PaneState *state) {
	int64_t taken = sampler_taken_at_ms(state->sampler);
	return taken < 0 || (double)(clock_ms() - taken) >= setting_number(&app->settings, SETTING_INTERVAL) * 1000;
}

void dashboard_settle(App *app) {
	dashboard_arrange(app);
	for (size_t i = 0; i < app->panes.count; i++) {
		PaneState *state = &app->panes.items[i];
		bool came = state->on_screen && !state->was_on_screen;
		state->was_on_screen = state->on_screen;
		if (!came) continue;
		pane_make_rows(state);
		if (app_conn_state(app) == CONN_READY && is_old(app, state) && (!app->paused || !state->table)) ask(app, state, true);
	}
}

void dashboard_read_missing(App *app) {
	for (size_t i = 0; i < app->panes.count; i++) {
		PaneState *state = &app->panes.items[i];
		if (state->on_screen && !state->table && !sampler_waiting(state->sampler)) ask(app, state, true);
	}
}

void dashboard_forget(App *app) {
	for (size_t i = 0; i < app->panes.count; i++) {
		PaneState *state = &app->panes.items[i];
		sampler_forget(state->sampler);
		arena_clear(state->arena);
		state->table = NULL;
		state->rows = (ListRows){0};
	}
	pulse_begin(&app->pulse);
}
