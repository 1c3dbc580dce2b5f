/* draw.c: the state of the console -> a canvas -> the screen. Changes nothing but what a draw finds out (heights, places). */
#include "app/draw.h"

#include <math.h>

#include "app/act.h"
#include "app/applying.h"
#include "app/dashboard.h"
#include "app/diffs.h"
#include "app/ending.h"
#include "app/menus.h"
#include "app/opening.h"
#include "app/parameters.h"
#include "app/pretending.h"
#include "app/runs.h"
#include "app/stage.h"
#include "app/status.h"
#include "app/traffic_view.h"
#include "app/value_view.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "core/format.h"
#include "term/charset.h"
#include "view/chrome.h"

/* ---- panes ---- */

static bool totals(const PaneState *state) {
	return state->input.since_reset || !state->input.before;
}

static const char *span_text(Arena *arena, const PaneState *state) {
	if (totals(state)) return "since reset";
	return arena_printf(arena, "last %s", format_unit(arena, UNIT_MS, state->input.interval_s * 1000)); /* no age: 1.99 s are 2 */
}

/* Old figures look like new ones: how old they are, and why there are no newer. */
static const char *age_text(Arena *arena, const App *app, const PaneState *state) {
	int64_t taken = state->sampler ? sampler_taken_at_ms(state->sampler) : -1;
	if (taken < 0) return NULL;
	const Err *err = sampler_error(state->sampler);
	double age_s = (double)(clock_ms() - taken) / 1000;
	const char *age = format_age(arena, age_s);
	if (app_conn_state(app) != CONN_READY || conn_silent_since_ms(app->pane_conn) >= 0) return arena_printf(arena, "stale: %s old", age);
	if (err_is(err)) return arena_printf(arena, "%s old: %s", age, err->message.text);
	return age_s > setting_number(&app->settings, SETTING_INTERVAL) + 1 ? arena_printf(arena, "%s old", age) : NULL;
}

static const char **pane_notes(Arena *arena, const App *app, const PaneState *state) {
	const char **notes = ARENA_ARRAY(arena, const char *, 8);
	size_t count = 0;
	const char *headline = state->table && state->pane->headline ? state->pane->headline(arena, state->table) : NULL;
	if (headline) notes[count++] = headline;
	const ListColumn *sorted = &state->pane->columns[state->list.sort];
	bool down = sorted->descending != state->list.inverted;
	const char *arrow = app->ascii ? (down ? "v" : "^") : down ? "▾" : "▴";
	notes[count++] = arena_printf(arena, "%s %s", sorted->title, arrow);
	const char *age = age_text(arena, app, state);
	if (age) notes[count++] = age;
	if (state->table && state->pane->delta) notes[count++] = span_text(arena, state);
	const char *marked = traffic_note(arena, app, state);
	if (marked) notes[count++] = marked;
	if (state->list.filter.len) notes[count++] = arena_printf(arena, "/%s", state->list.filter.text);
	if (state->table && state->list.filter.len) notes[count++] = arena_printf(arena, "%zu of %zu", state->rows.count, state->table->row_count);
	if (state->texts_missing) notes[count++] = arena_printf(arena, "%zu still to read", state->texts_missing);
	return notes;
}

static void say_instead(Canvas *canvas, Box box, const char *what, const char *remedy, Role role, Arena *arena) {
	Page *page = page_new(arena);
	page_line(page);
	page_add(page, role, what);
	if (remedy && *remedy) {
		page_line(page);
		page_add(page, ROLE_TEXT, remedy);
	}
	PageView top = PAGE_VIEW_INIT;
	page_draw(canvas, box, page, &top);
}

static const char *quiet_text(const PaneState *state) {
	if (state->pane->quiet) return state->pane->quiet;
	return totals(state) ? "nothing was counted since statistics were reset" : "nothing happened in this interval; d shows totals since reset";
}

/* What stands where the rows would: nothing yet, or why there can be none. */
static bool draw_no_rows(Canvas *canvas, Box box, const App *app, const PaneState *state, Arena *arena) {
	const Server *server = app_server(app);
	const char *remedy = NULL, *problem = server && state->pane->problem ? state->pane->problem(server, &remedy) : NULL;
	const Err *err = sampler_error(state->sampler);
	if (problem) say_instead(canvas, box, problem, remedy, ROLE_WARNING, arena);
	else if (err_is(err) && !state->table) say_instead(canvas, box, err->message.text, err->hint.text, ROLE_ERROR, arena);
	else if (!server) {
		const Err *why = app->pane_conn ? conn_error(app->pane_conn) : NULL;
		const Err *failed = app->demo ? demo_problem(app->demo) : NULL;
		if (failed) say_instead(canvas, box, failed->message.text, failed->hint.text, ROLE_ERROR, arena);
		else if (why && err_is(why)) say_instead(canvas, box, why->message.text, why->hint.len ? why->hint.text : "R tries again; :c connects to another database.", ROLE_ERROR, arena);
		else say_instead(canvas, box, app->demo && demo_progress(app->demo, NULL) ? demo_progress(app->demo, NULL) : "connecting …", NULL, ROLE_DIM, arena);
	} else if (!state->table) say_instead(canvas, box, "reading …", NULL, ROLE_DIM, arena);
	else if (!state->rows.count && state->table->row_count && state->list.filter.len) say_instead(canvas, box, "no row matches the filter; Esc shows all", state->pane->reads, ROLE_DIM, arena);
	else if (!state->rows.count) say_instead(canvas, box, quiet_text(state), NULL, ROLE_DIM, arena);
	else return false;
	return true;
}

static void draw_pane(Canvas *canvas, Box box, App *app, PaneState *state, Arena *arena) {
	bool focused = !app_view(app) && state == app_pane(app);
	Frame frame = {.number = state->pane->number, .title = state->pane->title, .notes = pane_notes(arena, app, state), .focused = focused};
	Box inside = frame_draw(canvas, box, &frame);
	state->height = state->table ? list_lines(state->table, inside.height) : inside.height - 1;
	pane_want_texts(state);
	if (draw_no_rows(canvas, inside, app, state, arena)) return;
	list_settle(&state->list, state->table, state->rows, inside.height);
	list_draw(canvas, inside, &state->list, state->table, state->rows, state->pane->columns, state->pane->column_count, focused);
}

/* ---- views ---- */

/* "1-20 of 34": that there is more is seen at once. */
static const char *place_text(Arena *arena, const View *view) {
	size_t lines = page_height(view->page, view->body.width), height = (size_t)view->body.height, top = view->scroll.top;
	if (lines <= height) return NULL;
	return arena_printf(arena, "%zu-%zu of %zu %s", top + 1, top + height < lines ? top + height : lines, lines, top + height < lines ? "▾" : "");
}

static void draw_page_view(Canvas *canvas, Box box, View *view, Arena *arena) {
	view->body = layout_inside(box);
	const char *notes[] = {NULL, NULL};
	if (view->page) {
		page_scroll(&view->scroll, view->page, view->body, 0);
		notes[0] = place_text(arena, view);
	}
	Frame frame = {.title = view->title, .notes = notes, .focused = true};
	frame_draw(canvas, box, &frame);
	if (!view->page) return;
	page_draw(canvas, view->body, view->page, &view->scroll);
}

/* What stands above the rows takes at most half, and the frame then is that of the box returned. */
static Box draw_above_rows(Canvas *canvas, Box box, View *view) {
	if (!view->page) return box;
	Box inside = layout_inside(box);
	int height = (int)page_height(view->page, inside.width), most = inside.height / 2;
	if (height > most) height = most;
	page_draw(canvas, (Box){inside.x, inside.y, inside.width, height}, view->page, &(PageView)PAGE_VIEW_INIT);
	return (Box){box.x, box.y + height, box.width, box.height - height};
}

/* A list of plans, or how far it has come. */
static void draw_list_view(Canvas *canvas, Box box, App *app, View *view, Arena *arena) {
	PaneState *state = view->rows;
	Frame frame = {.title = view->title, .notes = state->table ? pane_notes(arena, app, state) : NULL, .focused = true};
	frame_draw(canvas, box, &frame);
	state->box = draw_above_rows(canvas, box, view);
	Box inside = layout_inside(state->box);
	state->height = inside.height - 1;
	pane_want_texts(state);
	if (!state->table) {
		ViewNews news = view->news(arena, view);
		say_instead(canvas, inside, news.what, news.hint, news.failed ? ROLE_ERROR : ROLE_DIM, arena);
	} else if (!state->rows.count) {
		bool none = !state->table->row_count && state->pane->quiet;
		say_instead(canvas, inside, none ? state->pane->quiet : "no row matches the filter; Esc shows all", NULL, ROLE_DIM, arena);
	} else {
		list_settle(&state->list, state->table, state->rows, inside.height);
		list_draw(canvas, inside, &state->list, state->table, state->rows, state->pane->columns, state->pane->column_count, true);
	}
}

/* A short list, and the text about it below: on a small screen half and half, and both scroll. */
static void draw_values_view(Canvas *canvas, Box box, View *view, Arena *arena) {
	PaneState *state = view->rows;
	const char *notes[] = {value_view_state(arena, view), NULL};
	Frame frame = {.title = view->title, .notes = notes, .focused = true};
	Box inside = frame_draw(canvas, box, &frame);
	int wanted = (int)state->rows.count + 1, half = (inside.height + 1) / 2, gap = inside.height > 12;
	int height = wanted + gap < half ? wanted : half;
	Box list = {inside.x, inside.y, inside.width, height};
	state->box = (Box){box.x, box.y, box.width, height + 2};
	state->height = height - 1;
	view->body = (Box){inside.x, inside.y + height + gap, inside.width, inside.height - height - gap};
	list_settle(&state->list, state->table, state->rows, height);
	list_draw(canvas, list, &state->list, state->table, state->rows, state->pane->columns, state->pane->column_count, true);
	page_scroll(&view->scroll, view->page, view->body, 0);
	page_draw(canvas, view->body, view->page, &view->scroll);
}

static void draw_plan_pending(Canvas *canvas, Box box, App *app, Arena *arena) {
	Page *page = page_new(arena);
	size_t most = (size_t)(box.width * box.height) * 4; /* of a megabyte no more is laid out, at each draw, than can be seen */
	const char *text = app->run_text.len > most ? arena_copy_n(arena, app->run_text.text, most) : app->run_text.text;
	page_sql(page, text, (size_t)box.width);
	page_line(page);
	page_line(page);
	bool failed = app->run && err_is(&app->run->err);
	page_add(page, failed ? ROLE_ERROR : ROLE_DIM, failed ? app->run->err.message.text : app->run ? run_stage_text(arena, app->run) : "");
	if (failed && app->run->err.hint.len) {
		page_line(page);
		page_add(page, ROLE_TEXT, app->run->err.hint.text);
	}
	PageView top = PAGE_VIEW_INIT;
	page_draw(canvas, box, page, &top);
}

static void draw_diff(Canvas *canvas, Box box, View *view, Arena *arena) {
	const Comparison *comparison = diff_comparison(view);
	if (comparison) diff_view_draw(canvas, box, diff_view_of(view), comparison, arena);
	else say_instead(canvas, box, "comparing …", NULL, ROLE_DIM, arena);
}

static void draw_view(Canvas *canvas, Box box, App *app, View *view, Arena *arena) {
	view->body = box;
	if (view->kind == VIEW_LIST) {
		draw_list_view(canvas, box, app, view, arena);
	} else if (view->kind == VIEW_VALUES) {
		draw_values_view(canvas, box, view, arena);
	} else if (view->kind == VIEW_DIFF) {
		draw_diff(canvas, box, view, arena);
	} else if (view->kind != VIEW_PLAN) {
		draw_page_view(canvas, box, view, arena);
	} else if (app->run && app->run->plan) {
		PlanShown shown = run_shown(arena, app);
		plan_view_draw(canvas, box, &app->plan_view, &shown, arena);
	} else {
		draw_plan_pending(canvas, box, app, arena);
	}
}

/* ---- foot and prompt ---- */

static const Action list_hints[] = {ACTION_WHY, ACTION_HELP, ACTION_BACK, ACTION_DIFF, ACTION_CANCEL_SESSION, ACTION_TERMINATE, ACTION_TAG, ACTION_AGE, ACTION_IDLE, ACTION_EXPLAIN, ACTION_PROMPT, ACTION_ZOOM, ACTION_MARK, ACTION_FILTER, ACTION_SORT_NEXT, ACTION_SINCE, ACTION_PAUSE,
                                    ACTION_EDIT, ACTION_COPY, ACTION_EXPORT, ACTION_CLOSE};
static const Action values_hints[] = {ACTION_WHY, ACTION_HELP, ACTION_BACK, ACTION_ANALYZE, ACTION_PAGE_DOWN, ACTION_EDIT, ACTION_COPY, ACTION_EXPORT, ACTION_SORT_NEXT,
                                      ACTION_PROMPT};
static const Action plan_hints[] = {ACTION_BACK, ACTION_HELP, ACTION_FINDING_NEXT, ACTION_ANALYZE, ACTION_WHATIF, ACTION_PROVE, ACTION_DIFF, ACTION_MARK, ACTION_VALUES, ACTION_EDIT, ACTION_COPY, ACTION_WHY, ACTION_BAR, ACTION_FOLD,
                                    ACTION_FILTER, ACTION_TOTALS, ACTION_RAW, ACTION_WORKERS, ACTION_EXPORT, ACTION_OPTIONS};
static const Action diff_hints[] = {ACTION_BACK, ACTION_HELP, ACTION_BAR, ACTION_WHY, ACTION_FILTER, ACTION_COPY, ACTION_EXPORT};
static const Action page_hints[] = {ACTION_BACK, ACTION_HELP, ACTION_CANCEL_SESSION, ACTION_TERMINATE, ACTION_EXPLAIN, ACTION_EDIT, ACTION_COPY, ACTION_FILTER, ACTION_SEARCH_NEXT, ACTION_PAGE_DOWN};

static bool has_rewrite(const App *app) {
	const FindingList *findings = app->run && !app->run->given && !stage_pretence(app) ? app->run->findings : NULL;
	return findings && app->plan_view.finding < findings->count && findings->items[app->plan_view.finding].rewrite;
}

static bool has_more_advice(const App *app) {
	if (!app->run || !app->run->plan) return false;
	Arena *arena = arena_new();
	PlanShown shown = run_shown(arena, app);
	bool more = plan_view_has_more(&app->plan_view, &shown);
	arena_free(arena);
	return more;
}

/* Not every pane has statements, or an interval. */
static bool means_something(App *app, Action action) {
	const Pane *pane = app_list(app)->pane;
	const View *subject = app_subject(app);
	bool on_plan = subject && subject->kind == VIEW_PLAN, on_page = app_context(app) == CONTEXT_PAGE;
	if (app_lacks_row(app, action)) return false;
	if (action == ACTION_SEARCH_NEXT) return !on_page || app_view(app)->scroll.search.len > 0;
	if (action == ACTION_PAGE_DOWN && on_page) return app_view(app)->page && page_height(app_view(app)->page, app_view(app)->body.width) > (size_t)app_view(app)->body.height;
	if (action == ACTION_EXPLAIN || action == ACTION_ANALYZE || action == ACTION_EDIT) return on_plan || pane->statement;
	if (action == ACTION_COPY) return on_plan || pane->statement || pane->remedy;
	if (action == ACTION_BACK) return app_view(app) != NULL;
	if (action == ACTION_AGE || action == ACTION_IDLE) return pane->has_ages;
	if (action == ACTION_TAG && pane->marks) return true;
	if (action == ACTION_CANCEL_SESSION || action == ACTION_TERMINATE || action == ACTION_TAG)
		return pane->session && app_list(app)->rows.count && !app->options->readonly && (!app_view(app) || app_view(app)->kind == VIEW_WHY);
	if (action == ACTION_MARK) return on_plan || pane->marks;
	if (action == ACTION_DIFF) return on_plan ? diff_possible(app) : pane->marks && !pane->compares && app->statement_mark;
	if (action == ACTION_PROVE) return has_rewrite(app);
	if (action == ACTION_SINCE) return pane->delta || pane->compares;
	if (action == ACTION_PAUSE || action == ACTION_ZOOM) return !subject || !subject->rows;
	if (action == ACTION_FINDING_NEXT) return has_more_advice(app);
	if (action == ACTION_WHATIF) return pretending_possible(app);
	if (action == ACTION_VALUES) return value_view_possible(app);
	return true;
}

typedef struct Hints {
	const Action *actions;
	size_t count;
} Hints;

/* In a list of plans. */
static const char *chosen_hint(Action action) {
	return action == ACTION_WHY ? "open" : action_hint(action);
}

static void draw_hints(Canvas *canvas, Box box, App *app) {
	static const Hints hints[] = {
		[CONTEXT_LIST] = {list_hints, sizeof list_hints / sizeof *list_hints},
		[CONTEXT_PLAN] = {plan_hints, sizeof plan_hints / sizeof *plan_hints},
		[CONTEXT_PAGE] = {page_hints, sizeof page_hints / sizeof *page_hints},
	};
	static const Hints of_values = {values_hints, sizeof values_hints / sizeof *values_hints};
	static const Hints of_diff = {diff_hints, sizeof diff_hints / sizeof *diff_hints};
	Context context = app_context(app);
	const View *view = app_view(app);
	const Hints *wanted = view && view->kind == VIEW_VALUES ? &of_values : view && view->kind == VIEW_DIFF ? &of_diff : &hints[context];
	Action shown[ACTION_COUNT];
	size_t count = 0;
	for (size_t i = 0; i < wanted->count; i++)
		if (means_something(app, wanted->actions[i])) shown[count++] = wanted->actions[i];
	bool chosen = view && view->rows && !view->rows->pane->why;
	hints_draw(canvas, box, app->keymap, context, shown, count, chosen ? chosen_hint : action_hint);
}

static void draw_entry(Canvas *canvas, Box box, App *app, Arena *arena) {
	bool hidden = app->modal == MODAL_PASSWORD;
	const char *label = hidden ? "password: " : app->modal == MODAL_NAME ? applying_label(arena, app, box.width) : app_context(app) == CONTEXT_LIST ? "filter: " : "search: ";
	int x = canvas_text(canvas, box.x, box.y, label, ROLE_PROMPT);
	const char *text = app->entry.text;
	size_t room = box.width > x + 1 ? (size_t)(box.width - x - 1) : 0;
	while (!hidden && utf8_cells(text) > room) text += utf8_fit(text, 1) ? utf8_fit(text, 1) : 1;
	if (!hidden) x = canvas_text(canvas, x, box.y, text, ROLE_TEXT);
	canvas->cursor_x = x;
	canvas->cursor_y = box.y;
}

static void draw_progress(Canvas *canvas, Box box, double share, const char *step) {
	int cells = box.width / 4 < 30 ? box.width / 4 : 30;
	canvas_bar(canvas, box.x, box.y, cells, share, ROLE_BAR);
	canvas_printf(canvas, box.x + cells + 1, box.y, ROLE_DIM, "%3.0f%%  %s", share * 100, step);
}

static void draw_prompt_hints(Canvas *canvas, Box box) {
	static const KeyHint keys[] = {{"Enter", "run: a command, or SQL that ends in ;"}, {"Alt-Enter", "run as it is"}, {"Tab", "complete"}, {"Esc", "leave"}, {"^C", "clear"}, {"^R", "search"}, {"^X^E", "editor"}};
	keys_draw(canvas, box, keys, sizeof keys / sizeof *keys);
}

static void draw_foot(Canvas *canvas, Box box, App *app, Arena *arena) {
	double share = 1;
	const char *step = app->demo ? demo_progress(app->demo, &share) : NULL;
	if (app->modal == MODAL_FILTER || app->modal == MODAL_NAME || app->modal == MODAL_PASSWORD) draw_entry(canvas, box, app, arena);
	else if (app->message.len) message_draw(canvas, box, app->message_role, app->message.text, app->message_hint.len ? app->message_hint.text : NULL);
	else if (step && share < 1) draw_progress(canvas, box, share, step);
	else if (app->prompt_open) draw_prompt_hints(canvas, box);
	else if (app->modal == MODAL_NONE) draw_hints(canvas, box, app);
}

static const char *prompt_prefix(Arena *arena, const App *app) {
	const Server *server = app_server(app);
	return arena_printf(arena, "%s=> ", server ? utf8_clean(arena, server->database) : "pgwhy");
}

static void draw_prompt(Canvas *canvas, Box box, App *app, Arena *arena) {
	if (box.height < 1) return;
	if (app->prompt_open) {
		prompt_draw(app->prompt, canvas, box);
		return;
	}
	int x = canvas_text(canvas, box.x, box.y, prompt_prefix(arena, app), ROLE_DIM);
	canvas_field(canvas, x, box.y, box.width - x, *prompt_text(app->prompt) ? prompt_text(app->prompt) : ":  SQL to plan, measure and advise, or a command", ALIGN_LEFT, ROLE_DIM);
}

/* ---- what lies over it ---- */

static void draw_question(Canvas *canvas, Box screen, App *app, Arena *arena) {
	Question question = {.text = applying_changes(app) ? "Quit while a finding is applied? That is cancelled, and may leave an INVALID index." : "Quit while a statement runs? It is cancelled and rolled back.", .yes = "quit", .no = "stay"};
	if (app->modal == MODAL_RUN && app->run && app->run->question) {
		question.text = app->run->question;
		question.effect = arena_printf(arena, "%s%sstatement_timeout %s, lock_timeout %s", app->run->warning ? app->run->warning : "", app->run->warning ? "\n" : "",
		                               format_ms(arena, setting_number(&app->settings, SETTING_STATEMENT_TIMEOUT)),
		                               format_ms(arena, setting_number(&app->settings, SETTING_LOCK_TIMEOUT)));
		question.yes = "run it, then roll back";
		question.no = "keep the plan, run nothing";
	}
	if (app->modal == MODAL_END) question = ending_question(app);
	question_draw(canvas, screen, &question);
}

static void draw_menu(Canvas *canvas, Box screen, App *app, Arena *arena) {
	MenuEntries entries = menu_entries(arena, app);
	Menu menu = {.title = menu_title(app), .entries = entries.items, .count = entries.count, .cursor = app->menu_cursor};
	menu_draw(canvas, screen, &menu);
}

static void draw_modal(Canvas *canvas, Box screen, App *app, Arena *arena) {
	if (app->modal == MODAL_RUN || app->modal == MODAL_QUIT || app->modal == MODAL_END) draw_question(canvas, screen, app, arena);
	if (menu_title(app)) draw_menu(canvas, screen, app, arena);
	if (app->modal == MODAL_PARAMETERS) parameters_draw(canvas, screen, app);
}

static Canvas *draw(App *app, Arena *arena) {
	int width, height;
	screen_size(app->screen, &width, &height);
	Canvas *canvas = canvas_new(arena, width, height, app->ascii);
	canvas->keeps = setting_on(&app->settings, SETTING_ASCII) ? NULL : charset_has;
	prompt_set_prefix(app->prompt, prompt_prefix(arena, app));
	Layout layout = dashboard_arrange(app);
	if (layout.too_small) {
		too_small_draw(canvas);
		return canvas;
	}
	status_line(canvas, layout.status, app, arena);
	if (app_view(app)) draw_view(canvas, layout.main, app, app_view(app), arena);
	for (size_t i = 0; i < app->panes.count && !app_view(app); i++)
		if (app->panes.items[i].on_screen) draw_pane(canvas, app->panes.items[i].box, app, &app->panes.items[i], arena);
	draw_foot(canvas, layout.foot, app, arena);
	draw_prompt(canvas, layout.prompt, app, arena);
	draw_modal(canvas, (Box){0, 0, width, height}, app, arena);
	return canvas;
}

void app_draw(App *app) {
	Arena *frame = arena_new();
	screen_paint(app->screen, draw(app, frame), app->theme);
	arena_free(frame);
}
