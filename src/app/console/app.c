/* app.c: birth and death of the console's state. */
#include "app/ending.h"
#include "app/app.h"

#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/abroad.h"
#include "app/applying.h"
#include "app/candidates.h"
#include "app/connections.h"
#include "app/kept_view.h"
#include "app/marks.h"
#include "app/namer.h"
#include "app/outside.h"
#include "app/parameters.h"
#include "app/reel.h"
#include "app/stage.h"
#include "app/switching.h"
#include "app/taste.h"
#include "app/traffic_view.h"
#include "app/views.h"
#include "app/words.h"
#include "base/clock.h"

enum { LAST_JOBS_MS = 300 };

static void sampled(void *owner, Sampler *sampler) {
	App *app = owner;
	for (size_t i = 0; i < app->panes.count; i++) {
		PaneState *state = &app->panes.items[i];
		if (state->sampler == sampler) traffic_sampled(app, state);
		if (state->sampler == sampler && state->on_screen) pane_make_rows(state);
	}
	app->stale = true;
}

static void names_came(void *owner) {
	App *app = owner;
	prompt_candidates_came(app->prompt);
}

static void went_abroad(void *owner) {
	App *app = owner;
	screen_redraw(app->screen);
}

static void demo_told(void *owner) {
	App *app = owner;
	demo_ready(app->demo);
	if (demo_fd(app->demo) < 0) loop_watch(app->loop, app->demo_watched, NULL, NULL);
	if (demo_open(app->demo) && !app->pane_conn) connections_open(app);
	if (demo_problem(app->demo)) app_say_err(app, demo_problem(app->demo));
	else if (demo_open(app->demo) && !demo_progress(app->demo, NULL) && !app->demo_said) {
		app->demo_said = true;
		namer_renew(app->namer); /* the first were read while it was filled */
		app_say(app, ROLE_GOOD, "the shop is open", demo_psql_line(app->arena, app->demo));
	}
}

static void add_panes(App *app) {
	for (const Pane *const *pane = panes; *pane; pane++)
		*list_push(app->arena, &app->panes) = (PaneState){
			.pane = *pane,
			.sampler = sampler_new(*pane, sampled, app),
			.list = LIST_INIT((*pane)->sort),
			.arena = arena_new(),
			.order = arena_new(),
			.cost = &app->cost,
			.settings = &app->settings,
			.waits = app->waits,
		};
}

/* The prompt is in the middle of a key when it calls these: what it gave waits for words_take. */
static void keep_entered(App *app, const char *text, bool to_edit) {
	str_clear(&app->entered);
	str_add(&app->entered, text);
	app->entered_waits = true;
	app->entered_to_edit = to_edit;
}

static void entered(void *owner, const char *text) {
	keep_entered(owner, text, false);
}

static void entered_to_edit(void *owner, const char *text) {
	keep_entered(owner, text, true);
}

static bool begin(App *app, Err *err) {
	app->loop = loop_new(err);
	if (!app->loop) return false;
	app->screen = screen_open(err);
	if (!app->screen) return false;
	loop_catch_signals(app->loop);
	app->input = input_new();
	taste_read(app);
	PromptSpec prompt = {
		.history_path = state_path(app->arena, "history"),
		.complete = words_complete,
		.accepted = entered,
		.edit = entered_to_edit,
		.candidates = words_candidates,
		.owner = app,
	};
	app->prompt = prompt_new(&prompt);
	return true;
}

App *app_new(const Options *options, Demo *demo, Err *err) {
	Arena *arena = arena_new();
	App *app = ARENA_NEW(arena, App);
	*app = (App){
		.arena = arena, .options = options, .demo = demo, .settings = options->settings, .password = STR_INIT, .run_row = STR_INIT, .run_text = STR_INIT,
		.run_waits = RUN_WAITS_INIT, .entry = STR_INIT, .entered = STR_INIT, .message = STR_INIT, .message_hint = STR_INIT, .plan_view = {.advice = PAGE_VIEW_INIT, .search = STR_INIT},
	};
	app->conn_changed = connection_changed;
	app->run_done = kept_run;
	app->cost_arena = arena_new();
	app->waits = wait_profile_new();
	app->waits_cost = (CostRead){.name = "wait events"};
	app->started_at_ms = clock_ms();
	pulse_begin(&app->pulse);
	if (!begin(app, err)) {
		app_free(app);
		return NULL;
	}
	add_panes(app);
	app->namer = namer_new(names_came, app);
	app->abroad = abroad_new(app->loop, went_abroad, app);
	if (demo) loop_watch(app->loop, app->demo_watched = demo_fd(demo), demo_told, app);
	else if (options->ask_password) connections_ask_password(app, NULL);
	else connections_open(app);
	return app;
}

/* The terminal is the shell's again; what goes on behind gets a moment to end: a cancel on its way to the server, above all. */
static void let_jobs_end(Work *work) {
	int64_t end = clock_ms() + LAST_JOBS_MS, left;
	while (work_pending(work) && (left = end - clock_ms()) > 0) {
		struct pollfd finished = {.fd = work_fd(work), .events = POLLIN};
		if (poll(&finished, 1, (int)left) > 0) work_collect(work);
	}
}

void app_free(App *app) {
	outside_abandon(app);
	keeper_leave(app->keeper);
	reel_stop(app);
	stage_clear(app);
	applying_free(app);
	run_free(app->run);
	app->run = NULL; /* what the store still brings of it is not wanted */
	ending_free(app);
	while (app->views.count) view_close(app);
	mark_drop(app);
	traffic_free(app);
	abroad_free(app->abroad);
	for (size_t i = 0; i < app->panes.count; i++) {
		sampler_free(app->panes.items[i].sampler);
		list_release(&app->panes.items[i].list);
		arena_free(app->panes.items[i].arena);
		arena_free(app->panes.items[i].order);
	}
	candidates_release(app);
	namer_free(app->namer);
	connections_close(app);
	parameters_free(app);
	if (app->prompt) prompt_free(app->prompt);
	if (app->screen) screen_close(app->screen);
	if (app->input) input_free(app->input);
	if (app->loop) let_jobs_end(loop_work(app->loop));
	keeper_free(app->keeper);
	loop_free(app->loop);
	Str *texts[] = {&app->password, &app->run_row, &app->run_text, &app->entry, &app->entered, &app->message, &app->message_hint};
	memset(app->password.text, 0, app->password.len);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) str_release(texts[i]);
	plan_view_release(&app->plan_view);
	wait_profile_free(app->waits);
	run_waits_release(&app->run_waits);
	arena_free(app->cost_arena);
	arena_free(app->arena);
}
