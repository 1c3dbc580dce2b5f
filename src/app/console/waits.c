/* waits.c: what all sessions wait for, sampled. */
#include "app/waits.h"

#include "base/clock.h"

static void pay(App *app, const Reply *reply, int64_t now) {
	CostRead *cost = &app->waits_cost;
	if (app->waits_at_ms) cost->every_s = (double)(now - app->waits_at_ms) / 1000;
	app->waits_at_ms = now;
	cost->count++;
	cost->last_ms = reply->ms;
	cost->last_bytes = reply->bytes;
	cost->total_ms += reply->ms;
	cost->total_bytes += reply->bytes;
}

static void profile_arrived(void *owner, Reply *reply) {
	App *app = owner;
	int64_t now = clock_ms();
	app->waits_asked = false;
	pay(app, reply, now);
	if (reply->table) wait_profile_add(app->waits, reply->table, now);
}

void wait_look(App *app) {
	if (app->waits_asked || app_conn_state(app) != CONN_READY) return;
	app->waits_asked = true;
	conn_catalog(app->pane_conn, "wait_events", NULL, 0, profile_arrived, app);
}
