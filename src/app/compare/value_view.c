/* value_view.c: the plans of a $1 statement under several values, on the screen. */
#include "app/value_view.h"

#include <math.h>

#include "app/connections.h"
#include "app/parameters.h"
#include "app/runs.h"
#include "app/trial_report.h"
#include "app/views.h"
#include "panes/value_list.h"
#include "sql/literals.h"

typedef struct ValueView {
	App *app;
	Arena *arena; /* its own */
	Arena *made; /* table and page, made anew */
	PaneState rows;
	Trial *trial; /* NULL: its connection went; what is shown stays */
	const char *statement, *database, *row;
} ValueView;

static void leave(void *maker) {
	ValueView *v = maker;
	trial_free(v->trial);
	list_release(&v->rows.list);
	arena_free(v->rows.order);
	arena_free(v->made);
	arena_free(v->arena);
}

/* ---- what is shown ---- */

static void fill_page(const ValueView *v, Page *page) {
	const Trial *trial = v->trial;
	int width, height;
	screen_size(v->app->screen, &width, &height);
	if (trial->sensitivity) value_list_page(page, trial->sensitivity, trial->generic->plan, trial->findings, width - 4);
	const char *problem = trial->problem ? trial->problem : err_is(&trial->generic->err) ? trial->generic->err.message.text : NULL;
	if (!problem) return;
	page_line(page);
	page_add(page, ROLE_ERROR, problem);
	if (trial->generic->plan && trial->values->count) page_add(page, ROLE_TEXT, ". A asks for values; P then tries them, too.");
}

static void rebuild(View *view) {
	ValueView *v = view->maker;
	if (!v->trial) return;
	arena_clear(v->made);
	v->rows.table = value_list_rows(v->made, &v->trial->plans, v->trial->sensitivity);
	pane_order_rows(&v->rows, NULL);
	view->page = page_new(v->made);
	fill_page(v, view->page);
}

static bool is_busy(const View *view) {
	const ValueView *v = view->maker;
	return v->trial && trial_busy(v->trial);
}

const char *value_view_state(Arena *arena, const View *view) {
	const ValueView *v = view->maker;
	return is_busy(view) ? trial_stage_text(arena, v->trial) : NULL;
}

static void trial_changed(void *owner, Trial *trial) {
	(void)trial;
	((ValueView *)owner)->app->stale = true;
}

/* What is shown stays, but it cannot be asked any more. */
static void let_go(View *view, const Conn *conn) {
	ValueView *v = view->maker;
	if (!v->trial || trial_conn(v->trial) != conn) return;
	rebuild(view);
	trial_free(v->trial);
	v->trial = NULL;
}

/* ---- opened ---- */

bool value_view_possible(App *app) {
	return app->run_text.len && literals_count(parameters_statement(app)) > 0;
}

/* The plan at hand was opened from such a list: back to it. */
static bool lies_below(App *app, const char *statement) {
	const View *below = app->views.count > 1 ? &app->views.items[app->views.count - 2] : NULL;
	return below && below->kind == VIEW_VALUES && strcmp(((const ValueView *)below->maker)->statement, statement) == 0;
}

static ValueView *view_new(App *app, const char *statement) {
	Arena *arena = arena_new();
	ValueView *v = ARENA_NEW(arena, ValueView);
	*v = (ValueView){.app = app, .arena = arena, .made = arena_new(), .statement = arena_copy(arena, statement), .database = arena_copy(arena, app->run_database),
	                 .row = app->run_row.len ? arena_copy(arena, app->run_row.text) : NULL};
	v->rows = (PaneState){.pane = &value_list, .list = LIST_INIT(value_list.sort), .arena = v->made, .order = arena_new(), .cost = &app->cost, .settings = &app->settings};
	return v;
}

static bool has_failed(const Conn *conn) {
	return conn && conn_state(conn) == CONN_FAILED;
}

/* A connection that failed is replaced by a new one: the run that has it goes first. */
static Conn *connection_of(App *app, const char *database) {
	if (has_failed(app->run_conn) || has_failed(app->other_conn)) runs_forget(app);
	return connection_for(app, database);
}

void value_view_open(App *app) {
	if (!run_has_text(app)) return;
	const char *statement = parameters_statement(app);
	if (!value_view_possible(app)) {
		app_say(app, ROLE_DIM, "this statement has no parameters ($1): it has one plan", NULL);
		return;
	}
	if (lies_below(app, statement)) {
		view_close(app);
		return;
	}
	ValueView *v = view_new(app, statement);
	RunOptions options = {.memory = app->memory, .elsewhere = v->row != NULL, .settings = app->with.items, .setting_count = app->with.count};
	v->trial = trial_start(loop_work(app->loop), connection_of(app, v->database), &app->settings, v->statement, parameters_known(app, v->statement), &options,
	                       trial_changed, v);
	view_open(app, VIEW_VALUES, "plans by values");
	View *view = app_view(app);
	view->maker = v;
	view->maker_free = leave;
	view->rows = &v->rows;
	view->rebuild = rebuild;
	view->conn_goes = let_go;
	rebuild(view);
}

/* ---- a row ---- */

/* The first row is the generic plan; it cannot be run, but asks for values. */
static void plan_generic(ValueView *v, RunMode mode) {
	run_statement(v->app, v->statement, v->database, v->row, RUN_PLAN, NULL);
	view_plan(v->app);
	if (mode == RUN_MEASURE) parameters_ask(v->app);
}

void value_view_pick(App *app, RunMode mode) {
	ValueView *v = app_view(app)->maker;
	size_t row;
	if (!app_row(app, &row)) return;
	if (!v->trial) {
		app_say(app, ROLE_DIM, "the connection of these plans is closed", "P in a plan tries the values again.");
		return;
	}
	if (row == 0) {
		plan_generic(v, mode);
		return;
	}
	const ValueSet *set = &v->trial->sets.items[row - 1];
	app->run_database = v->database;
	str_clear(&app->run_row);
	if (v->row) str_add(&app->run_row, v->row);
	parameters_run(app, v->statement, v->trial->values, set->choices, mode);
}

bool value_view_has_report(const View *view) {
	const ValueView *v = view->maker;
	return v->trial && v->trial->generic->plan;
}

PlanReport value_view_report(Arena *arena, const View *view) {
	return trial_report(arena, ((const ValueView *)view->maker)->trial);
}

bool value_view_cancel(App *app) {
	View *view = app_view(app);
	if (!view || view->kind != VIEW_VALUES || !is_busy(view)) return false;
	trial_cancel(((ValueView *)view->maker)->trial);
	return true;
}

/* ---- all of them ---- */

static Trial *trial_of(const View *view) {
	return view->kind == VIEW_VALUES ? ((const ValueView *)view->maker)->trial : NULL;
}

void value_views_conn_changed(App *app) {
	for (size_t i = 0; i < app->views.count; i++)
		if (trial_of(&app->views.items[i])) trial_conn_changed(trial_of(&app->views.items[i]));
}

/* One of the statements may have been run. */
void value_views_tick(App *app) {
	const Run *run = app->run;
	double ms = app->stale && run && run->stage == RUN_DONE && run->plan ? plan_statement_ms(run->plan) : NAN;
	for (size_t i = 0; !isnan(ms) && i < app->views.count; i++)
		if (trial_of(&app->views.items[i])) trial_measured(trial_of(&app->views.items[i]), app->run_text.text, ms);
}
