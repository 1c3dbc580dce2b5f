/* paper_planner.h: a planner of paper, for tests: it knows some plans, and of those whose indexes are all there takes the cheapest.
 *
 * Included by test programs: a unit test is one file, so its functions are static. */
#ifndef PGWHY_TESTS_PAPER_PLANNER_H
#define PGWHY_TESTS_PAPER_PLANNER_H

#include <stdio.h>

#include "advise/index_search.h"
#include "plan/json.h"

typedef struct PaperPlan {
	double cost;
	const char *uses; /* indexes, separated by "; ", each with what it is searched by: "t (a, b): a = 1"; "": none */
} PaperPlan;

typedef struct PaperAnswer {
	const Plan *plan; /* NULL: none of its plans can be made */
	const char *const *names; /* one an index asked about: what it is on, "t (a, b)" */
} PaperAnswer;

static inline Plan *paper_read(Arena *arena, const char *json) {
	PlanList plans;
	assert_true(plan_read_json(arena, json, strlen(json), &plans, NULL));
	return plans.items[0];
}

static inline const char *paper_name(const char *text) {
	const char *on = strstr(text, " ON ");
	assert_non_null(on);
	return on + strlen(" ON ");
}

/* The next index of `uses`, and the condition it is searched by. */
static inline const char *paper_piece(Arena *arena, const char **rest, const char **condition) {
	if (!**rest) return NULL;
	const char *end = strstr(*rest, "; "), *piece = end ? arena_copy_n(arena, *rest, (size_t)(end - *rest)) : *rest;
	*rest = end ? end + 2 : "";
	const char *colon = strstr(piece, ": ");
	*condition = colon ? colon + 2 : "";
	return colon ? arena_copy_n(arena, piece, (size_t)(colon - piece)) : piece;
}

static inline bool paper_possible(Arena *arena, const PaperPlan *plan, const IndexTexts *texts) {
	const char *rest = plan->uses, *condition, *index;
	while ((index = paper_piece(arena, &rest, &condition))) {
		size_t i = 0;
		while (i < texts->count && strcmp(paper_name(texts->items[i]), index) != 0) i++;
		if (i == texts->count) return false;
	}
	return true;
}

static inline Plan *paper_plan(Arena *arena, const PaperPlan *plan) {
	const char *children = "", *rest = plan->uses, *condition, *index;
	while ((index = paper_piece(arena, &rest, &condition)))
		children = arena_printf(arena, "%s%s{\"Node Type\": \"%s\", \"Index Name\": \"%s\", \"Parent Relationship\": \"Member\"%s%s%s}", children,
		                        *children ? ", " : "", strstr(index, " INCLUDE ") ? "Index Only Scan" : "Index Scan", index,
		                        *condition ? ", \"Index Cond\": \"(" : "", condition, *condition ? ")\"" : "");
	return paper_read(arena, arena_printf(arena, "[{\"Plan\": {\"Node Type\": \"Append\", \"Total Cost\": %g, \"Plans\": [%s]}}]", plan->cost, children));
}

static inline PaperAnswer paper_answer(Arena *arena, const PaperPlan *plans, size_t count, const IndexTexts *texts) {
	const PaperPlan *best = NULL;
	for (size_t i = 0; i < count; i++)
		if (paper_possible(arena, &plans[i], texts) && (!best || plans[i].cost < best->cost)) best = &plans[i];
	const char **names = ARENA_ARRAY(arena, const char *, texts->count + 1);
	for (size_t i = 0; i < texts->count; i++) names[i] = paper_name(texts->items[i]);
	return (PaperAnswer){.plan = best ? paper_plan(arena, best) : NULL, .names = names};
}

#endif
