/* state.c: the state of the console: reading it, and what it says. */
#include "app/state.h"

ConnState app_conn_state(const App *app) {
	return app->pane_conn ? conn_state(app->pane_conn) : CONN_CONNECTING;
}

const Server *app_server(const App *app) {
	return app->pane_conn ? conn_server(app->pane_conn) : NULL;
}

PaneState *app_pane(const App *app) {
	return &app->panes.items[app->focus];
}

PaneState *app_list(const App *app) {
	const View *view = app_subject(app);
	return !view ? app_pane(app) : view->rows ? view->rows : view->about ? view->about : app_pane(app);
}

Context app_context(const App *app) {
	const View *view = app_view(app);
	return !view || view->rows ? CONTEXT_LIST : view->kind == VIEW_PLAN || view->kind == VIEW_DIFF ? CONTEXT_PLAN : CONTEXT_PAGE;
}

View *app_view(const App *app) {
	return app->views.count ? &app->views.items[app->views.count - 1] : NULL;
}

void app_say(App *app, Role role, const char *message, const char *hint) {
	str_clear(&app->message);
	str_clear(&app->message_hint);
	str_add(&app->message, message);
	if (hint) str_add(&app->message_hint, hint);
	app->message_role = role;
}

void app_say_err(App *app, const Err *err) {
	app_say(app, ROLE_ERROR, err->message.text, err->hint.text);
}

bool app_running(const App *app) {
	return app->run && run_busy(app->run);
}

void pane_make_rows(PaneState *state) {
	if (!sampler_input(state->sampler, state->since_reset, &state->input)) return;
	state->input.mark = state->mark;
	state->input.now = state->now;
	state->input.cost = state->cost;
	state->input.waits = state->waits;
	state->input.age = state->age;
	state->input.idle = setting_on(state->settings, SETTING_IDLE) != state->idle_turned;
	state->input.own_statements = setting_on(state->settings, SETTING_OWN_STATEMENTS);
	arena_clear(state->arena);
	state->table = state->pane->rows(state->arena, &state->input);
	pane_order_rows(state, NULL);
}

void pane_order_rows(PaneState *state, Err *err) {
	if (!state->table) return;
	arena_clear(state->order);
	state->rows = list_rows(state->order, &state->list, state->table, state->pane->columns, state->pane->column_count, err);
	list_settle(&state->list, state->table, state->rows, layout_inside(state->box).height);
}

/* What is on screen; a filter looks for rows by their text, so then it is all there are. */
static ListRows rows_to_read(Arena *arena, const PaneState *state) {
	size_t top = state->list.top, height = (size_t)(state->height > 0 ? state->height : 1), count = state->rows.count;
	if (top > count) top = count;
	if (!state->list.filter.len) return (ListRows){.rows = state->rows.rows + top, .count = count - top < height ? count - top : height};
	ListRows all = {.rows = ARENA_ARRAY(arena, size_t, state->table->row_count), .count = state->table->row_count};
	for (size_t row = 0; row < all.count; row++) all.rows[row] = row;
	return all;
}

void pane_want_texts(PaneState *state) {
	if (!state->table || !state->pane->texts_missing || !sampler_takes_texts(state->sampler)) return;
	Arena *arena = arena_new();
	ListRows rows = rows_to_read(arena, state);
	Keys keys = state->pane->texts_missing(arena, &state->input, state->table, rows.rows, rows.count);
	sampler_want_texts(state->sampler, keys.items, keys.count);
	state->texts_missing = state->list.filter.len ? keys.count : 0;
	arena_free(arena);
}

PaneAbroad pane_texts_abroad(Arena *arena, const PaneState *state) {
	if (!state->table || !state->on_screen || !state->pane->texts_abroad) return (PaneAbroad){0};
	ListRows rows = rows_to_read(arena, state);
	return state->pane->texts_abroad(arena, state->table, rows.rows, rows.count);
}

bool pane_row_of(const PaneState *state, const char *key, size_t *row) {
	size_t column = table_column(state->table, LIST_ROW_KEY);
	for (size_t i = 0; i < state->table->row_count; i++)
		if (strcmp(table_text(state->table, i, column, ""), key) == 0) {
			*row = i;
			return true;
		}
	return false;
}

View *app_subject(const App *app) {
	for (size_t i = app->views.count; i--;)
		if (app->views.items[i].kind != VIEW_PAGE && app->views.items[i].kind != VIEW_DIFF) return &app->views.items[i];
	return NULL;
}

bool app_row(App *app, size_t *row) {
	PaneState *state = app_list(app);
	View *view = app_subject(app);
	if (!state->table) return false;
	if (view && view->kind == VIEW_WHY) return pane_row_of(state, view->row_key.text, row);
	return list_row(&state->list, state->rows, row);
}

void app_say_row_is_gone(App *app) {
	app_say(app, ROLE_DIM, "the row is not there any more", "It comes back when something happens to it.");
}

const char *pane_row_name(Arena *arena, const PaneState *state, size_t row) {
	return arena_printf(arena, "%s/%s", state->pane->name, table_text(state->table, row, table_column(state->table, LIST_ROW_KEY), ""));
}

PaneStatement pane_statement(Arena *arena, const PaneState *state, size_t row) {
	if (!state->pane->statement) return (PaneStatement){.problem = "no statement belongs to this row"};
	return state->pane->statement(arena, &state->input, state->table, row);
}
