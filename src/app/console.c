/* console.c: the console from its first screen to its last. */
#include "app/console.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/app.h"
#include "app/batch.h"
#include "app/draw.h"
#include "app/update.h"

static void terminal_ready(void *owner) {
	app_input(owner);
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
	while (!app->quit) {
		loop_watch(app->loop, STDIN_FILENO, app->away ? NULL : terminal_ready, app);
		if (!app->away) app_draw(app);
		loop_turn(app->loop, app_deadline_ms(app));
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
