/* beside.c: what there is to know of a run beside its nodes. */
#include "report/beside.h"

#include "base/str.h"
#include "base/utf8.h"
#include "core/format.h"
#include "plan/value.h"
#include "plan/words.h"

static const char *kept(Arena *arena, Str *text) {
	const char *copy = text->len ? arena_copy_n(arena, text->text, text->len) : NULL;
	str_release(text);
	return copy;
}

static const char *settings(Arena *arena, const Plan *plan) {
	const PlanValue *list = plan_field(plan->fields, "Settings");
	Str out = STR_INIT;
	if (!list || list->kind != PLAN_OBJECT) return NULL;
	for (const PlanValue *item = list->members.first; item; item = item->next)
		str_printf(&out, "%s%s = %s", out.len ? ", " : "", item->name, value_words(arena, item));
	return kept(arena, &out);
}

static const char *parameters(Arena *arena, const Plan *plan) {
	const PlanValue *value = plan_field(plan->fields, "Query Parameters");
	return value ? value_words(arena, value) : NULL;
}

/* What ran when the nodes did not, or inside of them but is not theirs. */
static const char *other_time(Arena *arena, const Plan *plan) {
	const OtherTime *other = &plan->other;
	const struct {
		const char *name;
		double ms;
	} parts[] = {{"triggers", other->triggers_ms}, {"JIT", other->jit_ms}, {"serialization", other->serialization_ms}, {"start-up and shutdown", other->startup_shutdown_ms}};
	Str out = STR_INIT;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (parts[i].ms >= 0.01 * plan->execution_ms && parts[i].ms > 0)
			str_printf(&out, "%s%s %s", out.len ? ", " : "", parts[i].name, format_ms(arena, parts[i].ms));
	return kept(arena, &out);
}

static const char *trigger_words(Arena *arena, const TriggerFigures *trigger) {
	const char *name = trigger->name ? trigger->name : trigger->constraint ? trigger->constraint : "?";
	const char *ms = isnan(trigger->time_ms) ? "" : arena_printf(arena, " %s", format_ms(arena, trigger->time_ms));
	return arena_printf(arena, "%s%s%s%s (%s calls)", name, trigger->relation ? " on " : "", trigger->relation ? trigger->relation : "", ms,
	                    format_rows(arena, trigger->calls));
}

static const char *triggers(Arena *arena, const Plan *plan) {
	Str out = STR_INIT;
	for (size_t i = 0; i < plan->triggers.count; i++) str_printf(&out, "%s%s", i ? ", " : "", trigger_words(arena, &plan->triggers.items[i]));
	return kept(arena, &out);
}

static void add(Arena *arena, BesideLines *lines, const char *label, const char *text) {
	if (text) *list_push(arena, lines) = (BesideLine){label, utf8_clean(arena, text)};
}

BesideLines beside_lines(Arena *arena, const Plan *plan, int server_version) {
	static const struct {
		const char *label;
		const char *(*text)(Arena *arena, const Plan *plan);
	} rows[] = {{"settings", settings}, {"values", parameters}, {"other", other_time}, {"triggers", triggers}};
	BesideLines lines = {0};
	if (server_version) add(arena, &lines, "server", arena_printf(arena, "PostgreSQL %d.%d", server_version / 10000, server_version % 10000));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) add(arena, &lines, rows[i].label, rows[i].text(arena, plan));
	return lines;
}
