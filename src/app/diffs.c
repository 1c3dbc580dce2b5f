/* diffs.c: the plan on screen laid beside the one before. */
#include "app/diffs.h"

#include "app/marks.h"
#include "app/views.h"

typedef struct Diffing {
	App *app;
	Arena *arena;
	Run *runs[2]; /* held */
	ComparedSide sides[2];
	AdviseSettings settings;
	Comparison comparison;
	DiffView view;
	bool in_job, closed;
} Diffing;

static void destroy(Diffing *d) {
	if (d->in_job || !d->closed) return;
	for (size_t i = 0; i < 2; i++) run_let_go(d->runs[i]);
	arena_free(d->arena);
}

static void compare(void *job) {
	Diffing *d = job;
	d->comparison = compare_plans(d->arena, &d->sides[0], &d->sides[1], &d->settings);
}

static void compared(void *job) {
	Diffing *d = job;
	d->in_job = false;
	if (!d->closed) diff_view_begin(&d->view, &d->comparison);
	destroy(d);
}

static void close_view(void *maker) {
	Diffing *d = maker;
	d->closed = true;
	destroy(d);
}

static bool has_two(App *app) {
	if (!app->mark) app_say(app, ROLE_DIM, "no plan is marked as the one before", "m marks the one on screen.");
	else if (app->run == app->mark->run && app->run->plan == app->mark->side.plan)
		app_say(app, ROLE_DIM, "this is the plan that is marked", "Change something and run it again by A; then D shows what came of it.");
	else return true;
	return false;
}

void diff_open(App *app) {
	if (!mark_settled(app) || !has_two(app)) return;
	Arena *arena = arena_new();
	Diffing *d = ARENA_NEW(arena, Diffing);
	*d = (Diffing){.app = app, .arena = arena, .runs = {app->mark->run, app->run}, .settings = settings_advise(&app->settings), .in_job = true};
	d->sides[0] = compared_side_copy(arena, &app->mark->side);
	d->sides[1] = mark_side(arena, app);
	for (size_t i = 0; i < 2; i++) run_hold(d->runs[i]);
	view_open(app, VIEW_DIFF, "before and after");
	app_view(app)->maker = d;
	app_view(app)->maker_free = close_view;
	work_post(loop_work(app->loop), compare, compared, d);
}

DiffView *diff_view_of(const View *view) {
	return &((Diffing *)view->maker)->view;
}

const Comparison *diff_comparison(const View *view) {
	const Diffing *d = view->maker;
	return d->in_job ? NULL : &d->comparison;
}

void diff_node(App *app) {
	const View *below = app_view(app);
	const Comparison *shown = diff_comparison(below);
	const DiffView *at = diff_view_of(below);
	if (!shown) return;
	view_open(app, VIEW_PAGE, "node, before and after");
	View *view = app_view(app);
	view->page = page_new(view->arena);
	diff_view_page(view->page, at, shown);
}
