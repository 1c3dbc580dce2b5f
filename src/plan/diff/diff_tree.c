/* diff_tree.c: two aligned plans as one tree: the one after, with what is gone where it stood. */
#include "plan/diff_tree.h"

typedef struct Growing {
	const Plan *before, *after;
	const Alignment *alignment;
	DiffPairs pairs; /* in the order they were placed: a parent before its children */
	int *of_before, *of_after; /* by id - 1: the pair; NO_PAIR: not placed yet */
} Growing;

static int *nowhere(Arena *arena, size_t count) {
	int *places = ARENA_ARRAY(arena, int, count);
	for (size_t i = 0; i < count; i++) places[i] = NO_PAIR;
	return places;
}

static int place(Arena *arena, Growing *g, const PlanNode *before, const PlanNode *after, int parent) {
	int at = (int)g->pairs.count;
	*list_push(arena, &g->pairs) = (DiffPair){.before = before, .after = after, .parent = parent};
	if (before) g->of_before[before->id - 1] = at;
	if (after) g->of_after[after->id - 1] = at;
	return at;
}

static bool is_gone(const Growing *g, const PlanNode *before) {
	return before && !g->alignment->after[before->id - 1] && g->of_before[before->id - 1] == NO_PAIR;
}

/* What stood right above a node and is gone stands there still; the pair to go below. */
static int place_gone_above(Arena *arena, Growing *g, const PlanNode *before, int parent) {
	LIST(const PlanNode *) gone = {0};
	for (const PlanNode *above = before ? before->parent : NULL; is_gone(g, above); above = above->parent) *list_push(arena, &gone) = above;
	while (gone.count) parent = place(arena, g, gone.items[--gone.count], NULL, parent);
	return parent;
}

static void place_all(Arena *arena, Growing *g) {
	for (size_t i = 0; i < g->after->node_count; i++) {
		const PlanNode *node = g->after->nodes[i], *was = g->alignment->before[i];
		int parent = place_gone_above(arena, g, was, node->parent ? g->of_after[node->parent->id - 1] : NO_PAIR);
		place(arena, g, was, node, parent);
	}
	for (size_t i = 0; i < g->before->node_count; i++) {
		const PlanNode *node = g->before->nodes[i];
		if (is_gone(g, node)) place(arena, g, node, NULL, node->parent ? g->of_before[node->parent->id - 1] : NO_PAIR);
	}
}

/* By pair: its first child and the next child of its parent. */
typedef struct Links {
	int first, last, next;
} Links;

/* From the order of placing to that of a tree. */
DiffPairs diff_tree(Arena *arena, const Plan *before, const Plan *after, const Alignment *alignment) {
	Growing g = {.before = before, .after = after, .alignment = alignment};
	g.of_before = nowhere(arena, before->node_count);
	g.of_after = nowhere(arena, after->node_count);
	place_all(arena, &g);
	int count = (int)g.pairs.count;
	Links top = {NO_PAIR, NO_PAIR, NO_PAIR}, *links = ARENA_ARRAY(arena, Links, g.pairs.count);
	int *places = nowhere(arena, g.pairs.count);
	for (int i = 0; i < count; i++) {
		Links *above = g.pairs.items[i].parent == NO_PAIR ? &top : &links[g.pairs.items[i].parent];
		links[i] = (Links){NO_PAIR, NO_PAIR, NO_PAIR};
		if (above->last == NO_PAIR) above->first = i;
		else links[above->last].next = i;
		above->last = i;
	}
	DiffPairs tree = {0};
	for (int at = top.first; at != NO_PAIR;) {
		DiffPair pair = g.pairs.items[at];
		places[at] = (int)tree.count;
		pair.parent = pair.parent == NO_PAIR ? NO_PAIR : places[pair.parent];
		pair.depth = pair.parent == NO_PAIR ? 0 : tree.items[pair.parent].depth + 1;
		pair.last = links[at].next == NO_PAIR;
		pair.leaf = links[at].first == NO_PAIR;
		*list_push(arena, &tree) = pair;
		int next = links[at].first;
		for (int up = at; next == NO_PAIR && up != NO_PAIR; up = g.pairs.items[up].parent) next = links[up].next;
		at = next;
	}
	return tree;
}
