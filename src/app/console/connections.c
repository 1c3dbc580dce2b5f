/* connections.c: the console's connections. */
#include "app/connections.h"

#include "app/namer.h"

void connections_ask_password(App *app, Conn *conn) {
	app->password_conn = conn;
	str_clear(&app->entry);
	app->modal = MODAL_PASSWORD;
	if (conn && err_is(conn_error(conn))) app_say_err(app, conn_error(conn));
}

void connection_drop(App *app, Conn **conn) {
	if (!*conn) return;
	for (size_t i = 0; i < app->views.count; i++)
		if (app->views.items[i].conn_goes) app->views.items[i].conn_goes(&app->views.items[i], *conn);
	loop_remove_conn(app->loop, *conn);
	conn_free(*conn);
	*conn = NULL;
}

void connections_use(App *app, Conn *conn) {
	app->pane_conn = conn;
	for (size_t i = 0; i < app->panes.count; i++) sampler_connect(app->panes.items[i].sampler, conn);
	namer_connect(app->namer, conn);
}

/* A connection the same way in as ours, with the password that was typed. */
static Conn *connect_to(App *app, const char *database) {
	ConnParams params = app->pane_conn ? conn_params(app->pane_conn, database) : app->demo ? demo_conn_params(app->demo) : app->options->conn;
	if (app->password.len && !params.only_user) params.password = app->password.text;
	Conn *conn = conn_new(loop_work(app->loop), &params, app->conn_changed, app);
	loop_add_conn(app->loop, conn);
	return conn;
}

void connections_open(App *app) {
	connections_use(app, connect_to(app, NULL));
}

static bool same_database(const App *app, const char *database) {
	const Server *server = app_server(app);
	return !database || (server && strcmp(server->database, database) == 0);
}

/* What kept it away may be over by now. */
static void give_up_failed(App *app, Conn **conn) {
	if (*conn && conn_state(*conn) == CONN_FAILED) connection_drop(app, conn);
}

Conn *connection_for(App *app, const char *database) {
	give_up_failed(app, &app->run_conn);
	give_up_failed(app, &app->other_conn);
	if (same_database(app, database)) {
		if (!app->run_conn) app->run_conn = connect_to(app, NULL);
		return app->run_conn;
	}
	if (!app->other_conn || strcmp(app->other_database, database) != 0) {
		connection_drop(app, &app->other_conn);
		app->other_database = arena_copy(app->arena, database);
		app->other_conn = connect_to(app, database);
	}
	return app->other_conn;
}

void connections_close(App *app) {
	connection_drop(app, &app->next_conn);
	connection_drop(app, &app->other_conn);
	connection_drop(app, &app->run_conn);
	connection_drop(app, &app->pane_conn);
}
