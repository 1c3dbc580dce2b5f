/* json.c: plans and their findings as JSON. */
#include "report/json.h"

#include "base/version.h"
#include "plan/words.h"
#include "report/finding.h"
#include "report/json_value.h"
#include "report/repeated.h"

/* ---- a node ---- */

/* EXPLAIN's fields that a node's own keys repeat word for word; what is only derived from a field leaves it in `extra`. */
static const char *const repeated[] = {
    "Node Type",         "Relation Name",      "Alias",               "Index Name",   "Actual Loops",
    "Shared Hit Blocks", "Shared Read Blocks", "Temp Written Blocks", "Startup Cost", "Total Cost",  NULL};

static bool is_repeated(const PlanNode *node, const char *name) {
	if (strcmp(name, "Schema") == 0) return node->relation != NULL; /* else it is a function's */
	for (const char *const *key = repeated; *key; key++)
		if (strcmp(name, *key) == 0) return true;
	return false;
}

enum { MOST_DEPTH = 1000 }; /* other readers give up at 2048 levels, and the stack has an end */

/* A name that comes twice, as in sections of workers, has a list of its values: the last would take the place of the first. */
static void json_put_again(json_t *object, const char *name, json_t *value) {
	json_t *before = json_object_get(object, name), *list = before;
	if (before && !json_is_array(before)) json_push(list = json_array(), json_incref(before));
	if (before && json_is_array(value)) {
		json_array_extend(list, value);
		json_decref(value);
	} else if (before) {
		json_push(list, value);
	}
	if (list != before || !before) json_put(object, name, before ? list : value);
}

static json_t *json_of_value(const PlanValue *value, int depth) {
	json_t *container;
	switch (value->kind) {
	case PLAN_BOOL: return json_boolean(value->boolean);
	case PLAN_INT: return json_integer(value->integer);
	case PLAN_REAL: return json_of_real(value->real);
	case PLAN_TEXT: return json_of_text(value->text);
	case PLAN_LIST:
	case PLAN_OBJECT:
		if (depth > MOST_DEPTH) break;
		container = value->kind == PLAN_LIST ? json_array() : json_object();
		for (const PlanValue *member = value->members.first; member; member = member->next) {
			if (value->kind == PLAN_LIST)
				json_push(container, json_of_value(member, depth + 1));
			else
				json_put_again(container, member->name, json_of_value(member, depth + 1));
		}
		return container;
	case PLAN_NULL: break;
	}
	return json_null();
}

static json_t *json_of_extra(const PlanNode *node) {
	json_t *extra = json_object();
	for (const PlanValue *field = node->fields ? node->fields->members.first : NULL; field; field = field->next)
		if (!is_repeated(node, field->name)) json_put_again(extra, field->name, json_of_value(field, 0));
	return extra;
}

/* EXPLAIN leaves out blocks that are zero; without BUFFERS they are not known. */
static json_t *json_of_blocks(const Plan *plan, double blocks) {
	if (!plan->analyzed || !plan->buffers) return json_null();
	return json_of_count(isnan(blocks) ? 0 : blocks);
}

static json_t *json_of_node(const Plan *plan, const PlanNode *node) {
	const NodeMeasure *measure = &node->measure;
	json_t *object = json_object();
	json_put(object, "id", json_integer(node->id));
	json_put(object, "parent", json_integer(node->parent ? node->parent->id : 0));
	json_put(object, "type", json_of_text(node->type));
	json_put(object, "label", json_of_text(node->label));
	json_put(object, "relation", json_of_qualified(node->schema, node->relation));
	json_put(object, "alias", json_of_text(node->alias));
	json_put(object, "index", json_of_text(node->index));
	json_put(object, "rows_planned", json_of_count(measure->rows_planned));
	json_put(object, "rows_actual", json_of_count(measure->rows_actual));
	json_put(object, "loops", json_of_count(node->loops));
	json_put(object, "total_ms", json_of_derived(measure->total_ms));
	json_put(object, "self_ms", json_of_derived(measure->self_ms));
	json_put(object, "self_share", json_of_derived(plan->analyzed ? measure->self_share : NAN));
	json_put(object, "rows_removed", json_of_count(plan->analyzed ? measure->rows_removed : NAN));
	json_put(object, "shared_hit_blocks", json_of_blocks(plan, node->blocks.shared_hit));
	json_put(object, "shared_read_blocks", json_of_blocks(plan, node->blocks.shared_read));
	json_put(object, "temp_written_blocks", json_of_blocks(plan, node->blocks.temp_written));
	json_put(object, "startup_cost", json_of_real(node->startup_cost));
	json_put(object, "total_cost", json_of_real(node->total_cost));
	json_put(object, "extra", json_of_extra(node));
	return object;
}

/* ---- plans by values ---- */

static json_t *json_of_letter(size_t shape) {
	const char text[] = {shape_letter(shape), '\0'};
	return shape == NO_SHAPE ? json_null() : json_of_text(text);
}

static json_t *json_of_value_plan(const ValuePlan *plan, size_t shape) {
	json_t *object = json_object();
	const PlanNode *root = plan->plan ? plan->plan->root : NULL;
	json_put(object, "source", json_of_text(plan->source));
	json_put(object, "values", json_of_text(plan->values));
	json_put(object, "statement", json_of_text(plan->statement));
	json_put(object, "shape", json_of_letter(shape));
	json_put(object, "total_cost", json_of_real(root ? root->total_cost : NAN));
	json_put(object, "rows_planned", json_of_count(root ? root->plan_rows : NAN));
	json_put(object, "measured_ms", json_of_real(plan->measured_ms));
	json_put(object, "problem", json_of_text(plan->problem));
	return object;
}

static json_t *json_of_value_advice(const Sensitivity *s, const ValueAdvice *advice) {
	json_t *object = json_object(), *helps = json_array(), *not = json_array();
	for (size_t i = 0; i < s->plans->count; i++)
		if (s->plans->items[i].findings) json_push(advice->helps[i] ? helps : not, json_of_text(s->plans->items[i].source));
	json_put(object, "rule", json_of_text(advice->finding->rule));
	json_put(object, "sql", json_of_text(advice->finding->sql));
	json_put(object, "for", helps);
	json_put(object, "not_for", not);
	return object;
}

static json_t *json_of_cache(const Sensitivity *s) {
	json_t *object = json_object();
	json_put(object, "mode", json_of_text(s->mode));
	json_put(object, "plan", json_of_text(plan_cache_name(s->cache)));
	json_put(object, "generic_cost", json_of_real(s->generic_cost));
	json_put(object, "custom_cost", json_of_real(s->custom_cost));
	json_put(object, "planning_cost", json_of_real(s->planning_cost));
	json_put(object, "words", json_of_text(s->cache_words));
	return object;
}

static json_t *json_of_values(const ValueReport *values) {
	const Sensitivity *s = values->sensitivity;
	json_t *object = json_object(), *plans = json_array(), *differences = json_array(), *advice = json_array();
	for (size_t i = 0; s && i < s->plans->count; i++) json_push(plans, json_of_value_plan(&s->plans->items[i], s->shapes[i]));
	for (size_t i = 0; s && i < s->differences.count; i++) json_push(differences, json_of_text(s->differences.items[i]));
	for (size_t i = 0; s && i < s->advice.count; i++) json_push(advice, json_of_value_advice(s, &s->advice.items[i]));
	json_put(object, "verdict", json_of_text(s ? s->verdict : values->problem));
	json_put(object, "shapes", s ? json_integer((json_int_t)s->shape_count) : json_null());
	json_put(object, "depends_on", json_of_text(s ? s->depends_on : NULL));
	json_put(object, "plan_cache", s ? json_of_cache(s) : json_null());
	json_put(object, "plans", plans);
	json_put(object, "differences", differences);
	json_put(object, "advice", advice);
	return object;
}

/* ---- the whole ---- */

static json_t *json_of_other(const Plan *plan) {
	json_t *object = json_object();
	json_put(object, "triggers", json_of_derived(plan->other.triggers_ms));
	json_put(object, "jit", json_of_derived(plan->other.jit_ms));
	json_put(object, "serialization", json_of_derived(plan->other.serialization_ms));
	json_put(object, "startup_shutdown", json_of_derived(plan->other.startup_shutdown_ms));
	return object;
}

/* What was said of it, and what is wrong with it. */
static json_t *json_of_notes(const PlanReport *report) {
	Arena *arena = arena_new();
	const char *caveat = plan_caveat(arena, report->plan), *notes = report->notes;
	json_t *text = json_of_text(notes && caveat ? arena_printf(arena, "%s; %s", notes, caveat) : notes ? notes : caveat);
	arena_free(arena);
	return text;
}

/* ---- what was asked besides ---- */

static json_t *json_of_nodes(const Plan *plan) {
	json_t *nodes = json_array();
	for (size_t i = 0; i < plan->node_count; i++) json_push(nodes, json_of_node(plan, plan->nodes[i]));
	return nodes;
}

static json_t *json_of_causes(const UnusedCauseList *causes) {
	json_t *list = json_array();
	for (size_t i = 0; i < causes->count; i++) {
		json_t *object = json_object();
		json_put(object, "cause", json_of_text(causes->items[i].word));
		json_put(object, "text", json_of_text(causes->items[i].text));
		json_put(object, "remedy", json_of_text(causes->items[i].remedy));
		json_put(object, "condition", json_of_text(causes->items[i].condition));
		json_push(list, object);
	}
	return list;
}

/* How a node reads its table, and what that costs. */
static json_t *json_of_way(const PlanNode *node) {
	if (!node) return json_null();
	json_t *object = json_object();
	json_put(object, "label", json_of_text(node->label));
	json_put(object, "index", json_of_text(node->index));
	json_put(object, "rows_planned", json_of_count(node->plan_rows));
	json_put(object, "total_cost", json_of_real(node->total_cost));
	return object;
}

static json_t *json_of_unused(const UnusedAnswer *answer) {
	json_t *object = json_object();
	json_put(object, "index", json_of_text(answer->index));
	json_put(object, "relation", json_of_text(answer->table));
	json_put(object, "definition", json_of_text(answer->definition));
	json_put(object, "index_bytes", json_of_count(answer->index_bytes));
	json_put(object, "used", json_boolean(answer->used));
	json_put(object, "chosen", json_of_way(answer->chosen));
	json_put(object, "cost", json_of_real(answer->cost));
	json_put(object, "forced", json_of_way(answer->forced));
	json_put(object, "forced_cost", json_of_real(answer->forced_cost));
	json_put(object, "switched_off", json_of_text(answer->switched_off));
	json_put(object, "causes", json_of_causes(&answer->causes));
	return object;
}

static json_t *json_of_pretended(const PretenceIndex *index) {
	json_t *object = json_object();
	json_put(object, "sql", json_of_text(index->sql));
	json_put(object, "name", json_of_text(index->name));
	json_put(object, "bytes", json_of_count(index->bytes));
	json_put(object, "used", json_boolean(index->used));
	json_put(object, "why_not", index->why ? json_of_unused(index->why) : json_null());
	return object;
}

static json_t *json_of_pretence(const Pretence *pretence) {
	json_t *object = json_object(), *indexes = json_array();
	for (size_t i = 0; i < pretence->indexes.count; i++) json_push(indexes, json_of_pretended(&pretence->indexes.items[i]));
	json_put(object, "cost_before", json_of_real(pretence->cost_before));
	json_put(object, "cost_after", json_of_real(pretence->plan->root->total_cost));
	json_put(object, "indexes", indexes);
	json_put(object, "nodes", json_of_nodes(pretence->plan));
	return object;
}

static json_t *json_of_answers(const PlanReport *report) {
	json_t *list = json_array();
	for (size_t i = 0; i < report->why_count; i++) json_push(list, json_of_unused(report->why[i]));
	return list;
}

static json_t *json_of_report(const PlanReport *report) {
	const Plan *plan = report->plan;
	json_t *object = json_object();
	json_put(object, "pgwhy", json_of_text(PGWHY_VERSION));
	json_put(object, "statement", json_of_text(report->statement ? report->statement : plan->statement));
	json_put(object, "server_version", report->server_version ? json_integer(report->server_version) : json_null());
	json_put(object, "planning_ms", json_of_real(plan->planning_ms));
	json_put(object, "execution_ms", json_of_real(plan->execution_ms));
	json_put(object, "other_ms", json_of_other(plan));
	json_put(object, "notes", json_of_notes(report));
	json_put(object, "nodes", json_of_nodes(plan));
	json_put(object, "findings", json_of_findings(report->findings));
	if (report->repeated) json_put(object, "runs", json_of_repeated(report->repeated));
	if (report->values) json_put(object, "values", json_of_values(report->values));
	if (report->pretence) json_put(object, "whatif", json_of_pretence(report->pretence));
	if (report->why_count) json_put(object, "why", json_of_answers(report));
	return object;
}

const char *report_plans_json(Arena *arena, const PlanReport *reports, size_t count, bool list) {
	list = list || count != 1;
	json_t *value = list ? json_array() : json_of_report(reports);
	for (size_t i = 0; list && i < count; i++) json_push(value, json_of_report(&reports[i]));
	return arena_printf(arena, "%s\n", json_print(arena, value, JSON_INDENT(2)));
}
