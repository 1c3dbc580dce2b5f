/* measure_blocks.c: blocks a node touched by itself. */
#include "plan/measure.h"

/* Every figure of Blocks is a double: they are gone through as such. */
enum { FIGURES = sizeof(Blocks) / sizeof(double) };
_Static_assert(sizeof(Blocks) == FIGURES * sizeof(double), "Blocks holds doubles only");

static double *figures(Blocks *blocks) {
	return (double *)(void *)blocks;
}

static const double *printed(const PlanNode *node) {
	return (const double *)(const void *)&node->blocks;
}

/* The waiting of several processes side by side; the counts are of all of them. */
static bool is_time(size_t figure) {
	return figure >= offsetof(Blocks, shared_read_ms) / sizeof(double) && figure <= offsetof(Blocks, temp_write_ms) / sizeof(double);
}

static void take(PlanNode *from, size_t figure, double count) {
	figures(&from->measure.self_blocks)[figure] -= known(count);
}

/* Without its children: a scan may have SubPlans. */
static double alone(const PlanNode *node, size_t figure) {
	double count = known(printed(node)[figure]);
	for (const PlanNode *child = node->first_child; child; child = child->next)
		if (!is_lazy(child)) count -= known(printed(child)[figure]);
	return fmax(0, count);
}

/* Like its time, what a CTE touched is in its scans, and what an InitPlan touched in its reader. */
static void take_lazy(const Lazy *lazy, size_t figure) {
	double all = 0, count = known(printed(lazy->plan)[figure]);
	for (size_t i = 0; i < lazy->readers.count; i++) all += alone(lazy->readers.items[i], figure);
	for (size_t i = 0; i < lazy->readers.count && all > 0; i++) {
		PlanNode *reader = lazy->readers.items[i];
		take(reader, figure, fmin(count, all) * alone(reader, figure) / all);
	}
}

void measure_blocks(Measuring *m) {
	for (size_t figure = 0; figure < FIGURES; figure++) {
		for (size_t i = 0; i < m->plan->node_count; i++) {
			const PlanNode *node = m->plan->nodes[i];
			if (node->parent && !is_lazy(node)) take(node->parent, figure, printed(node)[figure]);
		}
		for (size_t i = 0; i < m->lazies.count; i++) take_lazy(&m->lazies.items[i], figure);
		for (size_t i = 0; i < m->plan->node_count; i++) {
			NodeMeasure *measure = &m->plan->nodes[i]->measure;
			double *own = &figures(&measure->self_blocks)[figure];
			if (*own < 0) *own = 0;
			if (is_time(figure)) *own /= measure->participants;
		}
	}
}
