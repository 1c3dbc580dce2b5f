/* reporting.c: `x` and `:report`: the report for a ticket of the plan on screen. */
#include "app/reporting.h"

#include "app/marks.h"
#include "app/new_file.h"
#include "app/path.h"
#include "app/plan_report.h"
#include "app/tact.h"
#include "app/word.h"

typedef struct Reporting {
	App *app;
	Arena *arena;
	Run *runs[2]; /* held: what is reported is theirs */
	ComparedSide sides[2];
	AdviseSettings settings;
	Comparison comparison;
	PlanReport report;
	const char *path; /* NULL: a name of ours */
} Reporting;

static void print(App *app, Arena *arena, const PlanReport *report, const char *path) {
	PlanReport shown = report_for_others(arena, &app->settings, report);
	const char *text = report_plan_markdown(arena, &shown, app->ascii);
	if (path) new_file_write(app, arena, path, text);
	else new_file_write_named(app, arena, "report", "md", text);
}

static void compare(void *job) {
	Reporting *r = job;
	r->comparison = compare_plans(r->arena, &r->sides[0], &r->sides[1], &r->settings);
}

static void compared(void *job) {
	Reporting *r = job;
	Run *runs[] = {r->runs[0], r->runs[1]};
	r->report.since = &r->comparison;
	print(r->app, r->arena, &r->report, r->path);
	for (size_t i = 0; i < 2; i++) run_let_go(runs[i]);
}

/* Both were run; what is pretended is no after. */
static bool has_before(const App *app, const PlanReport *report) {
	bool other = mark_is_of_statement(app) && app->mark->side.plan != report->plan;
	return other && !report->pretence && !run_busy(app->run) && app->mark->side.plan->analyzed && report->plan->analyzed;
}

static void compare_first(App *app, Arena *arena, const PlanReport *report, const char *path) {
	Reporting *r = ARENA_NEW(arena, Reporting);
	*r = (Reporting){.app = app, .arena = arena, .runs = {app->mark->run, app->run}, .settings = settings_advise(&app->settings), .report = *report, .path = path};
	r->report.statement = arena_copy(arena, report->statement);
	r->sides[0] = compared_side_copy(arena, &app->mark->side);
	r->sides[1] = mark_side(arena, app);
	r->report.facts = r->sides[1].facts;
	r->report.facts_before = r->sides[0].facts;
	for (size_t i = 0; i < 2; i++) run_hold(r->runs[i]);
	work_post(loop_work(app->loop), compare, compared, r);
}

void report_write(App *app, const char *path) {
	Arena *arena = arena_new();
	PlanReport report = plan_report(app);
	if (path) path = path_to_open(arena, path);
	if (has_before(app, &report)) compare_first(app, arena, &report, path);
	else print(app, arena, &report, path);
}

void word_report(App *app, const char *rest) {
	if (app->run && app->run->plan) report_write(app, *rest ? rest : NULL);
	else app_say(app, ROLE_ERROR, "there is no plan on screen to report", "Type a statement first, then :report.");
}
