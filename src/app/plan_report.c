/* plan_report.c: the last statement of the console, as its reports and migrations are made of it. */
#include "app/plan_report.h"

#include "app/runs.h"
#include "app/stage.h"
#include "base/clock.h"

PlanReport plan_report(const App *app) {
	const Run *run = app->run;
	const KeptPlan *given = run->given;
	const Server *server = given ? NULL : app_server(app);
	return (PlanReport){
		.plan = run->plan,
		.findings = run->findings,
		.statement = app->run_text.text,
		.server_version = given ? given->server_version : server ? server->version : 0,
		.notes = run->notes,
		.repeated = run->repeated,
		.pretence = stage_pretence(app),
		.facts = given ? given->side.sizes : run->facts,
		.at_s = (given && given->at_ms ? given->at_ms : clock_wall_ms()) / 1000,
		.naming = setting_text(&app->settings, SETTING_NAMING),
	};
}
