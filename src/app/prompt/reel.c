/* reel.c: the statements of a file, one after the other. */
#include "app/reel.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/path.h"
#include "app/runs.h"
#include "app/views.h"
#include "base/utf8.h"
#include "core/format.h"
#include "sql/split.h"

enum { MOST_BYTES = 64 << 20, TITLE_CELLS = 100 };

/* What came of one of them. */
typedef struct Outcome {
	const char *title, *figure;
	const char *advice; /* titles of its findings; NULL */
	Role role;
} Outcome;

struct Reel {
	App *app;
	Arena *arena;
	const char *path;
	Str text;
	Err err;
	SpanList statements;
	size_t next; /* the one under way is the one before */
	LIST(Outcome) outcomes;
	bool reading, stopped;
};

static void reel_free(Reel *reel) {
	if (reel->app->reel == reel) reel->app->reel = NULL;
	str_release(&reel->text);
	err_release(&reel->err);
	arena_free(reel->arena);
}

/* ---- the file ---- */

static void read_file(void *job) {
	Reel *reel = job;
	FILE *file = fopen(reel->path, "r");
	if (!file) {
		err_system(&reel->err, reel->path);
		return;
	}
	char bytes[1 << 16];
	for (size_t got; (got = fread(bytes, 1, sizeof bytes, file)) > 0 && reel->text.len < MOST_BYTES;) str_add_n(&reel->text, bytes, got);
	if (ferror(file)) err_system(&reel->err, reel->path);
	else if (reel->text.len >= MOST_BYTES) err_set(&reel->err, ERR_INPUT, "%s: too long to run statement by statement", reel->path);
	else if (memchr(reel->text.text, '\0', reel->text.len)) err_set(&reel->err, ERR_INPUT, "%s: not a text file", reel->path);
	else reel->statements = statement_split(reel->arena, reel->text.text);
	fclose(file);
}

static void run_next(Reel *reel);

static void file_read(void *job) {
	Reel *reel = job;
	reel->reading = false;
	if (reel->stopped || err_is(&reel->err) || !reel->statements.count) {
		if (err_is(&reel->err)) app_say_err(reel->app, &reel->err);
		else if (!reel->stopped) app_say(reel->app, ROLE_ERROR, arena_printf(reel->arena, "%s: no statement in it", reel->path), NULL);
		reel_free(reel);
		return;
	}
	run_next(reel);
}

void reel_stop(App *app) {
	Reel *reel = app->reel;
	if (!reel) return;
	app->reel = NULL;
	reel->stopped = true;
	if (!reel->reading) reel_free(reel); /* else its job has it still */
}

void reel_open(App *app, const char *path) {
	reel_stop(app);
	Arena *arena = arena_new();
	Reel *reel = ARENA_NEW(arena, Reel);
	*reel = (Reel){.app = app, .arena = arena, .path = path_to_open(arena, path), .text = STR_INIT, .err = ERR_INIT, .reading = true};
	app->reel = reel;
	work_post(loop_work(app->loop), read_file, file_read, reel);
}

/* ---- what came of each ---- */

static const char *advice_of(Arena *arena, const FindingList *findings) {
	Str text = STR_INIT;
	for (size_t i = 0; findings && i < findings->count; i++) str_printf(&text, "%s%s: %s", i ? "\n" : "", findings->items[i].rule, findings->items[i].title);
	const char *copy = text.len ? arena_copy(arena, text.text) : NULL;
	str_release(&text);
	return copy;
}

static void add_outcome(Reel *reel) {
	const App *app = reel->app;
	const Run *run = app->run;
	Arena *arena = reel->arena;
	Outcome *outcome = list_push(arena, &reel->outcomes);
	*outcome = (Outcome){.title = arena_copy(arena, utf8_shorten(arena, utf8_clean(arena, app->run_text.text), TITLE_CELLS, app->ascii)), .advice = advice_of(arena, run->findings), .role = ROLE_TEXT};
	if (err_is(&run->err)) {
		outcome->figure = arena_copy(arena, run->err.message.text);
		outcome->role = ROLE_ERROR;
	} else if (run->plan && run->plan->analyzed) {
		outcome->figure = arena_printf(arena, "ran %s, rolled back", format_ms(arena, run->plan->execution_ms));
	} else {
		outcome->figure = run->plan ? arena_printf(arena, "planned, not run: cost %s", format_rows(arena, run->plan->root->total_cost)) : "";
		outcome->role = ROLE_DIM;
	}
}

static void show_outcomes(Reel *reel, bool failed) {
	App *app = reel->app;
	view_open(app, VIEW_PAGE, arena_printf(reel->arena, "\\i %s", reel->path));
	View *view = app_view(app);
	Page *page = view->page = page_new(view->arena);
	for (size_t i = 0; i < reel->outcomes.count; i++) {
		const Outcome *outcome = &reel->outcomes.items[i];
		page_line(page);
		page_indent(page, 4);
		page_printf(page, ROLE_STRONG, "%zu  ", i + 1);
		page_add(page, ROLE_TEXT, outcome->title);
		page_line(page);
		page_indent(page, 4);
		page_printf(page, outcome->role, "   %s", outcome->figure);
		if (!outcome->advice) continue;
		page_line(page);
		page_add(page, ROLE_WARNING, outcome->advice);
	}
	page_line(page);
	page_line(page);
	if (failed) page_printf(page, ROLE_ERROR, "stopped at statement %zu of %zu", reel->next, reel->statements.count);
	else page_printf(page, ROLE_GOOD, "%zu statements, all done", reel->statements.count);
}

/* ---- one after the other ---- */

static void run_next(Reel *reel) {
	App *app = reel->app;
	Span span = reel->statements.items[reel->next++];
	const char *text = arena_copy_n(reel->arena, reel->text.text + span.start, span.end - span.start);
	run_statement(app, text, NULL, NULL, RUN_AUTO, NULL);
	view_plan(app);
	app_say(app, ROLE_DIM, arena_printf(reel->arena, "statement %zu of %zu of %s", reel->next, reel->statements.count, reel->path), "^C stops.");
}

void reel_tick(App *app) {
	Reel *reel = app->reel;
	if (!reel || reel->reading) return;
	Span span = reel->statements.items[reel->next - 1];
	bool ours = app->run && app->run_text.len == span.end - span.start && memcmp(app->run_text.text, reel->text.text + span.start, app->run_text.len) == 0;
	if (!ours) { /* another one was run meanwhile */
		reel_stop(app);
		return;
	}
	if (app->run->stage != RUN_DONE) return;
	bool failed = err_is(&app->run->err);
	add_outcome(reel);
	if (!failed && reel->next < reel->statements.count) {
		run_next(reel);
		return;
	}
	bool alone = reel->statements.count == 1; /* its plan tells more, and is on the screen */
	bool kept = setting_on(&app->settings, SETTING_STORE);
	if (!failed) str_clear(&app->message);
	if (!alone) show_outcomes(reel, failed);
	if (!alone && !failed) app_say(app, ROLE_DIM, "Esc shows the plan of the last one", kept ? ":plans has all of them." : NULL);
	reel_free(reel);
}
