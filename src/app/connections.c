/* connections.c: the console's connections. */
#include "app/connections.h"

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

static void conn_changed(void *owner, Conn *conn) {
	App *app = owner;
	screen_redraw(app->screen); /* libpq warns of pass files on stderr, which is the screen */
	ConnState state = conn_state(conn);
	if (state == CONN_NEEDS_PASSWORD) connections_ask_password(app, conn);
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

void connections_open(App *app) {
	app->pane_conn = connect_to(app, NULL);
	for (size_t i = 0; i < app->panes.count; i++) sampler_connect(app->panes.items[i].sampler, app->pane_conn);
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
	disconnect(app, app->other_conn);
	disconnect(app, app->run_conn);
	disconnect(app, app->pane_conn);
}
