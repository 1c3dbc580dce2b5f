/* skewed_workers.c: one process of a parallel plan did most of the work while the others waited for it. */
#include "advise/advise.h"
#include "advise/say.h"
#include "advise/subtree.h"
#include "core/format.h"

#define UNEVEN 2.0 /* times the average rows of a process */
#define ROWS_LEAST 1000.0
#define SHARE 0.1 /* of the statement, that the others waited */
#define WAITED_MS 20.0 /* workers need some milliseconds to start: until then one process has everything */
enum { PROCESSES_LEAST = 3 }; /* of two, one with everything has twice the average */

/* A figure of a node, of all processes together, of the one that has most, and for each. */
typedef struct Division {
	double all, most, average;
} Division;

typedef enum Figure { FIGURE_ROWS, FIGURE_MS } Figure;

static double figure(double rows, double ms, double loops, Figure which) {
	double one = which == FIGURE_ROWS ? rows : ms;
	return isnan(one) || isnan(loops) ? 0 : one * loops;
}

/* Without VERBOSE workers are listed for their sorts, say, and not for what they did. */
static bool tells_each(const PlanNode *node) {
	for (size_t i = 0; i < node->workers.count; i++)
		if (isnan(node->workers.items[i].rows) || isnan(node->workers.items[i].total_ms)) return false;
	return node->workers.count > 0;
}

/* What the workers have not done, the leader has. */
static Division divide(const PlanNode *node, double processes, Figure which) {
	Division it = {.all = figure(node->actual_rows, node->actual_total_ms, node->loops, which)};
	double leader = it.all;
	for (size_t i = 0; i < node->workers.count; i++) {
		const WorkerFigures *worker = &node->workers.items[i];
		double own = figure(worker->rows, worker->total_ms, worker->loops, which);
		it.most = fmax(it.most, own);
		leader -= own;
	}
	it.most = fmax(it.most, leader);
	it.average = it.all / processes;
	return it;
}

/* The lowest node whose rows one process had for itself; the first of several. */
static const PlanNode *uneven_node(const Plan *plan, const PlanNode *top, double processes) {
	const PlanNode *found = NULL;
	for (int id = top->id; id <= top->last; id++) {
		const PlanNode *node = plan->nodes[id - 1];
		if (!tells_each(node) || node->loops > processes) continue;
		Division rows = divide(node, processes, FIGURE_ROWS);
		bool uneven = rows.most >= ROWS_LEAST && rows.most > UNEVEN * rows.average;
		if (uneven && (!found || node->depth > found->depth)) found = node;
	}
	return found;
}

/* A part of an Append that is not parallel itself is one process's. */
static bool is_whole_part(const PlanNode *node) {
	for (const PlanNode *up = node->parent; up && !node->parallel_aware; node = up, up = up->parent)
		if (node_is(up, "Append")) return up->parallel_aware;
	return false;
}

static void say_why(Arena *arena, const PlanNode *node, double processes, Finding *finding) {
	if (!is_whole_part(node)) {
		finding->because = "Blocks are handed out as processes ask for them; whoever starts late finds none left, and rows that lie together "
				   "and take long come to one.";
		finding->notes = "Workers come late to statements this short, where fewer of them do as well (max_parallel_workers_per_gather). In "
				 "longer ones an order of the table that spreads these rows helps.";
		return;
	}
	finding->because = "A Parallel Append gives each part that is not read in parallel itself to one process, and this part is larger than "
			   "the others together.";
	finding->notes = "A part is not read in parallel when it is smaller than min_parallel_table_scan_size, when its parallel_workers is 0, or "
			 "when what is done there may not run in a worker.";
	if (!node_is(node, "Seq Scan") || !node->relation) return;
	const char *table = sql_qualified(arena, node->schema, node->relation);
	finding->kind = REMEDY_SETTING;
	finding->sql = arena_printf(arena, "ALTER TABLE %s SET (parallel_workers = %.0f)", table, processes - 1);
	finding->undo = arena_printf(arena, "ALTER TABLE %s RESET (parallel_workers)", table);
	finding->locks = "Reads and writes go on (ShareUpdateExclusive).";
}

static void look_at(Advice *advice, const Rule *rule, const PlanNode *gather) {
	Arena *arena = advice->arena;
	const Plan *plan = advice->plan;
	const PlanNode *top = gather->first_child;
	double processes = top ? top->measure.participants : 0;
	if (processes < PROCESSES_LEAST || gather->loops > 1 || !tells_each(top)) return;
	Division time = divide(top, processes, FIGURE_MS);
	double waited_ms = time.most - time.average;
	const PlanNode *node = uneven_node(plan, top, processes);
	if (!node || waited_ms < WAITED_MS || !advice_takes(advice, plan_share(plan, waited_ms, NAN), SHARE)) return;
	Division rows = divide(node, processes, FIGURE_ROWS);
	Finding finding = finding_new(rule->id);
	finding.node = node->id;
	finding.relation = node->relation;
	finding.title = arena_printf(arena, "one of %.0f processes did %s of the work at %s", processes, say_part(arena, rows.most / rows.all),
	                             say_node(arena, node));
	finding.evidence = arena_printf(arena, "It had %s of %s; below the %s one process took %s, on average they took %s: %s waiting for it.",
	                                format_rows(arena, rows.most), say_rows(arena, rows.all), say_node(arena, gather), format_ms(arena, time.most),
	                                format_ms(arena, time.average), say_share(arena, plan, waited_ms, NAN));
	say_why(arena, node, processes, &finding);
	finding_weigh(plan, &finding, waited_ms, NAN, 0);
	*list_push(arena, &advice->findings) = finding;
}

static void run(Advice *advice, const Rule *rule) {
	for (size_t i = 0; plan_statement_ms(advice->plan) > 0 && i < advice->plan->node_count; i++) {
		const PlanNode *node = advice->plan->nodes[i];
		if (node_is(node, "Gather") || node_is(node, "Gather Merge")) look_at(advice, rule, node);
	}
}

const Rule rule_skewed_workers = {
    .id = "skewed-workers",
    .summary = "one process of a parallel plan did most of the work",
    .fires = "With VERBOSE, which tells what each worker did: one of three or more processes had more than twice the average rows of "
	     "a node, 1,000 at least, and the others waited for it for 10% of the statement or more, 20 ms at least. Where the node is a part "
	     "of a Parallel Append that one process reads alone, that is told with what changes it. The gain is what it would "
	     "save if all ended at the same time. Silent for two processes, for a leader that only gathers, and where all end "
	     "together. Never above info.",
    .run = run,
};
