/* stage.c: which plan stands on the screen. */
#include "app/stage.h"

const Pretence *stage_pretence(const App *app) {
	return app->scenario ? &app->scenario->pretence : NULL;
}

const char *stage_state(const App *app) {
	const Scenario *scenario = app->scenario_next ? app->scenario_next : app->scenario;
	return scenario ? scenario->pretence.state : NULL;
}

/* The reader's place in the real plan is kept meanwhile. */
void stage_show(App *app, Scenario *scenario) {
	if (app->scenario) {
		page_view_release(&app->plan_view.advice);
		scenario_free(app->scenario);
	} else {
		app->plan_view_real = app->plan_view;
		app->plan_view.search = (Str)STR_INIT;
	}
	app->scenario = scenario;
	const PlanShown shown = {.plan = scenario->pretence.plan};
	plan_view_begin(&app->plan_view, app->arena, &shown);
}

bool stage_leave(App *app) {
	Scenario *shown = app->scenario;
	scenario_free(app->scenario_next);
	scenario_free(shown);
	app->scenario = app->scenario_next = NULL;
	if (!shown) return false;
	plan_view_release(&app->plan_view);
	app->plan_view = app->plan_view_real;
	return true;
}

void stage_clear(App *app) {
	stage_leave(app);
	for (size_t i = 0; i < app->views.count; i++)
		if (app->views.items[i].run_ends) app->views.items[i].run_ends(&app->views.items[i]);
}
