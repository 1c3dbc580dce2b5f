/* marks.c: the plan kept as the one before. */
#include "app/marks.h"

#include "app/stage.h"

static const char *server_words(Arena *arena, const App *app) {
	const Server *server = app_server(app);
	const char *database = app->run_database ? app->run_database : server ? server->database : "";
	return server ? arena_printf(arena, "PostgreSQL %s, %s@%s/%s", server->version_text, server->user, server->host, database) : NULL;
}

ComparedSide mark_side(Arena *arena, const App *app) {
	const Run *run = app->run;
	ComparedSide side = run->given ? run->given->side : (ComparedSide){.plan = run->plan, .facts = run->facts, .server = server_words(arena, app)};
	side.statement = app->run_text.len ? app->run_text.text : NULL;
	side.findings = run->findings;
	return compared_side_copy(arena, &side);
}

/* What is pretended, and what is still under way, is compared with nothing. */
bool mark_settled(App *app) {
	if (!app->run || !app->run->plan) return false;
	if (stage_pretence(app)) app_say(app, ROLE_DIM, "this plan is pretended: it is no before and no after", "w or Esc shows the real one.");
	else if (run_busy(app->run)) app_say(app, ROLE_DIM, "the statement is still under way", "^C ends it.");
	else return true;
	return false;
}

void mark_drop(App *app) {
	if (!app->mark) return;
	run_let_go(app->mark->run);
	arena_free(app->mark->arena);
	app->mark = NULL;
}

void mark_take(App *app) {
	if (!mark_settled(app)) return;
	mark_drop(app);
	Arena *arena = arena_new();
	app->mark = ARENA_NEW(arena, Mark);
	*app->mark = (Mark){.arena = arena, .run = app->run, .side = mark_side(arena, app)};
	run_hold(app->run);
	app_say(app, ROLE_GOOD, "marked: this plan is the one before", "Change something, run it again by A, then D shows what came of it.");
}

/* A kept plan may have been read twice. */
bool mark_is_shown(const App *app) {
	const Mark *mark = app->mark;
	if (!mark) return false;
	const char *shown = app->run->given ? app->run->given->side.origin : NULL, *marked = mark->side.origin;
	bool same = app->run == mark->run && app->run->plan == mark->side.plan;
	return same || (shown && marked && strcmp(shown, marked) == 0);
}

bool mark_is_of_statement(const App *app) {
	const char *statement = app->mark ? app->mark->side.statement : NULL;
	return statement && strcmp(statement, app->run_text.text) == 0;
}

void mark_offer(App *app) {
	Mark *mark = app->mark;
	if (!mark_is_of_statement(app) || app->run == mark->run || mark_is_shown(app) || mark->offered || err_is(&app->run->err)) return;
	mark->offered = true;
	app_say(app, ROLE_GOOD, "a plan of this statement is marked as the one before", "D shows what changed.");
}

static void nobody_waits(void *owner, Run *run) {
	(void)owner;
	(void)run;
}

/* A Run of a plan that is given, freed at once: it lives as long as it is held. */
void mark_adopt(App *app, Arena *arena, const ComparedSide *side) {
	mark_drop(app);
	const KeptPlan kept = {.side = compared_side_copy(arena, side)};
	Run *run = run_given(loop_work(app->loop), &app->settings, arena, &kept, NULL, nobody_waits, app);
	run_hold(run);
	run_free(run);
	Arena *own = arena_new();
	app->mark = ARENA_NEW(own, Mark);
	*app->mark = (Mark){.arena = own, .run = run, .side = compared_side_copy(own, side)};
	mark_offer(app);
}
