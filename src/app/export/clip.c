/* clip.c: copying to the clipboard. */
#include "app/clip.h"

#include "app/diffs.h"
#include "app/migration_view.h"
#include "app/runs.h"
#include "app/stage.h"
#include "plan/write.h"
#include "report/diff.h"
#include "report/plan.h"
#include "view/column.h"

static void copy(App *app, const char *text, const char *what) {
	Arena *arena = arena_new();
	if (screen_copy(app->screen, text, strlen(text)))
		app_say(app, ROLE_GOOD, arena_printf(arena, "%s copied", what), "By OSC 52: the terminal has to allow it.");
	else app_say(app, ROLE_ERROR, arena_printf(arena, "%s cannot be copied: too long, or this terminal has no clipboard", what), NULL);
	arena_free(arena);
}

static const Finding *finding_shown(const App *app) {
	const FindingList *findings = app->run ? app->run->findings : NULL;
	return findings && app->plan_view.finding < findings->count ? &findings->items[app->plan_view.finding] : NULL;
}

/* What can be pasted of a row: its statement, or else its remedy. */
static void copy_of_row(App *app, size_t row) {
	PaneState *state = app_list(app);
	PaneStatement statement = pane_statement(app->arena, state, row);
	const char *remedy = state->pane->remedy ? state->pane->remedy(app->arena, &state->input, state->table, row) : NULL;
	if (remedy) copy(app, remedy, "the remedy");
	else if (statement.text) copy(app, statement.text, "the statement");
	else app_say(app, ROLE_ERROR, state->pane->remedy ? "there is nothing to do about this row" : statement.problem, NULL);
}

/* As they could be built. */
static void copy_pretended(App *app, const Pretence *pretence) {
	Str text = STR_INIT;
	for (size_t i = 0; i < pretence->indexes.count; i++)
		if (!pretence->indexes.items[i].off) str_printf(&text, "%s;\n", pretence->indexes.items[i].sql);
	copy(app, text.text, "what is pretended");
	str_release(&text);
}

static bool copy_migrations(App *app) {
	const char *text = migration_view_text(app_view(app));
	if (text) copy(app, text, "the migration");
	return text != NULL;
}

/* The verdict, or all of it as `pgwhy diff` prints it. */
static bool copy_diff(App *app, bool whole) {
	const View *view = app_view(app);
	if (!view || view->kind != VIEW_DIFF) return false;
	const Comparison *comparison = diff_comparison(view);
	Arena *arena = arena_new();
	if (comparison && whole) copy(app, report_diff_text(arena, comparison, REPORT_WIDTH, app->ascii), "the comparison");
	else if (comparison) copy(app, diff_verdict_line(arena, comparison), "the verdict");
	arena_free(arena);
	return true;
}

void clip_sql(App *app) {
	if (copy_diff(app, false) || copy_migrations(app)) return;
	View *view = app_subject(app);
	const Pretence *pretence = view && view->kind == VIEW_PLAN ? stage_pretence(app) : NULL;
	const Finding *finding = view && view->kind == VIEW_PLAN ? finding_shown(app) : NULL;
	size_t row;
	if (pretence && pretence_count(pretence)) copy_pretended(app, pretence);
	else if (finding && finding->sql) copy(app, finding->sql, "the remedy");
	else if (view && view->kind == VIEW_PLAN) copy(app, app->run_text.text, "the statement");
	else if (app_row(app, &row)) copy_of_row(app, row);
	else if (!view || view->kind != VIEW_WHY) app_say(app, ROLE_DIM, "there is nothing to copy here", NULL);
	else if (run_stands_for_row(app)) copy(app, app->run_text.text, "the statement");
}

static void copy_plan(App *app) {
	if (!app->run || !app->run->plan) return;
	Arena *arena = arena_new();
	copy(app, plan_write(arena, run_shown(arena, app).plan), "the plan");
	arena_free(arena);
}

static void copy_pane_row(App *app) {
	PaneState *state = app_list(app);
	size_t row;
	if (!app_row(app, &row)) {
		app_say_row_is_gone(app);
		return;
	}
	Arena *arena = arena_new();
	Str text = STR_INIT;
	for (size_t i = 0; i < state->pane->column_count; i++)
		str_printf(&text, "%s: %s\n", state->pane->columns[i].title, column_text(arena, &state->pane->columns[i], state->table, row, i));
	copy(app, text.text, "the row");
	str_release(&text);
	arena_free(arena);
}

void clip_row(App *app) {
	if (copy_diff(app, true)) return;
	View *view = app_subject(app);
	if (view && view->kind == VIEW_PLAN) copy_plan(app);
	else copy_pane_row(app);
}
