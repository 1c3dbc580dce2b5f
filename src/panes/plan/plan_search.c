/* plan_search.c: looking for words in the nodes of a plan.
 *
 * Ten thousand nodes are looked through between two keys, so a word is looked for where the texts are; only an expression, which may lie
 * across several, needs lines made of them. */
#include "panes/plan_search.h"

#include "plan/value.h"
#include "plan/words.h"

static bool in_text(const Pattern *pattern, const char *text) {
	return text && pattern_matches(pattern, text);
}

static bool in_names(const Pattern *pattern, const PlanNode *node) {
	const char *const names[] = {node->label, node->relation, node->schema, node->alias, node->index, node->function, node->cte, node->subplan};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (in_text(pattern, names[i])) return true;
	return false;
}

static bool in_value(const Pattern *pattern, const PlanValue *value) {
	if (value->kind == PLAN_TEXT) return in_text(pattern, value->text);
	for (const PlanValue *item = value->kind == PLAN_LIST ? value->members.first : NULL; item; item = item->next)
		if (in_text(pattern, value_text(item))) return true;
	return false;
}

/* Figures are not looked for. */
static bool may_be_line(const PlanValue *field) {
	return field->name && (field->kind == PLAN_TEXT || field->kind == PLAN_LIST);
}

static bool has_word(const Pattern *pattern, const PlanNode *node) {
	if (in_names(pattern, node)) return true;
	for (const PlanValue *field = node->fields->members.first; field; field = field->next)
		if (may_be_line(field) && (in_value(pattern, field) || in_text(pattern, field->name)) && node_condition_field(field->name)) return true;
	return false;
}

/* Headings and lines as they are read: "Filter: \\(a" lies across a colon. */
static bool has_line(Arena *scratch, const Pattern *pattern, const PlanNode *node) {
	if (pattern_matches(pattern, node_words(scratch, node))) return true;
	for (const PlanValue *field = node->fields->members.first; field; field = field->next)
		if (may_be_line(field) && node_condition_field(field->name) && pattern_matches(pattern, arena_printf(scratch, "%s: %s", field->name, value_words(scratch, field)))) return true;
	return false;
}

bool plan_search_matches(Arena *scratch, const Pattern *pattern, const PlanNode *node) {
	return pattern_is_word(pattern) ? has_word(pattern, node) : has_line(scratch, pattern, node);
}
