/* runs.c: the console's statements under way: started, watched, shown. */
#include "app/runs.h"

#include "app/connections.h"
#include "app/marks.h"
#include "app/stage.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "core/format.h"

/* A new plan, or the same one with its findings: the reader's place is kept as long as the shape stays. */
static void show_plan(App *app) {
	const Plan *plan = app->run->plan;
	if (!plan || (app->plan_viewed == plan && app->plan_view.node)) return;
	stage_leave(app);
	Arena *arena = arena_new();
	PlanShown shown = run_shown(arena, app);
	str_release(&app->plan_view.advice.search);
	plan_view_begin(&app->plan_view, app->arena, &shown);
	app->plan_viewed = plan;
	arena_free(arena);
}

/* The cursor goes to the first finding, unless the reader moved it meanwhile. */
static void findings_came(App *app) {
	PlanView *view = &app->plan_view;
	if (!app->run->findings || !app->run->findings->count || view->finding || view->node != view->began_at) return;
	if (app->run->findings->items[0].node) view->node = view->began_at = app->run->findings->items[0].node;
}

/* Once, when it was run in turn with something. */
static void other_offer(App *app) {
	const RunOther *other = app->run->other;
	if (!other || other == app->other_offered) return;
	app->other_offered = other;
	if (err_is(&app->run->err)) return;
	Arena *arena = arena_new();
	app_say(app, ROLE_GOOD, utf8_clean(arena, arena_printf(arena, "run in turn with %s", other->name)), "D lays both plans beside each other.");
	arena_free(arena);
}

static void run_changed(void *owner, Run *run) {
	App *app = owner;
	if (run != app->run) return;
	show_plan(app);
	if (run->stage == RUN_ASKING) {
		app->modal = MODAL_RUN;
		findings_came(app);
	}
	if (run->stage == RUN_DONE) {
		findings_came(app);
		app->run_done(app);
		if (err_is(&run->err)) app_say_err(app, &run->err);
		mark_offer(app);
		other_offer(app);
	}
	app->stale = true;
}

void runs_forget(App *app) {
	stage_clear(app);
	run_waits_forget(&app->run_waits);
	run_free(app->run);
	app->run = NULL;
	app->other_offered = NULL;
	if (app->mark) app->mark->offered = false;
	app->plan_viewed = app->kept_plan = NULL;
	app->kept_id = 0;
	if (app->modal == MODAL_RUN) app->modal = MODAL_NONE;
}

static const char *role_note(App *app, const char *user) {
	const Server *server = app_server(app);
	if (!user || !server || strcmp(user, server->user) == 0) return NULL;
	return arena_printf(app->arena, "Planned as %s, run by %s: search_path, row security and rights may differ.", server->user, user);
}

void run_statement(App *app, const char *text, const char *database, const char *row_key, RunMode mode, const char *notes) {
	Str statement = STR_INIT, row = STR_INIT; /* what is given may be ours, or the run's */
	str_add(&statement, text);
	if (row_key) str_add(&row, row_key);
	runs_forget(app);
	str_release(&app->run_text);
	str_release(&app->run_row);
	app->run_text = statement;
	app->run_row = row;
	app->run_database = arena_copy(app->arena, database);
	if (!row_key) app->run_queryid = 0;
	if (!row_key) app->run_use = NULL;
	str_clear(&app->message);
	RunOptions options = {
		.mode = mode, .serialize = app->serialize, .memory = app->memory, .no_timing = app->no_timing, .elsewhere = row_key != NULL,
		.settings = app->with.items, .setting_count = app->with.count, .notes = notes, .use = app->run_use,
	};
	app->run = run_start(loop_work(app->loop), connection_for(app, database), &app->settings, app->run_text.text, &options, run_changed, app);
}

void run_given_plan(App *app, Arena *arena, const KeptPlan *given, const char *notes) {
	runs_forget(app);
	Str *texts[] = {&app->run_text, &app->run_row};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) str_clear(texts[i]);
	str_add(&app->run_text, given->side.statement ? given->side.statement : "");
	app->run_database = NULL;
	app->run_queryid = 0;
	app->run = run_given(loop_work(app->loop), &app->settings, arena, given, notes, run_changed, app);
	show_plan(app);
}

bool run_has_text(App *app) {
	if (app->run_text.len) return true;
	app_say(app, ROLE_ERROR, "the statement of this plan is not known", "auto_explain logs it beside the plan, EXPLAIN does not.");
	return false;
}

bool run_stands_for_row(App *app) {
	const View *view = app_subject(app);
	if (app->run && view && view->kind == VIEW_WHY) {
		size_t pane = strlen(view->about->pane->name);
		const char *row = app->run_row.text;
		if (strncmp(row, view->about->pane->name, pane) == 0 && row[pane] == '/' && strcmp(row + pane + 1, view->row_key.text) == 0) return true;
	}
	app_say_row_is_gone(app);
	return false;
}

bool run_row(App *app, RunMode mode) {
	View *view = app_subject(app);
	if (view && view->kind == VIEW_LIST && !view->rows->pane->statement) {
		app_say(app, ROLE_DIM, "a plan of this list is planned again once it is open", "Enter opens it.");
		return false;
	}
	if (view && view->kind == VIEW_PLAN) {
		if (app->run && !run_has_text(app)) return false;
		if (app->run_text.len) run_statement(app, app->run_text.text, app->run_database, app->run_row.len ? app->run_row.text : NULL, mode, NULL);
		return app->run != NULL;
	}
	size_t row;
	if (!app_row(app, &row)) return run_stands_for_row(app);
	const char *name = pane_row_name(app->arena, app_list(app), row);
	bool known = app->run && mode == RUN_PLAN && strcmp(app->run_row.text, name) == 0 && !err_is(&app->run->err);
	if (known) return true;
	PaneStatement statement = pane_statement(app->arena, app_list(app), row);
	if (!statement.text) {
		app_say(app, ROLE_ERROR, statement.problem, NULL);
		return false;
	}
	const Table *table = app_list(app)->table;
	app->run_queryid = table_int(table, row, table_column(table, "queryid"), 0);
	app->run_use = statement.use ? statement_use_copy(app->arena, statement.use) : NULL;
	run_statement(app, statement.text, statement.database, name, mode, role_note(app, statement.user));
	return true;
}

static void show_given(Arena *arena, const KeptPlan *given, PlanShown *shown) {
	if (given->side.statement) shown->notes = sentences(arena, shown->notes, "E plans its statement here, A runs it.");
	if (!given->side.findings) return;
	shown->advised_at = kept_plan_time(arena, given);
	shown->advised_for = given->place;
}

PlanShown run_shown(Arena *arena, const App *app) {
	const Run *run = app->run;
	const Pretence *pretence = stage_pretence(app);
	PlanShown shown = {.plan = run->plan, .findings = run->findings, .notes = run_waits_notes(arena, &app->run_waits, run, run->notes), .repeated = run->repeated};
	if (run->given) show_given(arena, run->given, &shown);
	if (pretence) shown = (PlanShown){.plan = pretence->plan, .pretence = pretence};
	if (run->stage == RUN_MEASURING)
		shown.state = arena_printf(arena, "running %s%s%s   ^C cancels", format_age(arena, (double)(clock_ms() - run->measuring_since_ms) / 1000),
		                           app->run_waits.event.len ? " · " : "", app->run_waits.event.text);
	else if (run_busy(run)) shown.state = run_stage_text(arena, run);
	else shown.state = stage_state(app);
	return shown;
}
