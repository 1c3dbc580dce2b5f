/* switching.c: what comes of a connection that comes up or goes; the move to another database. */
#include "app/switching.h"

#include "app/abroad.h"
#include "app/connections.h"
#include "app/dashboard.h"
#include "app/ending.h"
#include "app/namer.h"
#include "app/runs.h"
#include "app/value_view.h"
#include "app/views.h"
#include "base/clock.h"

/* ---- another database ---- */

/* Whatever was shown or asked is of the database before. */
static void forget_all(App *app) {
	app->modal = MODAL_NONE;
	while (app->views.count) view_close(app);
	runs_forget(app);
	ending_free(app);
	abroad_stay(app->abroad);
	dashboard_forget(app);
	app->cost_before = (ConnCost){0};
	app->run_waits.looking = app->waits_asked = false;
	wait_profile_forget(app->waits);
}

static void move_over(App *app) {
	Conn *before = app->pane_conn, *conn = app->next_conn;
	forget_all(app);
	app->next_conn = NULL;
	connections_use(app, conn);
	connection_drop(app, &before);
	connection_drop(app, &app->run_conn);
	connection_drop(app, &app->other_conn);
	app->next_tick_ms = clock_ms();
	Arena *arena = arena_new();
	const Server *server = conn_server(conn);
	app_say(app, ROLE_GOOD, arena_printf(arena, "you are now connected to database \"%s\" as user \"%s\"", server->database, server->user), NULL);
	arena_free(arena);
}

/* As in psql, the connection there was is kept. */
static void stay(App *app) {
	app_say(app, ROLE_ERROR, conn_error(app->next_conn)->message.text, "The connection there was is kept.");
	connection_drop(app, &app->next_conn);
}

void switch_to(App *app, const char *database, const char *role) {
	if (!app->pane_conn) {
		app_say(app, ROLE_ERROR, "there is no connection yet", NULL);
		return;
	}
	connection_drop(app, &app->next_conn);
	ConnParams params = conn_params(app->pane_conn, database);
	if (role) {
		params.only_user = role;
		params.password = NULL; /* it was the other one's */
	}
	app->next_conn = conn_new(loop_work(app->loop), &params, connection_changed, app);
	loop_add_conn(app->loop, app->next_conn);
	app_say(app, ROLE_DIM, "connecting …", NULL);
}

/* ---- what a change means ---- */

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

void connection_changed(void *owner, Conn *conn) {
	App *app = owner;
	screen_redraw(app->screen); /* libpq warns of pass files on stderr, which is the screen */
	ConnState state = conn_state(conn);
	if (state == CONN_NEEDS_PASSWORD) connections_ask_password(app, conn);
	else if (conn == app->next_conn && state == CONN_READY) move_over(app);
	else if (conn == app->next_conn && state == CONN_FAILED) stay(app);
	else if (conn == app->pane_conn && state == CONN_READY) panes_connected(app);
	else if (conn == app->pane_conn && (state == CONN_LOST || state == CONN_FAILED)) panes_disconnected(app);
	if (app->run) run_conn_changed(app->run);
	value_views_conn_changed(app);
}
