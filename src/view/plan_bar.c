/* plan_bar.c: the figure and the bar beside each node of a plan. */
#include "view/plan_bar.h"

static double either(double figure, double other) {
	return isnan(figure) ? other : figure;
}

static double blocks_of(const Blocks *blocks) {
	return blocks->shared_hit + blocks->shared_read + either(blocks->local_hit, 0) + either(blocks->local_read, 0) + either(blocks->temp_read, 0);
}

/* NaN when nothing was timed. */
static double io_of(const Blocks *blocks) {
	const double times[] = {blocks->shared_read_ms, blocks->shared_write_ms, blocks->local_read_ms, blocks->local_write_ms, blocks->temp_read_ms, blocks->temp_write_ms};
	double sum = NAN;
	for (size_t i = 0; i < sizeof times / sizeof *times; i++)
		if (!isnan(times[i])) sum = either(sum, 0) + times[i];
	return sum;
}

double plan_bar_value(PlanBar bar, const PlanNode *node) {
	const NodeMeasure *m = &node->measure;
	switch (bar) {
	case PLAN_BAR_SELF: return m->self_ms;
	case PLAN_BAR_ROWS: return either(m->rows_actual, m->rows_planned);
	case PLAN_BAR_BLOCKS: return blocks_of(&m->self_blocks);
	case PLAN_BAR_IO: return io_of(&m->self_blocks);
	default: return m->self_cost;
	}
}

static bool is_there(PlanBar bar, const Plan *plan) {
	switch (bar) {
	case PLAN_BAR_SELF: return plan->timed;
	case PLAN_BAR_BLOCKS: return plan->analyzed && plan->buffers;
	case PLAN_BAR_IO: return plan->analyzed && !isnan(io_of(&plan->root->blocks));
	default: return true;
	}
}

PlanBar plan_bar_of(PlanBar wanted, const Plan *plan) {
	return is_there(wanted, plan) ? wanted : PLAN_BAR_COST;
}

PlanBar plan_bar_next(PlanBar bar, const Plan *plan) {
	bar = plan_bar_of(bar, plan);
	do bar = (bar + 1) % PLAN_BAR_COUNT;
	while (!is_there(bar, plan));
	return bar;
}

/* Of the whole where parts make one; rows do not. */
double plan_bar_whole(PlanBar bar, const Plan *plan) {
	double whole = 0, largest = 0;
	for (size_t i = 0; i < plan->node_count; i++) {
		double value = plan_bar_value(bar, plan->nodes[i]);
		if (value > 0) whole += value;
		if (value > largest) largest = value;
	}
	return bar == PLAN_BAR_ROWS ? largest : whole;
}

static const struct {
	const char *name;
	Unit unit;
} bars[] = {
#define X(bar, name, unit) [bar] = {name, unit},
    PLAN_BARS(X)
#undef X
};

const char *plan_bar_name(PlanBar bar) {
	return bars[bar].name;
}

Unit plan_bar_unit(PlanBar bar) {
	return bars[bar].unit;
}

const char *plan_bar_text(Arena *arena, PlanBar bar, const PlanNode *node) {
	return node->measure.never_executed ? "–" : format_unit(arena, bars[bar].unit, plan_bar_value(bar, node));
}
