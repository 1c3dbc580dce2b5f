/* applying.c: a finding's remedy, tried in a transaction that is rolled back, or carried out: asked for, watched, told. */
#include "app/applying.h"

#include <stdlib.h>

#include "app/applying_parts.h"
#include "app/applying_wish.h"
#include "app/marks.h"
#include "app/views.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "core/format.h"

enum { TICK_MS = 400 };

/* ---- the page ---- */

static View *view_of(const Applying *a) {
	for (size_t i = 0; i < a->app->views.count; i++)
		if (a->app->views.items[i].maker == a) return &a->app->views.items[i];
	return NULL;
}

/* Of what watches: it may have lost the server, too, or wait for an answer for long. */
static const char *silence(const Applying *a) {
	if (!a->watch || conn_state(a->watch) == CONN_CONNECTING) return NULL;
	if (conn_state(a->watch) != CONN_READY) return arena_printf(a->page_arena, "not seen: %s", applying_why_no_conn(a->watch));
	int64_t since_ms = conn_silent_since_ms(a->watch);
	return since_ms < 0 ? NULL : arena_printf(a->page_arena, "the server has not answered for %s: what stands here is of before", format_age(a->page_arena, (double)(clock_ms() - since_ms) / 1000));
}

static void make_page(View *view) {
	Applying *a = view->maker;
	int width, height;
	screen_size(a->app->screen, &width, &height);
	arena_clear(a->page_arena);
	view->page = page_new(a->page_arena);
	int64_t since_ms = a->state.since_ms;
	const ApplyingShown shown = {
		.stage = a->stage, .trial = a->trial, .finding = &a->finding, .database = a->database, .host = a->host, .steps = &a->steps, .note = a->note,
		.lock_timeout_ms = setting_number(&a->app->settings, a->trial ? SETTING_LOCK_TIMEOUT : SETTING_APPLY_LOCK_TIMEOUT),
		.statement_timeout_ms = setting_number(&a->app->settings, SETTING_STATEMENT_TIMEOUT),
		.most_bytes = setting_number(&a->app->settings, SETTING_TRY_MB) * 1024 * 1024, .measurable = a->run != NULL, .silence = silence(a),
		.waits = a->waits, .waits_problem = a->waits_problem, .state = &a->state, .progress = a->progress, .doing = a->doing,
		.elapsed_ms = since_ms ? (double)(clock_ms() - since_ms) : 0, .err = &a->err,
	};
	applying_page(view->page, &shown, width - 4);
}

void applying_refresh(Applying *a) {
	a->app->stale = true;
}

/* ---- the end ---- */

void applying_destroy(Applying *a) {
	if (a->run) run_let_go(a->run);
	arena_free(a->tried.arena);
	err_release(&a->err);
	arena_free(a->looked);
	arena_free(a->page_arena);
	arena_free(a->arena);
	free(a);
}

static void leave_conn(Applying *a, Conn **conn) {
	if (!*conn) return;
	conn_forget(*conn, a);
	loop_remove_conn(a->app->loop, *conn);
	conn_free(*conn);
	*conn = NULL;
}

static void leave_conns(Applying *a) {
	leave_conn(a, &a->watch);
	leave_conn(a, &a->conn);
}

static void drop(Applying *a) {
	App *app = a->app;
	View *view = view_of(a);
	if (view) { /* its page goes with us */
		view->maker = NULL;
		view->rebuild = NULL;
		view->page = page_new(view->arena);
		page_add(view->page, ROLE_DIM, "another one took the place of this");
	}
	leave_conns(a);
	if (app->applying == a) app->applying = NULL;
	if (app->modal == MODAL_NAME) app->modal = MODAL_NONE;
	a->abandoned = true;
	if (!a->in_job) applying_destroy(a);
}

bool applying_under_way(const Applying *a) {
	return a->stage == APPLYING_UNDER_WAY;
}

/* Its view is closed: what is under way goes on. */
static void view_closed(void *maker) {
	Applying *a = maker;
	if (!applying_under_way(a)) drop(a);
}

static const char *closing_words(Applying *a) {
	return a->trial ? arena_printf(a->arena, "%s was tried", a->finding.rule) : arena_printf(a->arena, "%s was applied", a->finding.rule);
}

void applying_finish(Applying *a) {
	a->stage = APPLYING_OVER;
	if (a->app->modal == MODAL_NAME) a->app->modal = MODAL_NONE;
	a->doing = NULL;
	a->apply = NULL;
	a->tryout = NULL;
	View *view = view_of(a);
	if (view) view->scroll.top = 0;
	if (err_is(&a->err)) app_say_err(a->app, &a->err);
	else app_say(a->app, ROLE_GOOD, closing_words(a), a->trial ? "Its finding says what was measured." : a->run ? "A measures the statement again." : NULL);
	applying_refresh(a);
}

/* ---- sending ---- */

const char *applying_why_no_conn(const Conn *conn) {
	return err_is(conn_error(conn)) ? conn_error(conn)->message.text : "the server wants a password";
}

static void conn_changed(void *owner, Conn *conn) {
	Applying *a = owner;
	screen_redraw(a->app->screen); /* libpq warns of pass files on stderr, which is the screen */
	ConnState state = conn_state(conn);
	if (!applying_under_way(a) || a->sent) return;
	if (state == CONN_READY) {
		applying_send(a);
	} else if (state != CONN_CONNECTING) {
		err_set(&a->err, ERR_CONNECTION, "%s", applying_why_no_conn(conn));
		applying_finish(a);
	}
}

/* The same way in. */
Conn *applying_connect(Applying *a, const Conn *other, void (*changed)(void *owner, Conn *conn)) {
	ConnParams params = conn_params(other, a->database);
	Conn *conn = conn_new(loop_work(a->app->loop), &params, changed, a);
	loop_add_conn(a->app->loop, conn);
	return conn;
}

static void begin(Applying *a) {
	a->stage = APPLYING_UNDER_WAY;
	a->app->modal = MODAL_NONE;
	a->doing = a->trial ? "connecting …" : NULL;
	a->conn = applying_connect(a, a->watch, conn_changed);
	applying_refresh(a);
}

/* ---- the question ---- */

/* The table that is indexed, of a partitioned one the whole; else that is changed first, or the index that is dropped. */
static const char *named(Applying *a) {
	if (a->finding.indexes.count) return a->finding.indexes.items[0].table;
	for (size_t i = 0; i < a->steps.count; i++) {
		const char *rest = a->steps.items[i].relation, *part, *name = NULL;
		while (rest && (part = sql_name_part(a->arena, &rest))) name = part;
		if (name) return name;
	}
	return NULL;
}

static const char *named_kind(const Applying *a) {
	return a->steps.items[0].of_index ? "index" : "table";
}

static bool is_safe(const Applying *a) {
	const App *app = a->app;
	for (size_t i = 0; i < app->safe.count; i++)
		if (strcmp(app->safe.items[i].database, a->database) == 0 && strcmp(app->safe.items[i].host, a->host) == 0) return true;
	return false;
}

void applying_ask(Applying *a) {
	a->expected = !a->trial ? named(a) : is_safe(a) ? "y" : a->database;
	a->stage = APPLYING_ASKING;
	a->next_look_ms = 0;
	if (!a->expected) {
		err_set(&a->err, ERR_REFUSED, "its table has no name that could be typed");
		applying_finish(a);
	}
	applying_refresh(a);
}

/* Nothing is accepted before the page says what would be done, and who would be waited for. */
static bool is_told(const Applying *a) {
	return a->stage == APPLYING_ASKING && (a->waits || a->waits_problem);
}

const char *applying_label(Arena *arena, const App *app, int width) {
	const Applying *a = app->applying;
	if (!a) return "";
	if (!is_told(a)) return "asking the server … ";
	const char *name = utf8_clean(arena, a->expected), *kind = a->trial ? "database" : named_kind(a);
	if (a->trial && is_safe(a)) return "type y to try it, rolled back: ";
	const char *const labels[] = {
		arena_printf(arena, "type the %s's name, %s, %s: ", kind, name, a->trial ? "if writes may wait there" : "to run it"),
		arena_printf(arena, "type the %s's name, %s: ", kind, name), arena_printf(arena, "type %s: ", name),
	};
	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
		if ((int)(utf8_cells(labels[i]) + utf8_cells(name)) < width) return labels[i];
	return arena_printf(arena, "the %s's name: ", kind); /* the page names it */
}

/* As it is, or as it is shown, where it has what nobody can type. */
static bool is_typed(const Applying *a) {
	const char *text = a->app->entry.text;
	return strcmp(text, a->expected) == 0 || strcmp(text, utf8_clean(a->arena, a->expected)) == 0;
}

static void accept(Applying *a) {
	App *app = a->app;
	if (!is_typed(a)) {
		app_say(app, ROLE_ERROR, "that is not its name: nothing was sent", NULL);
		view_close(app);
		return;
	}
	if (a->trial && !is_safe(a))
		*list_push(app->arena, &app->safe) = (SafeDatabase){.host = arena_copy(app->arena, a->host), .database = arena_copy(app->arena, a->database)};
	if (!a->trial && a->run && app->run == a->run && !mark_is_of_statement(app)) mark_take(app); /* the run after it offers the comparison */
	str_clear(&app->message);
	begin(a);
}

void applying_key(App *app, EntryResult result) {
	Applying *a = app->applying;
	if (result != ENTRY_ACCEPTED && result != ENTRY_LEFT) return;
	if (a && result == ENTRY_ACCEPTED && !is_told(a)) return;
	app->modal = MODAL_NONE;
	if (!a) return;
	if (result == ENTRY_ACCEPTED) {
		accept(a);
	} else {
		app_say(app, ROLE_DIM, "nothing was sent", NULL);
		view_close(app);
	}
}

/* The line opens by itself while its page is on top: who types ahead types there, and gives no commands. */
static void open_line(Applying *a) {
	App *app = a->app;
	View *view = app_view(app);
	if (a->stage > APPLYING_ASKING || app->modal || app->prompt_open || !view || view->maker != a) return;
	str_clear(&app->entry);
	app->modal = MODAL_NAME;
}

/* ---- what is wanted ---- */

static void open_view(Applying *a) {
	view_open(a->app, VIEW_PAGE, a->trial ? "try" : "apply");
	View *view = app_view(a->app);
	view->maker = a;
	view->maker_free = view_closed;
	view->rebuild = make_page;
	make_page(view);
}

static void watch_changed(void *owner, Conn *conn) {
	Applying *a = owner;
	screen_redraw(a->app->screen);
	ConnState state = conn_state(conn);
	a->looking = false; /* what was asked goes unanswered, or was never sent */
	if (state == CONN_CONNECTING) return;
	if (state != CONN_READY) a->waits_problem = arena_printf(a->arena, "not known: %s", applying_why_no_conn(conn));
	if (a->stage == APPLYING_READING && state == CONN_READY) applying_read_site(a);
	if (a->stage == APPLYING_READING && state != CONN_READY) {
		err_set(&a->err, ERR_CONNECTION, "%s", applying_why_no_conn(conn));
		applying_finish(a);
	}
	applying_refresh(a);
}

/* Takes the arena over. */
static Applying *make(App *app, Arena *arena, bool trial, const ApplyingWish *wish) {
	Applying *a = calloc(1, sizeof *a);
	if (!a) die("out of memory");
	const Server *server = conn_server(wish->conn);
	*a = (Applying){
		.app = app, .arena = arena, .page_arena = arena_new(), .looked = arena_new(), .run = wish->run, .nth = wish->nth, .finding = wish->finding, .trial = trial,
		.database = arena_copy(arena, server->database), .host = arena_copy(arena, server->host), .err = ERR_INIT,
	};
	if (!a->run) return a;
	a->spec = explain_spec_copy(arena, &wish->spec);
	a->spec.analyze = true;
	run_hold(a->run);
	return a;
}

/* What needs no look at the server is known at once; where an index is to go may have changed. */
static bool take_steps(Applying *a) {
	if (a->trial) a->steps = remedy_trial(a->arena, &a->finding, &a->err);
	else if (!a->finding.indexes.count) a->steps = remedy_steps(a->arena, &a->finding, NULL, &a->err);
	if (a->steps.count) applying_ask(a);
	return !err_is(&a->err);
}

static void start(App *app, Arena *arena, bool trial, const ApplyingWish *wish) {
	if (app->applying && app_view(app) && app_view(app)->maker == app->applying) view_close(app);
	if (app->applying) drop(app->applying);
	Applying *a = app->applying = make(app, arena, trial, wish);
	if (!take_steps(a)) {
		app_say_err(app, &a->err);
		drop(a);
		return;
	}
	a->watch = applying_connect(a, wish->conn, watch_changed);
	open_view(a);
	open_line(a);
}

static void take_word(App *app, const char *rest, bool trial) {
	if (app->applying && applying_under_way(app->applying)) {
		if (!view_of(app->applying)) open_view(app->applying);
		return;
	}
	Err err = ERR_INIT;
	ApplyingWish wish;
	Arena *arena = arena_new();
	if (applying_allowed(app, arena, rest, trial, &wish, &err)) {
		start(app, arena, trial, &wish);
	} else {
		app_say_err(app, &err);
		arena_free(arena);
	}
	err_release(&err);
}

void word_try(App *app, const char *rest) { take_word(app, rest, true); }
void word_apply(App *app, const char *rest) { take_word(app, rest, false); }

/* ---- what happens ---- */

bool applying_busy(const App *app) {
	return app->applying && applying_under_way(app->applying);
}

bool applying_changes(const App *app) {
	return applying_busy(app) && !app->applying->trial;
}

bool applying_cancel(App *app) {
	Applying *a = app->applying;
	if (!a || (!applying_under_way(a) && a->stage != APPLYING_AFTER)) return false;
	if (a->stage == APPLYING_AFTER) applying_finish(a);
	else applying_stop(a);
	return true;
}

void applying_tick(App *app) {
	Applying *a = app->applying;
	if (!a) return;
	if (a->stage == APPLYING_AFTER) leave_conn(a, &a->conn);
	if (a->stage == APPLYING_OVER) leave_conns(a);
	if (a->stage == APPLYING_OVER && !view_of(a)) {
		drop(a);
		return;
	}
	open_line(a);
	applying_look(a);
	if (applying_under_way(a)) applying_refresh(a);
}

int64_t applying_deadline_ms(const App *app) {
	const Applying *a = app->applying;
	bool ticks = a && (applying_under_way(a) || a->stage == APPLYING_ASKING || a->stage == APPLYING_AFTER);
	return ticks ? clock_ms() + TICK_MS : -1;
}

void applying_free(App *app) {
	if (app->applying) drop(app->applying);
}
