/* copy.c: a plan of one's own, to change something about it. */
#include "plan/copy.h"

static PlanNode *same_node(const Plan *plan, const PlanNode *node) {
	return node ? plan->nodes[node->id - 1] : NULL;
}

Plan *plan_copy(Arena *arena, const Plan *plan) {
	Plan *copy = ARENA_NEW(arena, Plan);
	*copy = *plan;
	copy->nodes = ARENA_ARRAY(arena, PlanNode *, plan->node_count);
	for (size_t i = 0; i < plan->node_count; i++) copy->nodes[i] = ARENA_NEW(arena, PlanNode);
	for (size_t i = 0; i < plan->node_count; i++) {
		const PlanNode *node = plan->nodes[i];
		PlanNode *mine = copy->nodes[i];
		*mine = *node;
		mine->parent = same_node(copy, node->parent);
		mine->first_child = same_node(copy, node->first_child);
		mine->last_child = same_node(copy, node->last_child);
		mine->next = same_node(copy, node->next);
	}
	copy->root = same_node(copy, plan->root);
	return copy;
}
