/* pretending.c: the plan as it would be with indexes that are not there. */
#include "app/pretending.h"

#include <ctype.h>
#include <stdlib.h>

#include "app/stage.h"
#include "app/views.h"
#include "panes/why.h"
#include "pg/whatif.h"

/* ---- asking ---- */

/* One that the server refuses is no use in the list. */
static void forget_refused(App *app) {
	if (app->wish_is_new && app->wished.count) app->wished.count--;
}

static void changed(void *owner, Scenario *scenario) {
	App *app = owner;
	if (scenario != app->scenario_next) return;
	if (err_is(&scenario->err)) {
		app_say_err(app, &scenario->err);
		forget_refused(app);
		scenario_free(app->scenario_next);
		app->scenario_next = NULL;
	} else if (scenario->pretence.plan) {
		app->scenario_next = NULL;
		app->wish_is_new = false;
		stage_show(app, scenario);
	}
}

static bool can_ask(App *app, bool indexes) {
	Arena *arena = arena_new();
	Err err = ERR_INIT;
	ExplainSpec spec;
	Conn *conn;
	if (!app->run || !app->run->plan) err_set(&err, ERR_REFUSED, "there is no plan on screen to pretend indexes for");
	else if (run_spec(app->run, arena, &spec, &conn, &err) && indexes) whatif_available(conn_server(conn), &err);
	bool fine = !err_is(&err);
	if (!fine) app_say_err(app, &err);
	err_release(&err);
	arena_free(arena);
	return fine;
}

static const Finding *finding_at(const App *app, size_t number) {
	const FindingList *findings = app->run ? app->run->findings : NULL;
	return findings && number && number <= findings->count ? &findings->items[number - 1] : NULL;
}

static bool any_wished(const App *app) {
	for (size_t i = 0; i < app->wished.count; i++)
		if (!app->wished.items[i].off) return true;
	return false;
}

/* Those typed, then the finding's. */
static void ask(App *app, size_t number) {
	const Finding *finding = finding_at(app, number);
	Arena *arena = arena_new();
	LIST(PretenceIndex) all = {0};
	for (size_t i = 0; i < app->wished.count; i++) *list_push(arena, &all) = app->wished.items[i];
	for (size_t i = 0; finding && i < finding->indexes.count; i++)
		*list_push(arena, &all) = (PretenceIndex){.sql = index_pretend_sql(arena, &finding->indexes.items[i])};
	const ScenarioWish wish = {.indexes = all.items, .index_count = all.count, .finding = finding ? number : 0, .rewrite = finding ? finding->rewrite : NULL};
	str_clear(&app->message);
	scenario_free(app->scenario_next);
	app->scenario_next = scenario_start(loop_work(app->loop), app->run, &wish, changed, app);
	arena_free(arena);
}

static bool can_pretend(App *app, const Finding *finding) {
	for (size_t i = 0; i < finding->indexes.count; i++) {
		Err err = ERR_INIT;
		bool fine = whatif_can_pretend(finding->indexes.items[i].method, &err);
		if (!fine) app_say_err(app, &err);
		err_release(&err);
		if (!fine) return false;
	}
	return true;
}

static bool has_own(const Finding *finding) {
	return finding && (finding->indexes.count || finding->rewrite);
}

bool pretending_possible(const App *app) {
	if (app->run && app->run->given) return false;
	return app->scenario || app->scenario_next || any_wished(app) || has_own(finding_at(app, app->plan_view.finding + 1));
}

void pretending_turn(App *app) {
	app->wish_is_new = false;
	if (app->scenario || app->scenario_next) {
		stage_leave(app);
		return;
	}
	size_t number = app->plan_view.finding + 1;
	const Finding *finding = finding_at(app, number);
	bool own = has_own(finding);
	if (!own && !any_wished(app)) {
		app_say(app, ROLE_DIM, finding ? "this finding has no index to pretend" : "there is no index to pretend", ":whatif orders (status) pretends one of your own.");
		return;
	}
	if (!can_ask(app, any_wished(app) || finding->indexes.count) || (own && !can_pretend(app, finding))) return;
	ask(app, own ? number : 0);
}

/* ---- :whatif ---- */

static void ask_again(App *app) {
	size_t finding = app->scenario ? app->scenario->pretence.finding : 0;
	if (!any_wished(app) && !finding) {
		stage_leave(app);
		return;
	}
	if (!can_ask(app, true)) return;
	view_plan(app);
	ask(app, finding);
}

/* It can be mended at once. */
static void give_back(App *app, const char *text, Err *err) {
	if (err->position) err_prefix(err, "at character %ld of the index", err->position);
	app->prompt_open = true;
	prompt_set_text(app->prompt, arena_printf(app->arena, ":whatif %s", text));
}

static void add_wish(App *app, const char *text) {
	Err err = ERR_INIT;
	const CreateIndex *index = create_index_read(app->arena, text, &err);
	if (!index) give_back(app, text, &err);
	else if (whatif_can_pretend(index->method, &err)) *list_push(app->arena, &app->wished) = (PretenceIndex){.sql = index->sql, .bytes = NAN};
	app->wish_is_new = !err_is(&err);
	if (err_is(&err)) app_say_err(app, &err);
	else ask_again(app);
	err_release(&err);
}

static void list_wishes(App *app) {
	Pretence typed = {.cost_before = NAN};
	for (size_t i = 0; i < app->wished.count; i++) *list_push(app->arena, &typed.indexes) = app->wished.items[i];
	const Pretence *pretence = app->scenario ? &app->scenario->pretence : &typed;
	if (!pretence->indexes.count) {
		app_say(app, ROLE_DIM, "no index is pretended", ":whatif CREATE INDEX ON orders (status) pretends one, orders (status) is enough.");
		return;
	}
	int width, height;
	screen_size(app->screen, &width, &height);
	view_open(app, VIEW_PAGE, "what if");
	View *view = app_view(app);
	view->page = page_new(view->arena);
	LabelledLines lines = pretence_lines(view->arena, pretence);
	page_add(view->page, ROLE_TITLE, pretence_title(view->arena, pretence));
	why_labelled(view->page, &lines, width - 4);
	page_line(view->page);
	page_line(view->page);
	page_add(view->page, ROLE_DIM, ":whatif N turns one off or on, :whatif N drop forgets it, :whatif off forgets all.");
}

static void forget_all(App *app) {
	app->wished.count = 0;
	stage_leave(app);
	app_say(app, ROLE_DIM, "no index is pretended any more", NULL);
}

static void forget_wish(App *app, size_t nth) {
	for (size_t i = nth + 1; i < app->wished.count; i++) app->wished.items[i - 1] = app->wished.items[i];
	app->wished.count--;
}

/* "2", "2 on", "2 off", "2 drop". */
static void change_wish(App *app, const char *text) {
	char *rest;
	unsigned long number = strtoul(text, &rest, 10);
	while (isspace((unsigned char)*rest)) rest++;
	bool drops = strcmp(rest, "drop") == 0, on = strcmp(rest, "on") == 0, off = strcmp(rest, "off") == 0;
	if (!number || number > app->wished.count) {
		app_say(app, ROLE_ERROR, "no index of that number was typed", ":whatif lists them.");
	} else if (*rest && !drops && !on && !off) {
		app_say(app, ROLE_ERROR, "a number is followed by on, off or drop, or by nothing: then it is turned", NULL);
	} else {
		PretenceIndex *wish = &app->wished.items[number - 1];
		app->wish_is_new = false;
		wish->off = off || (!on && !wish->off);
		if (drops) forget_wish(app, number - 1);
		ask_again(app);
	}
}

void word_whatif(App *app, const char *rest) {
	if (!*rest) list_wishes(app);
	else if (strcmp(rest, "off") == 0) forget_all(app);
	else if (isdigit((unsigned char)*rest)) change_wish(app, rest);
	else add_wish(app, rest);
}
