/* plan_tree.c: the tree of a plan as it is unfolded: going through it, and its rows. */
#include "panes/plan_tree.h"

#include "core/format.h"
#include "plan/words.h"

/* ---- going through it ---- */

bool plan_tree_folded(const PlanView *view, const PlanNode *node) {
	return view->folded && view->folded[node->id - 1];
}

void plan_tree_unfold(PlanView *view, const PlanNode *node) {
	for (const PlanNode *above = node->parent; above && view->folded; above = above->parent) view->folded[above->id - 1] = false;
}

const PlanNode *plan_tree_standing(const PlanView *view, const PlanNode *node) {
	const PlanNode *standing = node;
	for (const PlanNode *above = node->parent; above; above = above->parent)
		if (plan_tree_folded(view, above)) standing = above;
	return standing;
}

const PlanNode *plan_tree_next(const PlanView *view, const PlanNode *node) {
	if (node->first_child && !plan_tree_folded(view, node)) return node->first_child;
	while (node && !node->next) node = node->parent;
	return node ? node->next : NULL;
}

const PlanNode *plan_tree_previous(const PlanView *view, const Plan *plan, const PlanNode *node) {
	return node->id > 1 ? plan_tree_standing(view, plan->nodes[node->id - 2]) : NULL;
}

/* ---- its rows ---- */

/* Totals of a process over its loops. */
typedef struct Process {
	int number; /* of a worker; LEADER */
	double ms, rows, loops;
} Process;
typedef LIST(Process) Processes;
enum { LEADER = -1 };

/* The leader is what the workers leave of the node's totals; it may have had no share in the work. */
static Processes processes_of(Arena *arena, const PlanNode *node) {
	Process leader = {.number = LEADER, .ms = node->actual_total_ms * node->loops, .rows = node->actual_rows * node->loops, .loops = node->loops};
	Processes list = {0};
	for (size_t i = 0; i < node->workers.count; i++) {
		const WorkerFigures *w = &node->workers.items[i];
		if (isnan(w->loops)) continue;
		*list_push(arena, &list) = (Process){.number = w->number, .ms = w->total_ms * w->loops, .rows = w->rows * w->loops, .loops = w->loops};
		leader.ms -= w->total_ms * w->loops;
		leader.rows -= w->rows * w->loops;
		leader.loops -= w->loops;
	}
	if (list.count && leader.loops > 0) *list_push(arena, &list) = leader;
	return list;
}

static double at_least_0(double figure) {
	return figure < 0 ? 0 : figure; /* averages were rounded */
}

static void add_processes(Arena *arena, const PlanView *view, const PlanShown *shown, const PlanNode *node, PlanRows *rows) {
	const Processes list = processes_of(arena, node);
	double longest = 0;
	for (size_t i = 0; i < list.count; i++) longest = fmax(longest, list.items[i].ms);
	for (size_t i = 0; i < list.count; i++) {
		const Process *p = &list.items[i];
		const char *name = p->number == LEADER ? "leader" : arena_printf(arena, "worker %d", p->number), *loops = "";
		if (p->loops > 1) loops = arena_printf(arena, "  %s loops", format_rows(arena, p->loops));
		bool times = plan_bar_of(view->bar, shown->plan) == PLAN_BAR_SELF;
		*list_push(arena, rows) = (PlanRow){
			.node = node,
			.text = arena_printf(arena, "%s%s", name, loops),
			.figure = times ? format_unit(arena, UNIT_MS, at_least_0(p->ms)) : "",
			.rows = format_unit(arena, UNIT_COUNT, at_least_0(p->rows)),
			.share = longest > 0 ? at_least_0(p->ms) / longest : 0,
		};
	}
}

static void add_rows(Arena *arena, const PlanView *view, const PlanShown *shown, const PlanNode *node, bool conditions, PlanRows *rows) {
	*list_push(arena, rows) = (PlanRow){.node = node};
	const Conditions list = conditions ? node_condition_lines(arena, shown->plan, node) : (Conditions){0};
	for (size_t i = 0; i < list.count; i++) *list_push(arena, rows) = (PlanRow){.node = node, .text = list.items[i]};
	if (view->workers) add_processes(arena, view, shown, node, rows);
}

PlanRows plan_tree_rows(Arena *arena, const PlanView *view, const PlanShown *shown, int first, bool conditions, size_t most) {
	PlanRows rows = {0};
	for (const PlanNode *node = shown->plan->nodes[first - 1]; node && rows.count < most; node = plan_tree_next(view, node))
		add_rows(arena, view, shown, node, conditions, &rows);
	if (rows.count > most) rows.count = most;
	return rows;
}

/* ---- the part of it that is on the screen ---- */

static size_t row_count(Arena *arena, const PlanView *view, const PlanShown *shown, const PlanNode *node, bool conditions) {
	PlanRows rows = {0};
	add_rows(arena, view, shown, node, conditions, &rows);
	return rows.count;
}

/* The first node of a screen that ends with this one. */
static int first_of(Arena *arena, const PlanView *view, const PlanShown *shown, const PlanNode *last, bool conditions, size_t height) {
	size_t used = row_count(arena, view, shown, last, conditions);
	const PlanNode *first = last, *node = last;
	while ((node = plan_tree_previous(view, shown->plan, node)) && (used += row_count(arena, view, shown, node, conditions)) <= height) first = node;
	return first->id;
}

int plan_tree_top(Arena *arena, const PlanView *view, const PlanShown *shown, bool conditions, size_t height) {
	const Plan *plan = shown->plan;
	const PlanNode *cursor = plan->nodes[view->node - 1], *last = plan_tree_standing(view, plan->nodes[plan->node_count - 1]);
	bool known = view->top >= 1 && (size_t)view->top <= plan->node_count;
	int top = plan_tree_standing(view, plan->nodes[known ? view->top - 1 : 0])->id;
	int least = first_of(arena, view, shown, cursor, conditions, height), most = first_of(arena, view, shown, last, conditions, height);
	if (top < least) top = least;
	if (top > most) top = most;
	return top < cursor->id ? top : cursor->id;
}

int plan_tree_deepest(const Plan *plan) {
	int deepest = 0;
	for (size_t i = 0; i < plan->node_count; i++)
		if (plan->nodes[i]->depth > deepest) deepest = plan->nodes[i]->depth;
	return deepest;
}
