/* plan_search.c: looking for words in the nodes of a plan.
 *
 * Ten thousand nodes are looked through between two keys, so texts are looked at where they are; only an expression that may lie across
 * several needs the heading in one piece. */
#include "panes/plan_search.h"

#include "plan/value.h"
#include "plan/words.h"

static bool in_text(const Pattern *pattern, const char *text) {
	return text && pattern_matches(pattern, text);
}

static bool in_heading(Arena *scratch, const Pattern *pattern, const PlanNode *node) {
	const char *const names[] = {node->label, node->relation, node->schema, node->alias, node->index, node->function, node->cte, node->subplan};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (in_text(pattern, names[i])) return true;
	return !pattern_is_word(pattern) && pattern_matches(pattern, node_words(scratch, node));
}

static bool in_value(const Pattern *pattern, const PlanValue *value) {
	if (value->kind == PLAN_TEXT) return in_text(pattern, value->text);
	for (const PlanValue *item = value->kind == PLAN_LIST ? value->members.first : NULL; item; item = item->next)
		if (in_text(pattern, value_text(item))) return true;
	return false;
}

/* "Filter: (a > 1)" across its colon. */
static bool in_line(Arena *scratch, const Pattern *pattern, const PlanValue *field) {
	return !pattern_is_word(pattern) && pattern_matches(pattern, arena_printf(scratch, "%s: %s", field->name, value_words(scratch, field)));
}

bool plan_search_matches(Arena *scratch, const Pattern *pattern, const PlanNode *node) {
	if (in_heading(scratch, pattern, node)) return true;
	for (const PlanValue *field = node->fields->members.first; field; field = field->next) {
		if (!field->name || (field->kind != PLAN_TEXT && field->kind != PLAN_LIST)) continue;
		bool word = in_value(pattern, field) || in_text(pattern, field->name);
		if ((word || !pattern_is_word(pattern)) && node_condition_field(field->name) && (word || in_line(scratch, pattern, field))) return true;
	}
	return false;
}
