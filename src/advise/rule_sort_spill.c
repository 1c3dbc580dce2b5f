/* rule_sort_spill.c: a sort that did not fit into work_mem and went through temporary files. */
#include "advise/advise.h"
#include "advise/say.h"
#include "core/format.h"

#define MEMORY_PER_DISK 2.0 /* a row in memory takes about twice its bytes in a file: 1.9 to 2.1 measured */
#define SPILL_SHARE 0.25 /* of the sort's own time, where I/O was not timed: in a warm cache spilling costs little */
#define MEMORY_MOST_KB (1024.0 * 1024) /* of one sort of one process: more is no setting but another query */

typedef struct Spill {
	const PlanNode *node; /* the costliest */
	size_t sorts;
	double disk_kb; /* of the largest sort of one process */
	double saves_ms, stake_ms, stake_cost;
} Spill;

/* The largest among leader and workers. */
static double disk_kb(const PlanNode *node) {
	const char *where = node_text(node, "Sort Space Type");
	double most = where && strcmp(where, "Disk") == 0 ? node_real(node, "Sort Space Used") : 0;
	const PlanValue *workers = plan_field(node->fields, "Workers");
	if (workers && workers->kind != PLAN_LIST) workers = NULL;
	for (const PlanValue *worker = workers ? workers->members.first : NULL; worker; worker = worker->next) {
		const PlanValue *type = plan_field(worker, "Sort Space Type"), *used = plan_field(worker, "Sort Space Used");
		if (!type || type->kind != PLAN_TEXT || strcmp(type->text, "Disk") != 0 || !used) continue;
		if (used->kind == PLAN_INT) most = fmax(most, (double)used->integer);
		if (used->kind == PLAN_REAL) most = fmax(most, used->real);
	}
	return isnan(most) ? 0 : most;
}

/* What vanishes with memory enough: the time of the temporary files, or a part of the sort's own. */
static double spill_ms(const PlanNode *node) {
	const Blocks *own = &node->measure.self_blocks;
	double timed = own->temp_read_ms + own->temp_write_ms, most = node->measure.self_ms;
	if (timed > 0) return fmin(timed / fmax(node->measure.participants, 1), most);
	return most * SPILL_SHARE;
}

static Spill add_up(const Plan *plan) {
	Spill all = {.disk_kb = 0};
	double costliest = -1;
	for (size_t i = 0; i < plan->node_count; i++) {
		const PlanNode *node = plan->nodes[i];
		double kb = node_is(node, "Sort") ? disk_kb(node) : 0;
		if (kb <= 0) continue;
		double ms = spill_ms(node);
		all.sorts++;
		all.disk_kb = fmax(all.disk_kb, kb);
		all.saves_ms += ms;
		all.stake_ms += node->measure.self_ms;
		all.stake_cost += node->measure.self_cost;
		if (ms > costliest || !all.node) all.node = node;
		costliest = fmax(costliest, ms);
	}
	return all;
}

/* The next power of two, in MB: a figure people set. */
static double work_mem_mb(double disk) {
	double wanted = disk * MEMORY_PER_DISK / 1024, mb = 4;
	while (mb < wanted) mb *= 2;
	return mb;
}

static const char *keys_of(Arena *arena, const PlanNode *node) {
	const char *list = "", *key;
	for (size_t i = 0; (key = node_list_text(node, "Sort Key", i)); i++)
		list = arena_printf(arena, "%s%s%s", list, i ? ", " : "", key);
	return list;
}

static void remedy(const Advice *advice, Finding *finding, const Spill *spill) {
	Arena *arena = advice->arena;
	double mb = work_mem_mb(spill->disk_kb);
	if (mb * 1024 > MEMORY_MOST_KB) {
		finding->kind = REMEDY_NONE;
		finding->notes = arena_printf(arena,
		                              "About %s would be needed for each such sort, in each process: too much to "
		                              "set. Sort fewer or narrower rows: select fewer columns, filter or aggregate "
		                              "first, add a LIMIT, or take the order from an index.",
		                              format_bytes(arena, spill->disk_kb * MEMORY_PER_DISK * 1024));
		return;
	}
	finding->kind = REMEDY_SETTING;
	finding->sql = arena_printf(arena, "SET LOCAL work_mem = '%.0fMB'", mb);
	finding->notes = "SET LOCAL lasts to the end of the transaction; ALTER ROLE … SET work_mem does it for good for one "
			 "role. Every sort and hash of every process of a statement may take as much, so do not raise it "
			 "for the whole server.";
}

static void run(Advice *advice, const Rule *rule) {
	Arena *arena = advice->arena;
	if (!advice->plan->analyzed) return;
	Spill spill = add_up(advice->plan);
	if (!spill.node) return;
	const PlanNode *node = spill.node;
	Finding finding = finding_new(rule->id);
	double rows = node->first_child ? node_rows(advice->plan, node->first_child) : node->measure.rows_actual;
	const char *disk = format_bytes(arena, spill.disk_kb * 1024);
	const char *others = spill.sorts > 1 ? arena_printf(arena, " (and %zu more)", spill.sorts - 1) : "";
	finding.node = node->id;
	finding.title = arena_printf(arena, "a sort of %s goes through %s of temporary files", say_rows(arena, rows), disk);
	finding.evidence = arena_printf(arena, "Sort by %s%s, %s: the sort's own time is %s.", keys_of(arena, node), others,
	                                node_text(node, "Sort Method") ? node_text(node, "Sort Method") : "on disk",
	                                say_share(arena, advice->plan, spill.stake_ms, spill.stake_cost));
	finding.because = arena_printf(
	    arena, "Its rows did not fit into work_mem; in memory they take about twice the %s they take on disk.", disk);
	remedy(advice, &finding, &spill);
	double left = spill.stake_ms > 0 ? 1 - spill.saves_ms / spill.stake_ms : 1 - SPILL_SHARE;
	finding_weigh(advice->plan, &finding, spill.stake_ms, spill.stake_cost, left);
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
