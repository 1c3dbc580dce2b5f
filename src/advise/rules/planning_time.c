/* planning_time.c: planning took longer than running. */
#include "advise/advise.h"
#include "advise/say.h"
#include "core/format.h"

#define PLANNING_MS 50.0
#define BLOCKS_READ 100.0 /* of the catalog: planning waited for the disk */
enum { PARTS_MANY = 50, JOINS_MANY = 8 /* the default of join_collapse_limit */ };

typedef struct Size {
	size_t parts, joins;
	double blocks_read;
} Size;

static Size size_of(const Plan *plan) {
	const PlanValue *read = plan_field(plan_field(plan->fields, "Planning"), "Shared Read Blocks");
	Size size = {.blocks_read = read && read->kind == PLAN_INT ? (double)read->integer : 0};
	for (size_t i = 0; i < plan->node_count; i++) {
		const PlanNode *node = plan->nodes[i], *above = node->parent;
		size.parts += above && (node_is(above, "Append") || node_is(above, "Merge Append"));
		size.joins += node_is_join(node);
	}
	return size;
}

static const char *why(Arena *arena, const Size *size) {
	if (size->blocks_read >= BLOCKS_READ)
		return arena_printf(arena,
		                    "Planning read %s blocks of the catalog from disk or the system's cache: the first statement of a "
		                    "session, or after a restart, does. Run it again, the second run tells.",
		                    format_rows(arena, size->blocks_read));
	if (size->parts >= PARTS_MANY)
		return arena_printf(arena,
		                    "%zu partitions were planned one by one: a condition on the partition key, by values known when "
		                    "it is planned, leaves the others out.", size->parts);
	if (size->joins >= JOINS_MANY)
		return arena_printf(arena,
		                    "%zu joins were tried in many orders: a lower join_collapse_limit keeps to the order written.",
		                    size->joins);
	return "The plan does not tell why: a wait for a lock on one of its tables counts as planning, and so do many indexes, "
	       "large statistics and a catalog that is read for the first time.";
}

static void run(Advice *advice, const Rule *rule) {
	Arena *arena = advice->arena;
	const Plan *plan = advice->plan;
	double planning_ms = plan->planning_ms, statement_ms = plan_statement_ms(plan);
	if (!(planning_ms > PLANNING_MS) || !(planning_ms > statement_ms)) return;
	Size size = size_of(plan);
	Finding finding = finding_new(rule->id);
	finding.title = arena_printf(arena, "planning took %s, running %s", format_ms(arena, planning_ms), format_ms(arena, statement_ms));
	finding.evidence = arena_printf(arena, "The plan has %zu nodes, %zu of them joins and %zu parts of an Append.", plan->node_count,
	                                size.joins, size.parts);
	finding.because = why(arena, &size);
	finding.notes = "A prepared statement that is run often is planned anew at most five times; see plan_cache_mode.";
	/* It stands beside the time of the statement: its share is of both. */
	finding.stake_ms = finding.saves_ms = planning_ms;
	finding.saves_share = planning_ms / (planning_ms + statement_ms);
	*list_push(arena, &advice->findings) = finding;
}

const Rule rule_planning_time = {
    .id = "planning-time",
    .summary = "planning took longer than running",
    .fires = "Planning took more than 50 ms, and longer than the statement ran. The cause is looked for in catalog blocks that "
	     "were read (run it again), in partitions, in the number of joins. Silent when planning was short, or running "
	     "longer, and without a measured time of both.",
    .short_too = true,
    .run = run,
};
