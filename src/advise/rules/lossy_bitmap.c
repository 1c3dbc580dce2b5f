/* lossy_bitmap.c: a bitmap that outgrew work_mem forgot rows and kept pages, all of whose rows are checked again. */
#include "advise/bitmap.h"
#include "advise/memory.h"
#include "advise/say.h"
#include "core/format.h"

#define PAGE_BYTES 64.0 /* of an exact page in the bitmap's hash table, as the server reckons */
#define IN_VAIN 0.75 /* of a scan's own time, when nearly all rows are read in vain: measured */
#define RECHECK_SHARE 0.2 /* when all pages are lossy and no row was read in vain: a quarter measured */

/* In one bitmap: it is made once for all processes that share it. */
static double pages_of(const PlanNode *node, const BitmapPages *blocks) {
	double processes = fmax(node->measure.participants, 1), runs = fmax(node->loops / processes, 1);
	double untold = node->parallel_aware ? fmax(processes / fmax(blocks->processes, 1), 1) : 1;
	return (blocks->exact + blocks->lossy) * untold / (node->parallel_aware ? 1 : runs);
}

/* Rows read in vain, and the condition checked once more for all rows of lossy pages; the others are read as they would be, and what is
 * removed there the index itself sent in vain. */
static double share_lost(const PlanNode *node, const BitmapPages *blocks) {
	double removed = node->removed_by_recheck, rows = node->actual_rows + removed;
	double in_vain = removed > 0 && rows > 0 ? removed / rows : 0;
	return fmax(IN_VAIN * in_vain, RECHECK_SHARE) * blocks->lossy / (blocks->exact + blocks->lossy);
}

static Shortage shortage_of(const Advice *advice, const PlanNode *node) {
	BitmapPages blocks = bitmap_pages(node);
	const TableFacts *table = table_facts(advice->facts, node->schema, node->relation);
	/* Running out of memory leaves some pages exact; BRIN's bitmaps have none, with any memory. */
	if (!(blocks.lossy > 0) || !(blocks.exact > 0) || bitmap_brin(advice->plan, table, node)) return (Shortage){.nodes = 0};
	double lost = share_lost(node, &blocks), ms = node->measure.self_ms, cost = node->measure.self_cost;
	return (Shortage){
	    .node = node,
	    .nodes = 1,
	    .wanted_kb = pages_of(node, &blocks) * PAGE_BYTES / 1024,
	    .saves_ms = ms * lost,
	    .saves_cost = cost * lost,
	    .worst_ms = ms * lost,
	    .stake_ms = ms,
	    .stake_cost = cost,
	};
}

static void run(Advice *advice, const Rule *rule) {
	Arena *arena = advice->arena;
	const Plan *plan = advice->plan;
	Shortage bitmaps = {.nodes = 0};
	for (size_t i = 0; plan->analyzed && i < plan->node_count; i++) {
		if (!node_is(plan->nodes[i], "Bitmap Heap Scan")) continue;
		Shortage one = shortage_of(advice, plan->nodes[i]);
		if (one.node) shortage_join(&bitmaps, one);
	}
	const PlanNode *node = bitmaps.node;
	if (!node) return;
	BitmapPages blocks = bitmap_pages(node);
	double pages = blocks.exact + blocks.lossy, removed = node->removed_by_recheck * node->loops;
	const char *table = node->relation ? node->relation : "a table";
	Finding finding = finding_new(rule->id);
	finding.relation = say_relation(arena, node->schema, node->relation);
	finding.title = arena_printf(arena, "the bitmap of %s forgot which rows of %s of its pages it wants", table,
	                             say_part(arena, blocks.lossy / pages));
	finding.evidence = arena_printf(arena, "%s%s: %s lossy and %s exact pages, %s read in vain; the scan's own time is %s.",
	                                say_node(arena, node), shortage_others(arena, &bitmaps), format_rows(arena, blocks.lossy),
	                                format_rows(arena, blocks.exact), removed > 0 ? say_rows(arena, removed) : "no rows",
	                                say_share(arena, plan, bitmaps.stake_ms, bitmaps.stake_cost));
	finding.because = arena_printf(arena,
	                               "A bitmap that outgrows work_mem keeps pages in place of rows, and every row of such a page is "
	                               "checked again. For all of its pages it takes about %s.",
	                               format_bytes(arena, pages_of(node, &blocks) * PAGE_BYTES));
	shortage_tell(advice, &finding, &bitmaps, "bitmap", "Read fewer rows, or have them clustered on fewer pages.");
	*list_push(arena, &advice->findings) = finding;
}

const Rule rule_lossy_bitmap = {
    .id = "lossy-bitmap",
    .summary = "a bitmap outgrew work_mem, and rows had to be checked again",
    .fires = "A Bitmap Heap Scan read lossy pages beside exact ones. The work_mem given is 64 bytes for each page, as the "
	     "server reckons, as a power of two and for one transaction. The gain is three quarters of the share of rows "
	     "that the recheck removed, at least a fifth, of the scan's own time, as far as its pages are lossy. Silent for BRIN indexes, whose "
	     "bitmaps are lossy with any memory, when the gain is under the minimum, and for plans that were not run. Never "
	     "above info.",
    .run = run,
};
