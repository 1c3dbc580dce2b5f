/* fuzz_text.c: no text breaks the reader of pasted plans, and what it reads keeps what plan.h promises and can be written. */
#include <stdlib.h>

#include "plan/read.h"
#include "plan/write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const Plan *plan) {
	for (size_t i = 0; i < plan->node_count; i++) {
		const NodeMeasure *measure = &plan->nodes[i]->measure;
		if (measure->self_ms < 0 || measure->self_share < 0 || measure->misestimate < 1 || measure->participants < 1) abort();
	}
	if (plan->unaccounted_ms < 0) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	Arena *arena = arena_new();
	PlanList plans;
	Err err = ERR_INIT;
	if (plan_read(arena, (const char *)data, size, &plans, &err) == err_is(&err)) abort();
	for (size_t i = 0; i < plans.count; i++) {
		check(plans.items[i]);
		plan_write(arena, plans.items[i]);
	}
	err_release(&err);
	arena_free(arena);
	return 0;
}
