/* measure_rows.c: rows planned, rows that came, rows thrown away, and by what factor the planner was wrong. */
#include "plan/measure.h"

/* ---- totals over loops and workers ---- */

/* Not printed means none; printed without a figure (masked) means unknown. */
static double removed(const PlanNode *node, const char *name, double per_loop) {
	return plan_field(node->fields, name) ? per_loop : 0;
}

/* Up to 17 an average over loops is rounded to whole rows: of 0 rows in each of 6000 loops there may have been 3000. */
static double slack_of(const PlanNode *node, double loops) {
	const char *digits = loops > 1 ? node_text(node, "Actual Rows") : NULL;
	return digits ? loops * (strchr(digits, '.') ? 0.005 : 0.5) : 0;
}

void measure_rows(Measuring *m) {
	for (size_t i = 0; i < m->plan->node_count; i++) {
		PlanNode *node = m->plan->nodes[i];
		NodeMeasure *measure = &node->measure;
		measure->rows_planned = node->plan_rows;
		if (!node->analyzed) continue;
		double loops = node_loops(node);
		measure->never_executed = loops <= 0;
		measure->rows_planned = node->plan_rows * loops;
		measure->rows_actual = node->actual_rows * loops;
		measure->rows_slack = slack_of(node, loops);
		measure->rows_removed = loops * (removed(node, "Rows Removed by Filter", node->removed_by_filter) +
		                                 removed(node, "Rows Removed by Join Filter", node->removed_by_join_filter) +
		                                 removed(node, "Rows Removed by Index Recheck", node->removed_by_recheck));
	}
}

/* ---- misestimates ---- */

static bool has_text(const PlanNode *node, const char *name, const char *wanted) {
	const char *text = node_text(node, name);
	return text && strcmp(text, wanted) == 0;
}

static bool is_inner(const PlanNode *node) {
	return node->relationship && strcmp(node->relationship, "Inner") == 0;
}

/* Reads its children to the end before it gives a row, whatever happens above. */
static bool reads_all(const PlanNode *node) {
	static const char *const always[] = {"Sort", "Hash", "BitmapAnd", "BitmapOr", "Bitmap Index Scan", "ModifyTable", NULL};
	bool sorted = has_text(node, "Strategy", "Sorted");
	return node_is_any(node, always) || ((node_is(node, "Aggregate") || node_is(node, "SetOp")) && !sorted);
}

/* Which children of a node perhaps stop before their last row because of what the node is. */
typedef enum Stopped { STOPS_NONE, STOPS_INNER, STOPS_ALL } Stopped;

static Stopped stopped_by(const PlanNode *parent) {
	if (node_is(parent, "Limit") || node_is(parent, "Merge Join")) return STOPS_ALL;
	if (node_is(parent, "WindowAgg")) return plan_field(parent->fields, "Run Condition") ? STOPS_ALL : STOPS_NONE;
	if (!node_is(parent, "Nested Loop")) return STOPS_NONE;
	bool exists = has_text(parent, "Join Type", "Semi") || has_text(parent, "Join Type", "Anti") || has_text(parent, "Inner Unique", "true");
	return exists ? STOPS_INNER : STOPS_NONE;
}

/* InitPlans and SubPlans are stopped whatever they hang under: EXISTS and ANY want one row. */
static bool is_stopped(const PlanNode *child, Stopped stopped) {
	bool sub_plan = child->relationship && strcmp(child->relationship, "SubPlan") == 0;
	return stopped == STOPS_ALL || (stopped == STOPS_INNER && is_inner(child)) || sub_plan || is_lazy(child);
}

/* stops[id - 1]: perhaps not all of the node's rows were asked for. */
static void find_stops(const Plan *plan, const bool *cte_stops, bool *stops) {
	for (size_t i = 0; i < plan->node_count; i++) {
		const PlanNode *parent = plan->nodes[i];
		if (!parent->first_child) continue;
		Stopped stopped = stopped_by(parent);
		bool handed_on = stops[i] && !reads_all(parent);
		for (const PlanNode *child = parent->first_child; child; child = child->next)
			stops[child->id - 1] = is_cte(child) ? cte_stops[child->id - 1] : handed_on || is_stopped(child, stopped);
	}
}

/* A CTE stops when all its scans do; those may be in other CTEs, which is why this may take several rounds. */
static bool find_cte_stops(const Measuring *m, const bool *stops, bool *cte_stops) {
	bool changed = false;
	for (size_t i = 0; i < m->lazies.count; i++) {
		const Lazy *lazy = &m->lazies.items[i];
		bool stop = lazy->cte && lazy->readers.count;
		for (size_t r = 0; r < lazy->readers.count; r++) stop = stop && stops[lazy->readers.items[r]->id - 1];
		changed = changed || stop != cte_stops[lazy->plan->id - 1];
		cte_stops[lazy->plan->id - 1] = stop;
	}
	return changed;
}

enum { MOST_ROUNDS = 8 };

static const bool *early_stops(const Measuring *m) {
	bool *stops = ARENA_ARRAY(m->arena, bool, m->plan->node_count), *cte_stops = ARENA_ARRAY(m->arena, bool, m->plan->node_count);
	for (int round = 0; round < MOST_ROUNDS; round++) {
		find_stops(m->plan, cte_stops, stops);
		if (!find_cte_stops(m, stops, cte_stops)) break;
	}
	return stops;
}

/* A lossy bitmap counts pages; a BRIN index has no other. */
static bool is_lossy(const PlanNode *node) {
	const PlanNode *heap = node_is(node, "Bitmap Index Scan") ? bitmap_reader(node) : NULL;
	return heap && node_real(heap, "Lossy Heap Blocks") > 0;
}

static bool is_pruned(const PlanNode *node) {
	if (!node_is(node, "Append") && !node_is(node, "Merge Append")) return false;
	for (const PlanNode *child = node->first_child; child; child = child->next)
		if (child->measure.never_executed) return true;
	return node_real(node, "Subplans Removed") > 0;
}

/* Rows that mean nothing, or nothing new: a bitmap's are not counted, a Sort's are its child's, a mark of a Merge Join
 * gives the inner side's rows again. */
static bool is_exempt(const PlanNode *node) {
	static const char *const types[] = {"BitmapAnd", "BitmapOr", "ModifyTable", "Hash", "Materialize", "Memoize", "Sort", "Incremental Sort", NULL};
	bool marked = node->parent && node_is(node->parent, "Merge Join") && is_inner(node);
	return node->measure.never_executed || marked || node_is_any(node, types) || is_lossy(node) || is_pruned(node);
}

/* Of what may have come in a loop, what is nearest to what was planned. */
static double nearest(const PlanNode *node) {
	double slack = node->measure.rows_slack / node_loops(node);
	return fmin(fmax(node->plan_rows, fmax(0, node->actual_rows - slack)), node->actual_rows + slack);
}

void measure_misestimates(Measuring *m) {
	const bool *stops = early_stops(m);
	for (size_t i = 0; i < m->plan->node_count; i++) {
		PlanNode *node = m->plan->nodes[i];
		double planned = node->plan_rows, came = node->actual_rows;
		if (isnan(planned) || isnan(came) || is_exempt(node) || (stops[i] && came < planned)) continue;
		came = nearest(node);
		node->measure.underestimated = came > planned;
		node->measure.misestimate = (fmax(planned, came) + 1) / (fmin(planned, came) + 1);
	}
}
