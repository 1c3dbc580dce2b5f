/* hash_batches.c: a hash table that did not fit into its memory: split into batches, all but one in temporary files. */
#include "advise/memory.h"
#include "advise/say.h"
#include "core/format.h"
#include "plan/value.h"

#define ROW_OVERHEAD_BYTES 48.0 /* of a row in a hash table: its header, its place in a bucket */
#define GROUP_OVERHEAD_BYTES 120.0 /* of a group in an aggregation's: 110 to 140 measured */
#define SPILL_SHARE 0.1 /* of the nodes' own time, where I/O was not timed: in a warm cache small tables are as fast as one large one */
#define SKEW 4.0 /* batches as large as the largest would hold so many times the rows there were: it is one key's */
enum { MULTIPLIER_SINCE = 130000 }; /* hash_mem_multiplier */

static double most_of(const PlanNode *node, const char *field) {
	double most = NAN;
	for (const PlanValue *process = NULL; (process = node_process(node, process));)
		most = fmax(most, value_real(plan_field(process, field)));
	return most;
}

/* ---- of a join ---- */

static double rows_kb(const Plan *plan, const PlanNode *hash) {
	const PlanNode *input = hash->first_child ? hash->first_child : hash;
	double runs = fmax(hash->loops / fmax(hash->measure.participants, 1), 1);
	return node_rows(plan, input) / runs * (hash->plan_width + ROW_OVERHEAD_BYTES) / 1024;
}

/* In one piece. Processes that share one table share the memory for it. */
static double table_kb(const PlanNode *hash) {
	return node_real(hash, "Hash Batches") * node_real(hash, "Peak Memory Usage");
}

static bool has_grown(const PlanNode *hash) {
	return node_real(hash, "Hash Batches") > node_real(hash, "Original Hash Batches");
}

static bool is_skewed(const Plan *plan, const PlanNode *hash) {
	return has_grown(hash) && table_kb(hash) > SKEW * rows_kb(plan, hash);
}

static void tell_join(const Advice *advice, const PlanNode *hash, Finding *finding) {
	Arena *arena = advice->arena;
	const Plan *plan = advice->plan;
	double batches = node_real(hash, "Hash Batches");
	double kb = table_kb(hash);
	const char *size = isnan(kb) ? "more than is told" : arena_printf(arena, "about %s", format_bytes(arena, kb * 1024));
	const char *rows = say_rows(arena, node_rows(plan, hash->first_child ? hash->first_child : hash));
	const char *condition = hash->parent ? node_text(hash->parent, "Hash Cond") : NULL;
	finding->title = arena_printf(arena, "a hash table of %s is split into %.0f batches in temporary files", rows, batches);
	finding->evidence = arena_printf(arena, "%s%s%s", hash->parent && hash->parent->label ? hash->parent->label : "Hash Join",
	                                 condition ? " by " : "", condition ? condition : "");
	finding->because = arena_printf(arena, "In one piece it would take %s, and hashes may have less.", size);
	if (!has_grown(hash)) return;
	double planned = node_real(hash, "Original Hash Batches");
	finding->because =
	    is_skewed(plan, hash)
	        ? arena_printf(arena,
	                       "%.0f batches were planned, and splitting further did not make them smaller: rows of one key "
	                       "stay together, and one key has very many.",
	                       planned)
	        : arena_printf(arena, "%.0f batches were planned: more rows came, or wider ones. In one piece it would take %s.",
	                       planned, size);
}

/* ---- of an aggregation ---- */

static bool is_spilled_aggregate(const PlanNode *node) {
	return most_of(node, "HashAgg Batches") > 1 && most_of(node, "Disk Usage") > 0;
}

/* Of one process. On disk are rows, of which many may be of one group, without what a group takes in memory. */
static double aggregate_kb(const PlanNode *node) {
	double runs = fmax(node->loops, 1), peak = most_of(node, "Peak Memory Usage");
	double groups = (node->measure.rows_actual + node->measure.rows_removed) / runs;
	double groups_kb = groups * (node->plan_width + GROUP_OVERHEAD_BYTES) / 1024;
	return fmax(groups_kb, most_of(node, "Disk Usage") + (isnan(peak) ? 0 : peak));
}

static void tell_aggregate(const Advice *advice, const PlanNode *node, Finding *finding) {
	Arena *arena = advice->arena;
	const PlanNode *input = node->first_child ? node->first_child : node;
	finding->title =
	    arena_printf(arena, "grouping %s goes through %s of temporary files", say_rows(arena, node_rows(advice->plan, input)),
	                 format_bytes(arena, most_of(node, "Disk Usage") * 1024));
	const char *keys = say_keys(arena, node, "Group Key");
	finding->evidence = arena_printf(arena, "%s%s%s, %.0f batches", node->label ? node->label : "HashAggregate", *keys ? " by " : "", keys,
	                                 most_of(node, "HashAgg Batches"));
	finding->because = arena_printf(arena, "Its groups did not fit into the memory that hashes may have; they would take about %s.",
	                                format_bytes(arena, aggregate_kb(node) * 1024));
}

/* ---- both ---- */

static Shortage shortage_of(const Advice *advice, const PlanNode *node) {
	double multiplier = hash_mem_multiplier(advice);
	if (node_is(node, "Hash") && node_real(node, "Hash Batches") > 1) {
		double processes = node->parallel_aware ? fmax(node->measure.participants, 1) : 1;
		/* Where one key has them all, no figure is the right one. */
		double kb = is_skewed(advice->plan, node) ? NAN : table_kb(node);
		return shortage_of_files(node, node->parent, kb / multiplier / processes, SPILL_SHARE);
	}
	if (node_is(node, "Aggregate") && is_spilled_aggregate(node))
		return shortage_of_files(node, NULL, aggregate_kb(node) / multiplier, SPILL_SHARE);
	return (Shortage){.nodes = 0};
}

static void add_multiplier(const Advice *advice, Finding *finding) {
	int version = facts_version(advice->facts);
	if (finding->kind != REMEDY_SETTING || (version && version < MULTIPLIER_SINCE)) return;
	finding->notes = arena_printf(advice->arena,
	                              "In a warm cache it may gain nothing: compare before you keep it. Hashes may take work_mem "
	                              "times hash_mem_multiplier (%s): raising that instead leaves sorts as they are. %s",
	                              version || hash_mem_multiplier(advice) > 1
	                                  ? format_number(advice->arena, hash_mem_multiplier(advice))
	                                  : "taken as 1, as before version 15; with its default of 2 since, half as much will do",
	                              finding->notes);
}

static void run(Advice *advice, const Rule *rule) {
	Arena *arena = advice->arena;
	Shortage hashes = {.nodes = 0};
	if (!advice->plan->analyzed) return;
	for (size_t i = 0; i < advice->plan->node_count; i++) {
		Shortage one = shortage_of(advice, advice->plan->nodes[i]);
		if (one.node) shortage_join(&hashes, one);
	}
	if (!hashes.node) return;
	bool join = node_is(hashes.node, "Hash");
	Finding finding = finding_new(rule->id);
	(join ? tell_join : tell_aggregate)(advice, hashes.node, &finding);
	finding.evidence = arena_printf(arena, "%s%s: %s own time is %s.", finding.evidence, shortage_others(arena, &hashes),
	                                hashes.nodes > 1 ? "their" : join ? "the join's and its hash table's" : "its",
	                                say_share(arena, advice->plan, hashes.stake_ms, hashes.stake_cost));
	shortage_tell(advice, &finding, &hashes, "hash table",
	              join ? "Hash fewer or narrower rows: filter or aggregate before the join, select fewer columns, or join "
	                     "by an index on the other side."
	                   : "Group fewer or narrower rows, or let an index bring them in the order of the groups.");
	if (join && is_skewed(advice->plan, hashes.node) && finding.kind == REMEDY_NONE)
		finding.notes = "More memory does not take the rows of one key apart. Leave that key out before the join where it finds "
				"nothing (a default, an empty text), or join it for itself.";
	add_multiplier(advice, &finding);
	*list_push(arena, &advice->findings) = finding;
}

const Rule rule_hash_batches = {
    .id = "hash-batches",
    .summary = "a hash table did not fit into its memory and was split into batches in temporary files",
    .fires = "A Hash of more than one batch, or a HashAggregate, or one worker's part of it, of several batches and disk "
	     "usage. The work_mem given holds all batches as large as the largest, or all groups of an aggregation, divided "
	     "by hash_mem_multiplier (as the plan's settings or the server have it; 2 from version 15 on, 1 "
	     "before); as a power of two and for one transaction. The gain is the time of temporary I/O where "
	     "track_io_timing measured it, else a tenth of the nodes' own time, which is never above info: in a warm cache "
	     "splitting costs next to nothing. No setting when more than 1 GB "
	     "would be needed, or when one key has most rows: then further batches did not get smaller. Where "
	     "row-misestimate tells why ten times the rows came, it is one finding with that. Silent when the gain is under the "
	     "minimum, and for plans that were not run.",
    .sourced = true,
    .run = run,
};
