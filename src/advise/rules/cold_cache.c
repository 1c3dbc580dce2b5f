/* cold_cache.c: most of the time was waiting for blocks that a second run may find in memory. */
#include "advise/advise.h"
#include "advise/say.h"
#include "core/format.h"

#define BLOCKS_LEAST 1000.0
#define READ_SHARE 0.5 /* of the blocks touched */
#define TIME_SHARE 0.3 /* of the statement, waiting for them */

typedef struct Reads {
	const PlanNode *worst; /* that waited longest */
	double worst_ms, ms; /* on the clock: workers wait side by side */
} Reads;

static Reads add_up(const Plan *plan) {
	Reads all = {.ms = 0};
	for (size_t i = 0; i < plan->node_count; i++) {
		double ms = fmax(plan->nodes[i]->measure.self_blocks.shared_read_ms, 0);
		all.ms += ms;
		if (ms > all.worst_ms) all = (Reads){.worst = plan->nodes[i], .worst_ms = ms, .ms = all.ms};
	}
	return all;
}

/* More blocks than rows: they lie apart, and reading them stays expensive. */
static const char *locality(Arena *arena, const PlanNode *node) {
	double blocks = node->measure.self_blocks.shared_hit + node->measure.self_blocks.shared_read;
	double rows = node->measure.rows_actual + fmax(node->measure.rows_removed, 0);
	if (!node_is_scan_of_table(node) || node_is(node, "Seq Scan") || !(rows >= 1) || !(blocks > rows)) return "";
	return arena_printf(arena, " %s touched %s blocks for %s: they lie apart in the table, which CLUSTER or an index that holds "
	                    "all columns wanted would mend.",
	                    say_node(arena, node), format_rows(arena, blocks), say_rows(arena, rows));
}

static void run(Advice *advice, const Rule *rule) {
	Arena *arena = advice->arena;
	const Plan *plan = advice->plan;
	Reads all = add_up(plan);
	if (!all.worst || !(plan_statement_ms(plan) > 0)) return;
	const Blocks *own = &all.worst->measure.self_blocks;
	double touched = own->shared_read + fmax(own->shared_hit, 0), read_share = own->shared_read / touched;
	double time_share = plan_share(plan, all.ms, NAN);
	if (!(own->shared_read >= BLOCKS_LEAST) || !(read_share > READ_SHARE) || !advice_takes(advice, time_share, TIME_SHARE)) return;
	Finding finding = finding_new(rule->id);
	finding.node = all.worst->id;
	finding.relation = all.worst->relation;
	finding.title = arena_printf(arena, "%s of the time was waiting for blocks that were not in shared buffers",
	                             format_share(arena, time_share));
	finding.evidence = arena_printf(arena, "%s: most of it for %s, which found %s of its %s blocks in shared buffers.",
	                                say_share(arena, plan, all.ms, NAN),
	                                say_node(arena, all.worst), say_part(arena, 1 - read_share),
	                                format_rows(arena, touched));
	finding.because = "A first run pays for what later runs find in memory.";
	finding.notes = arena_printf(arena, "Run it again and judge by the second run.%s", locality(arena, all.worst));
	finding_weigh(plan, &finding, all.ms, NAN, 0);
	*list_push(arena, &advice->findings) = finding;
}

const Rule rule_cold_cache = {
    .id = "cold-cache",
    .summary = "most of the time was waiting for blocks that a second run may find in memory",
    .fires = "Waiting for blocks that were not in shared buffers took at least 30% of the statement, as track_io_timing measured it, "
	     "and the node that waited longest had to read at least 1,000 of them, more than half of those it touched. Never more than a hint: a second run decides. Silent "
	     "without track_io_timing, for a block read may come from the system's cache and cost next to nothing.",
    .run = run,
};
