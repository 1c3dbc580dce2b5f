/* relations.c: the relations a statement and its plan are about. */
#include "advise/relations.h"

#include "plan/shape.h"

static bool same_schema(const char *one, const char *other) {
	return one && other ? strcmp(one, other) == 0 : one == other;
}

static void add(Arena *arena, RelationList *list, const char *schema, const char *name) {
	if (!name) return;
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].name, name) == 0 && same_schema(list->items[i].schema, schema)) return;
	*list_push(arena, list) = (TableRef){.schema = schema, .name = name};
}

/* A generic plan's partitions may all be pruned before they are printed: only the statement names their table then. */
static void add_written(Arena *arena, RelationList *list, const Statement *statement) {
	for (size_t b = 0; b < statement->blocks.count; b++)
		for (size_t i = 0; i < statement->blocks.items[b].tables.count; i++)
			add(arena, list, statement->blocks.items[b].tables.items[i].schema, statement->blocks.items[b].tables.items[i].name);
}

/* The plan names the relations really read (views resolved, partitions chosen); VERBOSE plans with their schemas. */
RelationList relations_of(Arena *arena, const Plan *plan, const Statement *statement) {
	RelationList list = {0};
	for (size_t i = 0; i < plan->node_count; i++) add(arena, &list, plan->nodes[i]->schema, plan->nodes[i]->relation);
	if (plan_hides_partitions(plan)) add_written(arena, &list, statement);
	return list;
}
