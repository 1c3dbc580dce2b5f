/* fuzz_saved.c: no file of `explain --save`, and nothing the store may hold, breaks the reader of what was advised; it comes back as written. */
#include <stdlib.h>

#include "plan/read.h"
#include "report/kept.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_again(Arena *arena, const Plan *plan, const KeptAdvice *kept) {
	const char *findings = report_findings_json(arena, kept->findings), *relations = kept->relations ? report_relations_json(arena, kept->relations) : NULL;
	KeptAdvice again;
	if (!report_kept_read(arena, findings, relations, plan, &again, NULL)) abort();
	if (strcmp(report_findings_json(arena, again.findings), findings) != 0) abort();
	if (relations && strcmp(report_relations_json(arena, again.relations), relations) != 0) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static const char some[] = "[{\"Plan\": {\"Node Type\": \"Seq Scan\", \"Relation Name\": \"orders\", \"Total Cost\": 1}}]";
	Arena *arena = arena_new();
	const char *text = arena_copy_n(arena, (const char *)data, size);
	PlanList plans = {0}, plain = {0};
	KeptAdvice kept = {0};
	if (!plan_read(arena, some, sizeof some - 1, &plain, NULL)) abort();
	if (report_kept_read(arena, text, NULL, plain.items[0], &kept, NULL)) check_again(arena, plain.items[0], &kept);
	if (report_kept_read(arena, NULL, text, plain.items[0], &kept, NULL)) check_again(arena, plain.items[0], &kept);
	if (plan_read(arena, text, size, &plans, NULL) && report_saved_read(arena, text, size, plans.items[0], &kept, NULL)) check_again(arena, plans.items[0], &kept);
	arena_free(arena);
	return 0;
}
