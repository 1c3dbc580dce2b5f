/* kept_view.c: the plans in the store, listed over the panes. */
#include "app/kept_view.h"

#include "app/diffs.h"
#include "app/keeping.h"
#include "app/kept_store.h"
#include "app/kept_word.h"
#include "app/marks.h"
#include "app/parameters.h"
#include "app/runs.h"
#include "app/views.h"
#include "panes/kept_list.h"
#include "report/kept.h"

typedef struct KeptView {
	App *app;
	Arena *arena;
	PaneState rows;
	size_t waits; /* for so many tasks */
	bool closed; /* the view is gone: what comes is not wanted */
	Err err;
} KeptView;

/* What is asked of the store, and what it brings. */
typedef struct Ask {
	KeeperTask task;
	App *app;
	Arena *arena;
	KeptView *view; /* that asks; NULL: the plan on screen */
	int64_t id;
	const char *name, *statement, *findings;
	Table *table;
	StoredPlan stored;
	KeptPlan plan;
	const Plan *on_screen; /* that is being kept while more is asked about it */
} Ask;

/* ---- asking ---- */

static void view_free(KeptView *view) {
	list_release(&view->rows.list);
	arena_free(view->rows.arena);
	arena_free(view->rows.order);
	err_release(&view->err);
	arena_free(view->arena);
}

static Ask *ask_new(App *app, KeptView *view, bool (*run)(KeeperTask *task, Store *store, Err *err), void (*done)(KeeperTask *task)) {
	Arena *arena = arena_new();
	Ask *ask = ARENA_NEW(arena, Ask);
	*ask = (Ask){.task = {.run = run, .done = done, .err = ERR_INIT}, .app = app, .arena = arena, .view = view};
	if (view) view->waits++;
	return ask;
}

static void ask_free(Ask *ask) {
	err_release(&ask->task.err);
	arena_free(ask->arena);
}

/* True when what it brings is still wanted. */
static bool back(Ask *ask) {
	KeptView *view = ask->view;
	if (view && --view->waits == 0 && view->closed) {
		view_free(view);
		ask->view = NULL;
		return false;
	}
	return !view || !view->closed;
}

static void leave(void *maker) {
	KeptView *view = maker;
	view->closed = true;
	if (!view->waits) view_free(view);
}

/* ---- the list ---- */

static bool list_job(KeeperTask *task, Store *store, Err *err) {
	Ask *ask = (Ask *)task;
	StoredPlans plans = {0};
	if (!store_list(store, ask->arena, &plans, err)) return false;
	ask->table = kept_plans_table(ask->arena, &plans);
	return true;
}

static void list_done(KeeperTask *task) {
	Ask *ask = (Ask *)task;
	if (back(ask) && ask->table) {
		PaneState *rows = &ask->view->rows;
		arena_free(rows->arena);
		rows->arena = ask->arena;
		rows->table = ask->table;
		pane_order_rows(rows, NULL);
		err_release(&task->err);
		return;
	}
	if (ask->view) err_move(&ask->view->err, &task->err);
	ask_free(ask);
}

static void list_again(KeptView *view) {
	Ask *ask = ask_new(view->app, view, list_job, list_done);
	keeper_post(view->app->keeper, &ask->task);
}

static void lists_again(App *app) {
	for (size_t i = 0; i < app->views.count; i++)
		if (app->views.items[i].maker_free == leave) list_again(app->views.items[i].maker);
}

/* Numbers of another store mean nothing in this one. */
void kept_settings_changed(App *app, const Settings *before) {
	if (!kept_store_set(app, before)) return;
	if (strcmp(setting_text(before, SETTING_STORE_PATH), setting_text(&app->settings, SETTING_STORE_PATH)) != 0) {
		app->kept_id = 0;
		app->mark_sought = NULL;
	}
	if (kept_store(app)) lists_again(app);
}

static ViewNews news(Arena *arena, const View *view) {
	(void)arena;
	const KeptView *kept = view->maker;
	bool wrong = err_is(&kept->err);
	return (ViewNews){wrong ? kept->err.message.text : "reading …", wrong ? kept->err.hint.text : NULL, wrong};
}

/* ---- keeping ---- */

static void kept(void *owner, const Run *run, Kept *kept) {
	App *app = owner;
	bool on_screen = run == app->run && run->plan == app->kept_plan;
	if (on_screen) app->kept_id = kept->id;
	if (kept->id) lists_again(app);
	if (!on_screen || app->mark || !kept->marked.side.plan) return;
	ComparedSide marked = kept->marked.side;
	marked.statement = app->run_text.text; /* constants aside it is this one */
	mark_adopt(app, kept->arena, &marked);
	kept->arena = NULL;
}

/* The plan that is being kept has no number yet. */
static void find_id(KeeperTask *task) {
	Ask *ask = (Ask *)task;
	if (!ask->id && ask->on_screen == ask->app->kept_plan) ask->id = ask->app->kept_id;
}

static Ask *ask_of_shown(App *app, int64_t id, bool (*run)(KeeperTask *task, Store *store, Err *err), void (*done)(KeeperTask *task)) {
	Ask *ask = ask_new(app, NULL, run, done);
	ask->task.begin = find_id;
	ask->on_screen = app->kept_plan;
	ask->id = id;
	return ask;
}

static void ask_done(KeeperTask *task) {
	ask_free((Ask *)task);
}

static bool advise_job(KeeperTask *task, Store *store, Err *err) {
	Ask *ask = (Ask *)task;
	return store_advise(store, ask->id, ask->findings, err);
}

/* What is proved and tried of it changes no plan, but what is advised. */
static void keep_findings(App *app) {
	Ask *ask = ask_of_shown(app, app->kept_id, advise_job, ask_done);
	ask->findings = report_findings_json(ask->arena, app->run->findings);
	app->kept_findings = app->run->findings;
	keeper_post(app->keeper, &ask->task);
}

void kept_run(App *app) {
	Run *run = app->run;
	if (run->given || !run->plan || !kept_store(app)) return;
	if (run->plan == app->kept_plan) {
		if (run->findings != app->kept_findings) keep_findings(app);
		return;
	}
	const char *told = parameters_told(app);
	app->kept_plan = run->plan;
	app->kept_findings = run->findings;
	keeping_start(app->keeper, run, (Filled){told ? parameters_statement(app) : NULL, told}, kept, app);
}

/* ---- one plan ---- */

static bool fetch_job(KeeperTask *task, Store *store, Err *err) {
	Ask *ask = (Ask *)task;
	if (!store_fetch(store, ask->arena, ask->id, &ask->stored, err)) return false;
	if (!ask->stored.id) return err_set(err, ERR_INPUT, "this plan is not kept any more");
	return kept_plan_read(ask->arena, &ask->stored, &ask->plan, err);
}

static void fetch_done(KeeperTask *task) {
	Ask *ask = (Ask *)task;
	App *app = ask->app;
	bool wanted = back(ask);
	const KeptPlan *kept = &ask->plan;
	if (wanted && kept->side.plan) {
		const char *problem = kept->side.problem;
		int64_t id = ask->id;
		str_clear(&app->message);
		err_release(&task->err);
		run_given_plan(app, ask->arena, kept, kept_plan_words(ask->arena, kept));
		app->kept_id = id;
		view_plan(app);
		if (problem) app_say(app, ROLE_WARNING, "what was advised then cannot be read: it is advised anew", problem);
		return;
	}
	if (wanted) app_say_err(app, &task->err);
	if (wanted) lists_again(app);
	ask_free(ask);
}

static void pick(App *app) {
	KeptView *view = app_view(app)->maker;
	size_t row;
	if (!view->rows.table || !app_row(app, &row)) return;
	Ask *ask = ask_new(app, view, fetch_job, fetch_done);
	ask->id = kept_list_id(view->rows.table, row);
	keeper_post(app->keeper, &ask->task);
}

void kept_view_open(App *app) {
	if (!kept_store_had(app)) return;
	Arena *arena = arena_new();
	KeptView *kept = ARENA_NEW(arena, KeptView);
	*kept = (KeptView){.app = app, .arena = arena, .err = ERR_INIT};
	kept->rows = (PaneState){.pane = &kept_list, .list = LIST_INIT(kept_list.sort), .order = arena_new(), .cost = &app->cost, .settings = &app->settings};
	view_open(app, VIEW_LIST, "kept plans");
	View *view = app_view(app);
	view->maker = kept;
	view->maker_free = leave;
	view->rows = &kept->rows;
	view->pick = pick;
	view->news = news;
	list_again(kept);
}

/* ---- beside the one on screen ---- */

static bool beside_job(KeeperTask *task, Store *store, Err *err) {
	Ask *ask = (Ask *)task;
	const KeptPlan beside = {.side = {.statement = ask->statement}};
	return kept_word_fetch(ask->arena, store, ask->name, &beside, &ask->plan, err);
}

static void beside_done(KeeperTask *task) {
	Ask *ask = (Ask *)task;
	App *app = ask->app;
	if (task->failed) {
		app_say_err(app, &task->err);
		ask_free(ask);
		return;
	}
	err_release(&task->err);
	mark_adopt(app, ask->arena, &ask->plan.side);
	if (app_context(app) == CONTEXT_PLAN) diff_open(app);
}

void kept_diff(App *app, const char *word) {
	if (app_context(app) != CONTEXT_PLAN) app_say(app, ROLE_DIM, "no plan is on screen that could be compared", "E plans a statement, :plans opens a kept one.");
	if (app_context(app) != CONTEXT_PLAN || !mark_settled(app) || !kept_store_had(app)) return;
	Ask *ask = ask_new(app, NULL, beside_job, beside_done);
	ask->name = arena_copy(ask->arena, word);
	ask->statement = app->run_text.len ? arena_copy(ask->arena, app->run_text.text) : NULL;
	keeper_post(app->keeper, &ask->task);
}

/* ---- named, deleted ---- */

/* 0: none, or not yet. */
static int64_t id_at_hand(App *app) {
	const View *view = app_subject(app);
	size_t row;
	if (!view) return 0;
	if (view->maker_free == leave) return view->rows->table && app_row(app, &row) ? kept_list_id(view->rows->table, row) : 0;
	return view->kind == VIEW_PLAN ? app->kept_id : 0;
}

static bool name_job(KeeperTask *task, Store *store, Err *err) {
	Ask *ask = (Ask *)task;
	return store_name(store, ask->id, ask->name, err);
}

static bool forget_job(KeeperTask *task, Store *store, Err *err) {
	return store_delete(store, ((Ask *)task)->id, err);
}

static bool mark_job(KeeperTask *task, Store *store, Err *err) {
	return store_mark(store, ((Ask *)task)->id, err);
}

static void told(Ask *ask, const char *what) {
	if (ask->task.failed) app_say_err(ask->app, &ask->task.err);
	else app_say(ask->app, ROLE_GOOD, what, NULL);
	lists_again(ask->app);
	ask_free(ask);
}

static void name_done(KeeperTask *task) {
	Ask *ask = (Ask *)task;
	told(ask, ask->name ? arena_printf(ask->arena, "the plan is kept as \"%s\"", ask->name) : "the plan has no name any more");
}

static void forget_done(KeeperTask *task) {
	Ask *ask = (Ask *)task;
	if (ask->app->kept_id == ask->id) ask->app->kept_id = 0;
	told(ask, "the plan is forgotten");
}

static void change(App *app, const char *name, bool (*run)(KeeperTask *task, Store *store, Err *err), void (*done)(KeeperTask *task)) {
	int64_t id = id_at_hand(app);
	if (!kept_store_had(app)) return;
	const View *view = app_subject(app);
	bool comes = !id && view && view->kind == VIEW_PLAN && app->kept_plan && keeper_busy(app->keeper);
	if (!id && !comes) {
		bool busy = view && view->kind == VIEW_PLAN && app_running(app);
		app_say(app, ROLE_ERROR, busy ? "the statement is still under way" : "there is no kept plan at hand", busy ? "Its plan is kept when it is done." : ":plans lists them.");
		return;
	}
	Ask *ask = ask_of_shown(app, id, run, done);
	ask->name = arena_copy(ask->arena, name);
	keeper_post(app->keeper, &ask->task);
}

void kept_name(App *app, const char *name) {
	Err err = ERR_INIT;
	if (!name || kept_name_allowed(name, &err)) change(app, name, name_job, name_done);
	else app_say_err(app, &err);
	err_release(&err);
}

void kept_forget(App *app) { change(app, NULL, forget_job, forget_done); }

void kept_mark(App *app) {
	if (kept_store(app) && (app->kept_id || app->kept_plan)) change(app, NULL, mark_job, ask_done);
}
