/* traffic_view.c: the statements marked as before, and what they did since. */
#include "app/traffic_view.h"

#include <stdlib.h>

#include "app/kept_statements.h"
#include "app/runs.h"
#include "app/views.h"
#include "base/clock.h"
#include "core/format.h"
#include "panes/traffic.h"

typedef struct TrafficView {
	App *app;
	PaneState rows;
	StatementSample *now; /* held: the rows are of it */
} TrafficView;

/* ---- the past ---- */

static PaneState *statements_pane(const App *app) {
	for (size_t i = 0; i < app->panes.count; i++)
		if (app->panes.items[i].pane->marks) return &app->panes.items[i];
	return NULL;
}

void traffic_free(App *app) {
	statement_mark_free(app->statement_mark);
	history_free(app->history);
}

/* ---- the view ---- */

static void leave(void *maker) {
	TrafficView *view = maker;
	list_release(&view->rows.list);
	arena_free(view->rows.arena);
	arena_free(view->rows.order);
	statement_sample_let_go(view->now);
	free(view);
}

static View *traffic_view(const App *app) {
	for (size_t i = 0; i < app->views.count; i++)
		if (app->views.items[i].maker_free == leave) return &app->views.items[i];
	return NULL;
}

static void rebuild(View *view) {
	TrafficView *traffic = view->maker;
	App *app = traffic->app;
	StatementSample *before = traffic->now;
	traffic->now = statement_sample_hold(history_newest(app->history));
	statement_sample_let_go(before);
	traffic->rows.mark = app->statement_mark;
	traffic->rows.now = traffic->now;
	pane_make_rows(&traffic->rows);
	arena_clear(view->arena);
	view->title = "before and after";
	view->page = page_new(view->arena);
	traffic_verdict_page(view->page, &traffic->rows.input);
}

/* Since the database was changed. */
static ViewNews news(Arena *arena, const View *view) {
	(void)arena;
	(void)view;
	return (ViewNews){.what = "reading …"};
}

static void pick(App *app) {
	if (!view_why(app)) return;
	run_row(app, RUN_PLAN);
	app->stale = true;
}

static void open_list(App *app, const char *row_key) {
	TrafficView *traffic = calloc(1, sizeof *traffic);
	if (!traffic) die("out of memory");
	traffic->app = app;
	traffic->rows = (PaneState){.pane = &traffic_pane, .sampler = statements_pane(app)->sampler, .list = LIST_INIT(traffic_pane.sort), .arena = arena_new(), .order = arena_new(),
	                            .cost = &app->cost, .settings = &app->settings, .waits = app->waits};
	str_add(&traffic->rows.list.key, row_key);
	view_open(app, VIEW_LIST, "");
	View *view = app_view(app);
	view->maker = traffic;
	view->maker_free = leave;
	view->rows = &traffic->rows;
	view->pick = pick;
	view->news = news;
	view->rebuild = rebuild;
	rebuild(view);
}

static bool can_compare(App *app) {
	const Server *server = app_server(app);
	const char *remedy;
	const char *problem = server ? statements_pane(app)->pane->problem(server, &remedy) : NULL;
	if (problem) app_say(app, ROLE_ERROR, problem, remedy);
	else if (!app->history || !history_newest(app->history)) app_say(app, ROLE_DIM, "no statement was read yet", NULL);
	else return true;
	return false;
}

void traffic_open(App *app) {
	if (!can_compare(app)) return;
	if (!app->statement_mark) {
		app_say(app, ROLE_DIM, "no statements are marked as before", "m marks them all, or those tagged by Space; D then shows what became of them.");
		return;
	}
	if (traffic_view(app)) {
		while (app_view(app) != traffic_view(app)) view_close(app); /* it lies below */
		return;
	}
	const View *why = app_view(app);
	Str key = STR_INIT; /* opening one moves the others */
	if (why && why->kind == VIEW_WHY) str_add(&key, why->row_key.text);
	open_list(app, key.text);
	str_release(&key);
}

/* ---- the mark ---- */

static void set_mark(App *app, StatementMark *mark) {
	StatementMark *before = app->statement_mark;
	app->statement_mark = mark;
	if (traffic_view(app)) rebuild(traffic_view(app)); /* its rows are of the one before */
	statement_mark_free(before);
	app->stale = true;
}

/* Another console's mark. What was marked here meanwhile is newer. */
static void take_up(App *app, StatementMark *mark, const Texts *texts) {
	const StatementMark *ours = app->statement_mark;
	if (ours && strcmp(ours->server, mark->server) == 0) {
		statement_mark_free(mark);
		return;
	}
	set_mark(app, mark);
	sampler_put_texts(statements_pane(app)->sampler, texts); /* the server may have forgotten some */
	Arena *arena = arena_new();
	const char *when = traffic_marked_words(arena, mark, clock_ms());
	if (!app->message.len) app_say(app, ROLE_DIM, arena_printf(arena, "Queries: %s by an earlier console", when), "D there shows what became of them.");
	arena_free(arena);
}

void traffic_sampled(App *app, const PaneState *state) {
	if (!app->history) app->history = history_new();
	const Server *server = app_server(app);
	const StatementSample *newest = history_newest(app->history);
	bool texts_only = newest && newest->at_ms == sampler_taken_at_ms(state->sampler);
	StatementSample *sample = server && !texts_only ? sampler_statements(state->sampler) : NULL;
	if (!sample) return;
	Arena *arena = arena_new();
	history_add(app->history, sample, server_place(arena, server));
	arena_free(arena);
	kept_statements_find(app, history_server(app->history), take_up);
}

bool traffic_at_hand(const App *app) {
	const View *subject = app_subject(app);
	return (!subject || subject->rows || subject->kind == VIEW_WHY) && app_list(app)->pane->marks;
}

/* A pane that is paused, or costly, was read a while ago. */
static const char *when_words(Arena *arena, const StatementMark *mark) {
	enum { FRESH_S = 10 };
	double age_s = (double)(clock_ms() - mark->sample->at_ms) / 1000;
	return age_s < FRESH_S ? "as they are counted now" : arena_printf(arena, "as they were counted %s ago", format_age(arena, age_s));
}

static void say_marked(App *app, bool again) {
	Arena *arena = arena_new();
	PaneInput input;
	const Texts *texts = sampler_input(statements_pane(app)->sampler, true, &input) ? input.texts : NULL;
	const StatementMark *mark = app->statement_mark;
	const char *what = mark->tags.count ? arena_printf(arena, "%zu statement%s", mark->tags.count, mark->tags.count == 1 ? "" : "s") : "all statements";
	const char *said = arena_printf(arena, "%s: %s, %s", again ? "marked anew" : "marked", what, when_words(arena, mark));
	const char *hint = app->paused ? "It is paused: p goes on, then D shows what came of them." : "Change something, let it run, then D shows what came of them.";
	kept_statements_put(app, mark, texts, said, hint);
	arena_free(arena);
}

void traffic_mark(App *app) {
	if (!can_compare(app)) return;
	const List *list = &app_list(app)->list;
	bool again = app->statement_mark != NULL;
	set_mark(app, statement_mark_take(app->history, list->tags.items, list->tags.count));
	say_marked(app, again);
}

const char *traffic_note(Arena *arena, const App *app, const PaneState *state) {
	return app->statement_mark && state->pane->marks && !state->pane->compares ? traffic_marked_words(arena, app->statement_mark, clock_ms()) : NULL;
}
