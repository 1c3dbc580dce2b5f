/* kept.c: what is kept of a run, as JSON. */
#include "report/kept.h"

#include <inttypes.h>

#include "base/utf8.h"
#include "base/version.h"
#include "plan/shape.h"
#include "plan/value.h"
#include "report/json_value.h"

static json_t *json_of_settings(const Plan *plan) {
	json_t *object = json_object();
	const PlanValue *settings = plan_field(plan->fields, "Settings");
	bool any = settings && settings->kind == PLAN_OBJECT;
	for (const PlanValue *item = any ? settings->members.first : NULL; item; item = item->next) json_put(object, item->name, json_of_text(value_text(item)));
	return object;
}

static json_t *json_of_relation(const TableFacts *table) {
	Str name = STR_INIT;
	double index_bytes = 0;
	for (size_t i = 0; i < table->indexes.count; i++) index_bytes += table->indexes.items[i].bytes;
	str_printf(&name, "%s%s%s", table->schema ? table->schema : "", table->schema ? "." : "", table->name);
	json_t *object = json_object();
	json_put(object, "relation", json_of_text(name.text));
	json_put(object, "rows", table->rows < 0 ? json_null() : json_of_count(table->rows));
	json_put(object, "table_bytes", json_of_count(table->bytes));
	json_put(object, "index_bytes", json_of_count(index_bytes));
	str_release(&name);
	return object;
}

static json_t *json_of_relations(const Facts *facts) {
	json_t *list = json_array();
	for (size_t i = 0; facts && i < facts->tables.count; i++) json_push(list, json_of_relation(&facts->tables.items[i]));
	return list;
}

const char *report_settings_json(Arena *arena, const Plan *plan) {
	return json_print(arena, json_of_settings(plan), JSON_COMPACT);
}

const char *report_relations_json(Arena *arena, const Facts *facts) {
	return json_print(arena, json_of_relations(facts), JSON_COMPACT);
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
	json_put(object, "relations", json_of_relations(saved->facts));
	const char *head = json_print(arena, object, JSON_INDENT(2));
	Str out = STR_INIT;
	str_add_n(&out, head, strlen(head) - strlen("\n}"));
	str_add(&out, ",\n  \"plan\": ");
	add_plan(&out, saved);
	str_add(&out, "\n}\n");
	const char *text = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	return text;
}
