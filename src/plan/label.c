/* label.c: the heading EXPLAIN's TEXT format gives a node, from what JSON says about it. */
#include "plan/build.h"

/* To add one: node type, the field that decides, its value, the words TEXT has for the pair. */
static const struct {
	const char *type, *field, *value, *words;
} headings[] = {
	{"Aggregate", "Strategy", "Sorted", "GroupAggregate"},
	{"Aggregate", "Strategy", "Hashed", "HashAggregate"},
	{"Aggregate", "Strategy", "Mixed", "MixedAggregate"},
	{"SetOp", "Strategy", "Hashed", "HashSetOp"},
	{"Foreign Scan", "Operation", "Insert", "Foreign Insert"},
	{"Foreign Scan", "Operation", "Update", "Foreign Update"},
	{"Foreign Scan", "Operation", "Delete", "Foreign Delete"},
	{"Index Scan", "Scan Direction", "Backward", "Index Scan Backward"},
	{"Index Only Scan", "Scan Direction", "Backward", "Index Only Scan Backward"},
};

static bool says(const PlanNode *node, const char *field, const char *value) {
	const char *text = node_text(node, field);
	return text && strcmp(text, value) == 0;
}

static const char *heading(Arena *arena, const PlanNode *node) {
	const char *name;
	for (size_t i = 0; i < sizeof headings / sizeof *headings; i++)
		if (node_is(node, headings[i].type) && says(node, headings[i].field, headings[i].value)) return headings[i].words;
	if (node_is(node, "ModifyTable") && (name = node_text(node, "Operation"))) return name;
	if (node_is(node, "Custom Scan") && (name = node_text(node, "Custom Plan Provider")))
		return arena_printf(arena, "Custom Scan (%s)", name);
	return node->type;
}

/* "Hash Join" of type Left reads "Hash Left Join"; an inner "Nested Loop" is no "Join". */
static const char *joined(Arena *arena, const PlanNode *node) {
	const char *join = node_text(node, "Join Type");
	if (!join || strcmp(join, "Inner") == 0) return NULL;
	const char *method = node_is(node, "Nested Loop") ? "Nested Loop" : node_is(node, "Hash Join") ? "Hash" : node_is(node, "Merge Join") ? "Merge" : NULL;
	return method ? arena_printf(arena, "%s %s Join", method, join) : NULL;
}

const char *node_label(Arena *arena, const PlanNode *node) {
	const char *words = joined(arena, node);
	if (!words) words = heading(arena, node);
	const char *command = node_is(node, "SetOp") ? node_text(node, "Command") : NULL;
	const char *partial = node_is(node, "Aggregate") && !says(node, "Partial Mode", "Simple") ? node_text(node, "Partial Mode") : NULL;
	const char *async = says(node, "Async Capable", "true") ? "Async " : "";
	if (!command && !partial && !*async && !node->parallel_aware) return words;
	return arena_printf(arena, "%s%s%s%s%s%s%s", node->parallel_aware ? "Parallel " : "", async, partial ? partial : "", partial ? " " : "",
	                    words, command ? " " : "", command ? command : "");
}
