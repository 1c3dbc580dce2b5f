/* diffs.c: the plan on screen laid beside another one. */
#include "app/diffs.h"

#include "app/marks.h"
#include "app/stage.h"
#include "app/views.h"

typedef struct Diffing {
	App *app;
	Arena *arena;
	Run *runs[2]; /* held */
	Scenario *scenario; /* held, whose plan is one of them; NULL */
	ComparedSide sides[2];
	AdviseSettings settings;
	Comparison comparison;
	DiffView view;
	bool in_job, closed;
} Diffing;

static void destroy(Diffing *d) {
	if (d->in_job || !d->closed) return;
	for (size_t i = 0; i < 2; i++) run_let_go(d->runs[i]);
	if (d->scenario) scenario_let_go(d->scenario);
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

/* ---- which two ---- */

static Diffing *diffing_new(App *app, Run *before) {
	Arena *arena = arena_new();
	Diffing *d = ARENA_NEW(arena, Diffing);
	*d = (Diffing){.app = app, .arena = arena, .runs = {before, app->run}, .settings = settings_advise(&app->settings), .in_job = true};
	for (size_t i = 0; i < 2; i++) run_hold(d->runs[i]);
	return d;
}

static void begin(Diffing *d) {
	App *app = d->app;
	view_open(app, VIEW_DIFF, "before and after");
	app_view(app)->maker = d;
	app_view(app)->maker_free = close_view;
	work_post(loop_work(app->loop), compare, compared, d);
}

/* What it was run in turn with: both measured by turns. */
static void beside_other(App *app) {
	const RunOther *other = app->run->other;
	Diffing *d = diffing_new(app, app->run);
	for (size_t i = 0; i < 2; i++) {
		d->sides[i] = mark_side(d->arena, app);
		d->sides[i].plan = other->plans[i];
		d->sides[i].findings = NULL;
	}
	d->sides[1].origin = other->name;
	d->sides[1].proof = other->proof;
	d->sides[1].repeated = other->repeated;
	if (other->statement) d->sides[1].statement = other->statement;
	begin(d);
}

/* By cost, for what is not there cannot be run. */
static void beside_pretence(App *app) {
	const Pretence *pretence = stage_pretence(app);
	Diffing *d = diffing_new(app, app->run);
	d->scenario = app->scenario;
	scenario_hold(d->scenario);
	d->sides[0] = mark_side(d->arena, app);
	d->sides[1] = d->sides[0];
	d->sides[1].plan = pretence->plan;
	d->sides[1].findings = NULL;
	d->sides[1].origin = pretence_title(d->arena, pretence);
	if (pretence->rewrite) d->sides[1].statement = pretence->rewrite;
	begin(d);
}

static void beside_mark(App *app) {
	Diffing *d = diffing_new(app, app->mark->run);
	d->sides[0] = compared_side_copy(d->arena, &app->mark->side);
	d->sides[1] = mark_side(d->arena, app);
	begin(d);
}

static bool has_mark(App *app) {
	if (!app->mark) app_say(app, ROLE_DIM, "no plan is marked as the one before", "m marks the one on screen.");
	else if (mark_is_shown(app)) app_say(app, ROLE_DIM, "this is the plan that is marked", "Change something and run it again by A; then D shows what came of it.");
	else return true;
	return false;
}

bool diff_possible(const App *app) {
	const Pretence *pretence = stage_pretence(app);
	return app->mark || (pretence && pretence->plan) || (app->run && app->run->other);
}

void diff_open(App *app) {
	const Pretence *pretence = stage_pretence(app);
	if (pretence && pretence->plan) beside_pretence(app);
	else if (!mark_settled(app)) return;
	else if (app->run->other) beside_other(app);
	else if (has_mark(app)) beside_mark(app);
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
