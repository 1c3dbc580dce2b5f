/* app.c: birth and death of the console's state, its connections, and what it says. */
#include "app/app.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/utf8.h"

static void sampled(void *owner, Sampler *sampler) {
	App *app = owner;
	for (size_t i = 0; i < app->panes.count; i++)
		if (app->panes.items[i].sampler == sampler) pane_make_rows(&app->panes.items[i]);
	view_rebuild(app);
}

static void ask_password(App *app, Conn *conn) {
	app->password_conn = conn;
	str_clear(&app->entry);
	app->modal = MODAL_PASSWORD;
	if (conn && err_is(conn_error(conn))) app_say_err(app, conn_error(conn));
}

static void panes_connected(App *app) {
	const Server *server = app_server(app);
	if (app->connect_said) app_say(app, ROLE_GOOD, "connected", NULL);
	else if (!server->statements_problem && server->statements_remedy)
		app_say(app, ROLE_WARNING, "what other roles run is hidden", server->statements_remedy);
	app->connect_said = false;
	app->next_tick_ms = clock_ms();
}

static void panes_disconnected(App *app) {
	app->connect_said = true;
	app_say_err(app, conn_error(app->pane_conn));
}

static void conn_changed(void *owner, Conn *conn) {
	App *app = owner;
	screen_redraw(app->screen); /* libpq warns of pass files on stderr, which is the screen */
	ConnState state = conn_state(conn);
	if (state == CONN_NEEDS_PASSWORD) ask_password(app, conn);
	else if (conn == app->pane_conn && state == CONN_READY) panes_connected(app);
	else if (conn == app->pane_conn && (state == CONN_LOST || state == CONN_FAILED)) panes_disconnected(app);
	if (app->run) run_conn_changed(app->run);
}

/* A connection the same way in as ours, with the password that was typed. */
static Conn *connect_to(App *app, const char *database) {
	ConnParams params = app->pane_conn ? conn_params(app->pane_conn, database) : app->demo ? demo_conn_params(app->demo) : app->options->conn;
	if (app->password.len) params.password = app->password.text;
	Conn *conn = conn_new(loop_work(app->loop), &params, conn_changed, app);
	loop_add_conn(app->loop, conn);
	return conn;
}

void app_connect(App *app) {
	app->pane_conn = connect_to(app, NULL);
	for (size_t i = 0; i < app->panes.count; i++) sampler_connect(app->panes.items[i].sampler, app->pane_conn);
}

static void demo_told(void *owner) {
	App *app = owner;
	demo_ready(app->demo);
	if (demo_fd(app->demo) < 0) loop_watch(app->loop, app->demo_watched, NULL, NULL);
	if (demo_open(app->demo) && !app->pane_conn) app_connect(app);
	if (demo_problem(app->demo)) app_say_err(app, demo_problem(app->demo));
	else if (demo_open(app->demo) && !demo_progress(app->demo, NULL) && !app->demo_said) {
		app->demo_said = true;
		app_say(app, ROLE_GOOD, "the shop is open", demo_psql_line(app->arena, app->demo));
	}
}

static void disconnect(App *app, Conn *conn) {
	if (!conn) return;
	loop_remove_conn(app->loop, conn);
	conn_free(conn);
}

static bool same_database(const App *app, const char *database) {
	const Server *server = app_server(app);
	return !database || (server && strcmp(server->database, database) == 0);
}

/* What kept it away may be over by now. */
static void give_up_failed(App *app, Conn **conn) {
	if (!*conn || conn_state(*conn) != CONN_FAILED) return;
	disconnect(app, *conn);
	*conn = NULL;
}

Conn *app_conn_for(App *app, const char *database) {
	give_up_failed(app, &app->run_conn);
	give_up_failed(app, &app->other_conn);
	if (same_database(app, database)) {
		if (!app->run_conn) app->run_conn = connect_to(app, NULL);
		return app->run_conn;
	}
	if (!app->other_conn || strcmp(app->other_database, database) != 0) {
		disconnect(app, app->other_conn);
		app->other_database = arena_copy(app->arena, database);
		app->other_conn = connect_to(app, database);
	}
	return app->other_conn;
}

static void add_panes(App *app) {
	for (const Pane *const *pane = panes; *pane; pane++)
		*list_push(app->arena, &app->panes) = (PaneState){
			.pane = *pane,
			.sampler = sampler_new(*pane, sampled, app),
			.list = LIST_INIT((*pane)->sort),
			.arena = arena_new(),
		};
}

static Theme *chosen_theme(App *app, Err *err) {
	const char *name = setting_text(&app->settings, SETTING_THEME), *no_colour = getenv("NO_COLOR");
	if (strcmp(name, "mono") == 0 || (no_colour && *no_colour) || !screen_colours(app->screen)) return theme_mono(app->arena);
	if (strcmp(name, "default") == 0) return theme_default(app->arena);
	const char *path = strchr(name, '/') ? name : config_path(app->arena, arena_printf(app->arena, "themes/%s.theme", name));
	const Config *config = path ? config_read(app->arena, path, err) : NULL;
	return config ? theme_read(app->arena, config, err) : theme_default(app->arena);
}

static void read_keys(App *app, Err *err) {
	app->keymap = keymap_default(app->arena);
	const char *path = config_path(app->arena, "keys");
	if (!path || access(path, R_OK) != 0) return;
	const Config *config = config_read(app->arena, path, err);
	if (config) keymap_add(app->keymap, app->arena, config, err);
}

/* Looks, keys and settings with mistakes in them are used as far as they go, and said. */
static void read_taste(App *app) {
	Err err = ERR_INIT;
	app->theme = chosen_theme(app, &err);
	if (!err_is(&err)) read_keys(app, &err);
	if (err_is(&err)) app_say_err(app, &err);
	if (app->options->settings_problem) app_say(app, ROLE_ERROR, app->options->settings_problem, NULL);
	err_release(&err);
	app->ascii = setting_on(&app->settings, SETTING_ASCII) || !screen_utf8(app->screen);
}

static bool begin(App *app, Err *err) {
	app->loop = loop_new(err);
	if (!app->loop) return false;
	app->screen = screen_open(err);
	if (!app->screen) return false;
	loop_catch_signals(app->loop);
	app->input = input_new();
	read_taste(app);
	PromptSpec prompt = {
		.history_path = state_path(app->arena, "history"),
		.complete = prompt_complete,
		.accepted = prompt_accepted,
		.edit = prompt_edit,
		.candidates = prompt_candidates,
		.owner = app,
	};
	app->prompt = prompt_new(&prompt);
	return true;
}

App *app_new(const Options *options, Demo *demo, Err *err) {
	Arena *arena = arena_new();
	App *app = ARENA_NEW(arena, App);
	*app = (App){
		.arena = arena, .options = options, .demo = demo, .settings = options->settings, .password = STR_INIT, .run_row = STR_INIT, .run_text = STR_INIT,
		.wait_event = STR_INIT, .entry = STR_INIT, .message = STR_INIT, .message_hint = STR_INIT, .plan_view = {.advice = PAGE_VIEW_INIT},
	};
	if (!begin(app, err)) {
		app_free(app);
		return NULL;
	}
	add_panes(app);
	if (demo) loop_watch(app->loop, app->demo_watched = demo_fd(demo), demo_told, app);
	else if (options->ask_password) ask_password(app, NULL);
	else app_connect(app);
	return app;
}

void app_free(App *app) {
	run_free(app->run);
	while (app->views.count) view_close(app);
	for (size_t i = 0; i < app->panes.count; i++) {
		sampler_free(app->panes.items[i].sampler);
		list_release(&app->panes.items[i].list);
		arena_free(app->panes.items[i].arena);
	}
	if (app->loop) {
		disconnect(app, app->other_conn);
		disconnect(app, app->run_conn);
		disconnect(app, app->pane_conn);
	}
	if (app->prompt) prompt_free(app->prompt);
	if (app->screen) screen_close(app->screen);
	if (app->input) input_free(app->input);
	loop_free(app->loop);
	Str *texts[] = {&app->password, &app->run_row, &app->run_text, &app->wait_event, &app->entry, &app->message, &app->message_hint};
	memset(app->password.text, 0, app->password.len);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) str_release(texts[i]);
	str_release(&app->plan_view.advice.search);
	arena_free(app->arena);
}

ConnState app_conn_state(const App *app) {
	return app->pane_conn ? conn_state(app->pane_conn) : CONN_CONNECTING;
}

const Server *app_server(const App *app) {
	return app->pane_conn ? conn_server(app->pane_conn) : NULL;
}

PaneState *app_pane(App *app) {
	return &app->panes.items[app->focus];
}

View *app_view(App *app) {
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
	arena_clear(state->arena);
	state->table = state->pane->rows(state->arena, &state->input);
	state->rows = list_rows(state->arena, &state->list, state->table, state->pane->columns, state->pane->column_count, NULL);
	list_settle(&state->list, state->table, state->rows, state->height);
}

void pane_want_texts(PaneState *state) {
	if (!state->table || !state->pane->missing_text) return;
	Arena *arena = arena_new();
	LIST(int64_t) keys = {0};
	size_t end = state->list.top + (size_t)(state->height > 0 ? state->height : 1);
	for (size_t i = state->list.top; i < state->rows.count && i < end; i++) {
		int64_t key;
		if (state->pane->missing_text(&state->input, state->table, state->rows.rows[i], &key)) *list_push(arena, &keys) = key;
	}
	sampler_want_texts(state->sampler, keys.items, keys.count);
	arena_free(arena);
}
