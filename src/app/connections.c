/* connections.c: the console's connections. */
#include "app/connections.h"

#include "app/namer.h"
#include "app/runs.h"
#include "app/views.h"
#include "base/clock.h"

void connections_ask_password(App *app, Conn *conn) {
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

static void disconnect(App *app, Conn *conn) {
	if (!conn) return;
	loop_remove_conn(app->loop, conn);
	conn_free(conn);
}

/* ---- another database ---- */

/* Whatever was shown or asked is of the database before. */
static void forget_all(App *app) {
	app->modal = MODAL_NONE;
	while (app->views.count) view_close(app);
	runs_forget(app);
	for (size_t i = 0; i < app->panes.count; i++) {
		PaneState *state = &app->panes.items[i];
		sampler_forget(state->sampler);
		arena_clear(state->arena);
		state->table = NULL;
		state->rows = (ListRows){0};
	}
	pulse_begin(&app->pulse);
	app->cost_before = (ConnCost){0};
	app->looking = false;
}

static void use_for_panes(App *app, Conn *conn) {
	app->pane_conn = conn;
	for (size_t i = 0; i < app->panes.count; i++) sampler_connect(app->panes.items[i].sampler, conn);
	namer_connect(app->namer, conn);
}

static void move_over(App *app) {
	Conn *left[] = {app->other_conn, app->run_conn, app->pane_conn}, *conn = app->next_conn;
	forget_all(app);
	namer_connect(app->namer, NULL);
	app->next_conn = app->other_conn = app->run_conn = NULL;
	use_for_panes(app, conn);
	for (size_t i = 0; i < sizeof left / sizeof *left; i++) disconnect(app, left[i]);
	app->next_tick_ms = clock_ms();
	Arena *arena = arena_new();
	const Server *server = conn_server(conn);
	app_say(app, ROLE_GOOD, arena_printf(arena, "you are now connected to database \"%s\" as user \"%s\"", server->database, server->user), NULL);
	arena_free(arena);
}

static void give_up_next(App *app) {
	disconnect(app, app->next_conn);
	app->next_conn = NULL;
}

/* As in psql, the connection there was is kept. */
static void stay(App *app) {
	app_say(app, ROLE_ERROR, conn_error(app->next_conn)->message.text, "The connection there was is kept.");
	give_up_next(app);
}

static void conn_changed(void *owner, Conn *conn) {
	App *app = owner;
	screen_redraw(app->screen); /* libpq warns of pass files on stderr, which is the screen */
	ConnState state = conn_state(conn);
	if (state == CONN_NEEDS_PASSWORD) connections_ask_password(app, conn);
	else if (conn == app->next_conn && state == CONN_READY) move_over(app);
	else if (conn == app->next_conn && state == CONN_FAILED) stay(app);
	else if (conn == app->pane_conn && state == CONN_READY) panes_connected(app);
	else if (conn == app->pane_conn && (state == CONN_LOST || state == CONN_FAILED)) panes_disconnected(app);
	if (app->run) run_conn_changed(app->run);
}

/* A connection the same way in as ours, with the password that was typed. */
static Conn *connect_to(App *app, const char *database) {
	ConnParams params = app->pane_conn ? conn_params(app->pane_conn, database) : app->demo ? demo_conn_params(app->demo) : app->options->conn;
	if (app->password.len && !params.only_user) params.password = app->password.text;
	Conn *conn = conn_new(loop_work(app->loop), &params, conn_changed, app);
	loop_add_conn(app->loop, conn);
	return conn;
}

void connections_open(App *app) {
	use_for_panes(app, connect_to(app, NULL));
}

void connections_switch(App *app, const char *database, const char *role) {
	if (!app->pane_conn) {
		app_say(app, ROLE_ERROR, "there is no connection yet", NULL);
		return;
	}
	give_up_next(app);
	ConnParams params = conn_params(app->pane_conn, database);
	if (role) {
		params.only_user = role;
		params.password = NULL; /* it was the other one's */
	}
	app->next_conn = conn_new(loop_work(app->loop), &params, conn_changed, app);
	loop_add_conn(app->loop, app->next_conn);
	app_say(app, ROLE_DIM, "connecting …", NULL);
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

Conn *connection_for(App *app, const char *database) {
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

void connections_close(App *app) {
	disconnect(app, app->next_conn);
	disconnect(app, app->other_conn);
	disconnect(app, app->run_conn);
	disconnect(app, app->pane_conn);
}
