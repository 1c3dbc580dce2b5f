/* plan_report.c: a run, as its reports and migrations are made of it. */
#include "app/plan_report.h"

#include "app/stage.h"
#include "base/clock.h"

PlanReport run_report(const Run *run, const Settings *settings) {
	const RunOther *other = run->other;
	return (PlanReport){
		.plan = run->plan,
		.findings = run->findings,
		.statement = run->statement ? run->statement->text : NULL,
		.server_version = run->server ? run->server->version : 0,
		.notes = run->notes,
		.repeated = run->repeated,
		.other = other ? (OtherReport){other->name, other->statement, {other->plans[0], other->plans[1]}, other->repeated} : (OtherReport){0},
		.facts = run->facts,
		.at_s = clock_wall_ms() / 1000,
		.naming = setting_text(settings, SETTING_NAMING),
	};
}

PlanReport plan_report(const App *app) {
	PlanReport report = run_report(app->run, &app->settings);
	report.statement = app->run_text.text;
	report.pretence = stage_pretence(app);
	return report;
}
