/* opening.c: plans out of files. */
#include "app/opening.h"

#include <stdlib.h>

#include "app/path.h"
#include "app/plan_file.h"
#include "app/runs.h"
#include "app/views.h"
#include "core/format.h"
#include "panes/plan_list.h"

/* One at a time it is the job's or the loop's: while a job runs, the loop reads the counters of `file` only. */
typedef struct Opening {
	App *app;
	Arena *arena;
	const char *path;
	PlanFile *file;
	PaneState rows;
	bool in_job;
	bool opened; /* the first job is back */
	bool closed; /* the view is gone: what comes is not wanted */
	Err err;
	/* what a job brought */
	size_t nth;
	Arena *plan_arena;
	KeptPlan given; /* without a plan: there are several, or err */
	Table *table;
	ListRows order; /* of the table's rows */
} Opening;

static View *view_of(const Opening *opening) {
	App *app = opening->app;
	for (size_t i = 0; i < app->views.count; i++)
		if (app->views.items[i].maker == opening) return &app->views.items[i];
	return NULL;
}

static void opening_free(Opening *opening) {
	if (opening->file) plan_file_free(opening->file);
	arena_free(opening->plan_arena);
	list_release(&opening->rows.list);
	arena_free(opening->rows.order);
	err_release(&opening->err);
	arena_free(opening->arena);
}

/* The view is closed. A job has it still: then that ends it. */
static void leave(void *maker) {
	Opening *opening = maker;
	opening->closed = true;
	if (!opening->in_job) opening_free(opening);
	else if (!opening->opened) atomic_store(&opening->file->stopped, true);
}

static void post(Opening *opening, void (*job)(void *opening), void (*done)(void *opening)) {
	opening->in_job = true;
	work_post(loop_work(opening->app->loop), job, done, opening);
}

/* A job's way back: true when what it brought is still wanted. */
static bool back_from_job(Opening *opening) {
	opening->in_job = false;
	if (!opening->closed) return true;
	opening_free(opening);
	return false;
}

/* ---- one plan ---- */

static void read_job(void *job) {
	Opening *opening = job;
	opening->plan_arena = arena_new();
	if (!plan_file_read(opening->file, opening->plan_arena, opening->nth, &opening->given, &opening->err)) opening->given = (KeptPlan){0};
}

/* The Run takes the plan over, with its arena. */
static void show_plan(Opening *opening) {
	const KeptPlan given = opening->given;
	Arena *arena = opening->plan_arena;
	const char *known = given.at_ms ? kept_plan_words(arena, &given) : NULL;
	const char *notes = known ? arena_printf(arena, "Read from %s, %s", opening->path, known)
	                          : arena_printf(arena, "Read from %s: nothing says which server it is of. %s", opening->path, kept_plan_basis(arena, &given));
	opening->given = (KeptPlan){0};
	opening->plan_arena = NULL;
	run_given_plan(opening->app, arena, &given, notes);
}

static void read_done(void *job) {
	Opening *opening = job;
	App *app = opening->app;
	if (!back_from_job(opening)) return;
	if (opening->given.side.plan) {
		str_clear(&app->message);
		show_plan(opening);
		view_plan(app);
	} else {
		app_say_err(app, &opening->err);
		err_clear(&opening->err);
		arena_free(opening->plan_arena);
		opening->plan_arena = NULL;
	}
}

/* The plan under the cursor of the list on top. */
static void pick(App *app) {
	Opening *opening = app_view(app)->maker;
	size_t row;
	if (opening->in_job || !opening->rows.table || !app_row(app, &row)) return;
	opening->nth = plan_list_number(opening->rows.table, row) - 1;
	Arena *arena = arena_new();
	app_say(app, ROLE_DIM, arena_printf(arena, "reading plan %zu …", opening->nth + 1), NULL);
	arena_free(arena);
	post(opening, read_job, read_done);
}

/* ---- the file ---- */

/* Half a million are not sorted in a moment. */
static void list_job(Opening *opening) {
	const PlanFile *file = opening->file;
	const PaneState *rows = &opening->rows;
	opening->table = file->entries.count ? plan_list_of_log(opening->arena, &file->entries) : plan_list_of_plans(opening->arena, &file->plans);
	opening->order = list_rows(rows->order, &rows->list, opening->table, plan_list.columns, plan_list.column_count, NULL);
}

static void open_job(void *job) {
	Opening *opening = job;
	PlanFile *file = opening->file;
	if (!plan_file_open(file, &opening->err)) return;
	if (file->plans.count == 1) opening->given = file->only;
	else if (plan_file_count(file) == 1) read_job(opening);
	else list_job(opening);
}

static void open_done(void *job) {
	Opening *opening = job;
	if (!back_from_job(opening)) return;
	opening->opened = true;
	View *view = view_of(opening);
	if (opening->given.side.plan && !opening->plan_arena) { /* it is all there was in the file */
		opening->plan_arena = plan_file_close(opening->file);
		opening->file = NULL;
	}
	if (opening->given.side.plan) { /* the view becomes the plan's, wherever it is */
		view->kind = VIEW_PLAN;
		view->title = "plan";
		view->maker = NULL;
		view->rows = NULL;
		show_plan(opening);
		opening_free(opening);
		return;
	}
	opening->rows.table = opening->table;
	opening->rows.rows = opening->order;
}

/* How far it is. */
static ViewNews news(Arena *arena, const View *view) {
	const Opening *opening = view->maker;
	if (opening->opened) return (ViewNews){opening->err.message.text, opening->err.hint.text, true};
	const PlanFile *file = opening->file;
	double done = (double)atomic_load(&file->done_bytes), size = (double)atomic_load(&file->size_bytes);
	size_t found = atomic_load(&file->found);
	const char *of = size > done ? arena_printf(arena, " of %s (%s)", format_bytes(arena, size), format_share(arena, done / size)) : "";
	return (ViewNews){arena_printf(arena, "reading: %s%s, %zu plan%s found", format_bytes(arena, done), of, found, found == 1 ? "" : "s"), "Esc stops it.", false};
}

void opening_open(App *app, const char *path) {
	Arena *arena = arena_new();
	Opening *opening = ARENA_NEW(arena, Opening);
	*opening = (Opening){.app = app, .arena = arena, .path = path_to_open(arena, path), .err = ERR_INIT};
	opening->file = plan_file_new(opening->path);
	opening->rows = (PaneState){.pane = &plan_list, .list = LIST_INIT(plan_list.sort), .arena = arena, .order = arena_new(), .cost = &app->cost, .settings = &app->settings};
	view_open(app, VIEW_LIST, path);
	View *view = app_view(app);
	view->maker = opening;
	view->maker_free = leave;
	view->rows = &opening->rows;
	view->pick = pick;
	view->news = news;
	post(opening, open_job, open_done);
}

bool opening_under_way(const App *app) {
	for (size_t i = 0; i < app->views.count; i++) {
		const View *view = &app->views.items[i];
		if (view->maker && view->maker_free == leave && !((const Opening *)view->maker)->opened) return true;
	}
	return false;
}
