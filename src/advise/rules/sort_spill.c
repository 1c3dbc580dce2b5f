/* sort_spill.c: a sort that did not fit into work_mem and went through temporary files. */
#include "advise/memory.h"
#include "advise/say.h"
#include "core/format.h"
#include "plan/value.h"

#define MEMORY_PER_DISK 2.0 /* a row in memory takes about twice its bytes in a file: 1.9 to 2.1 measured */
#define SPILL_SHARE 0.25 /* of the sort's own time, where I/O was not timed: in a warm cache spilling costs little */

/* The largest among leader and workers. */
static double disk_kb(const PlanNode *node) {
	double most = 0;
	for (const PlanValue *process = NULL; (process = node_process(node, process));) {
		const char *where = value_text(plan_field(process, "Sort Space Type"));
		if (where && strcmp(where, "Disk") == 0) most = fmax(most, value_real(plan_field(process, "Sort Space Used")));
	}
	return most;
}

static void run(Advice *advice, const Rule *rule) {
	Arena *arena = advice->arena;
	const Plan *plan = advice->plan;
	Shortage sorts = {.nodes = 0};
	double most_kb = 0;
	for (size_t i = 0; plan->analyzed && i < plan->node_count; i++) {
		double kb = node_is(plan->nodes[i], "Sort") ? disk_kb(plan->nodes[i]) : 0;
		if (kb > 0) shortage_join(&sorts, shortage_of_files(plan->nodes[i], NULL, kb * MEMORY_PER_DISK, SPILL_SHARE));
		most_kb = fmax(most_kb, kb);
	}
	const PlanNode *node = sorts.node;
	if (!node) return;
	Finding finding = finding_new(rule->id);
	double rows = node->first_child ? node_rows(plan, node->first_child) : node->measure.rows_actual;
	const char *disk = format_bytes(arena, most_kb * 1024), *method = node_text(node, "Sort Method");
	finding.title = arena_printf(arena, "a sort of %s goes through %s of temporary files", say_rows(arena, rows), disk);
	finding.evidence = arena_printf(arena, "Sort by %s%s, %s: the sort's own time is %s.", say_keys(arena, node, "Sort Key"),
	                                shortage_others(arena, &sorts), method ? method : "on disk",
	                                say_share(arena, plan, sorts.stake_ms, sorts.stake_cost));
	finding.because = arena_printf(
	    arena, "Its rows did not fit into work_mem; in memory they take about twice the %s they take on disk.", disk);
	shortage_tell(advice, &finding, &sorts, "sort",
	              "Sort fewer or narrower rows: select fewer columns, filter or aggregate first, add a LIMIT, or take "
	              "the order from an index.");
	*list_push(arena, &advice->findings) = finding;
}

const Rule rule_sort_spill = {
    .id = "sort-spill",
    .summary = "a sort did not fit into work_mem and went through temporary files",
    .fires = "A Sort, or one worker's part of it, used disk. The work_mem given is twice what stood on disk, for rows are "
	     "about twice as large in memory, as a power of two and for one transaction. The gain is the time of temporary "
	     "I/O where track_io_timing measured it, else at most a quarter of the sort's own time: in a warm cache "
	     "spilling costs little. When more than 1 GB would be needed no setting is advised. Silent when that gain is "
	     "under the minimum, and for plans that were not run.",
    .sourced = true,
    .run = run,
};
