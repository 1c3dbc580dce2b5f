/* id.c: what a report is traced by, in tickets, files and comments. */
#include <inttypes.h>

#include "report/plan.h"

/* FNV-1a, 64 bits */
static uint64_t mixed(uint64_t hash, const char *text) {
	for (; *text; text++) hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
	return (hash ^ '\n') * UINT64_C(1099511628211);
}

const char *report_id(Arena *arena, const PlanReport *report) {
	if (report->id) return report->id;
	const Plan *plan = report->plan;
	const char *statement = report->statement ? report->statement : plan->statement;
	uint64_t hash = mixed(UINT64_C(14695981039346656037), statement ? statement : "");
	hash = mixed(hash, arena_printf(arena, "%g %g %zu %d", plan->execution_ms, plan->root ? plan->root->total_cost : 0, plan->node_count, report->server_version));
	return arena_printf(arena, "pgwhy-%08" PRIx32, (uint32_t)(hash ^ hash >> 32));
}
