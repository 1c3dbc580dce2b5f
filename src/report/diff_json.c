/* diff_json.c: two plans compared, as JSON. */
#include "report/diff.h"
#include "report/json_value.h"
#include "report/repeated.h"

static json_t *json_of_known(Known known) {
	return known == KNOWN_NOT ? json_null() : json_boolean(known == KNOWN_YES);
}

static json_t *json_of_side(const DiffSide *side, const char *server) {
	const Plan *plan = side->plan;
	const NodeMeasure *root = &plan->root->measure;
	const Blocks *blocks = &plan->root->blocks;
	json_t *object = json_object();
	json_put(object, "statement", json_of_text(side->statement));
	json_put(object, "server", json_of_text(server));
	json_put(object, "execution_ms", json_of_real(side->ms));
	json_put(object, "planning_ms", json_of_real(plan->planning_ms));
	json_put(object, "cost", json_of_real(side->cost));
	json_put(object, "shared_blocks", json_of_count(isnan(side->blocks) ? NAN : blocks->shared_hit + blocks->shared_read));
	json_put(object, "rows", json_of_count(plan->analyzed ? root->rows_actual : NAN));
	return object;
}

static json_t *json_of_id(const PlanNode *node) {
	return node ? json_integer(node->id) : json_null();
}

static json_t *json_of_pair(Arena *arena, const PlanDiff *diff, const DiffPair *pair) {
	json_t *object = json_object(), *changes = json_array();
	for (DiffChange change = 0; change < DIFF_CHANGE_COUNT; change++)
		if (diff_has(pair, change)) json_push(changes, json_of_text(diff_change_name(change)));
	json_put(object, "before", json_of_id(pair->before));
	json_put(object, "after", json_of_id(pair->after));
	json_put(object, "changes", changes);
	json_put(object, "words", json_of_text(diff_change_words(arena, diff, pair)));
	return object;
}

static json_t *json_of_setting(const DiffSetting *setting) {
	json_t *object = json_object();
	json_put(object, "name", json_of_text(setting->name));
	json_put(object, "before", json_of_text(setting->before));
	json_put(object, "after", json_of_text(setting->after));
	return object;
}

static json_t *json_of_sizes(const TableFacts *table) {
	json_t *object = json_object();
	json_put(object, "rows", table->rows < 0 ? json_null() : json_of_count(table->rows));
	json_put(object, "table_bytes", json_of_count(table->bytes));
	json_put(object, "index_bytes", json_of_count(table_index_bytes(table)));
	return object;
}

static json_t *json_of_index(const IndexFacts *index) {
	json_t *object = json_object();
	json_put(object, "name", json_of_text(index->name));
	json_put(object, "definition", json_of_text(index->definition));
	return object;
}

static json_t *json_of_relation(const RelationChange *change) {
	json_t *object = json_object(), *added = json_array(), *removed = json_array();
	for (size_t i = 0; i < change->added.count; i++) json_push(added, json_of_index(change->added.items[i]));
	for (size_t i = 0; i < change->removed.count; i++) json_push(removed, json_of_index(change->removed.items[i]));
	json_put(object, "relation", json_of_qualified(change->after->schema, change->after->name));
	json_put(object, "before", json_of_sizes(change->before));
	json_put(object, "after", json_of_sizes(change->after));
	json_put(object, "indexes_added", added);
	json_put(object, "indexes_removed", removed);
	return object;
}

static json_t *json_of_note(const DiffNote *note) {
	json_t *object = json_object();
	json_put(object, "what", json_of_text(note->label));
	json_put(object, "text", json_of_text(note->text));
	return object;
}

static json_t *json_of_change(const FindingChange *change) {
	static const char *const names[] = {[FINDING_STAYED] = "stayed", [FINDING_NEW] = "new", [FINDING_NOT_WORTH] = "not-worth-it", [FINDING_GONE] = "gone"};
	const Finding *finding = change->after ? change->after : change->before;
	json_t *object = json_object();
	json_put(object, "change", json_of_text(names[change->kind]));
	json_put(object, "rule", json_of_text(finding->rule));
	json_put(object, "relation", json_of_text(finding->relation));
	json_put(object, "title", json_of_text(finding->title));
	return object;
}

const char *report_diff_json(Arena *arena, const Comparison *comparison) {
	const PlanDiff *diff = comparison->diff;
	json_t *object = json_object(), *nodes = json_array(), *settings = json_array(), *findings = json_array(), *notes = json_array(), *relations = json_array();
	for (size_t i = 0; i < diff->pairs.count; i++) json_push(nodes, json_of_pair(arena, diff, &diff->pairs.items[i]));
	for (size_t i = 0; i < diff->settings.count; i++) json_push(settings, json_of_setting(&diff->settings.items[i]));
	for (size_t i = 0; comparison->findings && i < comparison->findings->count; i++) json_push(findings, json_of_change(&comparison->findings->items[i]));
	for (size_t i = 0; i < comparison->notes.count; i++) json_push(notes, json_of_note(&comparison->notes.items[i]));
	for (size_t i = 0; i < comparison->relations.count; i++) json_push(relations, json_of_relation(&comparison->relations.items[i]));
	json_put(object, "before", json_of_side(&diff->before, comparison->servers[0]));
	json_put(object, "after", json_of_side(&diff->after, comparison->servers[1]));
	json_put(object, "verdict", json_of_text(diff_verdict_name(diff->verdict)));
	json_put(object, "words", json_of_text(diff_verdict_line(arena, comparison)));
	json_put(object, "same_plan", json_boolean(diff->same_plan));
	json_put(object, "same_statement", json_of_known(diff->same_statement));
	json_put(object, "time_ratio", json_of_derived(diff->time_ratio));
	json_put(object, "blocks_ratio", json_of_derived(diff->blocks_ratio));
	json_put(object, "cost_ratio", json_of_derived(diff->cost_ratio));
	json_put(object, "same_rows", json_of_known(diff->same_rows));
	json_put(object, "rows", comparison->proof ? json_of_text(say_compared(arena, &comparison->proof->compared)) : json_null());
	json_put(object, "runs", json_of_repeated(comparison->repeated));
	json_put(object, "settings", settings);
	json_put(object, "relations", relations);
	json_put(object, "nodes", nodes);
	json_put(object, "findings", findings);
	json_put(object, "notes", notes);
	return arena_printf(arena, "%s\n", json_print(arena, object, JSON_INDENT(2)));
}
