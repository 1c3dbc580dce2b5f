/* kept.c: what is kept of a run, as JSON. */
#include "report/kept.h"

#include <inttypes.h>

#include "base/utf8.h"
#include "base/version.h"
#include "plan/shape.h"
#include "plan/value.h"
#include "report/finding.h"
#include "report/json_value.h"
#include "report/repeated.h"
#include "report/relations.h"

static json_t *json_of_settings(const Plan *plan) {
	json_t *object = json_object();
	const PlanValue *settings = plan_field(plan->fields, "Settings");
	bool any = settings && settings->kind == PLAN_OBJECT;
	for (const PlanValue *item = any ? settings->members.first : NULL; item; item = item->next) json_put(object, item->name, json_of_text(value_text(item)));
	return object;
}

const char *report_settings_json(Arena *arena, const Plan *plan) {
	return json_print(arena, json_of_settings(plan), JSON_COMPACT);
}

const char *report_relations_json(Arena *arena, const Facts *facts) {
	return json_print(arena, json_of_relations(facts), JSON_COMPACT);
}

static json_t *json_of_advice(const FindingList *findings) {
	return findings ? json_of_findings(findings) : json_null();
}

const char *report_findings_json(Arena *arena, const FindingList *findings) {
	return json_print(arena, json_of_advice(findings), JSON_COMPACT);
}

/* ---- a file of its own ---- */

static json_t *json_of_figures(const Plan *plan) {
	const PlanNode *root = plan->root;
	bool counted = plan->analyzed && plan->buffers;
	json_t *object = json_object();
	json_put(object, "execution_ms", json_of_real(plan->execution_ms));
	json_put(object, "planning_ms", json_of_real(plan->planning_ms));
	json_put(object, "cost", json_of_real(root->total_cost));
	json_put(object, "rows", json_of_count(root->measure.rows_actual));
	json_put(object, "shared_blocks", json_of_count(counted ? root->blocks.shared_hit + root->blocks.shared_read : NAN));
	json_put(object, "temp_blocks", json_of_count(counted ? root->blocks.temp_read + root->blocks.temp_written : NAN));
	return object;
}

#define PLAN_KEY ",\n  \"plan\": "

/* The plan goes in as it came; but bytes that are no text would make the file no JSON for others. */
static void add_plan(Str *out, const SavedPlan *saved) {
	uint32_t point;
	for (size_t i = 0, bytes; i < saved->json_len; i += bytes) {
		bytes = utf8_decode(saved->json + i, saved->json_len - i, &point);
		if (point == UTF8_INVALID && bytes == 1) str_add(out, "\xEF\xBF\xBD");
		else str_add_n(out, saved->json + i, bytes);
	}
}

const char *report_saved_plan(Arena *arena, const SavedPlan *saved) {
	json_t *object = json_object();
	json_put(object, "pgwhy", json_of_text(PGWHY_VERSION));
	json_put(object, "statement", json_of_text(saved->statement));
	json_put(object, "fingerprint", json_of_text(saved->fingerprint));
	json_put(object, "server_version", saved->server_version ? json_integer(saved->server_version) : json_null());
	json_put(object, "shape", json_of_text(arena_printf(arena, "%016" PRIx64, plan_shape(saved->plan))));
	json_put(object, "figures", json_of_figures(saved->plan));
	json_put(object, "settings", json_of_settings(saved->plan));
	json_put(object, "at_s", saved->at_s ? json_integer((json_int_t)saved->at_s) : json_null());
	json_put(object, "runs", json_of_repeated(saved->repeated));
	json_put(object, "relations", json_of_relations(saved->facts));
	json_put(object, "findings", json_of_advice(saved->findings));
	const char *head = json_print(arena, object, JSON_INDENT(2));
	Str out = STR_INIT;
	str_add_n(&out, head, strlen(head) - strlen("\n}"));
	str_add(&out, PLAN_KEY);
	add_plan(&out, saved);
	str_add(&out, "\n}\n");
	const char *text = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	return text;
}

/* ---- read again ---- */

/* What is wrong with the findings leaves the sizes as they are. */
static bool read_advice(Arena *arena, const json_t *findings, const json_t *relations, const Plan *plan, KeptAdvice *kept, Err *err) {
	JsonReader reader = {.arena = arena, .err = err};
	FindingList *list = ARENA_NEW(arena, FindingList);
	bool looked = findings && !json_is_null(findings);
	kept->relations = relations_of_json(&reader, json_is_null(relations) ? NULL : relations);
	if (reader.failed || (looked && !findings_of_json(arena, findings, plan, list, err))) return false;
	kept->findings = looked ? list : NULL;
	return true;
}

static json_t *parse(const char *text, Err *err) {
	return text ? json_parse(text, strlen(text), err) : json_null();
}

bool report_kept_read(Arena *arena, const char *findings, const char *relations, const Plan *plan, KeptAdvice *kept, Err *err) {
	*kept = (KeptAdvice){0};
	json_t *sizes = parse(relations, err), *advice = sizes ? parse(findings, err) : NULL;
	bool fine = read_advice(arena, advice, sizes, plan, kept, advice ? err : NULL) && advice;
	json_decref(sizes);
	json_decref(advice);
	return fine;
}

/* Not worth looking through a log for. */
static bool is_saved(const char *text, size_t len) {
	enum { HEAD = 64 };
	Arena *arena = arena_new();
	const char *head = arena_copy_n(arena, text, len < HEAD ? len : HEAD);
	bool saved = head[strspn(head, " \t\r\n")] == '{' && strstr(head, "\"pgwhy\"");
	arena_free(arena);
	return saved;
}

/* The plan comes last, as add_plan() left it, and may nest deeper than jansson reads: what stands before it is all there is to know. */
static json_t *parse_saved(const char *text, size_t len, Err *err) {
	Arena *arena = arena_new();
	char *copy = arena_copy_n(arena, text, len), *plan = strstr(copy, PLAN_KEY);
	if (plan) memcpy(plan, "}", sizeof "}");
	json_t *saved = json_parse(copy, plan ? strlen(copy) : len, err);
	arena_free(arena);
	return saved;
}

bool report_saved_read(Arena *arena, const char *text, size_t len, const Plan *plan, KeptAdvice *kept, Err *err) {
	*kept = (KeptAdvice){0};
	if (!is_saved(text, len)) return true;
	json_t *saved = parse_saved(text, len, err);
	if (!saved) return false;
	JsonReader reader = {.arena = arena, .err = err};
	double version = json_read_number(&reader, saved, "server_version"), at_s = json_read_number(&reader, saved, "at_s");
	kept->server_version = version > 0 && version < 1e9 ? (int)version : 0;
	kept->at_s = at_s > 0 && at_s < 1e12 ? (int64_t)at_s : 0;
	kept->repeated = repeated_of_json(&reader, json_read_object(&reader, saved, "runs"));
	bool fine = !reader.failed && read_advice(arena, json_object_get(saved, "findings"), json_object_get(saved, "relations"), plan, kept, err);
	json_decref(saved);
	return fine;
}
