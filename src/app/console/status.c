/* status.c: the status line. */
#include "app/status.h"

#include <math.h>

#include "base/clock.h"
#include "core/format.h"
#include "view/chrome.h"

typedef LIST(StatusPart) Parts;

static void add(Arena *arena, Parts *parts, StatusPart part) {
	*list_push(arena, parts) = part;
}

/* ---- who it is ---- */

static void add_server(Arena *arena, Parts *parts, const App *app) {
	const Server *server = app_server(app);
	if (!server) return;
	bool standby = app->pulse.at_ms ? app->pulse.in_recovery : server->in_recovery;
	add(arena, parts, (StatusPart){
		.text = arena_printf(arena, "%s@%s/%s", server->user, server->host, server->database), .brief = server->database, .role = ROLE_STATUS, .priority = 8});
	add(arena, parts, (StatusPart){
		.text = arena_printf(arena, "%s %s%s", server->version_text, standby ? "standby" : "primary", server->pooled ? " pooled" : ""),
		.brief = server->version_text, .role = ROLE_STATUS, .priority = 6});
	add(arena, parts, (StatusPart){
		.text = arena_printf(arena, "up %s", format_age(arena, (double)clock_wall_ms() / 1000 - server->started_at_s)), .role = ROLE_STATUS, .priority = 1});
}

/* ---- how it is ---- */

static const char *sparkline(Arena *arena, const double *values, size_t count) {
	static const char *const levels[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	enum { LEVELS = sizeof levels / sizeof *levels, MOST = 8 };
	size_t first = count > MOST ? count - MOST : 0;
	double top = 0;
	for (size_t i = first; i < count; i++) top = fmax(top, values[i]);
	const char *line = "";
	for (size_t i = first; i < count; i++) {
		size_t level = top > 0 ? (size_t)(values[i] / top * (LEVELS - 1) + 0.5) : 0;
		line = arena_printf(arena, "%s%s", line, levels[level]);
	}
	return line;
}

static const char *connections_text(Arena *arena, const Pulse *pulse, const Server *server) {
	if (!server || server->max_connections <= 0) return arena_printf(arena, "conn %.0f", pulse->connections);
	return arena_printf(arena, "conn %.0f/%d", pulse->connections, server->max_connections);
}

/* Nearly full is worth a colour: the next one may be turned away. */
static bool nearly_full(const Pulse *pulse, const Server *server) {
	return server && server->max_connections > 0 && pulse->connections >= 0.9 * server->max_connections;
}

enum { OLD_XACT_S = 300 }; /* a transaction that old holds back vacuum on any busy server */

static void add_pulse(Arena *arena, Parts *parts, const App *app) {
	const Pulse *pulse = &app->pulse;
	if (!pulse->at_ms) return;
	if (!isnan(pulse->tps))
		add(arena, parts, (StatusPart){
			.text = arena_printf(arena, "tps %s %s", format_unit(arena, UNIT_RATE, pulse->tps), sparkline(arena, pulse->beats, pulse->beat_count)),
			.brief = arena_printf(arena, "tps %s", format_unit(arena, UNIT_RATE, pulse->tps)), .role = ROLE_STATUS, .priority = 4, .group = true});
	if (!isnan(pulse->hit_share))
		add(arena, parts, (StatusPart){.text = arena_printf(arena, "hit %s", format_share(arena, pulse->hit_share)), .role = ROLE_STATUS, .priority = 2, .group = true});
	if (!isnan(pulse->connections))
		add(arena, parts, (StatusPart){.text = connections_text(arena, pulse, app_server(app)), .role = nearly_full(pulse, app_server(app)) ? ROLE_STATUS_WARN : ROLE_STATUS,
		                               .priority = nearly_full(pulse, app_server(app)) ? 7 : 3, .group = true});
	if (!isnan(pulse->active)) add(arena, parts, (StatusPart){.text = arena_printf(arena, "act %.0f", pulse->active), .role = ROLE_STATUS, .priority = 5});
	if (pulse->lock_waits > 0)
		add(arena, parts, (StatusPart){.text = arena_printf(arena, "wait %.0f", pulse->lock_waits), .role = ROLE_STATUS_WARN, .priority = 7});
	if (pulse->oldest_xact_s >= 1)
		add(arena, parts, (StatusPart){.text = arena_printf(arena, "xact %s", format_age(arena, pulse->oldest_xact_s)),
		                               .role = pulse->oldest_xact_s >= OLD_XACT_S ? ROLE_STATUS_WARN : ROLE_STATUS, .priority = 5, .group = true});
	if (pulse->in_recovery && pulse->replay_lag_s >= 1)
		add(arena, parts, (StatusPart){.text = arena_printf(arena, "lag %s", format_age(arena, pulse->replay_lag_s)), .role = ROLE_STATUS_WARN, .priority = 5});
}

/* ---- the line to it ---- */

static const char *lost_text(Arena *arena, const App *app) {
	int64_t left = conn_retry_at_ms(app->pane_conn) - clock_ms();
	return left > 0 ? arena_printf(arena, "lost, again in %s", format_age(arena, ceil((double)left / 1000))) : "lost, connecting …";
}

static const char *silent_text(Arena *arena, const App *app) {
	return arena_printf(arena, "no answer for %s", format_age(arena, (double)(clock_ms() - conn_silent_since_ms(app->pane_conn)) / 1000));
}

static void add_connection(Arena *arena, Parts *parts, const App *app) {
	StatusPart part = {.role = ROLE_STATUS_WARN, .priority = 9, .group = true};
	switch (app_conn_state(app)) {
	case CONN_CONNECTING: part.text = "connecting …"; break;
	case CONN_NEEDS_PASSWORD: part.text = "password wanted"; break;
	case CONN_FAILED: part.text = "not connected"; break;
	case CONN_LOST: part.text = lost_text(arena, app); break;
	case CONN_READY:
		if (conn_silent_since_ms(app->pane_conn) >= 0) part.text = silent_text(arena, app);
		else if (app->paused) part.text = "paused";
		else {
			part.role = ROLE_STATUS;
			part.text = arena_printf(arena, "● %ss %s", setting_text(&app->settings, SETTING_INTERVAL), format_unit(arena, UNIT_MS, app->tick_ms));
		}
	}
	add(arena, parts, part);
}

void status_line(Canvas *canvas, Box box, const App *app, Arena *arena) {
	Parts parts = {0};
	add(arena, &parts, (StatusPart){.text = "pgwhy", .role = ROLE_STATUS, .priority = 0});
	add_server(arena, &parts, app);
	add_pulse(arena, &parts, app);
	add_connection(arena, &parts, app);
	status_draw(canvas, box, parts.items, parts.count);
}
