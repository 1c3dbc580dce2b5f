/* pretence.c: a statement as it would be planned if some indexes were there. */
#include "advise/pretence.h"

#include "advise/say.h"
#include "advise/unused_cause.h"
#include "core/format.h"

#define SAME 1e-4 /* of the cost: nothing that could be meant */

size_t pretence_count(const Pretence *pretence) {
	size_t count = 0;
	for (size_t i = 0; i < pretence->indexes.count; i++) count += !pretence->indexes.items[i].off;
	return count;
}

const char *pretence_title(Arena *arena, const Pretence *pretence) {
	size_t count = pretence_count(pretence);
	const char *rewritten = pretence->rewrite ? count ? ", statement rewritten" : "the statement rewritten" : "";
	if (!count && !pretence->rewrite) return "What if: nothing is pretended";
	if (!count) return arena_printf(arena, "What if: %s", rewritten);
	return arena_printf(arena, "What if: %zu index%s pretended%s", count, count == 1 ? "" : "es", rewritten);
}

const char *pretence_costs(Arena *arena, const Pretence *pretence) {
	double before = pretence->cost_before, after = pretence->plan->root->total_cost;
	const char *both = arena_printf(arena, "%s → %s", say_cost(arena, before), say_cost(arena, after));
	if (!(before > 0) || !(after > 0)) return both;
	if (fabs(before - after) <= SAME * before) return arena_printf(arena, "%s, the same", both);
	bool less = after < before;
	return arena_printf(arena, "%s, %s times %s", both, format_unit(arena, UNIT_NONE, less ? before / after : after / before), less ? "less" : "more");
}

static const char *size(Arena *arena, const PretenceIndex *index) {
	return isnan(index->bytes) ? "" : arena_printf(arena, "%s at most, ", format_bytes(arena, index->bytes));
}

/* The planner's reason, and the price of having it otherwise. */
static void add_why(Arena *arena, LabelledLines *lines, const UnusedAnswer *why) {
	for (size_t i = 0; i < why->causes.count; i++) {
		const UnusedCause *cause = &why->causes.items[i];
		labelled_add(arena, lines, "", arena_printf(arena, "because %s", unused_cause_told(arena, cause)));
	}
	if (why->forced && !isnan(why->forced_cost))
		labelled_add(arena, lines, "", arena_printf(arena, "Made to take it, by switching %s off: cost %s.", why->switched_off, say_cost(arena, why->forced_cost)));
}

static void add_index(Arena *arena, LabelledLines *lines, const PretenceIndex *index, size_t number) {
	labelled_add_sql(arena, lines, arena_printf(arena, "index %zu%s", number, index->off ? " off" : ""), index->sql);
	if (index->off || !index->name) return;
	const char *use = index->used ? arena_printf(arena, "used: %s", index->name) : "not used";
	labelled_add(arena, lines, "", arena_printf(arena, "%s%s", size(arena, index), use));
	if (index->why) add_why(arena, lines, index->why);
}

LabelledLines pretence_lines(Arena *arena, const Pretence *pretence) {
	LabelledLines lines = {0};
	if (pretence->plan) labelled_add(arena, &lines, "cost", pretence_costs(arena, pretence));
	for (size_t i = 0; i < pretence->indexes.count; i++) add_index(arena, &lines, &pretence->indexes.items[i], i + 1);
	if (pretence->rewrite) labelled_add_sql(arena, &lines, "statement", pretence->rewrite);
	return lines;
}
