/* word_statement.c: a statement of the prompt, planned or run. */
#include <ctype.h>
#include <stdlib.h>

#include "app/parameters.h"
#include "app/repeat.h"
#include "app/runs.h"
#include "app/stage.h"
#include "app/value_view.h"
#include "app/views.h"
#include "app/word.h"
#include "sql/split.h"

void word_start(App *app, const char *text, RunMode mode) {
	Arena *arena = arena_new();
	SpanList statements = statement_split(arena, text);
	if (statements.count > 1) {
		app_say(app, ROLE_ERROR, arena_printf(arena, "%zu statements stand at the prompt; pgwhy explains one at a time", statements.count),
		        "They are still there: press : and leave one, or put them into a file for \\i.");
		prompt_set_text(app->prompt, text);
	} else {
		run_statement(app, text, NULL, NULL, mode, NULL);
		view_plan(app);
		if (mode == RUN_MEASURE) parameters_ask(app);
	}
	arena_free(arena);
}

void word_explain(App *app, const char *rest) { word_start(app, rest, RUN_PLAN); }
void word_analyze(App *app, const char *rest) { word_start(app, rest, RUN_MEASURE); }

/* Without SQL of the plan at hand, the last one. */
void word_parameters(App *app, const char *rest) {
	if (*rest) word_start(app, rest, RUN_PLAN);
	if (app->run && app->run_text.len) value_view_open(app);
	else app_say(app, ROLE_ERROR, "there is no statement at hand", ":parameters SQL gives one.");
}

/* ---- several times ---- */

/* "5 work_mem=64MB": both may be missing. False: that was said. */
static bool read_runs(App *app, Arena *arena, const char *rest, size_t *runs, ExplainSetting *with) {
	char *end = NULL;
	double wanted = REPEAT_RUNS;
	if (isdigit((unsigned char)*rest)) wanted = strtod(rest, &end);
	if (end) rest = end;
	while (isspace((unsigned char)*rest)) rest++;
	*with = word_setting(arena, rest);
	*runs = (size_t)wanted;
	bool fine = wanted >= 1 && wanted <= REPEAT_MOST_RUNS && (!*rest || (*with->name && *with->value));
	if (!fine) app_say(app, ROLE_ERROR, arena_printf(arena, ":runs takes a number from 1 to %d, and NAME=VALUE", REPEAT_MOST_RUNS), "As in :runs 5 work_mem=64MB.");
	return fine;
}

/* A rewrite that is looked at is what its statement is run beside; else what :with set, if anything. */
static bool begin_runs(App *app, size_t runs, const ExplainSetting *with, Err *err) {
	const FindingList *findings = app->run->findings;
	size_t finding = app->plan_view.finding;
	if (*with->name) return run_repeat(app->run, runs, with, 1, err);
	bool rewritten = findings && finding < findings->count && findings->items[finding].rewrite;
	return rewritten ? run_prove(app->run, finding, runs, err) : run_repeat(app->run, runs, app->with.items, app->with.count, err);
}

void word_runs(App *app, const char *rest) {
	Arena *arena = arena_new();
	Err err = ERR_INIT;
	ExplainSetting with;
	size_t runs;
	if (!app->run || !app->run->plan) app_say(app, ROLE_ERROR, "there is no plan on screen whose statement could be run", NULL);
	else if (stage_pretence(app)) app_say(app, ROLE_ERROR, "what is only pretended cannot be run", "Of an index that is not there are costs only: D lays them beside those of the real plan, w shows that.");
	else if (read_runs(app, arena, rest, &runs, &with)) {
		view_plan(app);
		if (begin_runs(app, runs, &with, &err)) str_clear(&app->message);
		else app_say_err(app, &err);
	}
	err_release(&err);
	arena_free(arena);
}
