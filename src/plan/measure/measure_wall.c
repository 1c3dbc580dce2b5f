/* measure_wall.c: what a node took on the clock on the wall, also when several processes ran it side by side. */
#include "plan/measure.h"

static bool is_gather(const PlanNode *node) {
	return node_is(node, "Gather") || node_is(node, "Gather Merge");
}

static bool is_subplan(const PlanNode *node) {
	return node->relationship && strcmp(node->relationship, "SubPlan") == 0;
}

static double process_ms(const PlanNode *node) {
	return node->actual_total_ms * node_loops(node);
}

/* With VERBOSE each worker's time is known, and so is the leader's: what the workers leave of the sum. */
static double slowest_ms(const PlanNode *top) {
	double slowest = NAN, leader = process_ms(top);
	for (size_t i = 0; i < top->workers.count; i++) {
		const WorkerFigures *worker = &top->workers.items[i];
		double ms = worker->total_ms * (isnan(worker->loops) ? 1 : worker->loops);
		if (isnan(ms)) continue;
		leader -= ms;
		slowest = fmax(slowest, ms);
	}
	return isnan(slowest) ? NAN : fmax(slowest, leader);
}

/* The nodes below a Gather count their loops over all participants and print averages over them; so what they print is
 * divided by how many there were, and stretched to the slowest, as far as that is known: the Gather waits for it. */
static Part *part_new(Arena *arena, const PlanNode *gather, const PlanNode *top) {
	Part *part = ARENA_NEW(arena, Part);
	part->gather = gather;
	part->participants = fmax(1, node_loops(top) / node_loops(gather));
	if (!isfinite(part->participants)) part->participants = 1;
	double average = process_ms(top) / part->participants;
	double waited = fmin(fmax(average, slowest_ms(top)), process_ms(gather)); /* of NaN and a figure both give the figure */
	part->stretch = average > 0 ? waited / average : 1;
	return part;
}

/* A bitmap for a parallel heap scan is made by one process while the others wait. */
static bool runs_alone(const PlanNode *node) {
	bool bitmap = node_is(node, "Bitmap Index Scan") || node_is(node, "BitmapAnd") || node_is(node, "BitmapOr");
	const PlanNode *reader = bitmap ? bitmap_reader(node) : NULL;
	return reader && reader->parallel_aware;
}

static const Part *part_of(const Measuring *m, const PlanNode *node) {
	const PlanNode *parent = node->parent;
	if (!parent) return NULL;
	if (is_gather(parent) && !is_lazy(node) && !is_subplan(node)) return part_new(m->arena, parent, node);
	const Part *part = m->parts[parent->id - 1];
	/* An InitPlan runs in the leader before the workers start, unless each participant had its own turn. */
	if (part && is_lazy(node) && node_loops(node) <= node_loops(part->gather)) return NULL;
	return part;
}

void measure_wall(Measuring *m) {
	for (size_t i = 0; i < m->plan->node_count; i++) {
		PlanNode *node = m->plan->nodes[i];
		NodeMeasure *measure = &node->measure;
		const Part *part = m->parts[i] = part_of(m, node);
		measure->participants = part && !runs_alone(node) ? part->participants : 1;
		measure->total_ms = node->actual_total_ms * node_loops(node) / measure->participants * (part ? part->stretch : 1);
		if (measure->never_executed) measure->total_ms = 0;
		if (!isfinite(measure->total_ms)) measure->total_ms = NAN;
	}
}
