/* plan_view.h: a plan on the screen: tree, node panel, advice. A function of the plan, its findings and where the reader is. */
#ifndef PGWHY_PANES_PLAN_VIEW_H
#define PGWHY_PANES_PLAN_VIEW_H

#include "advise/finding.h"
#include "view/page.h"

/* What the bar beside each node shows. */
#define PLAN_BARS(X)                            \
	X(PLAN_BAR_SELF, "self", "self time")     \
	X(PLAN_BAR_ROWS, "rows", "rows produced") \
	X(PLAN_BAR_BLOCKS, "blocks", "blocks read by the node itself") \
	X(PLAN_BAR_COST, "cost", "cost of the node itself")
typedef enum PlanBar {
#define X(bar, name, meaning) bar,
	PLAN_BARS(X)
#undef X
	PLAN_BAR_COUNT
} PlanBar;

typedef struct PlanView {
	int node; /* id under the cursor */
	int began_at; /* node, as long as nobody moved */
	size_t top; /* first tree row on screen */
	size_t finding; /* the one shown in full, from 0 */
	PlanBar bar;
	bool *folded; /* by id - 1; NULL: nothing folded */
	PageView advice;
} PlanView;

/* What there is to show, beside the plan itself. */
typedef struct PlanShown {
	const Plan *plan;
	const FindingList *findings; /* NULL: not known yet */
	const char *state; /* what goes on: "running 3 s · IO DataFileRead", "looking up tables …"; NULL: nothing */
	const char *notes; /* what to know about this plan: "generic plan: parameters unknown" */
} PlanShown;

/* To begin with: cursor on the first finding's node, else on the node that costs most. */
void plan_view_begin(PlanView *view, Arena *arena, const PlanShown *shown);
void plan_view_move(PlanView *view, const PlanShown *shown, long by); /* along what is unfolded */
void plan_view_fold(PlanView *view, const PlanShown *shown);
void plan_view_finding(PlanView *view, const PlanShown *shown, int direction); /* +1 next, -1 previous; the cursor goes to its node */
int plan_view_at(Box box, const PlanView *view, const PlanShown *shown, int x, int y); /* the node drawn there; 0: none */
void plan_view_draw(Canvas *canvas, Box box, const PlanView *view, const PlanShown *shown, Arena *arena);

#endif
