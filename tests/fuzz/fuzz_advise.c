/* fuzz_advise.c: whatever plan was read can be advised on, and the report of it is text without control characters. */
#include <stdlib.h>

#include "advise/advise.h"
#include "plan/read.h"
#include "report/json.h"
#include "report/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text) {
	for (; *text; text++)
		if (((unsigned char)*text < ' ' && *text != '\n' && *text != '\t') || *text == 0x7f) abort();
}

static void advise_on(Arena *arena, const Plan *plan) {
	const char *text = plan->statement ? plan->statement : "";
	FindingList findings = advise(arena, plan, statement_parse(arena, text), NULL, NULL);
	PlanReport report = {.plan = plan, .findings = &findings};
	for (size_t i = 0; i < findings.count; i++) {
		const Finding *finding = &findings.items[i];
		if (!rule_named(finding->rule) || !finding->title || finding->node < 0 || (size_t)finding->node > plan->node_count) abort();
	}
	check_text(report_plan_text(arena, &report, 0, false));
	check_text(report_plan_markdown(arena, &report, true));
	report_plans_json(arena, &report, 1, false);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	Arena *arena = arena_new();
	PlanList plans = {0};
	plan_read(arena, (const char *)data, size, &plans, NULL);
	for (size_t i = 0; i < plans.count && i < 10; i++) advise_on(arena, plans.items[i]);
	arena_free(arena);
	return 0;
}
