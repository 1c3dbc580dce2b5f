/* fields.c: what the server sent for a node, by the names EXPLAIN gives it. */
#include "plan/plan.h"

#include "plan/value.h"

const PlanValue *plan_field(const PlanValue *object, const char *name) {
	if (!object || object->kind != PLAN_OBJECT) return NULL;
	for (const PlanValue *member = object->members.first; member; member = member->next)
		if (member->name && *member->name == *name && strcmp(member->name, name) == 0) return member; /* most differ in the first letter */
	return NULL;
}

int64_t plan_queryid(const Plan *plan) {
	const PlanValue *id = plan_field(plan->fields, "Query Identifier");
	return id && id->kind == PLAN_INT ? id->integer : 0;
}

const char *node_text(const PlanNode *node, const char *name) {
	return value_text(plan_field(node->fields, name));
}

double node_real(const PlanNode *node, const char *name) {
	return value_real(plan_field(node->fields, name));
}

const char *node_list_text(const PlanNode *node, const char *name, size_t nth) {
	const PlanValue *list = plan_field(node->fields, name);
	if (!list || list->kind != PLAN_LIST) return nth ? NULL : value_text(list);
	const PlanValue *item = list->members.first;
	while (item && nth--) item = item->next;
	return value_text(item);
}

const char *plan_setting(const Plan *plan, const char *name) {
	return value_text(plan_field(plan_field(plan->fields, "Settings"), name));
}

bool node_is(const PlanNode *node, const char *type) {
	return *node->type == *type && strcmp(node->type, type) == 0;
}

bool node_is_any(const PlanNode *node, const char *const *types) {
	for (; *types; types++)
		if (node_is(node, *types)) return true;
	return false;
}

bool node_is_join(const PlanNode *node) {
	return node_is(node, "Nested Loop") || node_is(node, "Hash Join") || node_is(node, "Merge Join");
}

bool node_is_scan_of_table(const PlanNode *node) {
	static const char *const types[] = {"Seq Scan", "Sample Scan", "Index Scan", "Index Only Scan", "Bitmap Heap Scan", "Tid Scan", "Tid Range Scan", NULL};
	return node_is_any(node, types);
}
