/* export.c: what is on top, written to a file. */
#include "app/export.h"

#include "app/diffs.h"
#include "app/migration_view.h"
#include "app/new_file.h"
#include "app/pane_json.h"
#include "app/plan_report.h"
#include "app/reporting.h"
#include "app/runs.h"
#include "app/tact.h"
#include "app/value_view.h"
#include "plan/write.h"
#include "report/diff.h"
#include "report/json.h"
#include "report/table.h"

struct ExportForm {
	const char *label, *help;
	const char *suffix; /* of the file */
	const char *(*text)(Arena *arena, const App *app); /* NULL: it has a way of its own */
	void (*write)(App *app, const char *path);
};

/* ---- the forms ---- */

/* In their order and as the filter lets them through; but what a table folds by itself is not left out of a file. */
static ListRows whole_rows(Arena *arena, const PaneState *state) {
	List list = state->list;
	list.whole = true;
	return list_rows(arena, &list, state->table, state->pane->columns, state->pane->column_count, NULL);
}

static const char *pane_csv(Arena *arena, const App *app) {
	const PaneState *state = app_list(app);
	ListRows rows = whole_rows(arena, state);
	return report_table_csv(arena, state->table, &rows, state->pane->columns, state->pane->column_count, true);
}

static const char *pane_object(Arena *arena, const App *app) {
	const PaneState *state = app_list(app);
	ListRows rows = whole_rows(arena, state);
	return pane_json(arena, state->pane, &state->input, state->table, &rows, false);
}

/* What stands above the rows on the screen does so in a text, too. */
static const char *with_verdict(Arena *arena, const App *app, const char *rows) {
	const View *view = app->views.count ? &app->views.items[app->views.count - 1] : NULL;
	return view && view->kind == VIEW_LIST && view->page ? arena_printf(arena, "%s\n%s", page_plain(arena, view->page), rows) : rows;
}

static const char *pane_markdown(Arena *arena, const App *app) {
	const PaneState *state = app_list(app);
	ListRows rows = whole_rows(arena, state);
	return with_verdict(arena, app, report_table_markdown(arena, state->table, &rows, state->pane->columns, state->pane->column_count));
}

static const char *pane_text(Arena *arena, const App *app) {
	const PaneState *state = app_list(app);
	ListRows rows = whole_rows(arena, state);
	return with_verdict(arena, app, report_table_text(arena, state->table, &rows, state->pane->columns, state->pane->column_count));
}

static PlanReport shown_report(Arena *arena, const App *app) {
	const View *view = app_view(app);
	return view && view->kind == VIEW_VALUES && value_view_has_report(view) ? value_view_report(arena, view) : plan_report(app);
}

static const char *plan_text(Arena *arena, const App *app) {
	PlanReport report = shown_report(arena, app);
	return report_plan_text(arena, &report, REPORT_WIDTH, app->ascii);
}

static const char *plan_markdown(Arena *arena, const App *app) {
	PlanReport report = shown_report(arena, app), shown = report_for_others(arena, &app->settings, &report);
	return report_plan_markdown(arena, &shown, app->ascii);
}

static const char *plan_json(Arena *arena, const App *app) {
	PlanReport report = shown_report(arena, app);
	return report_plans_json(arena, &report, 1, false);
}

static const char *plan_explain(Arena *arena, const App *app) {
	return plan_write(arena, run_shown(arena, app).plan);
}

static const Comparison *comparison_on_top(const App *app) {
	return diff_comparison(&app->views.items[app->views.count - 1]);
}

static const char *diff_text(Arena *arena, const App *app) {
	return report_diff_text(arena, comparison_on_top(app), REPORT_WIDTH, app->ascii);
}

static const char *diff_markdown(Arena *arena, const App *app) {
	Comparison shown = comparison_for_others(arena, &app->settings, comparison_on_top(app));
	return report_diff_markdown(arena, &shown, app->ascii);
}

static const char *diff_json(Arena *arena, const App *app) {
	return report_diff_json(arena, comparison_on_top(app));
}

static const char *page_text(Arena *arena, const App *app) {
	return page_plain(arena, app->views.items[app->views.count - 1].page);
}

static const ExportForm pane_forms[] = {
	{.label = "CSV", .help = "for a spreadsheet: the rows shown, plain figures", .suffix = "csv", .text = pane_csv},
	{.label = "Markdown", .help = "a table for a ticket", .suffix = "md", .text = pane_markdown},
	{.label = "JSON", .help = "as pgwhy show prints it", .suffix = "json", .text = pane_object},
	{.label = "text", .help = "aligned columns", .suffix = "txt", .text = pane_text},
};
static const ExportForm plan_forms[] = {
	{.label = "text", .help = "the annotated plan with its advice", .suffix = "txt", .text = plan_text},
	{.label = "report", .help = "Markdown for a ticket: what to do, figures, plan, indexes, findings, migration, safety, the way back", .write = report_write},
	{.label = "EXPLAIN", .help = "the plan alone, as PostgreSQL prints it: for other tools", .suffix = "txt", .text = plan_explain},
	{.label = "JSON", .help = "nodes, measures and findings, as pgwhy explain prints them", .suffix = "json", .text = plan_json},
};
static const ExportForm values_forms[] = {
	{.label = "text", .help = "the generic plan, those by values, and all advice", .suffix = "txt", .text = plan_text},
	{.label = "Markdown", .help = "the same for a ticket", .suffix = "md", .text = plan_markdown},
	{.label = "JSON", .help = "as pgwhy explain --values prints them", .suffix = "json", .text = plan_json},
	{.label = "CSV", .help = "for a spreadsheet: the rows of the list", .suffix = "csv", .text = pane_csv},
};
static const ExportForm diff_forms[] = {
	{.label = "report", .help = "Markdown for a ticket: what came of the change, both plans, its migration, safety, the way back", .write = report_write},
	{.label = "text", .help = "verdict, nodes beside nodes, advice before and after", .suffix = "txt", .text = diff_text},
	{.label = "Markdown", .help = "the same for a ticket", .suffix = "md", .text = diff_markdown},
	{.label = "JSON", .help = "as pgwhy diff prints it", .suffix = "json", .text = diff_json},
};
static const ExportForm page_forms[] = {{.label = "text", .help = "what is on the screen, all of it", .suffix = "txt", .text = page_text}};

typedef struct Forms {
	const ExportForm *items;
	size_t count;
} Forms;

#define FORMS(forms) (Forms){(forms), sizeof(forms) / sizeof *(forms)}

static const View *top_view(const App *app) {
	return app->views.count ? &app->views.items[app->views.count - 1] : NULL;
}

static Forms forms_of(const App *app) {
	const View *view = top_view(app);
	if (view && view->kind == VIEW_VALUES && value_view_has_report(view)) return FORMS(values_forms);
	if (!view || view->rows) return app_list(app)->table ? FORMS(pane_forms) : (Forms){0};
	if (view->kind == VIEW_PLAN) return app->run && app->run->plan ? FORMS(plan_forms) : (Forms){0};
	if (view->kind == VIEW_DIFF) return diff_comparison(view) ? FORMS(diff_forms) : (Forms){0};
	return view->page ? FORMS(page_forms) : (Forms){0};
}

/* A plan's advice can go to any tool. */
static const MigrationFormat *tool_at(const App *app, size_t nth) {
	const View *view = top_view(app);
	if (!view || view->kind != VIEW_PLAN || !app->run || !app->run->findings) return NULL;
	for (size_t i = 0; i < nth; i++)
		if (!migration_formats[i]) return NULL;
	return migration_formats[nth];
}

static bool choose_tool(Arena *arena, const MigrationFormat *tool, ExportChoice *choice) {
	if (tool) *choice = (ExportChoice){.label = arena_printf(arena, "migration %s", tool->name), .help = tool->help, .migration = tool};
	return tool;
}

bool export_choice(Arena *arena, const App *app, size_t nth, ExportChoice *choice) {
	Forms forms = forms_of(app);
	const MigrationRequest *page = migration_view_request(top_view(app)); /* of one tool, whose files come first */
	if (page && nth == 0) return choose_tool(arena, page->wish.format, choice);
	nth -= page != NULL;
	if (nth >= forms.count) return !page && choose_tool(arena, tool_at(app, nth - forms.count), choice);
	*choice = (ExportChoice){.label = forms.items[nth].label, .help = forms.items[nth].help, .form = &forms.items[nth]};
	return true;
}

bool export_any(const App *app) {
	return forms_of(app).count > 0;
}

/* ---- the file ---- */

static const char *name_of_top(const App *app) {
	const View *view = top_view(app);
	return !view || view->rows ? app_list(app)->pane->name : view->kind == VIEW_PLAN ? "plan" : view->kind == VIEW_WHY ? "why" : view->kind == VIEW_DIFF ? "diff" : "page";
}

static void write_text(App *app, const ExportForm *form) {
	Arena *arena = arena_new();
	new_file_write_named(app, arena, name_of_top(app), form->suffix, form->text(arena, app));
}

/* Of a page with migrations its own, of a plan those of all findings. */
static void write_migrations(App *app, const MigrationFormat *format) {
	Arena *arena = arena_new();
	const MigrationRequest *shown = migration_view_request(top_view(app)), all = {.wish = migration_wish_set(arena, app, format)};
	if (migration_can(app, shown ? shown : &all)) migration_to_folder(app, shown ? shown : &all);
	arena_free(arena);
}

void export_write(App *app, const ExportChoice *choice) {
	if (choice->migration) write_migrations(app, choice->migration);
	else if (choice->form->write) choice->form->write(app, NULL);
	else write_text(app, choice->form);
}
