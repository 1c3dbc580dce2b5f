/* read.c: picks the reader of a plan by what stands in the text. */
#include "plan/read.h"

#include <stdlib.h>

#include "plan/json.h"
#include "plan/marks.h"
#include "plan/pasted.h"
#include "plan/refuse.h"
#include "plan/text.h"

static bool holds(const char *text, const char *const *words) {
	for (; *words; words++)
		if (!strstr(text, *words)) return false;
	return true;
}

/* ---- auto_explain logs how long a statement took in front of its plan ---- */

static double next_duration(const char **text) {
	static const char word[] = "duration: ";
	while ((*text = strstr(*text, word))) {
		char *end;
		double ms = strtod(*text += sizeof word - 1, &end);
		if (end > *text && strncmp(end, " ms  plan:", 10) == 0) return ms;
	}
	return NAN;
}

static bool has_time(const Plan *plan) {
	return plan_field(plan->fields, "Execution Time") || plan_field(plan->fields, "Total Runtime");
}

/* Only when each plan has one: else nobody knows whose it is. */
static void take_durations(const char *text, PlanList *plans) {
	size_t count = 0;
	for (const char *at = text; !isnan(next_duration(&at));) count++;
	if (count != plans->count) return;
	for (size_t i = 0; i < count; i++) {
		double ms = next_duration(&text);
		if (has_time(plans->items[i])) continue;
		plans->items[i]->execution_ms = ms;
		plan_measure(plans->items[i]);
	}
}

static bool read_format(Arena *arena, const char *text, size_t len, PlanList *plans, Err *err) {
	static const char *const json[] = {"\"Node Type\"", NULL}, *const logged[] = {"\"Query Text\":", NULL};
	const char *first = text + strspn(text, " \t\r\n\"'");
	bool plan = holds(text, json);
	*plans = (PlanList){0};
	if (refuse_utf16(err, text, len)) return false;
	if (plan || holds(text, logged) || *first == '[' || *first == '{') {
		if (plan_read_json(arena, text, len, plans, err)) return true;
		if (!plan) refuse_foreign_json(err, arena, text, len);
		if (!is_text_plan(text)) return false;
		err_clear(err);
	}
	if (refuse_format(err, arena, text, len) || refuse_foreign_json(err, arena, text, len) || refuse_foreign(err, arena, text, len)) return false;
	return plan_read_text(arena, text, len, plans, err);
}

bool plan_read(Arena *arena, const char *text, size_t len, PlanList *plans, Err *err) {
	char *whole = arena_copy_n(arena, text, len); /* ends in a zero */
	if (strstr(whole, "&quot;Node Type&quot;")) {
		pasted_decode(whole);
		len = strlen(whole);
	}
	marks_blank(whole, len);
	if (!read_format(arena, whole, len, plans, err)) return false;
	take_durations(whole, plans);
	return true;
}
