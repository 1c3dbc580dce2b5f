/* bitmap.c: the pages a bitmap scan read, and whether BRIN told it which. */
#include "advise/bitmap.h"

#include <string.h>

#include "advise/memory.h"
#include "advise/subtree.h"
#include "plan/value.h"

#define BRIN_ROWS 10.0 /* that it takes each page for */

BitmapPages bitmap_pages(const PlanNode *scan) {
	BitmapPages pages = {.processes = 0};
	for (const PlanValue *process = NULL; (process = node_process(scan, process));) {
		double exact = process_figure(process, "Exact Heap Blocks"), lossy = process_figure(process, "Lossy Heap Blocks");
		pages.exact += exact;
		pages.lossy += lossy;
		pages.processes += exact + lossy > 0;
	}
	return pages;
}

static bool is_brin(const TableFacts *table, const PlanNode *scan, const PlanNode *part) {
	const IndexFacts *index = index_facts(table, part->index);
	if (index) return index->method && strcmp(index->method, "brin") == 0;
	if (!part->index) return false;
	BitmapPages pages = bitmap_pages(scan);
	bool ten_a_page = pages.exact <= 0 && pages.lossy > 0 && part->measure.rows_actual == BRIN_ROWS * pages.lossy;
	return ten_a_page || strstr(part->index, "brin");
}

const PlanNode *bitmap_brin(const Plan *plan, const TableFacts *table, const PlanNode *scan) {
	for (int id = scan->id + 1; id <= scan->last; id++)
		if (is_brin(table, scan, plan->nodes[id - 1])) return plan->nodes[id - 1];
	return NULL;
}
