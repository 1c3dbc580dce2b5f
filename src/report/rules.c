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

const char *report_rules_json(Arena *arena, const Rule *rule) {
	json_t *value = rule ? json_of_rule(rule) : json_array();
	for (const Rule *const *each = rules; !rule && *each; each++) json_push(value, json_of_rule(*each));
	return arena_printf(arena, "%s\n", json_print(arena, value, JSON_INDENT(2)));
}
