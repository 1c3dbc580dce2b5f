/* wide_rows.c: wide columns are carried through a sort or a hash table that does not fit into memory for them. */
#include "advise/memory.h"
#include "advise/say.h"
#include "advise/subtree.h"
#include "core/format.h"
#include "plan/value.h"

#define WIDE_ROW 500.0 /* bytes */
#define WIDE_COLUMN 100.0
#define TIME_SHARE 0.1 /* of the statement */
#define UNSURE_LEFT 0.5 /* of the time, measured: sorting and hashing rows of 1,013 bytes took twice as long as of 29 and 8 */

typedef struct Case {
	Advice *advice;
	const PlanNode *node; /* Sort or Hash */
	const PlanNode *join; /* of a Hash; else NULL */
	const char **columns; /* that are wide and not asked for here */
	size_t column_count;
	double spared; /* bytes of a row; 0 unknown */
} Case;

/* ---- does it hurt? ---- */

static bool outgrew_memory(const PlanNode *node) {
	for (const PlanValue *process = NULL; (process = node_process(node, process));) {
		const char *where = value_text(plan_field(process, "Sort Space Type"));
		if (where && strcmp(where, "Disk") == 0) return true;
	}
	return node_is(node, "Hash") && node_real(node, "Hash Batches") > 1;
}

/* A star takes what nobody asked for; a list was thought about. */
static bool takes_all(const Statement *statement) {
	const QueryBlock *block = statement->parsed && statement->blocks.count ? &statement->blocks.items[0] : NULL;
	for (size_t i = 0; block && i < block->output.count; i++) {
		const char *text = block->output.items[i].text;
		if (block->output.items[i].kind == OPERAND_OTHER && text && text[strlen(text) - 1] == '*') return true;
	}
	return false;
}

/* ---- which columns ---- */

/* Of `c.notes`, or `notes` of the only table; NULL for an expression. */
static const ColumnFacts *column_of(const Case *it, const char *output) {
	Arena *arena = it->advice->arena;
	PredicateList *list = predicate_parse(arena, arena_printf(arena, "%s IS NULL", output), NULL);
	if (!list || list->count != 1 || list->items[0].left.kind != OPERAND_COLUMN) return NULL;
	const ColumnName *name = &list->items[0].left.name;
	const PlanNode *scan = subtree_scan(it->advice->plan, it->node, name->qualifier);
	return scan ? column_facts(table_facts(it->advice->facts, scan->schema, scan->relation), name->column) : NULL;
}

static bool is_key(const Case *it, const char *output) {
	const char *key, *condition = it->join ? node_text(it->join, "Hash Cond") : NULL;
	for (size_t i = 0; (key = node_list_text(it->node, "Sort Key", i)); i++)
		if (strstr(key, output)) return true;
	return condition && strstr(condition, output);
}

static void find_columns(Case *it) {
	const char *output;
	size_t count = 0;
	while (node_list_text(it->node, "Output", count)) count++;
	it->columns = ARENA_ARRAY(it->advice->arena, const char *, count + 1);
	for (size_t i = 0; (output = node_list_text(it->node, "Output", i)); i++) {
		const ColumnFacts *column = column_of(it, output);
		if (!column || !(column->width_bytes >= WIDE_COLUMN) || is_key(it, output)) continue;
		it->columns[it->column_count++] = column->name;
		it->spared += column->width_bytes;
	}
}

/* ---- the finding ---- */

static void report(const Case *it, const Rule *rule, double ms, double cost) {
	Arena *arena = it->advice->arena;
	const Plan *plan = it->advice->plan;
	const PlanNode *node = it->node;
	double width = node->plan_width, rows = node_rows(plan, node);
	const char *size = format_bytes(arena, width), *names = say_columns(arena, it->columns, it->column_count);
	Finding finding = finding_new(rule->id);
	finding.node = node->id;
	finding.columns = it->columns;
	finding.column_count = it->column_count;
	finding.title = arena_printf(arena, "%s of %s each are %s", say_rows(arena, rows), size, it->join ? "put into a hash table" : "sorted");
	finding.evidence = arena_printf(arena, "%s holds %s, which did not fit into memory%s: %s.", say_node(arena, node), format_bytes(arena, rows * width),
	                                it->column_count ? arena_printf(arena, "; %s %s %s of each row", names, it->column_count > 1 ? "make" : "makes",
	                                                                format_bytes(arena, fmin(it->spared, width)))
	                                                 : "",
	                                say_share(arena, plan, ms, cost));
	finding.because = arena_printf(arena, "Every column that is selected is carried through %s, asked for there or not.",
	                               it->join ? "the hash table" : "the sort");
	finding.notes = arena_printf(arena,
	                             "Name the columns that are wanted in place of *. Where %s wanted of all rows, %s first with the keys alone, and join the "
	                             "table again by its primary key for the rest; under a LIMIT that fetches them for the rows shown only.",
	                             it->column_count == 1   ? arena_printf(arena, "%s is", names)
	                             : it->column_count > 1 ? arena_printf(arena, "%s are", names)
	                                                    : "wide columns are",
	                             it->join ? "join" : "sort");
	finding_weigh(plan, &finding, ms, cost, fmax(UNSURE_LEFT, it->spared > 0 ? 1 - it->spared / width : 0));
	*list_push(arena, &it->advice->findings) = finding;
}

static void look_at(Advice *advice, const Rule *rule, const PlanNode *node) {
	Case it = {.advice = advice, .node = node, .join = node_is(node, "Hash") ? node->parent : NULL};
	if (!(node->plan_width >= WIDE_ROW) || node->measure.never_executed || !outgrew_memory(node)) return;
	double ms = node->measure.self_ms + (it.join ? it.join->measure.self_ms : 0), cost = node->measure.self_cost + (it.join ? it.join->measure.self_cost : 0);
	if (!advice_takes(advice, plan_share(advice->plan, ms, cost), TIME_SHARE)) return;
	find_columns(&it);
	report(&it, rule, ms, cost);
}

static void run(Advice *advice, const Rule *rule) {
	if (!advice->plan->analyzed || !takes_all(advice->statement)) return;
	for (size_t i = 0; i < advice->plan->node_count; i++) look_at(advice, rule, advice->plan->nodes[i]);
}

const Rule rule_wide_rows = {
    .id = "wide-rows",
    .summary = "SELECT * carries wide columns through a sort or hash table that outgrows memory for them",
    .fires = "Rows of 500 bytes or more are sorted or put into a hash table, which does not fit into work_mem and takes at least 10% of the "
	     "statement, and the statement selects *. The columns that make them wide and are no keys there are named. sort-spill and "
	     "hash-batches are told as what follows from it. Silent where all fits into memory, for lists of columns, top-N sorts, "
	     "plans that were not run, and without the statement's text.",
    .run = run,
};
