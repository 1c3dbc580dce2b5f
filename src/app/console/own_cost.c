/* own_cost.c: what pgwhy itself costs the server. */
#include "app/own_cost.h"

#include "app/abroad.h"
#include "base/clock.h"

static const char *state_text(ConnState state) {
	switch (state) {
	case CONN_CONNECTING: return "connecting";
	case CONN_NEEDS_PASSWORD: return "password wanted";
	case CONN_READY: return "ready";
	case CONN_LOST: return "lost";
	case CONN_FAILED: return "failed";
	}
	return "";
}

static void add_conn(App *app, const char *purpose, const Conn *conn) {
	if (!conn) return;
	const Server *server = conn_server(conn);
	bool ready = conn_state(conn) == CONN_READY && server;
	*list_push(app->cost_arena, &app->cost.conns) = (CostConn){
		.purpose = purpose,
		.backend_pid = ready ? server->backend_pid : 0,
		.database = server ? arena_copy(app->cost_arena, server->database) : "",
		.state = state_text(conn_state(conn)),
	};
}

void own_cost_update(App *app) {
	arena_clear(app->cost_arena);
	app->cost = (Cost){.over_s = (double)(clock_ms() - app->started_at_ms) / 1000, .budget_share = OWN_COST_BUDGET_SHARE};
	add_conn(app, "panes", app->pane_conn);
	add_conn(app, "prompt", app->run_conn);
	add_conn(app, "another database", app->other_conn);
	add_conn(app, "names of another database", abroad_conn(app->abroad));
	*list_push(app->cost_arena, &app->cost.reads) = app->pulse.cost;
	*list_push(app->cost_arena, &app->cost.reads) = app->waits_cost;
	for (size_t i = 0; i < app->panes.count; i++) *list_push(app->cost_arena, &app->cost.reads) = sampler_cost(app->panes.items[i].sampler);
}
