/* temp_io.c: rows that were kept for later in temporary files, by nodes that neither sort nor hash. */
#include "advise/memory.h"
#include "advise/say.h"
#include "core/format.h"
#include "plan/value.h"

#define BLOCK_KB 8.0
#define MEMORY_PER_DISK 2.0 /* as of rows that are sorted */
#define SPILL_SHARE 0.15 /* of the node's own time, where I/O was not timed: in a warm cache keeping rows in files costs little */

/* Who keeps rows, what for, and what else helps. */
typedef struct Keeper {
	const char *type;
	const char *because;
	const char *instead;
} Keeper;

static const Keeper keepers[] = {
    {"Materialize", "It keeps the rows below it for those who read them again, and they outgrew work_mem.",
     "Have fewer rows or columns kept, or give what is above an index to look them up by."},
    {"CTE Scan", "The rows of a WITH are kept until all who read them are done, and they outgrew work_mem.",
     "Filter inside the WITH; one that is read once can go inline (NOT MATERIALIZED)."},
    {"Function Scan", "All rows of a function are kept before the first is read, and they outgrew work_mem.",
     "Let the function return fewer rows, or make it an SQL function that can go inline."},
    {"Table Function Scan", "All rows of a table function are kept before the first is read, and they outgrew work_mem.",
     "Let it return fewer rows."},
    {"WindowAgg", "It keeps the rows of a partition until its frame has passed them, and they outgrew work_mem.",
     "Use smaller partitions or frames, or fewer columns."},
    {"Recursive Union", "It keeps the rows of each round for the next one, and they outgrew work_mem.",
     "Carry fewer columns through the recursion, and stop it early."},
};

static const Keeper *keeper_of(const PlanNode *node) {
	for (size_t i = 0; i < sizeof keepers / sizeof *keepers; i++)
		if (node_is(node, keepers[i].type)) return &keepers[i];
	return NULL;
}

/* How often it began to keep rows anew: being read again reads files, and writes none. */
static double fills(const PlanNode *node) {
	const Blocks *own = &node->measure.self_blocks;
	if (node_is(node, "Materialize") && node->first_child) return fmax(node->first_child->loops, 1);
	double read_once = own->temp_read > 0 ? fmin(own->temp_written / own->temp_read, 1) : 1;
	return fmax(node->loops * read_once, 1);
}

/* Of one of these; from version 18 on some say it themselves. */
static double disk_kb(const PlanNode *node) {
	const char *where = node_text(node, "Storage");
	double told = node_real(node, "Maximum Storage"), written = node->measure.self_blocks.temp_written;
	if (where && strcmp(where, "Disk") == 0 && told > 0) return told;
	return written > 0 ? written * BLOCK_KB / fills(node) : 0;
}

static void run(Advice *advice, const Rule *rule) {
	Arena *arena = advice->arena;
	const Plan *plan = advice->plan;
	Shortage kept = {.nodes = 0};
	for (size_t i = 0; plan->analyzed && i < plan->node_count; i++) {
		const PlanNode *node = plan->nodes[i];
		double kb = keeper_of(node) ? disk_kb(node) : 0;
		if (kb > 0) shortage_join(&kept, shortage_of_files(node, NULL, kb * MEMORY_PER_DISK, SPILL_SHARE));
	}
	const PlanNode *node = kept.node;
	if (!node) return;
	const Keeper *keeper = keeper_of(node);
	Finding finding = finding_new(rule->id);
	const char *label = node->label ? node->label : node->type, *disk = format_bytes(arena, disk_kb(node) * 1024);
	const char *source = node->cte ? node->cte : node->function;
	finding.title = arena_printf(arena, "%s keeps %s of rows in temporary files", label, disk);
	finding.evidence = arena_printf(arena, "%s%s%s%s: %s at most, and %s own time is %s.", label, source ? " on " : "",
	                                source ? source : "", shortage_others(arena, &kept), disk, kept.nodes > 1 ? "their" : "its",
	                                say_share(arena, plan, kept.stake_ms, kept.stake_cost));
	finding.because = keeper->because;
	shortage_tell(advice, &finding, &kept, label, keeper->instead);
	*list_push(arena, &advice->findings) = finding;
}

const Rule rule_temp_io = {
    .id = "temp-io",
    .summary = "rows that were kept for later outgrew work_mem and went through temporary files",
    .fires = "A Materialize, CTE Scan, Function Scan, WindowAgg or Recursive Union wrote temporary blocks of its own (with "
	     "BUFFERS; from version 18 on by its Storage). The work_mem given is twice that, as a power of two and for one "
	     "transaction. The gain is the time of temporary I/O where track_io_timing measured it, else at most a seventh of the "
	     "node's own time. What sorts and hash tables write is told by sort-spill and hash-batches; what an aggregate with "
	     "DISTINCT inside writes is not, for in memory it is slower. Silent when the gain is under the minimum, and for plans "
	     "that were not run. Never above info.",
    .run = run,
};
