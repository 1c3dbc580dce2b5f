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
	static const char *const methods[][2] = {{"Nested Loop", "Nested Loop"}, {"Hash Join", "Hash"}, {"Merge Join", "Merge"}};
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
		if (node_is(node, methods[i][0])) return arena_printf(arena, "%s %s Join", methods[i][1], join);
	return NULL;
}

const char *node_label(Arena *arena, const PlanNode *node) {
	const char *words = joined(arena, node);
	if (!words) words = heading(arena, node);
	const char *command = node_is(node, "SetOp") ? node_text(node, "Command") : NULL;
	const char *partial = node_is(node, "Aggregate") ? node_text(node, "Partial Mode") : NULL;
	if (command) words = arena_printf(arena, "%s %s", words, command);
	if (partial && strcmp(partial, "Simple") != 0) words = arena_printf(arena, "%s %s", partial, words);
	if (says(node, "Async Capable", "true")) words = arena_printf(arena, "Async %s", words);
	if (node->parallel_aware) words = arena_printf(arena, "Parallel %s", words);
	return words;
}
