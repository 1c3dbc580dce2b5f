/* plan_bar.h: the figure and the bar beside each node of a plan. */
#ifndef PGWHY_VIEW_PLAN_BAR_H
#define PGWHY_VIEW_PLAN_BAR_H

#include "core/format.h"
#include "plan/plan.h"

/* enum, heading, unit (as in core/format.h) */
#define PLAN_BARS(X)                              \
	X(PLAN_BAR_SELF, "self", UNIT_MS)         \
	X(PLAN_BAR_ROWS, "rows", UNIT_COUNT)      \
	X(PLAN_BAR_BLOCKS, "blocks", UNIT_COUNT)  \
	X(PLAN_BAR_IO, "i/o", UNIT_MS)            \
	X(PLAN_BAR_COST, "cost", UNIT_COUNT)
typedef enum PlanBar {
#define X(bar, name, unit) bar,
	PLAN_BARS(X)
#undef X
	PLAN_BAR_COUNT
} PlanBar;

/* What is to be shown when a plan has not got what was wanted: its costs. */
PlanBar plan_bar_of(PlanBar wanted, const Plan *plan);
PlanBar plan_bar_next(PlanBar bar, const Plan *plan); /* in a circle, of those the plan has figures for */
const char *plan_bar_name(PlanBar bar);
Unit plan_bar_unit(PlanBar bar);
double plan_bar_value(PlanBar bar, const PlanNode *node); /* of the node itself */
double plan_bar_whole(PlanBar bar, const Plan *plan); /* what a full bar stands for */
const char *plan_bar_text(Arena *arena, PlanBar bar, const PlanNode *node);

#endif
