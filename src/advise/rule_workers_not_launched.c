/* rule_workers_not_launched.c: a parallel plan got fewer workers than it was made for. */
#include <stdlib.h>

#include "advise/advise.h"
#include "advise/say.h"
#include "core/format.h"

#define SHARE_OF_ONE 0.5 /* of the statement: below, a single worker that was missing is chance */

typedef struct Shortage {
	const PlanNode *gather;
	double missing, planned, launched;
	double ms, part; /* the parallel part's time, and what of it the others would have spared at best */
} Shortage;

static Shortage shortage_at(const PlanNode *node) {
	const PlanNode *top = node->first_child;
	Shortage it = {.gather = node, .planned = node->workers_planned, .launched = node->workers_launched};
	it.missing = it.planned - it.launched;
	if (!(it.missing > 0) || !top) return (Shortage){.missing = 0};
	double had = fmax(top->measure.participants, 1);
	it.ms = top->measure.total_ms;
	it.part = it.missing / (had + it.missing);
	return it;
}

static Shortage worst_shortage(const Plan *plan) {
	Shortage worst = {.missing = 0};
	for (size_t i = 0; i < plan->node_count; i++) {
		Shortage it = shortage_at(plan->nodes[i]);
		if (it.missing > 0 && (!worst.gather || it.ms * it.part > worst.ms * worst.part)) worst = it;
	}
	return worst;
}

static void remedy(Arena *arena, const Plan *plan, Finding *finding, const Shortage *shortage) {
	const char *set = plan_setting(plan, "max_parallel_workers");
	double most = set ? strtod(set, NULL) : NAN;
	if (most < shortage->planned) {
		finding->because = arena_printf(arena, "max_parallel_workers is %s, for all sessions together.", format_rows(arena, most));
		finding->kind = REMEDY_SETTING;
		finding->sql = arena_printf(arena, "SET LOCAL max_parallel_workers = %.0f", shortage->planned);
		finding->notes = "It reaches no further than max_worker_processes, which only a restart changes.";
		return;
	}
	finding->because = shortage->launched > 0
	                       ? "The others were not to be had: max_parallel_workers is shared by all sessions."
	                       : "None was to be had, or none was allowed: a cursor, a row limit of the client's and a "
				 "statement inside a function run such plans without workers.";
	finding->notes = "Once is chance. When it happens again, see who has them: SELECT leader_pid, count(*) FROM "
			 "pg_stat_activity WHERE backend_type = 'parallel worker' GROUP BY 1; and raise max_parallel_workers, "
			 "up to max_worker_processes, if the processors are idle meanwhile.";
}

static void run(Advice *advice, const Rule *rule) {
	Arena *arena = advice->arena;
	const Plan *plan = advice->plan;
	Shortage shortage = worst_shortage(plan);
	if (!shortage.gather || !(plan_statement_ms(plan) > 0)) return;
	if (shortage.missing < 2 && !(plan_share(plan, shortage.ms, NAN) >= SHARE_OF_ONE)) return;
	Finding finding = finding_new(rule->id);
	finding.node = shortage.gather->id;
	finding.title = arena_printf(arena, "%.0f of %.0f planned workers were launched", shortage.launched, shortage.planned);
	finding.evidence = arena_printf(arena, "Below the %s the work of %.0f workers was done by those there were: %s.",
	                                say_node(arena, shortage.gather), shortage.planned,
	                                say_share(arena, plan, shortage.ms, NAN));
	remedy(arena, plan, &finding, &shortage);
	finding_weigh(plan, &finding, shortage.ms, NAN, 1 - shortage.part);
	*list_push(arena, &advice->findings) = finding;
}

const Rule rule_workers_not_launched = {
    .id = "workers-not-launched",
    .summary = "a parallel plan got fewer workers than it was planned with",
    .fires = "A Gather or Gather Merge launched at least two workers fewer than planned, or one fewer where its part takes "
	     "half of the statement. The gain is what they would have taken over had the work been shared evenly: at best. "
	     "A setting is given only where EXPLAIN (SETTINGS) shows that max_parallel_workers is below the plan's number; "
	     "else it may have been chance. Silent when all came, and for plans that were not timed.",
    .run = run,
};
