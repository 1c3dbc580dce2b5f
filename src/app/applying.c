/* applying.c: a finding's remedy, tried in a transaction that is rolled back, or carried out: asked for, watched, told. */
#include "app/applying.h"

#include <math.h>
#include <stdlib.h>

#include "app/applying_page.h"
#include "app/applying_wish.h"
#include "app/marks.h"
#include "app/views.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "pg/catalog.h"
#include "pg/tryout.h"
#include "plan/json.h"
#include "sql/quote.h"

enum { LOOK_EVERY_MS = 1000, WATCH_EVERY_MS = 400 };

struct Applying {
	App *app;
	Arena *arena, *page_arena, *looked; /* of what was looked up last */
	Run *run; /* held; it need not be the console's any more */
	size_t nth;
	Finding finding;
	bool trial;
	ApplyingStage stage;
	RemedySteps steps;
	const char *expected; /* to be typed */
	const char *database, *host;
	Conn *watch; /* for looking, before and meanwhile */
	Conn *conn; /* for changing; NULL: not yet */
	bool sent;
	bool looking;
	int64_t next_look_ms;
	Table *waits, *progress;
	const char *waits_problem;
	Apply *apply;
	ApplyState state;
	Tryout *tryout;
	ExplainSpec spec; /* of a trial */
	const char *doing;
	TryoutReply tried; /* and its arena */
	Tried figures;
	bool in_job, abandoned;
	Err err;
};

/* ---- the page ---- */

static View *view_of(const Applying *a) {
	for (size_t i = 0; i < a->app->views.count; i++)
		if (a->app->views.items[i].maker == a) return &a->app->views.items[i];
	return NULL;
}

static void make_page(View *view) {
	Applying *a = view->maker;
	int width, height;
	screen_size(a->app->screen, &width, &height);
	arena_clear(a->page_arena);
	view->page = page_new(a->page_arena);
	int64_t since_ms = a->state.since_ms;
	const ApplyingShown shown = {
		.stage = a->stage, .trial = a->trial, .finding = &a->finding, .database = a->database, .host = a->host, .steps = &a->steps,
		.lock_timeout_ms = setting_number(&a->app->settings, a->trial ? SETTING_LOCK_TIMEOUT : SETTING_APPLY_LOCK_TIMEOUT),
		.statement_timeout_ms = setting_number(&a->app->settings, SETTING_STATEMENT_TIMEOUT),
		.waits = a->waits, .waits_problem = a->waits_problem, .state = &a->state, .progress = a->progress, .doing = a->doing,
		.elapsed_ms = since_ms ? (double)(clock_ms() - since_ms) : 0, .err = &a->err,
	};
	applying_page(view->page, &shown, width - 4);
}

static void refresh(Applying *a) {
	a->app->stale = true;
}

/* ---- the end ---- */

static void destroy(Applying *a) {
	run_let_go(a->run);
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
		view->page = NULL;
	}
	leave_conns(a);
	if (app->applying == a) app->applying = NULL;
	if (app->modal == MODAL_NAME) app->modal = MODAL_NONE;
	a->abandoned = true;
	if (!a->in_job) destroy(a);
}

static bool busy(const Applying *a) {
	return a->stage == APPLYING_UNDER_WAY;
}

/* Its view is closed: what is under way goes on. */
static void view_closed(void *maker) {
	Applying *a = maker;
	if (!busy(a)) drop(a);
}

static const char *closing_words(Applying *a) {
	return a->trial ? arena_printf(a->arena, "%s was tried", a->finding.rule) : arena_printf(a->arena, "%s was applied", a->finding.rule);
}

static void finish(Applying *a) {
	a->stage = APPLYING_OVER;
	a->doing = NULL;
	a->apply = NULL;
	a->tryout = NULL;
	View *view = view_of(a);
	if (view) view->scroll.top = 0;
	if (err_is(&a->err)) app_say_err(a->app, &a->err);
	else app_say(a->app, ROLE_GOOD, closing_words(a), a->trial ? "Its finding says what was measured." : "A measures the statement again.");
	refresh(a);
}

/* ---- a trial's figures ---- */

static double blocks_of(const PlanNode *root) {
	double hit = root->blocks.shared_hit, read = root->blocks.shared_read;
	return (isnan(hit) ? 0 : hit) + (isnan(read) ? 0 : read);
}

static bool read_plan(Applying *a, const TryoutPlan *text, size_t side) {
	PlanList plans = {0};
	if (!text->json || !plan_read_json(a->tried.arena, text->json, text->len, &plans, &a->err)) return false;
	const Plan *plan = plans.items[0];
	a->figures.ms[side] = plan_statement_ms(plan);
	a->figures.blocks[side] = blocks_of(plan->root);
	a->figures.cost[side] = plan->root->total_cost;
	return true;
}

static void read_job(void *job) {
	Applying *a = job;
	if (read_plan(a, &a->tried.without, 0) && !a->tried.unseen) read_plan(a, &a->tried.with, 1);
}

static void read_done(void *job) {
	Applying *a = job;
	a->in_job = false;
	if (a->abandoned) {
		destroy(a);
		return;
	}
	App *app = a->app;
	if (!err_is(&a->err)) {
		finding_try(&a->finding, &a->figures);
		if (app->run == a->run && a->run->stage == RUN_DONE) run_tried(a->run, a->nth, &a->figures);
	}
	finish(a);
}

static void tried(void *owner, TryoutReply *reply) {
	Applying *a = owner;
	a->tryout = NULL;
	if (err_is(reply->err)) {
		err_move(&a->err, reply->err);
		finish(a);
		return;
	}
	a->tried = *reply;
	reply->arena = NULL;
	a->figures = (Tried){.unseen = reply->unseen, .ms = {NAN, NAN}, .blocks = {NAN, NAN}, .cost = {NAN, NAN}, .build_ms = reply->build_ms, .bytes = reply->bytes};
	a->doing = "reading the plans …";
	a->in_job = true;
	work_post(loop_work(a->app->loop), read_job, read_done, a);
}

static void trial_goes_on(void *owner, const char *doing) {
	Applying *a = owner;
	a->doing = arena_copy(a->arena, doing);
	a->state.since_ms = clock_ms();
	refresh(a);
}

/* ---- sending ---- */

static void applied(void *owner, const ApplyState *state, Err *err) {
	Applying *a = owner;
	double *ms = ARENA_ARRAY(a->arena, double, a->steps.count + 1);
	for (size_t i = 0; i < a->steps.count; i++) ms[i] = state->ms[i];
	a->state = *state;
	a->state.ms = ms;
	a->state.leftover = arena_copy(a->arena, state->leftover);
	refresh(a);
	if (state->stage != APPLY_DONE) return;
	err_move(&a->err, err);
	finish(a);
}

static void send(Applying *a) {
	a->sent = true;
	const Settings *settings = &a->app->settings;
	if (a->trial) {
		const TryoutSpec spec = {
			.explain = &a->spec, .steps = a->steps.items, .step_count = a->steps.count, .rewrite = a->finding.rewrite && !a->finding.paging ? a->finding.rewrite : NULL,
			.most_bytes = setting_number(settings, SETTING_TRY_MB) * 1024 * 1024,
		};
		a->tryout = tryout_start(a->conn, &spec, tried, trial_goes_on, a);
	} else {
		const ApplySpec spec = {.steps = a->steps.items, .step_count = a->steps.count, .lock_timeout_ms = (long)setting_number(settings, SETTING_APPLY_LOCK_TIMEOUT)};
		a->apply = apply_start(a->conn, &spec, applied, a);
	}
}

static const char *why_no_conn(const Conn *conn) {
	return err_is(conn_error(conn)) ? conn_error(conn)->message.text : "the server wants a password";
}

static void conn_changed(void *owner, Conn *conn) {
	Applying *a = owner;
	screen_redraw(a->app->screen); /* libpq warns of pass files on stderr, which is the screen */
	ConnState state = conn_state(conn);
	if (!busy(a) || a->sent) return;
	if (state == CONN_READY) {
		send(a);
	} else if (state != CONN_CONNECTING) {
		err_set(&a->err, ERR_CONNECTION, "%s", why_no_conn(conn));
		finish(a);
	}
}

/* The same way in. */
static Conn *connect_as(Applying *a, const Conn *other, void (*changed)(void *owner, Conn *conn)) {
	ConnParams params = conn_params(other, a->database);
	Conn *conn = conn_new(loop_work(a->app->loop), &params, changed, a);
	loop_add_conn(a->app->loop, conn);
	return conn;
}

static void begin(Applying *a) {
	a->stage = APPLYING_UNDER_WAY;
	a->app->modal = MODAL_NONE;
	a->doing = a->trial ? "connecting …" : NULL;
	a->conn = connect_as(a, a->watch, conn_changed);
	refresh(a);
}

/* ---- looking ---- */

static void keep(Applying *a, Reply *reply, Table **table) {
	if (!reply->table) return;
	arena_free(a->looked);
	a->looked = reply->arena;
	reply->arena = NULL;
	a->waits = a->progress = NULL;
	*table = reply->table;
}

static void waits_came(void *owner, Reply *reply) {
	Applying *a = owner;
	a->looking = false;
	if (a->stage != APPLYING_ASKING) return;
	keep(a, reply, &a->waits);
	if (!reply->table) a->waits_problem = arena_printf(a->arena, "not known: %s", reply->err->message.text);
	refresh(a);
}

static void progress_came(void *owner, Reply *reply) {
	Applying *a = owner;
	a->looking = false;
	if (busy(a)) keep(a, reply, &a->progress);
	refresh(a);
}

static bool any_for_all(const RemedySteps *steps) {
	for (size_t i = 0; i < steps->count; i++)
		if (remedy_waits_for_all(&steps->items[i])) return true;
	return false;
}

static void look_for_waits(Applying *a) {
	Arena *arena = arena_new();
	const char **relations = ARENA_ARRAY(arena, const char *, a->steps.count + 1);
	size_t count = 0, modes;
	for (size_t i = 0; i < a->steps.count; i++)
		if (a->steps.items[i].relation) relations[count++] = a->steps.items[i].relation;
	const char *const *conflicts = applying_conflicts(arena, &a->steps, &modes);
	const char *const params[] = {catalog_array(arena, relations, count), catalog_array(arena, conflicts, modes), any_for_all(&a->steps) ? "true" : "false"};
	conn_catalog(a->watch, "apply_waits", params, 3, waits_came, a);
	arena_free(arena);
}

static int backend_of(const Applying *a) {
	return a->tryout ? tryout_backend_pid(a->tryout) : a->apply ? a->state.backend_pid : 0;
}

static void look_for_progress(Applying *a) {
	Arena *arena = arena_new();
	const char *const params[] = {arena_printf(arena, "%d", backend_of(a))};
	conn_catalog(a->watch, "index_progress", params, 1, progress_came, a);
	arena_free(arena);
}

static void look(Applying *a) {
	bool asks = a->stage == APPLYING_ASKING, watches = busy(a) && backend_of(a);
	if (!a->watch || conn_state(a->watch) != CONN_READY || a->looking || clock_ms() < a->next_look_ms || (!asks && !watches)) return;
	a->looking = true;
	a->next_look_ms = clock_ms() + (asks ? LOOK_EVERY_MS : WATCH_EVERY_MS);
	if (asks) look_for_waits(a);
	else look_for_progress(a);
}

/* ---- the question ---- */

/* Of the table that is changed first. */
static const char *named_table(Applying *a) {
	for (size_t i = 0; i < a->steps.count; i++) {
		const char *rest = a->steps.items[i].relation, *part, *name = NULL;
		while (rest && (part = sql_name_part(a->arena, &rest))) name = part;
		if (name) return name;
	}
	return NULL;
}

static bool is_safe(const Applying *a) {
	const App *app = a->app;
	for (size_t i = 0; i < app->safe.count; i++)
		if (strcmp(app->safe.items[i].database, a->database) == 0 && strcmp(app->safe.items[i].host, a->host) == 0) return true;
	return false;
}

static void ask(Applying *a) {
	a->stage = APPLYING_ASKING;
	a->expected = !a->trial ? named_table(a) : is_safe(a) ? "y" : a->database;
	a->next_look_ms = 0;
	refresh(a);
}

const char *applying_label(Arena *arena, const App *app) {
	const Applying *a = app->applying;
	if (!a) return "";
	const char *name = utf8_clean(arena, a->expected);
	if (!a->trial) return arena_printf(arena, "type the table's name, %s, to run it: ", name);
	return is_safe(a) ? "type y to try it, rolled back: " : arena_printf(arena, "type the database's name, %s, if writes may wait there: ", name);
}

static void accept(Applying *a) {
	App *app = a->app;
	if (strcmp(app->entry.text, a->expected) != 0) {
		app_say(app, ROLE_ERROR, "that is not its name: nothing was sent", NULL);
		view_close(app);
		return;
	}
	if (a->trial && !is_safe(a))
		*list_push(app->arena, &app->safe) = (SafeDatabase){.host = arena_copy(app->arena, a->host), .database = arena_copy(app->arena, a->database)};
	if (!a->trial && !app->mark && app->run == a->run) mark_take(app); /* the run after it offers the comparison */
	str_clear(&app->message);
	begin(a);
}

void applying_key(App *app, EntryResult result) {
	Applying *a = app->applying;
	if (result != ENTRY_ACCEPTED && result != ENTRY_LEFT) return;
	app->modal = MODAL_NONE;
	if (!a) return;
	if (result == ENTRY_ACCEPTED) {
		accept(a);
	} else {
		app_say(app, ROLE_DIM, "nothing was sent", NULL);
		view_close(app);
	}
}

/* The line opens by itself while its page is on top, once that says whom it would wait for. */
static void open_line(Applying *a) {
	App *app = a->app;
	View *view = app_view(app);
	if (a->stage != APPLYING_ASKING || (!a->waits && !a->waits_problem) || app->modal || app->prompt_open || !view || view->maker != a) return;
	str_clear(&app->entry);
	app->modal = MODAL_NAME;
}

/* ---- what is wanted ---- */

static bool take_steps(Applying *a, const PartitionFacts *partitions, size_t count) {
	a->steps = a->trial ? remedy_trial(a->arena, &a->finding, &a->err) : remedy_steps(a->arena, &a->finding, partitions, count, &a->err);
	if (!err_is(&a->err) && !named_table(a)) err_set(&a->err, ERR_REFUSED, "its table has no name that could be typed");
	if (!err_is(&a->err)) ask(a);
	return !err_is(&a->err);
}

static void partitions_came(void *owner, Reply *reply) {
	Applying *a = owner;
	const Table *table = reply->table;
	if (!table) err_move(&a->err, reply->err);
	size_t count = table ? table->row_count : 0;
	PartitionFacts *partitions = ARENA_ARRAY(a->arena, PartitionFacts, count + 1);
	const char *const columns[] = {"schema", "name", "parent_schema", "parent", "kind"};
	for (size_t i = 0; i < count; i++) {
		const char *texts[5];
		for (size_t k = 0; k < 5; k++) texts[k] = arena_copy(a->arena, table_text(table, i, table_column(table, columns[k]), ""));
		partitions[i] = (PartitionFacts){texts[0], texts[1], *texts[4], texts[2], texts[3]};
	}
	if (table && take_steps(a, partitions, count)) return;
	finish(a);
}

static Applying *make(App *app, size_t nth, bool trial, const ExplainSpec *spec, const Conn *home) {
	Applying *a = calloc(1, sizeof *a);
	if (!a) die("out of memory");
	Arena *arena = arena_new();
	*a = (Applying){
		.app = app, .arena = arena, .page_arena = arena_new(), .looked = arena_new(), .run = app->run, .nth = nth, .finding = app->run->findings->items[nth], .trial = trial,
		.database = arena_copy(arena, conn_server(home)->database), .host = arena_copy(arena, conn_server(home)->host), .err = ERR_INIT,
	};
	a->spec = explain_spec_copy(arena, spec);
	a->spec.analyze = true;
	run_hold(app->run);
	return a;
}

static void open_view(Applying *a) {
	view_open(a->app, VIEW_PAGE, a->trial ? "try" : "apply");
	View *view = app_view(a->app);
	view->maker = a;
	view->maker_free = view_closed;
	view->rebuild = make_page;
	make_page(view);
}

static void read_partitions(Applying *a) {
	const IndexAdvice *index = &a->finding.indexes.items[0];
	const char *relation = sql_qualified(a->arena, index->schema, index->table);
	conn_catalog(a->watch, "apply_partitions", &relation, 1, partitions_came, a);
}

static void watch_changed(void *owner, Conn *conn) {
	Applying *a = owner;
	screen_redraw(a->app->screen);
	ConnState state = conn_state(conn);
	if (state == CONN_CONNECTING) return;
	if (state != CONN_READY) a->waits_problem = arena_printf(a->arena, "not known: %s", why_no_conn(conn));
	if (a->stage == APPLYING_READING && state == CONN_READY) read_partitions(a);
	if (a->stage == APPLYING_READING && state != CONN_READY) {
		err_set(&a->err, ERR_CONNECTION, "%s", why_no_conn(conn));
		finish(a);
	}
	refresh(a);
}

static void start(App *app, size_t nth, bool trial, const ExplainSpec *spec, const Conn *home) {
	if (app->applying && app_view(app) && app_view(app)->maker == app->applying) view_close(app);
	if (app->applying) drop(app->applying);
	Applying *a = app->applying = make(app, nth, trial, spec, home);
	bool reads = !trial && remedy_needs_partitions(&a->finding);
	if (!reads && !take_steps(a, NULL, 0)) {
		app_say_err(app, &a->err);
		drop(a);
		return;
	}
	a->watch = connect_as(a, home, watch_changed);
	open_view(a);
}

static void take_word(App *app, const char *rest, bool trial) {
	if (app->applying && busy(app->applying)) {
		if (!view_of(app->applying)) open_view(app->applying);
		return;
	}
	Err err = ERR_INIT;
	ExplainSpec spec;
	Conn *home;
	size_t nth = 0;
	if (applying_allowed(app, rest, trial, &nth, &spec, &home, &err)) start(app, nth, trial, &spec, home);
	else app_say_err(app, &err);
	err_release(&err);
}

void word_try(App *app, const char *rest) { take_word(app, rest, true); }
void word_apply(App *app, const char *rest) { take_word(app, rest, false); }

/* ---- what happens ---- */

bool applying_busy(const App *app) {
	return app->applying && busy(app->applying);
}

bool applying_changes(const App *app) {
	return applying_busy(app) && !app->applying->trial;
}

bool applying_cancel(App *app) {
	Applying *a = app->applying;
	if (!a || !busy(a)) return false;
	if (a->apply) apply_cancel(a->apply);
	else if (a->tryout) tryout_cancel(a->tryout);
	else if (!a->sent) {
		err_set(&a->err, ERR_CANCELLED, "cancelled");
		finish(a);
	}
	return true;
}

void applying_tick(App *app) {
	Applying *a = app->applying;
	if (!a) return;
	if (a->stage == APPLYING_OVER) leave_conns(a);
	if (a->stage == APPLYING_OVER && !view_of(a)) {
		drop(a);
		return;
	}
	open_line(a);
	look(a);
	if (busy(a)) refresh(a);
}

int64_t applying_deadline_ms(const App *app) {
	const Applying *a = app->applying;
	return a && (busy(a) || a->stage == APPLYING_ASKING) ? clock_ms() + WATCH_EVERY_MS : -1;
}

void applying_free(App *app) {
	if (app->applying) drop(app->applying);
}
