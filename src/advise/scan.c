/* scan.c: a table that a plan reads. */
#include "advise/scan.h"

#include <ctype.h>

PredicateList node_conditions(Arena *arena, const PlanNode *node, const char *field) {
	const char *text = node_text(node, field);
	PredicateList *list = text ? predicate_parse(arena, text, NULL) : NULL;
	return list ? *list : (PredicateList){0};
}

bool node_stands_apart(const PlanNode *node) {
	return node->relationship &&
	       (strcmp(node->relationship, "InitPlan") == 0 || strcmp(node->relationship, "SubPlan") == 0);
}

const char *node_index(const PlanNode *node) {
	while (node && !node->index) node = node->first_child;
	return node ? node->index : NULL;
}

const PlanNode *node_index_reader(const PlanNode *node) {
	while (node->parent && strncmp(node->type, "Bitmap", 6) == 0 && !node_is(node, "Bitmap Heap Scan")) node = node->parent;
	return node;
}

double node_asking_cost(const PlanNode *node) {
	double cost = node->total_cost;
	for (const PlanNode *child = node->first_child; child; child = child->next)
		if (!node_stands_apart(child)) cost -= child->total_cost;
	return cost < 0 ? 0 : cost;
}

/* The planner's count of processes under a Gather: the leader helps less the more workers there are. */
static double planned_processes(const PlanNode *node) {
	for (const PlanNode *up = node->parent; up; up = up->parent) {
		if (!node_is(up, "Gather") && !node_is(up, "Gather Merge")) continue;
		double workers = isnan(up->workers_planned) ? 0 : up->workers_planned;
		return fmax(1, workers + fmax(0, 1 - 0.3 * workers));
	}
	return 1;
}

/* Does each process see only a part of the rows? What drives the node decides: its outer side, down to a scan. */
static bool divided(const PlanNode *node) {
	for (; node; node = node->first_child) {
		if (node->parallel_aware) return true;
		if (node_is(node, "Gather") || node_is(node, "Gather Merge")) return false;
	}
	return false;
}

double node_rows(const Plan *plan, const PlanNode *node) {
	if (!plan->analyzed) return node->plan_rows * (divided(node) ? planned_processes(node) : 1);
	bool each_process =
	    node->measure.participants > 1 && node->loops > 1 && !divided(node) && node->loops <= node->measure.participants;
	return node->measure.rows_actual / (each_process ? node->loops : 1);
}

/* Estimated: a node on the inner side of a nested loop runs once a row of the outer side, unless its rows are kept. */
static double planned_executions(const Plan *plan, const PlanNode *node) {
	double times = 1;
	for (const PlanNode *at = node, *up = node->parent; up; at = up, up = up->parent) {
		if (node_is(up, "Materialize") || node_is(up, "Memoize") || node_is(up, "Hash")) return times;
		bool inner = at->relationship && strcmp(at->relationship, "Inner") == 0;
		if (inner && node_is(up, "Nested Loop")) times *= fmax(1, node_rows(plan, up->first_child));
	}
	return times;
}

double node_executions(const Plan *plan, const PlanNode *node) {
	if (!plan->analyzed) return planned_executions(plan, node);
	if (!(node->loops > 0)) return 0;
	return node->parallel_aware ? fmax(1, node->loops / fmax(1, node->measure.participants)) : node->loops;
}

/* ---- which table an index would be made on ---- */

/* Partitions go by their parent's alias with a number: orders_1, orders_2. */
static bool alias_of_part(const char *alias, const char *parent) {
	size_t length = strlen(parent);
	if (strncmp(alias, parent, length) != 0) return false;
	const char *rest = alias + length;
	if (!*rest) return true;
	if (*rest++ != '_' || !*rest) return false;
	while (isdigit((unsigned char)*rest)) rest++;
	return !*rest;
}

static const TableFacts *parent_table(const PlanNode *node, const Statement *statement, const Facts *facts) {
	const char *alias = node->alias ? node->alias : node->relation;
	for (size_t b = 0; b < statement->blocks.count; b++) {
		const QueryBlock *block = &statement->blocks.items[b];
		for (size_t t = 0; t < block->tables.count; t++) {
			const TableRef *ref = &block->tables.items[t];
			if (!ref->name || strcmp(ref->name, node->relation) == 0) continue;
			if (!alias_of_part(alias, table_ref_called(ref))) continue;
			const TableFacts *table = table_facts(facts, ref->schema, ref->name);
			if (table && table->kind == 'p') return table;
		}
	}
	return NULL;
}

static bool of_the_system(const PlanNode *node) {
	if (!node->schema) return strncmp(node->relation, "pg_", 3) == 0;
	return strncmp(node->schema, "pg_", 3) == 0 || strcmp(node->schema, "information_schema") == 0;
}

static bool worth_a_look(const PlanNode *node, const TableFacts *table) {
	if (!node_is_scan_of_table(node) || !node->relation || of_the_system(node)) return false;
	return !table || (!table->temporary && table->kind != 'f');
}

/* ---- figures ---- */

static PredicateList both(Arena *arena, PredicateList one, PredicateList other) {
	PredicateList all = {0};
	for (size_t i = 0; i < one.count; i++) *list_push(arena, &all) = one.items[i];
	for (size_t i = 0; i < other.count; i++) *list_push(arena, &all) = other.items[i];
	return all;
}

static double pages_touched(const PlanNode *node) {
	return node->blocks.shared_hit + node->blocks.shared_read;
}

/* Without the catalog: the cost of a whole read is a unit a page and 0.01 and 0.0025 for each condition a row. */
static void guess_table(const Plan *plan, Scan *scan) {
	const PlanNode *node = scan->node;
	double width = fmax(node->plan_width, 1) + 36,
	       a_row = 0.01 + 0.0025 * (double)(scan->filter.count ? scan->filter.count : 1);
	double runs = fmax(scan->executions, 1);
	if (isnan(scan->table_rows) && plan->analyzed) scan->table_rows = scan->rows_read / runs;
	if (isnan(scan->table_rows)) scan->table_rows = node->total_cost / (a_row + width / 8168);
	if (!isnan(scan->table_pages)) return;
	double blocks = plan->analyzed && plan->buffers ? pages_touched(node) / runs : 0;
	double by_cost = node->total_cost - scan->table_rows / scan->processes * a_row;
	scan->table_pages = blocks > 0 ? blocks : fmax(scan->table_rows * width / 8168, by_cost);
}

/* Greenplum, whose processes send rows by Motion nodes, does not print what a filter threw away. */
static bool tells_removed(const Plan *plan) {
	for (size_t i = 0; i < plan->node_count; i++)
		if (plan->nodes[i]->type && strstr(plan->nodes[i]->type, " Motion")) return false;
	return true;
}

/* As the planner has it: as large as it is now, and as full as it was when it was last looked at. */
static void size_of_table(Scan *scan) {
	const TableFacts *table = scan->table;
	scan->table_rows = table && table->rows > 0 ? table->rows : NAN;
	scan->table_pages = table && table->pages > 0 ? table->pages : NAN;
	double pages_now = table ? table->bytes / 8192 : NAN;
	if (!(pages_now > scan->table_pages)) return;
	scan->table_rows *= pages_now / scan->table_pages;
	scan->table_pages = pages_now;
}

static void measure_scan(const Plan *plan, Scan *scan, bool removed_told) {
	const PlanNode *node = scan->node;
	scan->executions = node_executions(plan, node);
	scan->processes = !node->parallel_aware ? 1
	                  : plan->analyzed      ? fmax(1, node->measure.participants)
	                                        : planned_processes(node);
	size_of_table(scan);
	scan->rows_out = plan->analyzed ? node->measure.rows_actual : node_rows(plan, node) * scan->executions;
	scan->rows_read = plan->analyzed && removed_told ? scan->rows_out + node->measure.rows_removed : NAN;
	double touched = plan->analyzed && plan->buffers ? pages_touched(node) : 0;
	scan->cached_share = touched > 0 ? node->blocks.shared_hit / touched : NAN;
	bool whole = scan_reads_whole(scan);
	if (whole && !isnan(scan->rows_read) && scan->executions > 0) /* what was really read beats stale statistics */
		scan->table_rows = fmax(isnan(scan->table_rows) ? 0 : scan->table_rows, scan->rows_read / scan->executions);
	if (whole) guess_table(plan, scan);
	scan->rows_guessed = whole && isnan(scan->rows_read);
	if (scan->rows_guessed) scan->rows_read = scan->table_rows * scan->executions;
	scan->self_ms = node->measure.self_ms;
	scan->self_share = node->measure.self_share;
	scan->self_cost = node->measure.self_cost;
	if (!node_is(node, "Bitmap Heap Scan")) return;
	for (size_t i = (size_t)node->id; i < plan->node_count && plan->nodes[i]->depth > node->depth; i++) {
		const PlanNode *below = plan->nodes[i];
		scan->self_ms += below->measure.self_ms;
		scan->self_share += below->measure.self_share;
		scan->self_cost += below->measure.self_cost;
	}
}

static void add_part(Arena *arena, Scan *all, const Scan *part) {
	if (part->self_cost > all->self_cost || part->self_ms > all->self_ms) {
		all->node = part->node;
		all->table = part->table;
		all->lookup = part->lookup;
		all->filter = part->filter;
		all->alias = part->alias;
	}
	all->parts++;
	*list_push(arena, &all->nodes) = part->node;
	all->rows_out += part->rows_out;
	all->rows_read += part->rows_read;
	all->table_rows += part->table_rows;
	all->table_pages += part->table_pages;
	all->self_ms += part->self_ms;
	all->self_share += part->self_share;
	all->self_cost += part->self_cost;
}

/* ---- the list ---- */

static Scan scan_make(Arena *arena, const Plan *plan, const PlanNode *node, const Statement *statement, const Facts *facts, bool removed_told) {
	Scan scan = {
	    .node = node, .first = node, .parts = 1, .schema = node->schema, .name = node->relation, .alias = node->alias};
	scan.table = table_facts(facts, node->schema, node->relation);
	const TableFacts *parent = parent_table(node, statement, facts);
	const TableFacts *named = parent ? parent : scan.table;
	scan.partitioned = named && named->kind == 'p';
	if (named && named->schema) scan.schema = named->schema;
	if (parent) scan.name = parent->name;
	if (!scan.alias) scan.alias = node->relation;
	scan.lookup = both(arena, node_conditions(arena, node, "Index Cond"), node_conditions(arena, node, "Recheck Cond"));
	scan.filter = node_conditions(arena, node, "Filter");
	*list_push(arena, &scan.nodes) = node;
	measure_scan(plan, &scan, removed_told);
	return scan;
}

static Scan *sibling(ScanList *scans, const Scan *scan) {
	if (!scan->partitioned) return NULL;
	for (size_t i = 0; i < scans->count; i++) {
		Scan *other = &scans->items[i];
		if (other->partitioned && other->node->parent == scan->node->parent &&
		    strcmp(other->name, scan->name) == 0 && strcmp(other->node->type, scan->node->type) == 0)
			return other;
	}
	return NULL;
}

ScanList scans_of_plan(Arena *arena, const Plan *plan, const Statement *statement, const Facts *facts) {
	ScanList scans = {0};
	const bool removed_told = tells_removed(plan);
	for (size_t i = 0; i < plan->node_count; i++) {
		const PlanNode *node = plan->nodes[i];
		if (!worth_a_look(node, table_facts(facts, node->schema, node->relation)) || node->measure.never_executed)
			continue;
		Scan scan = scan_make(arena, plan, node, statement, facts, removed_told);
		Scan *same = sibling(&scans, &scan);
		if (same) add_part(arena, same, &scan);
		else *list_push(arena, &scans) = scan;
	}
	return scans;
}

const Scan *scan_of_node(const ScanList *scans, const PlanNode *node) {
	for (size_t i = 0; i < scans->count; i++)
		if (scans->items[i].node == node || scans->items[i].first == node) return &scans->items[i];
	return NULL;
}

bool scan_owns(const Scan *scan, const ColumnName *name) {
	if (scan->table && !column_facts(scan->table, name->column)) return false;
	return !name->qualifier || strcmp(name->qualifier, scan->alias) == 0 ||
	       (scan->node->relation && strcmp(name->qualifier, scan->node->relation) == 0);
}

bool scan_goes_by(const Scan *scan, const char *qualifier) {
	for (size_t i = 0; i < scan->nodes.count; i++) {
		const PlanNode *node = scan->nodes.items[i];
		const char *alias = node->alias ? node->alias : node->relation;
		if (strcmp(alias, qualifier) == 0 || (scan->partitioned && alias_of_part(alias, qualifier))) return true;
	}
	return false;
}

bool scan_owns_all(const Scan *scan, const Operand *operand) {
	for (size_t i = 0; i < operand->column_count; i++)
		if (!scan_owns(scan, &operand->columns[i])) return false;
	return operand->column_count > 0;
}

bool scan_reads_whole(const Scan *scan) {
	return node_is(scan->node, "Seq Scan");
}

const char *scan_title(Arena *arena, const Scan *scan) {
	return scan->parts > 1 ? arena_printf(arena, "%s (%zu partitions)", scan->name, scan->parts) : scan->name;
}
