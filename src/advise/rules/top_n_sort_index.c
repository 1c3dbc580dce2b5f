/* top_n_sort_index.c: many rows are sorted to show the first few; an index in that order would only read those. */
#include "advise/index_cost.h"
#include "advise/index_finding.h"
#include "advise/say.h"
#include "core/format.h"

#define SORTED_ROWS 10000.0
#define TIME_SHARE 0.2 /* of the statement, for scan and sort */
#define WANTED_SHARE 0.5 /* when most of what is sorted is shown, the sort is not the waste */

/* Now all rows are read, by whatever way, and sorted. */
static double left_of(const Plan *plan, const Scan *scan, const IndexNeed *need, const IndexChoice *choice) {
	if (scan_reads_whole(scan)) return index_choice_left(plan, scan, choice, cost_of_sorting(need->rows_sorted));
	TableShape shape = {.rows = scan->table_rows, .pages = scan->table_pages, .index_pages = scan->table_rows / 300};
	double rows = fmax(need->rows_kept, 1);
	return choice->cost * scan->processes /
	       (cost_of_lookups(&shape, 1, rows, rows) + cost_of_sorting(need->rows_sorted));
}

static void report(Advice *advice, const Rule *rule, const Scan *scan, const Order *order, const IndexNeed *need,
                   const IndexChoice *choice) {
	Arena *arena = advice->arena;
	Finding finding = index_finding(advice, rule, order->sort, scan, choice);
	double stake_ms = scan->self_ms + order->self_ms, stake_cost = scan->self_cost + order->self_cost;
	const char *method = node_text(order->sort, "Sort Method");
	const char *wanted = order->guessed ? "the first few" : format_rows(arena, order->rows_wanted);
	finding.title = arena_printf(arena, "%s of %s are sorted to show %s", say_rows(arena, order->rows_sorted),
	                             scan_title(arena, scan), wanted);
	finding.evidence =
	    arena_printf(arena, "%s takes in %s for a Limit that wants %s%s%s: with the scan below it, %s.",
	                 order->sort->type, say_rows(arena, order->rows_sorted), wanted, method ? ", by " : "",
	                 method ? method : "", say_share(arena, advice->plan, stake_ms, stake_cost));
	finding_weigh(advice->plan, &finding, stake_ms, stake_cost, left_of(advice->plan, scan, need, choice));
	*list_push(arena, &advice->findings) = finding;
}

static void look_at(Advice *advice, const Rule *rule, Scan scan) {
	Order order;
	if (!order_above(advice->arena, advice->plan, advice->statement, advice->facts, &scan, &order) || !order.limit)
		return;
	if (!(order.rows_sorted >= SORTED_ROWS) || !(order.rows_wanted <= WANTED_SHARE * order.rows_sorted)) return;
	if (advice_told(advice, "missing-index", scan.node) || advice_told(advice, "filter-heavy-index", scan.node)) return;
	if (!advice_takes(advice, plan_share(advice->plan, scan.self_ms + order.self_ms, scan.self_cost + order.self_cost), TIME_SHARE))
		return;
	if (isnan(scan.table_rows)) scan.table_rows = scan.rows_out / fmax(scan.executions, 1);
	if (isnan(scan.table_pages)) scan.table_pages = scan.table_rows / 50;
	IndexNeed need = index_need(advice->arena, &scan);
	index_need_order(advice->arena, &need, &order);
	IndexChoice choice = index_choose(advice->arena, advice->facts, &need);
	if (choice.made && choice.ordered) report(advice, rule, &scan, &order, &need, &choice);
}

static void run(Advice *advice, const Rule *rule) {
	for (size_t i = 0; i < advice->scans.count; i++)
		if (!advice_table_is_small(&advice->scans.items[i])) look_at(advice, rule, advice->scans.items[i]);
}

const Rule rule_top_n_sort_index = {
    .id = "top-n-sort-index",
    .summary = "an index in the order wanted would spare sorting all rows to show the first few",
    .fires = "A Limit stands over a sort of at least 10,000 rows, at most half of which it wants, by plain columns of one "
	     "table; scan and sort take at least 20% of the statement. The index holds the columns compared with one value "
	     "first, then the sort keys with their directions and nulls, then one range. Joins in between are fine when "
	     "each partner is found by an index of its own. Silent when the sort key is an expression, comes from several "
	     "tables or is grouped before, when such an index exists, and when missing-index already gives an index that "
	     "serves the order too.",
    .sourced = true,
    .run = run,
};
