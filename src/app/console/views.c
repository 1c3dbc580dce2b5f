/* views.c: what lies over the panes: why, plan and other texts. */
#include "app/views.h"

#include "app/runs.h"
#include "app/stage.h"
#include "core/format.h"
#include "panes/plan_node.h"
#include "panes/plan_raw.h"
#include "panes/plan_totals.h"
#include "panes/why.h"

enum { MOST_VIEWS = 16 };

void view_open(App *app, ViewKind kind, const char *title) {
	while (app->views.count >= MOST_VIEWS) view_close(app);
	Arena *arena = arena_new();
	*list_push(app->arena, &app->views) =
		(View){.kind = kind, .title = arena_copy(arena, title), .arena = arena, .scroll = PAGE_VIEW_INIT, .row_key = STR_INIT};
}

void view_close(App *app) {
	View *view = app_view(app);
	if (!view) return;
	if (view->maker) view->maker_free(view->maker);
	if (view->kind == VIEW_PLAN) stage_leave(app);
	if (view->kind == VIEW_PLAN) str_clear(&app->plan_view.search);
	str_release(&view->scroll.search);
	str_release(&view->row_key);
	arena_free(view->arena);
	app->views.count--;
}

static Diagnosis diagnosis_of(App *app, const View *view, size_t row) {
	Diagnosis diagnosis = {0};
	if (!app->run || strcmp(app->run_row.text, pane_row_name(view->arena, view->about, row)) != 0) return diagnosis;
	diagnosis.plan = app->run->plan;
	diagnosis.findings = app->run->findings;
	if (run_busy(app->run)) diagnosis.state = run_stage_text(view->arena, app->run);
	else if (err_is(&app->run->err) && !diagnosis.findings)
		diagnosis.state = arena_printf(view->arena, "it cannot be planned here: %s", app->run->err.message.text);
	return diagnosis;
}

/* Between the frames, with a cell to spare on both sides. */
static int page_width(App *app) {
	int width, height;
	screen_size(app->screen, &width, &height);
	return width - 4;
}

/* The page is made again with each new sample; when its row is gone, what was last known stays. */
static void rebuild_why(App *app, View *view) {
	PaneState *state = view->about;
	size_t row;
	if (!state->table || !pane_row_of(state, view->row_key.text, &row)) return;
	arena_clear(view->arena);
	view->title = arena_printf(view->arena, "why: %s", state->pane->title);
	view->page = page_new(view->arena);
	Diagnosis diagnosis = diagnosis_of(app, view, row);
	state->pane->why(view->page, &state->input, state->table, row, &diagnosis, page_width(app));
}

void view_rebuild(App *app) {
	for (size_t i = 0; i < app->views.count; i++) {
		View *view = &app->views.items[i];
		if (view->kind == VIEW_WHY) rebuild_why(app, view);
		if (view->rebuild) view->rebuild(view);
	}
}

bool view_why(App *app) {
	PaneState *state = app_list(app);
	if (!state->rows.count) return false;
	view_open(app, VIEW_WHY, "why");
	View *view = app_view(app);
	view->about = state;
	str_add(&view->row_key, state->list.key.text);
	if (!view->row_key.len) {
		size_t column = table_column(state->table, LIST_ROW_KEY);
		str_add(&view->row_key, table_text(state->table, state->rows.rows[state->list.cursor], column, ""));
	}
	return true;
}

void view_plan(App *app) {
	View *view = app_view(app);
	if (!view || view->kind != VIEW_PLAN) view_open(app, VIEW_PLAN, "plan");
}

/* Beside the tree there may be no room for all of the advice. */
void view_node(App *app) {
	int width = page_width(app);
	view_open(app, VIEW_PAGE, "node");
	View *view = app_view(app);
	PlanShown shown = run_shown(view->arena, app);
	const Plan *plan = shown.plan;
	const FindingList *findings = shown.findings;
	const PlanNode *node = plan->nodes[app->plan_view.node - 1];
	view->page = page_new(view->arena);
	plan_node_page(view->page, plan, node, false);
	for (size_t i = 0; findings && i < findings->count; i++) {
		const Finding *finding = &findings->items[i];
		if (finding->node != node->id && (finding->node || node->parent)) continue;
		page_heading(view->page, "do");
		why_finding(view->page, plan, finding, i + 1, width);
	}
	if (!shown.notes) return;
	page_heading(view->page, "about this plan");
	page_add(view->page, ROLE_DIM, shown.notes);
}

void view_raw(App *app) {
	view_open(app, VIEW_PAGE, "EXPLAIN");
	View *view = app_view(app);
	view->page = page_new(view->arena);
	plan_raw_page(view->page, run_shown(view->arena, app).plan);
}

void view_totals(App *app) {
	int width = page_width(app);
	view_open(app, VIEW_PAGE, "totals");
	View *view = app_view(app);
	view->page = page_new(view->arena);
	plan_totals_page(view->page, run_shown(view->arena, app).plan, width);
}
