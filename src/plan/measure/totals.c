/* totals.c: what a plan's nodes cost together. */
#include "plan/totals.h"

#include <stdlib.h>

/* A node counted among those of a name. */
typedef struct Entry {
	const char *schema, *name;
	const PlanNode *node;
	bool reads; /* its loops and rows are the name's */
} Entry;
typedef LIST(Entry) Entries;

static int by_text(const char *a, const char *b) {
	return !a || !b ? (a != NULL) - (b != NULL) : strcmp(a, b);
}

static int same_name(const Entry *a, const Entry *b) {
	int order = strcmp(a->name, b->name);
	return order ? order : by_text(a->schema, b->schema);
}

static int by_name(const void *a, const void *b) {
	const Entry *x = a, *y = b;
	int order = same_name(x, y);
	return order ? order : x->node->id - y->node->id;
}

static int dearest_first(const void *a, const void *b) {
	const Total *x = a, *y = b;
	if (x->self_share > y->self_share || x->self_share < y->self_share) return x->self_share < y->self_share ? 1 : -1;
	if (x->self_cost > y->self_cost || x->self_cost < y->self_cost) return x->self_cost < y->self_cost ? 1 : -1;
	return strcmp(x->name, y->name);
}

static void add(double *sum, double figure) {
	if (!isnan(figure)) *sum += figure;
}

/* Of times where there are some, else of the estimates. */
static double share_of(const Plan *plan, const PlanNode *node) {
	return plan->timed ? node->measure.self_share : node->measure.self_cost / plan->root->total_cost;
}

static void count(Total *total, const Plan *plan, const Entry *entry) {
	const NodeMeasure *m = &entry->node->measure;
	const Blocks *blocks = &m->self_blocks;
	total->nodes++;
	add(&total->self_ms, m->self_ms);
	add(&total->self_cost, m->self_cost);
	add(&total->self_share, share_of(plan, entry->node));
	add(&total->hit, blocks->shared_hit);
	add(&total->hit, blocks->local_hit);
	add(&total->read, blocks->shared_read);
	add(&total->read, blocks->local_read);
	add(&total->temp, blocks->temp_read);
	add(&total->temp, blocks->temp_written);
	if (!entry->reads) return;
	add(&total->loops, entry->node->loops);
	add(&total->rows, isnan(m->rows_actual) ? m->rows_planned : m->rows_actual);
}

static TotalList totals_of(Arena *arena, const Plan *plan, const Entries *entries) {
	TotalList totals = {0};
	if (!entries->count) return totals;
	qsort(entries->items, entries->count, sizeof *entries->items, by_name);
	for (size_t i = 0; i < entries->count; i++) {
		const Entry *entry = &entries->items[i];
		if (!i || same_name(entry - 1, entry) != 0) *list_push(arena, &totals) = (Total){.schema = entry->schema, .name = entry->name};
		count(&totals.items[totals.count - 1], plan, entry);
	}
	qsort(totals.items, totals.count, sizeof *totals.items, dearest_first);
	return totals;
}

/* Bitmap Index Scans, and what joins them, stand below the scan of their table. */
static const PlanNode *heap_scan(const PlanNode *node) {
	while (node && (node_is(node, "Bitmap Index Scan") || node_is(node, "BitmapAnd") || node_is(node, "BitmapOr"))) node = node->parent;
	return node;
}

TotalList plan_totals_by_table(Arena *arena, const Plan *plan) {
	Entries entries = {0};
	for (size_t i = 0; i < plan->node_count; i++) {
		const PlanNode *node = plan->nodes[i], *scan = heap_scan(node);
		if (scan && scan->relation)
			*list_push(arena, &entries) = (Entry){.schema = scan->schema, .name = scan->relation, .node = node, .reads = scan == node};
	}
	return totals_of(arena, plan, &entries);
}

TotalList plan_totals_by_index(Arena *arena, const Plan *plan) {
	Entries entries = {0};
	for (size_t i = 0; i < plan->node_count; i++)
		if (plan->nodes[i]->index) *list_push(arena, &entries) = (Entry){.name = plan->nodes[i]->index, .node = plan->nodes[i], .reads = true};
	return totals_of(arena, plan, &entries);
}

TotalList plan_totals_by_type(Arena *arena, const Plan *plan) {
	Entries entries = {0};
	for (size_t i = 0; i < plan->node_count; i++)
		*list_push(arena, &entries) = (Entry){.name = plan->nodes[i]->type, .node = plan->nodes[i], .reads = true};
	return totals_of(arena, plan, &entries);
}
