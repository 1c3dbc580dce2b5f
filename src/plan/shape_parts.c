/* shape_parts.c: what stands for each node when shapes are compared. */
#include "plan/shape_parts.h"

#include <ctype.h>

uint64_t shape_mix(uint64_t hash, uint64_t bits) {
	hash ^= bits + 0x9E3779B97F4A7C15u + (hash << 6) + (hash >> 2);
	hash *= 0xBF58476D1CE4E5B9u;
	return hash ^ hash >> 31;
}

uint64_t shape_mix_text(uint64_t hash, const char *text, size_t len) {
	uint64_t value = 14695981039346656037u; /* FNV-1a */
	for (size_t i = 0; i < len; i++) value = (value ^ (unsigned char)text[i]) * 1099511628211u;
	return shape_mix(hash, value);
}

static uint64_t mix_text(uint64_t hash, const char *text) {
	return shape_mix_text(hash, text ? text : "", text ? strlen(text) : 0);
}

/* ---- names ---- */

bool shape_appends(const PlanNode *node) {
	return node_is(node, "Append") || node_is(node, "Merge Append");
}

/* Partitions of o are called o_1, o_2 … where several are read, and o where one is. */
static size_t family_length(const char *alias, bool partition) {
	size_t len = strlen(alias), end = len;
	while (partition && end && isdigit((unsigned char)alias[end - 1])) end--;
	return partition && end > 1 && end < len && alias[end - 1] == '_' ? end - 1 : len;
}

static const char *name_read(const PlanNode *node) {
	if (node_is(node, "Bitmap Index Scan")) return NULL; /* the Bitmap Heap Scan above does */
	return node->alias ? node->alias : node->relation ? node->relation : node->cte ? node->cte : node->function;
}

/* Indexes of partitions are called after them: what comes behind is what they have in common. */
static const char *index_of_family(const PlanNode *node) {
	const PlanNode *heap = node;
	while (heap && !heap->relation) heap = heap->parent;
	size_t len = heap ? strlen(heap->relation) : 0;
	bool named_after = node->index && len && strncmp(node->index, heap->relation, len) == 0;
	return node->index && named_after ? node->index + len : node->index;
}

/* ---- from the leaves up ---- */

static uint64_t own_shape(const PlanNode *node, const ShapeMark *mark) {
	uint64_t hash = mix_text(0, node->label ? node->label : node->type);
	hash = shape_mix_text(hash, mark->name ? mark->name : "", mark->name_length);
	if (node->index) hash = mix_text(hash, index_of_family(node));
	if (node->subplan) hash = mix_text(hash, node->subplan);
	return shape_mix(hash, plan_field(node->fields, "Index Cond") != NULL); /* or the index is walked from end to end */
}

/* Equal members of an Append count once. So many different ones are told apart; what comes after them counts for itself. */
enum { MOST_DIFFERENT = 64 };
typedef struct Different {
	uint64_t hashes[MOST_DIFFERENT];
	size_t count;
} Different;

static bool is_new(Different *different, uint64_t hash) {
	for (size_t i = 0; i < different->count; i++)
		if (different->hashes[i] == hash) return false;
	if (different->count < MOST_DIFFERENT) different->hashes[different->count++] = hash;
	return true;
}

static bool is_member(const PlanNode *node) {
	return shape_appends(node->parent) && node->relationship && strcmp(node->relationship, "Member") == 0;
}

static void mark_above(ShapeMark *marks, const PlanNode *node) {
	ShapeMark *mark = &marks[node->id - 1];
	Different shapes = {0}, tables = {0};
	size_t others = 0;
	mark->own = own_shape(node, mark);
	mark->shape = mark->own;
	mark->tables = mark->read = mark->name ? shape_mix_text(1, mark->name, mark->name_length) : 0;
	for (const PlanNode *child = node->first_child; child; child = child->next) {
		const ShapeMark *under = &marks[child->id - 1];
		bool member = is_member(child);
		if (!member || is_new(&tables, under->tables)) mark->tables += under->tables;
		if (member && !is_new(&shapes, under->shape)) continue;
		mark->shape = shape_mix(mark->shape, under->shape);
		if (!member) mark->shape = mix_text(mark->shape, child->relationship), others++;
	}
	if (shapes.count == 1 && !others) mark->shape = shapes.hashes[0]; /* as if the one partition alone were read */
}

ShapeMark *shape_marks(Arena *arena, const Plan *plan) {
	ShapeMark *marks = ARENA_ARRAY(arena, ShapeMark, plan->node_count);
	for (size_t i = 0; i < plan->node_count; i++) {
		const PlanNode *node = plan->nodes[i], *parent = node->parent;
		ShapeMark *mark = &marks[i];
		mark->partition = parent && (marks[parent->id - 1].partition || shape_appends(parent));
		mark->name = name_read(node);
		mark->name_length = mark->name ? family_length(mark->name, mark->partition) : 0;
	}
	for (size_t i = plan->node_count; i--;) mark_above(marks, plan->nodes[i]); /* children come after their parent */
	return marks;
}
