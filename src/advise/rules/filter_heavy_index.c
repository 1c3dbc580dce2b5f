/* filter_heavy_index.c: an index finds many rows, and a filter behind it throws nearly all of them away. */
#include "advise/index_finding.h"
#include "advise/order.h"
#include "advise/say.h"
#include "core/format.h"

#define REMOVED_ROWS 1000.0 /* at least so many, */
#define REMOVED_TIMES 10.0 /* and so many times the rows kept */
#define REMOVED_FOR_LIMIT 1000.0 /* for each row wanted, where a Limit ends the scan: else that was chance */
#define TIME_SHARE 0.1
#define FETCHED_SHARE 0.1 /* of the rows an index-only scan filters: fewer, and the filter runs inside the index */

/* A filter column the advised index has and the one in use is not searched by. */
static bool adds_a_column(const IndexAdvice *index, const Scan *scan) {
	for (size_t i = 0; i < index->column_count; i++) {
		bool looked_up = false;
		for (size_t k = 0; k < scan->lookup.count; k++) {
			const Operand *left = &scan->lookup.items[k].left;
			looked_up =
			    looked_up || (left->kind == OPERAND_COLUMN && strcmp(left->name.column, index->columns[i]) == 0);
		}
		if (!looked_up) return true;
	}
	return index->where != NULL;
}

static bool filters_inside(const Scan *scan) {
	return node_is(scan->node, "Index Only Scan") &&
	       node_real(scan->node, "Heap Fetches") <= FETCHED_SHARE * scan->rows_read;
}

static bool worth_it(const Advice *advice, const Scan *scan) {
	double removed = scan->rows_read - scan->rows_out;
	const PlanNode *limit = limit_of_scan(scan);
	if (!scan->lookup.count || !scan->filter.count || filters_inside(scan) || advice_table_is_small(scan)) return false;
	if (!(removed > REMOVED_ROWS) || removed <= REMOVED_TIMES * scan->rows_out) return false;
	if (limit && removed < REMOVED_FOR_LIMIT * fmax(limit->plan_rows, 1)) return false;
	return advice_takes(advice, plan_share(advice->plan, scan->self_ms, scan->self_cost), TIME_SHARE);
}

static void look_at(Advice *advice, const Rule *rule, Scan scan) {
	Arena *arena = advice->arena;
	double removed = scan.rows_read - scan.rows_out, runs = fmax(scan.executions, 1);
	if (isnan(scan.table_rows)) scan.table_rows = scan.rows_read / runs; /* at least; the share kept is what counts */
	if (isnan(scan.table_pages)) scan.table_pages = scan.table_rows / 50;
	IndexNeed need = index_need(arena, &scan);
	IndexChoice choice = index_choose(arena, advice->facts, &need);
	if (!choice.made || !adds_a_column(&choice.index, &scan)) return;
	Finding finding = index_finding(advice, rule, scan.node, &scan, &choice);
	const char *index = node_index(scan.node);
	finding.title = arena_printf(arena, "%s finds %s of %s to keep %s", index ? index : "an index", say_rows(arena, scan.rows_read),
	                             scan_title(arena, &scan), scan.rows_out > 0 ? format_rows(arena, scan.rows_out) : "none");
	finding.evidence = arena_printf(arena, "%s fetches %s and its filter throws %s of them away: %s.",
	                                say_node(arena, scan.node), say_rows(arena, scan.rows_read),
	                                say_part(arena, removed / scan.rows_read),
	                                say_share(arena, advice->plan, scan.self_ms, scan.self_cost));
	finding_weigh(advice->plan, &finding, scan.self_ms, scan.self_cost,
	              need.unserved ? 0.5 : (scan.rows_out + runs) / scan.rows_read);
	*list_push(arena, &advice->findings) = finding;
}

/* Rows of lossy pages that were looked at in vain are no rows the index found: lossy-bitmap tells of them. */
static Scan as_found(const Scan *scan) {
	Scan found = *scan;
	double rechecked = scan->node->removed_by_recheck * scan->node->loops;
	if (rechecked > 0 && scan->parts == 1) found.rows_read -= rechecked;
	return found;
}

static void run(Advice *advice, const Rule *rule) {
	for (size_t i = 0; advice->plan->analyzed && i < advice->scans.count; i++) {
		Scan scan = as_found(&advice->scans.items[i]);
		if (worth_it(advice, &scan) && !advice_told(advice, "wrong-index-for-order-by", scan.node)) look_at(advice, rule, scan);
	}
}

const Rule rule_filter_heavy_index = {
    .id = "filter-heavy-index",
    .summary = "an index finds many rows that the filter behind it throws away",
    .fires = "An index scan, or a bitmap's, has a condition the index answers and a filter behind it that throws away more than "
	     "1,000 rows, ten times what it keeps; the scan takes at least 10% of the statement. The index is given again with "
	     "the filter's columns: those compared with one value first, then one range, rare constants as its WHERE. Silent "
	     "when no btree serves the filter, when it is checked inside an index-only scan that fetches next to nothing, "
	     "below a Limit that was reached before 1,000 rows were thrown away for each one wanted, for tables under 1,000 "
	     "rows or 1 MB, when such an index exists, and for plans that were not run.",
    .sourced = true,
    .run = run,
};
