/* plan_view.h: a plan on the screen: tree, node panel, advice. */
#ifndef PGWHY_PANES_PLAN_VIEW_H
#define PGWHY_PANES_PLAN_VIEW_H

#include "panes/plan_shown.h"

/* To begin with: cursor on the first finding's node, else on the node that costs most. What the reader wants to see stays: bar, workers, search. */
void plan_view_begin(PlanView *view, Arena *arena, const PlanShown *shown);
void plan_view_release(PlanView *view);
void plan_view_go(PlanView *view, const PlanShown *shown, int node); /* unfolds it; the advice follows to a node that has some */
void plan_view_move(PlanView *view, const PlanShown *shown, long by); /* along what is unfolded */
void plan_view_fold(PlanView *view, const PlanShown *shown);
void plan_view_shift(PlanView *view, const PlanShown *shown, int levels); /* sideways: + shows what stands further right */
void plan_view_finding(PlanView *view, const PlanShown *shown, int direction); /* +1 next, -1 previous, once what is shown of this one's text is at its end; the cursor goes to its node */
bool plan_view_has_more(const PlanView *view, const PlanShown *shown); /* advice than stands on the screen */
/* To the next (+1) or previous (-1) node whose heading or conditions match, around the ends; 0: the cursor's will do. False: there is none. */
bool plan_view_search(PlanView *view, const PlanShown *shown, int direction);
bool plan_view_has_workers(const PlanShown *shown); /* that are told apart */
int plan_view_at(Box box, const PlanView *view, const PlanShown *shown, int x, int y); /* the node drawn there; 0: none */
/* Leaves in view what part of tree and advice it showed. */
void plan_view_draw(Canvas *canvas, Box box, PlanView *view, const PlanShown *shown, Arena *arena);

#endif
