/* tact.c: what is told others. */
#include "app/tact.h"

#include "report/constants.h"
#include "term/past.h"

static bool tells(const Settings *settings, const char *statement) {
	return setting_on(settings, SETTING_CONSTANTS) && !(statement && past_secret(statement));
}

PlanReport report_for_others(Arena *arena, const Settings *settings, const PlanReport *report) {
	bool all = tells(settings, report->statement ? report->statement : report->plan->statement);
	return all ? *report : constants_out_of_report(arena, report);
}

Comparison comparison_for_others(Arena *arena, const Settings *settings, const Comparison *comparison) {
	const DiffSide *sides[] = {&comparison->diff->before, &comparison->diff->after};
	bool all = true;
	for (size_t i = 0; i < 2; i++) all = all && tells(settings, sides[i]->statement ? sides[i]->statement : sides[i]->plan->statement);
	return all ? *comparison : constants_out_of_comparison(arena, comparison);
}
