/* rules.c: what advice there is, as JSON. */
#include "report/rules.h"

#include "report/json_value.h"

static json_t *json_of_rule(const Rule *rule) {
	json_t *object = json_object();
	json_put(object, "rule", json_of_text(rule->id));
	json_put(object, "summary", json_of_text(rule->summary));
	json_put(object, "fires", json_of_text(rule->fires));
	return object;
}

static const char *printed(Arena *arena, json_t *value) {
	return arena_printf(arena, "%s\n", json_print(arena, value, JSON_INDENT(2)));
}

const char *report_rule_json(Arena *arena, const Rule *rule) {
	return printed(arena, json_of_rule(rule));
}

const char *report_rules_json(Arena *arena, const Rule *(*each)(size_t nth)) {
	json_t *list = json_array();
	const Rule *rule;
	for (size_t i = 0; (rule = each(i)); i++) json_push(list, json_of_rule(rule));
	return printed(arena, list);
}
