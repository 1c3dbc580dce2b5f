/* fuzz_json.c: no text breaks the reader of JSON plans, and what it reads keeps what plan.h promises, can be written and compared. */
#include <stdlib.h>

#include "plan/diff_words.h"
#include "plan/json.h"
#include "plan/shape.h"
#include "plan/write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const Plan *plan) {
	for (size_t i = 0; i < plan->node_count; i++) {
		const NodeMeasure *measure = &plan->nodes[i]->measure;
		if (measure->self_ms < 0 || measure->self_share < 0 || measure->misestimate < 1 || measure->participants < 1) abort();
	}
	if (plan->unaccounted_ms < 0) abort();
}

/* What the shapes say and what is told of them never contradict each other. */
static void compare(Arena *arena, const Plan *one, const Plan *other) {
	ShapeDifferences found = plan_shape_differences(arena, one, other);
	if ((found.count > 0) != (plan_shape(one) != plan_shape(other))) abort();
	for (size_t i = 0; i < found.count; i++)
		for (const char *at = shape_difference_words(arena, &found.items[i]); *at; at++)
			if ((unsigned char)*at < ' ') abort();
	shape_differs_in_workers_only(&found);
}

static void check_text(const char *text) {
	for (; *text; text++)
		if ((unsigned char)*text < ' ') abort();
}

/* Every node stands once, and a plan beside itself is no change. */
static void diff(Arena *arena, const Plan *one, const Plan *other) {
	PlanDiff *diff = plan_diff(arena, one, NULL, other, NULL);
	size_t before = 0, after = 0;
	for (size_t i = 0; i < diff->pairs.count; i++) {
		const DiffPair *pair = &diff->pairs.items[i];
		before += pair->before != NULL;
		after += pair->after != NULL;
		if (pair->parent >= (int)i || (one == other && pair->before != pair->after)) abort();
		if (i >= 100) continue;
		const char *changes = diff_change_words(arena, diff, pair);
		check_text(diff_guides(arena, diff, i, 0, false));
		check_text(diff_pair_words(arena, pair));
		if (changes) check_text(changes);
	}
	if (before != one->node_count || after != other->node_count) abort();
	if (one == other && diff->verdict != DIFF_NO_CHANGE) abort();
	check_text(diff_verdict_words(arena, diff));
	DiffNotes notes = diff_notes(arena, diff);
	for (size_t i = 0; i < notes.count; i++) check_text(notes.items[i].text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	Arena *arena = arena_new();
	PlanList plans;
	Err err = ERR_INIT;
	if (plan_read_json(arena, (const char *)data, size, &plans, &err) == err_is(&err)) abort();
	for (size_t i = 0; i < plans.count; i++) {
		check(plans.items[i]);
		plan_write(arena, plans.items[i]);
		compare(arena, plans.items[0], plans.items[i]);
		diff(arena, plans.items[0], plans.items[i]);
		diff(arena, plans.items[i], plans.items[0]);
	}
	err_release(&err);
	arena_free(arena);
	return 0;
}
