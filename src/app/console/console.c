/* console.c: the console from its first screen to its last. */
#include "app/console.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/app.h"
#include "app/batch.h"
#include "app/draw.h"
#include "app/update.h"
#include "base/clock.h"

enum { FRAME_MS = 40 }; /* the longest that what came from the server waits to be drawn with what is still to come */

/* When the next frame is drawn. What a key does is seen at once, and so are a pane's first rows; but a refresh is many answers one after
 * the other, and none of them is worth a frame of its own. */
typedef struct Pace {
	App *app;
	bool typed;
	size_t filled; /* panes that had rows in the last frame */
	int64_t owed_since_ms; /* -1: no frame waits */
} Pace;

static void terminal_ready(void *owner) {
	Pace *pace = owner;
	pace->typed = true;
	app_input(pace->app);
}

static size_t filled_panes(const App *app) {
	size_t count = 0;
	for (size_t i = 0; i < app->panes.count; i++) count += app->panes.items[i].table != NULL;
	return count;
}

static bool more_comes(const App *app) {
	return app->pane_conn && conn_state(app->pane_conn) == CONN_READY && conn_pending(app->pane_conn);
}

static void draw_in_time(Pace *pace) {
	size_t filled = filled_panes(pace->app);
	int64_t now = clock_ms();
	bool at_once = pace->typed || filled != pace->filled || !more_comes(pace->app);
	if (pace->owed_since_ms < 0) pace->owed_since_ms = now;
	if (pace->app->away || (!at_once && now < pace->owed_since_ms + FRAME_MS)) return;
	app_draw(pace->app);
	*pace = (Pace){.app = pace->app, .filled = filled, .owed_since_ms = -1};
}

static int64_t deadline_ms(const Pace *pace) {
	int64_t deadline = app_deadline_ms(pace->app), frame = pace->owed_since_ms + FRAME_MS;
	return pace->owed_since_ms >= 0 && !pace->app->away && frame < deadline ? frame : deadline;
}

static Demo *start_demo(const Options *options, Err *err) {
	DemoSpec spec = {.scale = options->scale, .load = !options->no_load, .keep = options->keep, .port = options->conn.port ? atoi(options->conn.port) : 0};
	return demo_start(&spec, err);
}

static void end_demo(const Options *options, Demo *demo) {
	if (demo && options->keep && demo_open(demo))
		printf("the shop stays open: %s\nto end it: %s\n", demo_psql_line(options->arena, demo), demo_end_line(options->arena, demo));
	demo_stop(demo);
}

static int run(const Options *options, Demo *demo) {
	Err err = ERR_INIT;
	App *app = app_new(options, demo, &err);
	if (!app) return batch_complain(&err);
	Pace pace = {.app = app, .owed_since_ms = -1};
	while (!app->quit) {
		loop_watch(app->loop, STDIN_FILENO, app->away ? NULL : terminal_ready, &pace);
		draw_in_time(&pace);
		loop_turn(app->loop, deadline_ms(&pace));
		app_signals(app);
		app_tick(app);
	}
	int status = app->exit_status;
	app_free(app);
	return status;
}

int console_run(const Options *options) {
	Err err = ERR_INIT;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		err_set(&err, ERR_USAGE, "the console needs a terminal");
		err_hint(&err, "For pipes there is pgwhy show queries, and pgwhy explain.");
		return batch_complain(&err);
	}
	bool demo_wanted = options->command->name != NULL; /* it forks, so it comes before all threads */
	Demo *demo = demo_wanted ? start_demo(options, &err) : NULL;
	if (demo_wanted && !demo) return batch_complain(&err);
	int status = run(options, demo);
	end_demo(options, demo);
	return status;
}
