/* workers_not_launched.c: a parallel plan got fewer workers than it was made for, or was made for fewer than its table is worth. */
#include <stdlib.h>

#include "advise/advise.h"
#include "advise/say.h"
#include "core/format.h"
#include "sql/quote.h"

#define SHARE_OF_ONE 0.5 /* of the statement: below, a single worker that was missing is chance */
#define SHARE 0.1 /* of the statement, for a table that is allowed fewer */
#define PARALLEL_PAGES 1024.0 /* min_parallel_table_scan_size: from 8 MB on a table gets a worker, from three times as much another */

/* ---- not launched ---- */

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

/* All its Gathers may have theirs at the same time. */
static double planned_together(const Plan *plan) {
	double planned = 0;
	for (size_t i = 0; i < plan->node_count; i++)
		if (plan->nodes[i]->workers_planned > 0) planned += plan->nodes[i]->workers_planned;
	return planned;
}

/* As the plan was run, else as the server has it; NaN: nobody knows. */
static double limit(const Advice *advice, const char *name, int of_server) {
	const char *set = plan_setting(advice->plan, name);
	return set ? strtod(set, NULL) : of_server > 0 ? (double)of_server : NAN;
}

static void raise_processes(Arena *arena, Finding *finding, double wanted, double processes) {
	finding->because = arena_printf(arena, "max_worker_processes is %.0f, for all parallel and background workers together.", processes);
	finding->kind = REMEDY_SETTING;
	finding->sql = arena_printf(arena, "ALTER SYSTEM SET max_worker_processes = %.0f", processes + wanted);
	finding->undo = "ALTER SYSTEM RESET max_worker_processes";
	finding->notes = "It takes a restart, and on standbys first: one that allows fewer than its primary stops.";
}

static void raise_workers(Arena *arena, Finding *finding, double wanted, double most, bool several) {
	finding->because = several ? arena_printf(arena, "The plan's parallel parts want %.0f workers together, and max_parallel_workers is %.0f, for "
	                                                 "all sessions.", wanted, most)
	                           : arena_printf(arena, "max_parallel_workers is %.0f, for all sessions together.", most);
	finding->kind = REMEDY_SETTING;
	finding->sql = arena_printf(arena, "SET LOCAL max_parallel_workers = %.0f", wanted);
	finding->notes = "It reaches no further than max_worker_processes, which only a restart changes.";
}

static void remedy(const Advice *advice, Finding *finding, const Shortage *shortage) {
	Arena *arena = advice->arena;
	const Server *server = advice->facts ? advice->facts->server : NULL;
	double processes = server && server->max_worker_processes > 0 ? (double)server->max_worker_processes : NAN;
	double most = limit(advice, "max_parallel_workers", server ? server->max_parallel_workers : 0), together = planned_together(advice->plan);
	if (processes < shortage->planned) {
		raise_processes(arena, finding, shortage->planned, processes);
		return;
	}
	if (most < together) {
		raise_workers(arena, finding, together, most, most >= shortage->planned);
		return;
	}
	const char *all = isnan(most) ? "max_parallel_workers" : arena_printf(arena, "the %.0f of max_parallel_workers", most);
	finding->because = shortage->launched > 0
	                       ? arena_printf(arena, "The others were not to be had: %s %s shared by all sessions.", all, isnan(most) ? "is" : "are")
	                       : "None was to be had, or none was allowed: a cursor, a row limit of the client's and a "
				 "statement inside a function run such plans without workers.";
	finding->notes = "Once is chance. When it happens again, see who has them: SELECT leader_pid, count(*) FROM "
			 "pg_stat_activity WHERE backend_type = 'parallel worker' GROUP BY 1; and raise max_parallel_workers, "
			 "up to max_worker_processes, if the processors are idle meanwhile.";
}

static void look_at_launched(Advice *advice, const Rule *rule) {
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
	remedy(advice, &finding, &shortage);
	finding_weigh(plan, &finding, shortage.ms, NAN, 1 - shortage.part);
	*list_push(arena, &advice->findings) = finding;
}

/* ---- planned fewer ---- */

/* What the planner would give a table of this size. */
static double workers_by_size(double pages, double most) {
	double workers = 0;
	for (double threshold = PARALLEL_PAGES; pages >= threshold && workers < most; threshold *= 3) workers++;
	return workers;
}

static bool is_written(const Plan *plan) {
	for (size_t i = 0; i < plan->node_count; i++)
		if (node_is(plan->nodes[i], "ModifyTable")) return true; /* no such plan is parallel */
	return false;
}

static void look_at_allowed(Advice *advice, const Rule *rule, const Scan *scan, double most) {
	Arena *arena = advice->arena;
	const TableFacts *table = scan->table;
	double had = table ? table->parallel_workers : NAN, wanted = table ? workers_by_size(table->pages, most) : 0;
	if (!(had < wanted) || !scan_reads_whole(scan) || scan->parts > 1 || scan->executions > 1) return;
	if (!advice_takes(advice, scan->self_share, SHARE)) return;
	const char *name = sql_qualified(arena, table->schema, table->name);
	Finding finding = finding_new(rule->id);
	finding.node = scan->node->id;
	finding.relation = arena_printf(arena, "%s.%s", table->schema, table->name);
	finding.title = arena_printf(arena, "%s is allowed %s, and its size would get it %.0f", table->name,
	                             had == 0 ? "no worker" : had == 1 ? "one worker" : arena_printf(arena, "%.0f workers", had), wanted);
	finding.evidence = arena_printf(arena, "%s, %s pages: %s.", say_node(arena, scan->node), format_rows(arena, table->pages),
	                                say_share(arena, advice->plan, scan->self_ms, scan->self_cost));
	finding.because = arena_printf(arena, "Its storage parameter parallel_workers is %.0f, which goes before its size.", had);
	finding.kind = REMEDY_SETTING;
	finding.sql = arena_printf(arena, "ALTER TABLE %s RESET (parallel_workers)", name);
	finding.undo = arena_printf(arena, "ALTER TABLE %s SET (parallel_workers = %.0f)", name, had);
	finding.locks = "Reads and writes go on (ShareUpdateExclusive).";
	finding.notes = "Somebody set it: ask why. It holds for every statement on the table, and a statement with a function that is not "
			"PARALLEL SAFE stays as it is.";
	finding_weigh(advice->plan, &finding, scan->self_ms, scan->self_cost, (had + 1) / (wanted + 1));
	*list_push(arena, &advice->findings) = finding;
}

static void run(Advice *advice, const Rule *rule) {
	const Server *server = advice->facts ? advice->facts->server : NULL;
	double most = limit(advice, "max_parallel_workers_per_gather", server ? server->workers_per_gather : 0);
	look_at_launched(advice, rule);
	for (size_t i = 0; most > 0 && !is_written(advice->plan) && i < advice->scans.count; i++)
		look_at_allowed(advice, rule, &advice->scans.items[i], most);
}

const Rule rule_workers_not_launched = {
    .id = "workers-not-launched",
    .summary = "a parallel plan got fewer workers than planned, or its table allows few",
    .fires = "A Gather or Gather Merge launched at least two workers fewer than planned, or one fewer where its part takes "
	     "half of the statement. The gain is what they would have taken over had the work been shared evenly: at best. "
	     "A setting is given only where EXPLAIN (SETTINGS) or the server shows that max_parallel_workers or max_worker_processes is "
	     "below the plan's number; else it may have been chance. Or the storage parameter parallel_workers of a table that is read "
	     "whole, for 10% of the statement or more, allows fewer than its size would get it. Silent when all came, and for plans "
	     "that were not timed; tables without that parameter, and statements that write, which are never parallel.",
    .run = run,
};
