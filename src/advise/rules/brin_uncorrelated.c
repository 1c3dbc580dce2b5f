/* brin_uncorrelated.c: a BRIN index leaves out few pages, for the values do not lie where it supposes them. */
#include <stdlib.h>

#include "advise/bitmap.h"
#include "advise/index_finding.h"
#include "advise/say.h"
#include "core/format.h"

#define REMOVED_TIMES 5.0 /* the rows kept, by the recheck */
#define REMOVED_ROWS 1000.0
#define TIME_SHARE 0.1
#define CORRELATED 0.9 /* values so well in order lie together: then the ranges are to blame */
#define FEW_RANGES 3.0 /* read at most: then they are too wide, and else rows far from their place are to blame */
#define SMALLER 8.0 /* ranges; of which two are read */
#define MULTI_LEFT 0.1 /* of the time, when such rows are kept apart: a fiftieth measured */
enum { MULTI_SINCE = 140000 };

typedef struct Case {
	Advice *advice;
	const Rule *rule;
	const Scan *scan;
	const PlanNode *brin;
	const ColumnFacts *column; /* that the index is on, and that is compared; NULL unknown */
} Case;

static const ColumnFacts *compared_column(const Advice *advice, const Scan *scan, const PlanNode *brin) {
	const IndexFacts *index = index_facts(scan->table, brin->index);
	for (size_t i = 0; index && i < scan->lookup.count; i++) {
		const Operand *left = &scan->lookup.items[i].left;
		for (size_t k = 0; left->kind == OPERAND_COLUMN && k < index->key_count; k++) {
			const char *key = index_key_read(advice->arena, index->keys[k]).column;
			if (key && strcmp(key, left->name.column) == 0) return column_facts(scan->table, key);
		}
	}
	return NULL;
}

static void tell(const Case *it, Finding finding, double left) {
	Arena *arena = it->advice->arena;
	const Scan *scan = it->scan;
	double removed = scan->node->measure.rows_removed;
	BitmapPages pages = bitmap_pages(scan->node);
	finding.title = arena_printf(arena, "%s gives %s of %s to find %s", it->brin->index, say_rows(arena, scan->rows_read),
	                             scan_title(arena, scan), scan->rows_out > 0 ? format_rows(arena, scan->rows_out) : "none");
	finding.evidence = arena_printf(arena, "%s reads %s pages and throws %s of their rows away: %s.", say_node(arena, scan->node),
	                                format_rows(arena, pages.exact + pages.lossy), say_part(arena, removed / scan->rows_read),
	                                say_share(arena, it->advice->plan, scan->self_ms, scan->self_cost));
	finding_weigh(it->advice->plan, &finding, scan->self_ms, scan->self_cost, left);
	*list_push(arena, &it->advice->findings) = finding;
}

static Finding finding_of_index(const Case *it) {
	const Scan *scan = it->scan;
	Finding finding = finding_new(it->rule->id);
	finding.node = scan->node->id;
	finding.relation = say_relation(it->advice->arena, scan->schema, scan->name);
	return finding;
}

static double pages_per_range(const IndexFacts *index) {
	static const char option[] = "pages_per_range='";
	const char *at = index->definition ? strstr(index->definition, option) : NULL;
	return at ? fmax(strtod(at + strlen(option), NULL), 1) : 128;
}

/* Few ranges were read, and nearly all in them is not wanted: what is wanted is less than a range. */
static void tell_ranges(const Case *it, double pages_each) {
	Arena *arena = it->advice->arena;
	const char *index = sql_identifier(arena, it->brin->index);
	const char *name = it->scan->schema ? arena_printf(arena, "%s.%s", sql_identifier(arena, it->scan->schema), index) : index;
	Finding finding = finding_of_index(it);
	finding.kind = REMEDY_MAINTENANCE;
	finding.because = arena_printf(arena, "It knows the least and the greatest value of each %.0f pages, and far less than that is wanted.", pages_each);
	finding.sql = arena_printf(arena, "ALTER INDEX %s SET (pages_per_range = %.0f);\nREINDEX INDEX CONCURRENTLY %s", name,
	                           fmax(pages_each / SMALLER, 1), name);
	finding.undo = arena_printf(arena, "ALTER INDEX %s SET (pages_per_range = %.0f);\nREINDEX INDEX CONCURRENTLY %s", name, pages_each, name);
	finding.locks = "Reads and writes go on, but for the moment of the ALTER.";
	tell(it, finding, 2 / SMALLER);
}

/* The operator class that keeps several stretches of values for a range; NULL: none for this type. */
static const char *multi_class(Arena *arena, const char *type) {
	static const struct {
		const char *type, *opclass;
	} classes[] = {{"timestamp with time zone", "timestamptz"}, {"timestamp without", "timestamp"}, {"date", "date"}, {"integer", "int4"},
	               {"bigint", "int8"}, {"smallint", "int2"}, {"numeric", "numeric"}, {"double precision", "float8"}, {"real", "float4"},
	               {"uuid", "uuid"}, {"inet", "inet"}, {"interval", "interval"}};
	for (size_t i = 0; type && i < sizeof classes / sizeof *classes; i++)
		if (strncmp(type, classes[i].type, strlen(classes[i].type)) == 0) return arena_printf(arena, "%s_minmax_multi_ops", classes[i].opclass);
	return NULL;
}

/* Values lie in order but for a few, each of which widens its range to no use. */
static void tell_multi(const Case *it, const char *opclass) {
	Arena *arena = it->advice->arena;
	IndexKey key = index_key_column(arena, it->column->name);
	IndexAdvice index = index_on_key(it->advice, it->scan, "brin", &key, opclass);
	Finding finding = finding_of_index(it);
	finding.kind = REMEDY_INDEX;
	finding.because = arena_printf(arena,
	                               "%s lies in order (correlation %.2f) but for some rows far from their place, and each of these widens the "
	                               "range it lies in.",
	                               it->column->name, it->column->correlation);
	finding.notes = arena_printf(arena,
	                             "This operator class keeps such rows apart. %s can go then. Pages that no VACUUM has summarized since they "
	                             "were filled are read in any case: SELECT brin_summarize_new_values(…).",
	                             sql_identifier(arena, it->brin->index));
	finding_set_indexes(arena, &finding, &index, 1);
	tell(it, finding, MULTI_LEFT);
}

static void tell_btree(const Case *it) {
	Arena *arena = it->advice->arena;
	Scan scan = *it->scan;
	if (isnan(scan.table_rows)) scan.table_rows = scan.rows_read / fmax(scan.executions, 1);
	if (isnan(scan.table_pages)) scan.table_pages = scan.table_rows / 50;
	IndexNeed need = index_need(arena, &scan);
	IndexChoice choice = index_choose(arena, it->advice->facts, &need);
	if (!choice.made) return;
	Finding finding = index_finding(it->advice, it->rule, scan.node, &scan, &choice);
	const char *instead = arena_printf(arena, "It is larger than %s and dearer to write; the BRIN index can go if nothing else needs it.",
	                                   sql_identifier(arena, it->brin->index));
	finding.notes = sentences(arena, finding.notes, instead);
	tell(it, finding, index_choice_left(it->advice->plan, &scan, &choice, 0));
}

static void tell_in_order(const Case *it) {
	const PlanNode *node = it->scan->node;
	BitmapPages pages = bitmap_pages(node);
	double each = pages_per_range(index_facts(it->scan->table, it->brin->index));
	const char *opclass = multi_class(it->advice->arena, it->column->type);
	if ((pages.exact + pages.lossy) / fmax(it->scan->executions, 1) <= FEW_RANGES * each) tell_ranges(it, each);
	else if (opclass && facts_version(it->advice->facts) >= MULTI_SINCE) tell_multi(it, opclass);
	else tell_btree(it);
}

static bool worth_it(const Advice *advice, const Scan *scan) {
	double removed = scan->node->removed_by_recheck * scan->node->loops;
	if (!node_is(scan->node, "Bitmap Heap Scan") || advice_table_is_small(scan)) return false;
	return removed > REMOVED_ROWS && removed > REMOVED_TIMES * scan->rows_out &&
	       advice_takes(advice, plan_share(advice->plan, scan->self_ms, scan->self_cost), TIME_SHARE);
}

static void run(Advice *advice, const Rule *rule) {
	for (size_t i = 0; advice->plan->analyzed && i < advice->scans.count; i++) {
		const Scan *scan = &advice->scans.items[i];
		const PlanNode *brin = worth_it(advice, scan) ? bitmap_brin(advice->plan, scan->table, scan->node) : NULL;
		if (!brin) continue;
		Case it = {.advice = advice, .rule = rule, .scan = scan, .brin = brin, .column = compared_column(advice, scan, brin)};
		if (it.column && fabs(it.column->correlation) >= CORRELATED) tell_in_order(&it);
		else tell_btree(&it);
	}
}

const Rule rule_brin_uncorrelated = {
    .id = "brin-uncorrelated",
    .summary = "a BRIN index leaves out few pages, for its values do not lie in order",
    .fires = "A bitmap made by a BRIN index reads more than 1,000 rows in vain, five times what it keeps, and takes at least 10% "
	     "of the statement. Where the column's values correlate with their place by less than 0.9 a btree is advised; else "
	     "smaller ranges when few were read, or (from version 14 on) the operator class that keeps rows far from their place "
	     "apart. Silent when such a btree exists, for tables under 1,000 rows or 1 MB, and for "
	     "plans that were not run. Never above info.",
    .run = run,
};
