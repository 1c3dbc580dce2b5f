/* console.c: the console from its first screen to its last. */
#include <stdlib.h>
#include <unistd.h>

#include "app/app.h"
#include "app/batch.h"

static void terminal_ready(void *owner) {
	app_input(owner);
}

int console_run(const Options *options) {
	Err err = ERR_INIT;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		err_set(&err, ERR_USAGE, "the console needs a terminal");
		err_hint(&err, "For pipes there is pgwhy show queries, and pgwhy explain.");
		return batch_complain(&err);
	}
	Demo *demo = NULL;
	if (options->command->name) { /* pgwhy demo; it forks, so it comes before all threads */
		DemoSpec spec = {.scale = options->scale, .load = !options->no_load, .keep = options->keep, .port = options->conn.port ? atoi(options->conn.port) : 0};
		demo = demo_start(&spec, &err);
		if (!demo) return batch_complain(&err);
	}
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
