/* plan_tree.h: the tree of a plan as it is unfolded: going through it, its rows, drawing them.
 *
 * Whatever the size of the plan, only what is on the screen is looked at. */
#ifndef PGWHY_PANES_PLAN_TREE_H
#define PGWHY_PANES_PLAN_TREE_H

#include "panes/plan_shown.h"

/* A line of the tree: a node's heading, one of its conditions, or one of the processes that ran it. */
typedef struct PlanRow {
	const PlanNode *node;
	const char *text; /* NULL: the heading */
	const char *figure, *rows; /* of a process: what stands in the columns; NULL: nothing */
	double share; /* of a process: of the longest one's time */
} PlanRow;
typedef LIST(PlanRow) PlanRows;

bool plan_tree_folded(const PlanView *view, const PlanNode *node);
void plan_tree_unfold(PlanView *view, const PlanNode *node); /* all it stands below */
/* Among the nodes that are shown, in their order; NULL at the ends. */
const PlanNode *plan_tree_next(const PlanView *view, const PlanNode *node);
const PlanNode *plan_tree_previous(const PlanView *view, const Plan *plan, const PlanNode *node);
const PlanNode *plan_tree_standing(const PlanView *view, const PlanNode *node); /* the node, or the one it is folded away in */

/* The rows from a node on, at most so many. */
PlanRows plan_tree_rows(Arena *arena, const PlanView *view, const PlanShown *shown, int first, bool conditions, size_t most);
/* The node to begin with in so many rows: as before, but with the cursor's in it and no room left over. */
int plan_tree_top(Arena *arena, const PlanView *view, const PlanShown *shown, bool conditions, size_t height);
/* The levels to leave out at the left, so that the cursor's heading can be read. */
int plan_tree_left(const PlanView *view, const PlanShown *shown, int width);
int plan_tree_deepest(const Plan *plan);

void plan_tree_headings(Canvas *canvas, Box box, const PlanView *view, const PlanShown *shown);
void plan_tree_draw(Canvas *canvas, Box box, const PlanRows *rows, const PlanView *view, const PlanShown *shown, Arena *arena);

#endif
