/* export.c: what is on top, written to a file. */
#include "app/export.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "app/diffs.h"
#include "app/migration_view.h"
#include "app/pane_json.h"
#include "app/path.h"
#include "app/plan_report.h"
#include "app/runs.h"
#include "app/value_view.h"
#include "base/clock.h"
#include "plan/write.h"
#include "report/diff.h"
#include "report/json.h"
#include "report/table.h"

struct ExportForm {
	const char *label, *help;
	const char *suffix; /* of the file */
	const char *(*text)(Arena *arena, const App *app);
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

static const char *pane_markdown(Arena *arena, const App *app) {
	const PaneState *state = app_list(app);
	ListRows rows = whole_rows(arena, state);
	return report_table_markdown(arena, state->table, &rows, state->pane->columns, state->pane->column_count);
}

static const char *pane_text(Arena *arena, const App *app) {
	const PaneState *state = app_list(app);
	ListRows rows = whole_rows(arena, state);
	return report_table_text(arena, state->table, &rows, state->pane->columns, state->pane->column_count);
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
	PlanReport report = shown_report(arena, app);
	return report_plan_markdown(arena, &report, app->ascii);
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
	return report_diff_markdown(arena, comparison_on_top(app), app->ascii);
}

static const char *diff_json(Arena *arena, const App *app) {
	return report_diff_json(arena, comparison_on_top(app));
}

static const char *page_text(Arena *arena, const App *app) {
	return page_plain(arena, app->views.items[app->views.count - 1].page);
}

static const ExportForm pane_forms[] = {
	{"CSV", "for a spreadsheet: the rows shown, plain figures", "csv", pane_csv},
	{"Markdown", "a table for a ticket", "md", pane_markdown},
	{"JSON", "as pgwhy show prints it", "json", pane_object},
	{"text", "aligned columns", "txt", pane_text},
};
static const ExportForm plan_forms[] = {
	{"text", "the annotated plan with its advice", "txt", plan_text},
	{"report", "Markdown for a ticket: figures, plan, indexes, advice, its migration, impact, safety, the way back", "md", plan_markdown},
	{"EXPLAIN", "the plan alone, as PostgreSQL prints it: for other tools", "txt", plan_explain},
	{"JSON", "nodes, measures and findings, as pgwhy explain prints them", "json", plan_json},
};
static const ExportForm values_forms[] = {
	{"text", "the generic plan, those by values, and all advice", "txt", plan_text},
	{"Markdown", "the same for a ticket", "md", plan_markdown},
	{"JSON", "as pgwhy explain --values prints them", "json", plan_json},
	{"CSV", "for a spreadsheet: the rows of the list", "csv", pane_csv},
};
static const ExportForm diff_forms[] = {
	{"text", "verdict, nodes beside nodes, advice before and after", "txt", diff_text},
	{"Markdown", "the same for a ticket", "md", diff_markdown},
	{"JSON", "as pgwhy diff prints it", "json", diff_json},
};
static const ExportForm page_forms[] = {{"text", "what is on the screen, all of it", "txt", page_text}};

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

/* A page of migrations is of one tool, a plan's advice can go to any. */
static const MigrationFormat *tool_at(const App *app, size_t nth) {
	const View *view = top_view(app);
	const MigrationRequest *shown = migration_view_request(view);
	if (shown) return nth ? NULL : shown->wish.format;
	if (!view || view->kind != VIEW_PLAN || !app->run || !app->run->findings) return NULL;
	for (size_t i = 0; i < nth; i++)
		if (!migration_formats[i]) return NULL;
	return migration_formats[nth];
}

bool export_choice(Arena *arena, const App *app, size_t nth, ExportChoice *choice) {
	Forms forms = forms_of(app);
	const MigrationFormat *tool = nth < forms.count ? NULL : tool_at(app, nth - forms.count);
	if (nth < forms.count) *choice = (ExportChoice){.label = forms.items[nth].label, .help = forms.items[nth].help, .form = &forms.items[nth]};
	else if (tool) *choice = (ExportChoice){.label = arena_printf(arena, "migration %s", tool->name), .help = tool->help, .migration = tool};
	return nth < forms.count || tool;
}

bool export_any(const App *app) {
	return forms_of(app).count > 0;
}

/* ---- the file ---- */

typedef struct Writing {
	App *app;
	Arena *arena;
	const char *path, *text;
	int error; /* errno; 0: written */
} Writing;

static bool write_all(int fd, const char *text) {
	size_t left = strlen(text);
	while (left) {
		ssize_t wrote = write(fd, text, left);
		if (wrote < 0 && errno == EINTR) continue;
		if (wrote < 0) return false;
		text += wrote;
		left -= (size_t)wrote;
	}
	return true;
}

/* Half a file would be taken for a whole one: it goes again. */
static void run_writing(void *job) {
	Writing *writing = job;
	int fd = open(writing->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		writing->error = errno;
		return;
	}
	if (!write_all(fd, writing->text)) writing->error = errno;
	if (close(fd) != 0 && !writing->error) writing->error = errno;
	if (writing->error) unlink(writing->path);
}

static void writing_done(void *job) {
	Writing *writing = job;
	if (writing->error)
		app_say(writing->app, ROLE_ERROR, arena_printf(writing->arena, "could not write %s: %s", writing->path, strerror(writing->error)), "Nothing of it was kept.");
	else app_say(writing->app, ROLE_GOOD, arena_printf(writing->arena, "written to %s", writing->path), NULL);
	arena_free(writing->arena);
	free(writing);
}

static const char *file_name(Arena *arena, const char *what, const char *suffix) {
	time_t now = (time_t)(clock_wall_ms() / 1000);
	struct tm local;
	char stamp[] = "20000101-000000";
	localtime_r(&now, &local);
	strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &local);
	return arena_printf(arena, "pgwhy-%s-%s.%s", what, stamp, suffix);
}

static const char *name_of_top(const App *app) {
	const View *view = top_view(app);
	return !view || view->rows ? app_list(app)->pane->name : view->kind == VIEW_PLAN ? "plan" : view->kind == VIEW_WHY ? "why" : view->kind == VIEW_DIFF ? "diff" : "page";
}

static void begin_writing(App *app, const ExportForm *form, const char *path) {
	Writing *writing = calloc(1, sizeof *writing);
	if (!writing) die("out of memory");
	*writing = (Writing){.app = app, .arena = arena_new()};
	writing->text = form->text(writing->arena, app);
	writing->path = path ? path_to_open(writing->arena, path) : file_name(writing->arena, name_of_top(app), form->suffix);
	work_post(loop_work(app->loop), run_writing, writing_done, writing);
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
	else begin_writing(app, choice->form, NULL);
}

void word_report(App *app, const char *rest) {
	static const ExportForm form = {.suffix = "md", .text = plan_markdown};
	if (app->run && app->run->plan) begin_writing(app, &form, *rest ? rest : file_name(app->arena, "report", form.suffix));
	else app_say(app, ROLE_ERROR, "there is no plan on screen to report", "Type a statement first, then :report.");
}
