/* trial_report.c: a trial as it is printed. */
#include "app/trial_report.h"

#include "base/clock.h"
#include "panes/value_list.h"

static const ValueReport *value_report(Arena *arena, const Trial *trial) {
	ValueReport *report = ARENA_NEW(arena, ValueReport);
	*report = (ValueReport){
		.sensitivity = trial->sensitivity,
		.table = value_list_rows(arena, &trial->plans, trial->sensitivity),
		.columns = value_list.columns,
		.column_count = value_list.column_count,
		.problem = trial->problem ? trial->problem : "it was not planned with values",
	};
	return report;
}

/* What is said of the generic plan, and what of all of them. */
static const FindingList *all_findings(Arena *arena, const Trial *trial) {
	const FindingList *parts[] = {trial->generic->findings, trial->findings};
	if (!parts[0]) return NULL;
	FindingList *all = ARENA_NEW(arena, FindingList);
	*all = (FindingList){0};
	for (size_t part = 0; part < sizeof parts / sizeof *parts; part++)
		for (size_t i = 0; parts[part] && i < parts[part]->count; i++) *list_push(arena, all) = parts[part]->items[i];
	return all;
}

PlanReport trial_report(Arena *arena, const Trial *trial) {
	const Run *generic = trial->generic;
	const Server *server = conn_server(trial_conn(trial));
	return (PlanReport){
		.plan = generic->plan,
		.findings = all_findings(arena, trial),
		.statement = generic->statement->text,
		.server_version = server ? server->version : 0,
		.notes = generic->notes,
		.values = value_report(arena, trial),
		.facts = generic->facts,
		.at_s = clock_wall_ms() / 1000,
	};
}
