/* act.c: what each action of the keymap does. */
#include "app/act.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>

#include "app/applying.h"
#include "app/clip.h"
#include "app/dashboard.h"
#include "app/diffs.h"
#include "app/ending.h"
#include "app/export.h"
#include "app/help.h"
#include "app/kept_view.h"
#include "app/marks.h"
#include "app/menus.h"
#include "app/opening.h"
#include "app/psql.h"
#include "app/parameters.h"
#include "app/pretending.h"
#include "app/runs.h"
#include "app/stage.h"
#include "app/traffic_view.h"
#include "app/value_view.h"
#include "app/views.h"
#include "app/words.h"
#include "base/clock.h"

/* ---- moving ---- */

enum { WHOLE = 1000000 }; /* rows: to the first or the last one */

static Box page_body(App *app) {
	View *view = app_view(app);
	return view ? view->body : (Box){0};
}

/* Below a short list there is a text to read: pages and halves of them are its. */
static bool reads_on(const View *view, long by) {
	return view && view->kind == VIEW_VALUES && view->page && labs(by) > 1 && labs(by) < WHOLE;
}

static void move(App *app, long by) {
	View *view = app_view(app);
	if (reads_on(view, by)) {
		page_scroll(&view->scroll, view->page, view->body, by);
	} else if (app_context(app) == CONTEXT_LIST) {
		PaneState *state = app_list(app);
		if (state->table) list_move(&state->list, state->table, state->rows, by);
		if (state->table) list_settle(&state->list, state->table, state->rows, layout_inside(state->box).height);
	} else if (view->kind == VIEW_PLAN) {
		if (app->run && app->run->plan) {
			Arena *arena = arena_new();
			PlanShown shown = run_shown(arena, app);
			plan_view_move(&app->plan_view, &shown, by);
			arena_free(arena);
		}
	} else if (view->kind == VIEW_DIFF) {
		if (diff_comparison(view)) diff_view_move(diff_view_of(view), diff_comparison(view), by);
	} else if (view->page) {
		page_scroll(&view->scroll, view->page, view->body, by);
	}
}

static long page_rows(App *app) {
	const View *view = app_view(app);
	bool read = view && view->kind == VIEW_VALUES;
	if (view && view->kind == VIEW_DIFF) return diff_view_of(view)->height > 2 ? diff_view_of(view)->height - 1 : 1;
	int height = app_context(app) == CONTEXT_LIST && !read ? app_list(app)->height : page_body(app).height;
	return height > 2 ? height - 1 : read ? 2 : 1;
}

static void act_down(App *app) { move(app, 1); }
static void act_up(App *app) { move(app, -1); }
static void act_first(App *app) { move(app, -WHOLE); }
static void act_last(App *app) { move(app, WHOLE); }
static void act_half_down(App *app) { move(app, page_rows(app) / 2 + 1); }
static void act_half_up(App *app) { move(app, -(page_rows(app) / 2 + 1)); }
static void act_page_down(App *app) { move(app, page_rows(app)); }
static void act_page_up(App *app) { move(app, -page_rows(app)); }

static bool on_plan(App *app) {
	View *view = app_view(app);
	return view && view->kind == VIEW_PLAN && app->run && app->run->plan;
}

static void with_plan(App *app, void (*act)(PlanView *view, const PlanShown *shown)) {
	if (!on_plan(app)) return;
	Arena *arena = arena_new();
	PlanShown shown = run_shown(arena, app);
	act(&app->plan_view, &shown);
	arena_free(arena);
}

static void level_left(PlanView *view, const PlanShown *shown) { plan_view_shift(view, shown, -1); }
static void level_right(PlanView *view, const PlanShown *shown) { plan_view_shift(view, shown, 1); }

static void act_scroll_left(App *app) {
	if (app_context(app) == CONTEXT_LIST) list_scroll(&app_list(app)->list, app_list(app)->pane->column_count, -1);
	else with_plan(app, level_left);
}

static void act_scroll_right(App *app) {
	if (app_context(app) == CONTEXT_LIST) list_scroll(&app_list(app)->list, app_list(app)->pane->column_count, 1);
	else with_plan(app, level_right);
}

/* ---- asking ---- */

static void act_why(App *app) {
	View *view = app_view(app);
	if (!view) {
		if (view_why(app) && app_pane(app)->pane->why_plans) run_row(app, RUN_PLAN);
		app->stale = true;
		return;
	}
	if (view->kind == VIEW_LIST) view->pick(app);
	if (view->kind == VIEW_VALUES) value_view_pick(app, RUN_PLAN);
	if (view->kind == VIEW_DIFF) diff_node(app);
	else if (view->kind == VIEW_PLAN && app->run && app->run->plan) view_node(app);
}

static bool picks_values(App *app, RunMode mode) {
	if (!app_view(app) || app_view(app)->kind != VIEW_VALUES) return false;
	value_view_pick(app, mode);
	return true;
}

static void act_explain(App *app) {
	if (picks_values(app, RUN_PLAN)) return;
	if (run_row(app, RUN_PLAN)) view_plan(app);
}

static void act_analyze(App *app) {
	View *view = app_view(app);
	if (picks_values(app, RUN_MEASURE)) return;
	if (!app->run || app->run->given || !view || view->kind != VIEW_PLAN) {
		if (!run_row(app, RUN_PLAN)) return;
	}
	if (!run_has_text(app) || parameters_ask(app)) return;
	run_statement(app, app->run_text.text, app->run_database, app->run_row.len ? app->run_row.text : NULL, RUN_MEASURE, NULL);
	view_plan(app);
}

static const char *statement_at_hand(App *app) {
	View *view = app_subject(app);
	size_t row;
	if (view && view->kind == VIEW_PLAN) return run_has_text(app) ? app->run_text.text : NULL;
	if (!app_row(app, &row)) return run_stands_for_row(app) ? app->run_text.text : NULL;
	PaneStatement statement = pane_statement(app->arena, app_list(app), row);
	if (!statement.text) app_say(app, ROLE_ERROR, statement.problem, NULL);
	return statement.text;
}

static void act_edit(App *app) {
	const char *text = statement_at_hand(app);
	if (!text) return;
	app->prompt_open = true;
	prompt_set_text(app->prompt, text);
}

static void act_options(App *app) {
	app->modal = MODAL_OPTIONS;
	app->menu_cursor = 0;
}

/* ---- the list ---- */

static void sort_by(PaneState *state, size_t column) {
	state->list.sort = column;
	state->list.inverted = false;
	pane_order_rows(state, NULL);
}

static void act_sort_next(App *app) {
	PaneState *state = app_list(app);
	sort_by(state, (state->list.sort + 1) % state->pane->column_count);
}

static void act_sort_choose(App *app) {
	app->modal = MODAL_SORT;
	app->menu_cursor = app_list(app)->list.sort;
}

static void act_sort_invert(App *app) {
	PaneState *state = app_list(app);
	state->list.inverted = !state->list.inverted;
	pane_order_rows(state, NULL);
}

Str *act_entry_text(App *app) {
	View *view = app_view(app);
	if (app_context(app) == CONTEXT_LIST) return &app_list(app)->list.filter;
	return view->kind == VIEW_PLAN ? &app->plan_view.search : &view->scroll.search;
}

static void act_filter(App *app) {
	str_clear(&app->entry);
	str_add(&app->entry, act_entry_text(app)->text);
	app->modal = MODAL_FILTER;
}

static bool search_plan(App *app, int direction) {
	Arena *arena = arena_new();
	PlanShown shown = run_shown(arena, app);
	bool found = plan_view_search(&app->plan_view, &shown, direction);
	arena_free(arena);
	return found;
}

void act_search(App *app, int direction) {
	View *view = app_view(app);
	if (direction && !act_entry_text(app)->len) app_say(app, ROLE_DIM, "nothing is looked for", "/ asks for what.");
	if (!view || app_context(app) == CONTEXT_LIST || !act_entry_text(app)->len) return;
	bool found = true;
	if (on_plan(app)) found = search_plan(app, direction);
	else if (view->kind == VIEW_DIFF) found = !diff_comparison(view) || diff_view_search(diff_view_of(view), diff_comparison(view), view->scroll.search.text, direction);
	else if (view->page) found = page_search(&view->scroll, view->page, view->body, direction ? direction : 1);
	if (!found) app_say(app, ROLE_ERROR, "not found", NULL);
}

static void act_search_next(App *app) { act_search(app, 1); }
static void act_search_previous(App *app) { act_search(app, -1); }

static void act_zoom(App *app) {
	app->zoomed = !app->zoomed;
}

static void act_since(App *app) {
	PaneState *state = app_list(app);
	if (!state->pane->delta && !state->pane->compares) {
		app_say(app, ROLE_DIM, "this pane shows the present: it has no interval", NULL);
		return;
	}
	state->since_reset = !state->since_reset;
	pane_make_rows(state);
	app->stale = true;
}

static bool has_tree(App *app, const PaneState *state) {
	if (state->table && list_is_tree(state->table)) return true;
	app_say(app, ROLE_DIM, "no row of this pane stands below another", NULL);
	return false;
}

static void act_tree(App *app) {
	PaneState *state = app_list(app);
	if (!has_tree(app, state)) return;
	state->list.flat = !state->list.flat;
	pane_order_rows(state, NULL);
}

static void fold_row(App *app) {
	PaneState *state = app_list(app);
	if (!has_tree(app, state)) return;
	if (list_fold(&state->list, state->table, state->rows)) pane_order_rows(state, NULL);
	else app_say(app, ROLE_DIM, state->list.flat ? "a plain list has nothing to fold" : "no row stands below this one", state->list.flat ? "t shows the tree." : NULL);
}

static void act_tag(App *app) {
	PaneState *state = app_list(app);
	if (!state->pane->session && !state->pane->marks) app_say(app, ROLE_DIM, "only sessions and statements are tagged", "1 shows statements, 4 and 5 sessions.");
	else if (state->table) list_tag(&state->list, state->table, state->rows);
}

static bool has_ages(App *app) {
	if (app_list(app)->pane->has_ages) return true;
	app_say(app, ROLE_DIM, "the rows of this pane have no ages", "5 shows sessions by theirs.");
	return false;
}

static void act_age(App *app) {
	PaneState *state = app_list(app);
	if (!has_ages(app)) return;
	state->age = (state->age + 1) % AGE_COUNT;
	pane_make_rows(state);
}

static void act_idle(App *app) {
	PaneState *state = app_list(app);
	if (!has_ages(app)) return;
	state->idle_turned = !state->idle_turned;
	pane_make_rows(state);
}

static void act_cancel_session(App *app) { ending_begin(app, SESSION_CANCEL); }
static void act_terminate(App *app) { ending_begin(app, SESSION_TERMINATE); }

/* ---- time ---- */

static void act_pause(App *app) {
	app->paused = !app->paused;
	app->next_tick_ms = clock_ms();
}

static void act_refresh(App *app) {
	if (app_conn_state(app) == CONN_READY) dashboard_refresh(app, true);
	if (app->pane_conn) conn_retry(app->pane_conn);
}

static void set_interval(App *app, double factor) {
	double seconds = fmin(3600, fmax(0.25, setting_number(&app->settings, SETTING_INTERVAL) * factor));
	settings_set(app->arena, &app->settings, setting_name(SETTING_INTERVAL), arena_printf(app->arena, "%g", seconds), NULL);
	app->next_tick_ms = clock_ms();
}

static void act_slower(App *app) { set_interval(app, 2); }
static void act_faster(App *app) { set_interval(app, 0.5); }

/* ---- the plan ---- */

static void next_finding(PlanView *view, const PlanShown *shown) { plan_view_finding(view, shown, 1); }
static void previous_finding(PlanView *view, const PlanShown *shown) { plan_view_finding(view, shown, -1); }
static void next_bar(PlanView *view, const PlanShown *shown) {
	view->bar = plan_bar_next(view->bar, shown->plan);
}

static void act_finding_next(App *app) { with_plan(app, next_finding); }
static void act_finding_previous(App *app) { with_plan(app, previous_finding); }
static void act_fold(App *app) {
	if (app_context(app) == CONTEXT_LIST) fold_row(app);
	else with_plan(app, plan_view_fold);
}
static void act_bar(App *app) {
	const View *view = app_view(app);
	if (!view || view->kind != VIEW_DIFF) with_plan(app, next_bar);
	else if (diff_comparison(view)) diff_view_of(view)->bar = diff_bar_next(diff_view_of(view)->bar, diff_comparison(view)->diff);
}

static void act_mark(App *app) {
	if (on_plan(app)) mark_take(app);
	else if (traffic_at_hand(app)) traffic_mark(app);
	else app_say(app, ROLE_DIM, "nothing is on screen that could be marked as before", "Plans can, and in Queries (1) the statements.");
	if (on_plan(app) && app->mark && app->mark->run == app->run) kept_mark(app);
}

static void act_diff(App *app) {
	if (on_plan(app)) diff_open(app);
	else if (traffic_at_hand(app)) traffic_open(app);
	else app_say(app, ROLE_DIM, "nothing is on screen that could be compared", "Plans can, and in Queries (1) the statements.");
}

static void act_prove(App *app) {
	if (!on_plan(app)) return;
	if (stage_pretence(app)) {
		app_say(app, ROLE_ERROR, "what is only pretended cannot be run", "w shows the real plan, with its findings.");
		return;
	}
	stage_leave(app);
	Err err = ERR_INIT;
	app->plan_view.advice.top = 0; /* where its word will stand */
	if (run_prove(app->run, app->plan_view.finding, 1, &err)) str_clear(&app->message);
	else app_say_err(app, &err);
	err_release(&err);
}

static void turn_workers(PlanView *view, const PlanShown *shown) {
	view->workers = !view->workers && plan_view_has_workers(shown);
}

static void act_workers(App *app) {
	if (!on_plan(app)) return;
	bool before = app->plan_view.workers;
	with_plan(app, turn_workers);
	if (!before && !app->plan_view.workers) app_say(app, ROLE_DIM, "this plan does not tell workers apart", "EXPLAIN (ANALYZE, VERBOSE) does, where there are some.");
}

static void act_values(App *app) {
	if (on_plan(app)) value_view_open(app);
}

static void act_raw(App *app) {
	if (on_plan(app)) view_raw(app);
}

static void act_whatif(App *app) {
	if (!on_plan(app)) {
		if (!run_row(app, RUN_PLAN)) return;
		view_plan(app);
	}
	pretending_turn(app);
}

static void act_totals(App *app) {
	if (on_plan(app)) view_totals(app);
}

/* ---- everywhere ---- */

static void act_copy(App *app) { clip_sql(app); }
static void act_copy_row(App *app) { clip_row(app); }

static void act_export(App *app) {
	if (!export_any(app)) return;
	app->modal = MODAL_EXPORT;
	app->menu_cursor = 0;
}

static void act_psql(App *app) { psql_open(app); }

static void act_prompt(App *app) {
	app->prompt_open = true;
}

static void act_prompt_backslash(App *app) {
	app->prompt_open = true;
	prompt_set_text(app->prompt, "\\");
}

static void act_cancel(App *app) {
	if (value_view_cancel(app) || applying_cancel(app)) return;
	if (app->run && app->run->stage != RUN_DONE) run_cancel(app->run);
	else app_say(app, ROLE_DIM, "no statement runs", "Q quits.");
}

static void act_help(App *app) { help_open(app); }

static void act_back(App *app) {
	PaneState *state = app_list(app);
	if (app_context(app) == CONTEXT_LIST && state->list.filter.len) {
		str_clear(&state->list.filter);
		pane_order_rows(state, NULL);
	} else if (on_plan(app) && (app->run->stage == RUN_PROVING || app->run->stage == RUN_REPEATING)) run_cancel(app->run);
	else if (on_plan(app) && stage_leave(app)) return;
	else if (app->views.count) view_close(app);
	else str_clear(&app->message);
}

static void act_quit(App *app) {
	if (applying_busy(app) || (app->run && run_executing(app->run))) app->modal = MODAL_QUIT;
	else app->quit = true;
}

static void act_close(App *app) {
	if (app->views.count) view_close(app);
	else act_quit(app);
}

static void act_suspend(App *app) {
	screen_suspend(app->screen);
	kill(0, SIGTSTP);
	screen_resume(app->screen);
}

static void act_redraw(App *app) { screen_redraw(app->screen); }

static void (*const handlers[ACTION_COUNT])(App *app) = {
	[ACTION_DOWN] = act_down, [ACTION_UP] = act_up, [ACTION_FIRST] = act_first, [ACTION_LAST] = act_last,
	[ACTION_HALF_DOWN] = act_half_down, [ACTION_HALF_UP] = act_half_up, [ACTION_PAGE_DOWN] = act_page_down, [ACTION_PAGE_UP] = act_page_up,
	[ACTION_SCROLL_LEFT] = act_scroll_left, [ACTION_SCROLL_RIGHT] = act_scroll_right,
	[ACTION_WHY] = act_why, [ACTION_EXPLAIN] = act_explain, [ACTION_ANALYZE] = act_analyze, [ACTION_EDIT] = act_edit, [ACTION_OPTIONS] = act_options,
	[ACTION_SORT_NEXT] = act_sort_next, [ACTION_SORT_CHOOSE] = act_sort_choose, [ACTION_SORT_INVERT] = act_sort_invert, [ACTION_FILTER] = act_filter,
	[ACTION_SEARCH_NEXT] = act_search_next, [ACTION_SEARCH_PREVIOUS] = act_search_previous, [ACTION_SINCE] = act_since, [ACTION_TREE] = act_tree,
	[ACTION_TAG] = act_tag, [ACTION_AGE] = act_age, [ACTION_IDLE] = act_idle, [ACTION_CANCEL_SESSION] = act_cancel_session, [ACTION_TERMINATE] = act_terminate,
	[ACTION_PAUSE] = act_pause, [ACTION_REFRESH] = act_refresh, [ACTION_SLOWER] = act_slower, [ACTION_FASTER] = act_faster,
	[ACTION_FINDING_NEXT] = act_finding_next, [ACTION_FINDING_PREVIOUS] = act_finding_previous, [ACTION_FOLD] = act_fold, [ACTION_BAR] = act_bar, [ACTION_MARK] = act_mark, [ACTION_DIFF] = act_diff, [ACTION_PROVE] = act_prove, [ACTION_WHATIF] = act_whatif, [ACTION_VALUES] = act_values, [ACTION_WORKERS] = act_workers, [ACTION_RAW] = act_raw, [ACTION_TOTALS] = act_totals,
	[ACTION_ZOOM] = act_zoom, [ACTION_EXPORT] = act_export, [ACTION_COPY] = act_copy, [ACTION_COPY_ROW] = act_copy_row, [ACTION_PSQL] = act_psql, [ACTION_PROMPT] = act_prompt, [ACTION_PROMPT_BACKSLASH] = act_prompt_backslash,
	[ACTION_CANCEL] = act_cancel, [ACTION_HELP] = act_help, [ACTION_BACK] = act_back, [ACTION_CLOSE] = act_close, [ACTION_QUIT] = act_quit,
	[ACTION_SUSPEND] = act_suspend, [ACTION_REDRAW] = act_redraw,
};

bool app_can(Action action) {
	return handlers[action] != NULL;
}

bool app_lacks_row(App *app, Action action) {
	static const Action of_rows[] = {ACTION_WHY, ACTION_EXPLAIN, ACTION_ANALYZE, ACTION_EDIT, ACTION_COPY, ACTION_COPY_ROW};
	bool of_row = false;
	for (size_t i = 0; i < sizeof of_rows / sizeof *of_rows; i++) of_row = of_row || of_rows[i] == action;
	bool copies = action == ACTION_COPY || action == ACTION_COPY_ROW; /* a page has texts of its own */
	size_t row;
	if (!of_row) return false;
	return app_context(app) == CONTEXT_LIST ? !app_list(app)->rows.count : app_context(app) == CONTEXT_PAGE && !copies && !app_subject(app) && !app_row(app, &row);
}

/* Its keys are a plan's, but not all of them mean something for two. */
static bool wants_one_plan(App *app, Action action) {
	static const Action of_one[] = {ACTION_PROVE, ACTION_VALUES, ACTION_WORKERS, ACTION_TOTALS, ACTION_RAW, ACTION_FOLD, ACTION_FINDING_NEXT, ACTION_FINDING_PREVIOUS,
	                                ACTION_SCROLL_LEFT, ACTION_SCROLL_RIGHT, ACTION_MARK, ACTION_DIFF};
	bool wanted = false;
	for (size_t i = 0; i < sizeof of_one / sizeof *of_one; i++) wanted = wanted || of_one[i] == action;
	return wanted && app_view(app) && app_view(app)->kind == VIEW_DIFF;
}

void app_act(App *app, Action action) {
	if (app_lacks_row(app, action)) app_say(app, ROLE_DIM, "there is no row here", NULL);
	else if (wants_one_plan(app, action)) app_say(app, ROLE_DIM, "these are two plans, and that is for one", "Esc goes back to the plan.");
	else if (handlers[action]) handlers[action](app);
}
