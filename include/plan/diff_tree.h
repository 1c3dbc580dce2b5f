/* diff_tree.h: two aligned plans as one tree: the one after, with what is gone where it stood. */
#ifndef PGWHY_PLAN_DIFF_TREE_H
#define PGWHY_PLAN_DIFF_TREE_H

#include "plan/diff_align.h"

enum { NO_PAIR = -1 };

/* What does the same work in both plans; one of the nodes is NULL for what only one plan has. */
typedef struct DiffPair {
	const PlanNode *before, *after;
	unsigned changes; /* of 1 << DIFF_… (plan/diff.h) */
	int depth; /* in the tree of both */
	int parent; /* the pair it stands below there; NO_PAIR: none */
	bool last, leaf; /* among its siblings; nothing stands below it */
} DiffPair;
typedef LIST(DiffPair) DiffPairs;

/* In the order of the tree, every node of both plans once; no changes told yet. */
DiffPairs diff_tree(Arena *arena, const Plan *before, const Plan *after, const Alignment *alignment);

#endif
