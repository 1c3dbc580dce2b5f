/* read.c: picks the reader of a plan by what stands in the text. */
#include "plan/read.h"

#include "plan/json.h"
#include "plan/text.h"

static bool holds(const char *text, const char *const *words) {
	for (; *words; words++)
		if (!strstr(text, *words)) return false;
	return true;
}

bool plan_read(Arena *arena, const char *text, size_t len, PlanList *plans, Err *err) {
	static const struct {
		const char *format, *words[3];
	} refused[] = {{"XML", {"<explain", "<Node-Type>"}}, {"YAML", {"Plan:", "Node Type: "}}};
	static const char *const json[] = {"\"Node Type\"", NULL};
	const char *whole = arena_copy_n(arena, text, len), *first = whole + strspn(whole, " \t\r\n\"'");
	if (*first == '[' || *first == '{' || holds(whole, json)) return plan_read_json(arena, text, len, plans, err);
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		if (!holds(whole, refused[i].words)) continue;
		*plans = (PlanList){0};
		err_set(err, ERR_INPUT, "plans in %s are not read", refused[i].format);
		err_hint(err, "Use EXPLAIN (FORMAT JSON) or its text format.");
		return false;
	}
	return plan_read_text(arena, text, len, plans, err);
}
