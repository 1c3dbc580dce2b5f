/* word_statement.c: a statement of the prompt, planned or run. */
#include "app/parameters.h"
#include "app/runs.h"
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
