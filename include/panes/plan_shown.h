/* plan_shown.h: what the plan view is a function of: a plan with what is known about it, and where its reader is. */
#ifndef PGWHY_PANES_PLAN_SHOWN_H
#define PGWHY_PANES_PLAN_SHOWN_H

#include "advise/finding.h"
#include "advise/pretence.h"
#include "advise/repeated.h"
#include "view/page.h"
#include "view/plan_bar.h"

typedef struct PlanView {
	int node; /* id under the cursor */
	int began_at; /* node, as long as nobody moved */
	int top; /* id of the first node on screen; 0: not drawn yet */
	int left; /* levels of the tree scrolled out to the left */
	int left_for, left_width; /* the node and the width they were chosen for; with others they are chosen again */
	size_t finding; /* the one shown in full, from 0 */
	PlanBar bar; /* wanted: see plan_bar_of */
	bool workers; /* each process has a row */
	bool *folded; /* by id - 1; NULL: nothing folded */
	PageView advice;
	size_t advice_rows, advice_room; /* of the text, and on the screen it was drawn on; 0: not drawn yet */
	Str search; /* a regular expression; what is none is looked for as it stands; empty: none */
} PlanView;

/* What there is to show, beside the plan itself. */
typedef struct PlanShown {
	const Plan *plan;
	const FindingList *findings; /* NULL: not known yet */
	const char *advised_at, *advised_for; /* "2026-11-20 14:02", "shop@db1/shop": the findings are of then and there; NULL: of now, not known */
	const char *state; /* what goes on: "running 3 s · IO DataFileRead", "looking up tables …"; NULL: nothing */
	const char *notes; /* what to know about this plan: "generic plan: parameters unknown" */
	const Repeated *repeated; /* what several runs said of its time; NULL: nobody asked */
	const Pretence *pretence; /* whose plan it is: no real one; it takes the place of advice. NULL: it is real */
} PlanShown;

#endif
