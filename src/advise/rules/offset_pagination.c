/* offset_pagination.c: OFFSET reads rows to throw them away; going on after the last row of the page before does not. */
#include "advise/advise.h"
#include "advise/index_choice.h"
#include "advise/paging.h"
#include "advise/paging_order.h"
#include "advise/say.h"
#include "core/format.h"

#define SKIPPED_ROWS 1000.0
#define SKIPPED_PAGES 10.0 /* or so many pages, when they take */
#define SKIPPED_SHARE 0.2 /* of the statement */
#define UNSURE_LEFT 0.5 /* of the time, where it is not written out, or no index range serves it */

/* The rows a Limit reads past, and shows. */
typedef struct Skip {
	const PlanNode *limit;
	double skipped, shown;
} Skip;

/* Of a plan that was not run only the cost tells of an OFFSET: a Limit's start-up cost is what its child costs up to the
 * first row shown. One that was run took more rows from its child than it gave. */
static bool cost_tells_offset(const PlanNode *limit) {
	const PlanNode *child = limit->first_child;
	return child && limit->startup_cost > child->startup_cost + 0.01 * (child->total_cost - child->startup_cost);
}

static bool written(const Statement *statement) {
	for (size_t i = 0; i < statement->blocks.count; i++)
		if (statement->blocks.items[i].has_offset) return true;
	return false;
}

static double estimated_offset(const Statement *statement, const PlanNode *limit) {
	double offset = statement->blocks.count ? statement->blocks.items[0].offset_rows : NAN;
	const PlanNode *child = limit->first_child;
	if (!isnan(offset)) return fmin(offset, child->plan_rows);
	double per_row = (child->total_cost - child->startup_cost) / fmax(child->plan_rows, 1);
	return per_row > 0 ? fmin((limit->startup_cost - child->startup_cost) / per_row, child->plan_rows) : 0;
}

static bool skip_of(const Advice *advice, const PlanNode *limit, Skip *skip) {
	const PlanNode *child = limit->first_child;
	if (!child || (advice->statement->parsed && !written(advice->statement))) return false;
	if (!advice->statement->parsed && !advice->plan->analyzed && !cost_tells_offset(limit)) return false;
	*skip = (Skip){.limit = limit, .shown = node_rows(advice->plan, limit)};
	if (advice->plan->analyzed) skip->skipped = node_rows(advice->plan, child) - skip->shown;
	else skip->skipped = estimated_offset(advice->statement, limit);
	/* The text knows better where it is a number. */
	double offset = advice->statement->blocks.count ? advice->statement->blocks.items[0].offset_rows : NAN;
	if (!isnan(offset)) skip->skipped = fmin(skip->skipped, offset * fmax(limit->loops > 0 ? limit->loops : 1, 1));
	return true;
}

static bool deep_enough(const Advice *advice, const Skip *skip) {
	double share = plan_share(advice->plan, skip->limit->measure.total_ms, skip->limit->total_cost);
	return skip->skipped >= SKIPPED_ROWS ||
	       (skip->skipped >= SKIPPED_PAGES * skip->shown && share >= SKIPPED_SHARE && skip->skipped >= 100);
}

/* ---- the index the rewritten statement goes by ---- */

static const Scan *scan_of_key(const Advice *advice, const PagingKey *key) {
	if (!key->ref) return NULL;
	const char *alias = table_ref_called(key->ref);
	const Scan *found = NULL;
	for (size_t i = 0; i < advice->scans.count; i++) {
		const Scan *scan = &advice->scans.items[i];
		if (strcmp(scan->name, key->ref->name) != 0) continue;
		if (strcmp(scan->alias, alias) == 0) return scan;
		found = scan;
	}
	return found;
}

static bool sorts(const PlanNode *below) {
	for (const PlanNode *node = below; node; node = node->first_child)
		if (node_is(node, "Sort") || node_is(node, "Incremental Sort")) return true;
	return false;
}

static bool choose_index(const Advice *advice, const Paging *paging, const Skip *skip, IndexChoice *choice) {
	const Scan *found = scan_of_key(advice, &paging->keys.items[0]);
	if (!found || advice_table_is_small(found)) return false;
	Scan scan = *found;
	if (isnan(scan.table_rows)) scan.table_rows = scan.rows_read;
	if (isnan(scan.table_pages)) scan.table_pages = scan.table_rows / 50;
	IndexNeed need = index_need(advice->arena, &scan);
	for (size_t i = 0; i < paging->keys.count; i++) {
		const PagingKey *key = &paging->keys.items[i];
		if (key->added && key->ref != paging->keys.items[0].ref) break;
		if (!key->column || key->ref != paging->keys.items[0].ref) return false;
		IndexKey *wanted = list_push(advice->arena, &need.order);
		*wanted = index_key_column(advice->arena, key->column);
		wanted->descending = key->descending;
		wanted->nulls_first = key->nulls_first;
	}
	need.range.count = 0; /* the comparison with the last row is the range */
	need.rows_sorted = need.rows_kept;
	need.rows_wanted = skip->shown;
	*choice = index_choose(advice->arena, advice->facts, &need);
	return choice->made && choice->ordered;
}

/* ---- the finding ---- */

static const Paging *kept(Arena *arena, const Paging *paging) {
	Paging *copy = ARENA_NEW(arena, Paging);
	*copy = *paging;
	return copy;
}

/* The plan did not go by it, but a page by keys would. */
static bool holds_keys(Arena *arena, const IndexFacts *index, const PagingKeys *keys) {
	for (size_t i = 0; index && i < keys->count; i++) {
		bool held = false;
		for (size_t k = 0; k < index->key_count; k++) {
			const char *column = index_key_read(arena, index->keys[k]).column;
			held = held || (column && keys->items[i].column && strcmp(column, keys->items[i].column) == 0);
		}
		if (!held) return false;
	}
	return index != NULL;
}

static void add_form(Arena *arena, Finding *finding, const char *name, const char *sql) {
	if (sql) *list_push(arena, &finding->forms) = (StatementForm){name, sql};
}

/* False when there is no rewrite, or one that still reads rows to throw them away. */
static bool remedy(const Advice *advice, Finding *finding, const Skip *skip, bool sorted) {
	Arena *arena = advice->arena;
	Paging paging = paging_rewrite(arena, advice->statement, advice->facts);
	if (!paging.statement) {
		finding->kind = REMEDY_NONE;
		finding->notes = paging.why_not;
		return false;
	}
	finding->kind = REMEDY_REWRITE;
	finding->rewrite = paging.statement;
	finding->paging = kept(arena, &paging);
	add_form(arena, finding, "first page", paging.first);
	add_form(arena, finding, "page before", paging.before);
	add_form(arena, finding, "any page", paging.by_number);
	finding->notes = paging.notes;
	const PagingKey *first = &paging.keys.items[0];
	const char *schema = first->table ? first->table->schema : first->ref ? first->ref->schema : NULL;
	if (first->ref)
		finding->relation = say_relation(arena, schema, first->ref->name);
	finding->columns = ARENA_ARRAY(arena, const char *, paging.keys.count);
	for (size_t i = 0; i < paging.keys.count; i++) finding->columns[finding->column_count++] = paging.keys.items[i].text;
	IndexChoice choice = {0};
	/* When the rows come in order already, the index that gives it serves the rewritten statement too. */
	const char *obstacle = sorted ? paging_order_obstacle(arena, advice->statement, &paging.keys) : NULL;
	finding->because = sentences(arena, finding->because, obstacle);
	if (sorted && choose_index(advice, &paging, skip, &choice)) {
		finding_set_indexes(arena, finding, &choice.index, 1);
		finding->notes = sentences(arena, finding->notes, choice.notes);
	} else {
		finding_set_indexes(arena, finding, NULL, 0);
	}
	return paging.quick && (choice.made || !sorted || holds_keys(arena, choice.existing, &paging.keys));
}

/* A statement planned for any OFFSET has no figures: the planner takes a tenth of the rows. */
static bool offset_is_known(const Advice *advice) {
	return advice->plan->analyzed || !advice->statement->blocks.count ||
	       !isnan(advice->statement->blocks.items[0].offset_rows);
}

static void tell(const Advice *advice, const Skip *skip, Finding *finding) {
	Arena *arena = advice->arena;
	const PlanNode *limit = skip->limit;
	const char *share = say_share(arena, advice->plan, limit->measure.total_ms, limit->total_cost);
	finding->because = "OFFSET has to read every row before the page, so each page costs more than the one before; an "
			   "index does not change that.";
	if (!offset_is_known(advice)) {
		finding->basis = BASIS_HEURISTIC;
		finding->title = "OFFSET reads all rows before the page and throws them away";
		finding->evidence = arena_printf(
		    arena, "How deep OFFSET %s goes is not known; the planner takes a tenth of the rows for it: %s.",
		    advice->statement->blocks.items[0].offset ? advice->statement->blocks.items[0].offset : "", share);
		return;
	}
	const char *shown = format_rows(arena, skip->shown);
	finding->basis = BASIS_ESTIMATED;
	finding->title =
	    arena_printf(arena, "OFFSET reads %s and throws them away to show %s", say_rows(arena, skip->skipped), shown);
	finding->evidence =
	    arena_printf(arena, "The Limit takes %s from %s and shows %s of them: %s.",
	                 say_rows(arena, skip->skipped + skip->shown), say_node(arena, limit->first_child), shown, share);
}

static void report(Advice *advice, const Rule *rule, const Skip *skip) {
	Finding finding = finding_new(rule->id);
	const PlanNode *limit = skip->limit;
	finding.node = limit->id;
	tell(advice, skip, &finding);
	double left = (skip->shown + 1) / (skip->skipped + skip->shown + 1);
	if (!remedy(advice, &finding, skip, sorts(limit->first_child))) {
		finding.basis = BASIS_HEURISTIC;
		left = fmax(left, UNSURE_LEFT);
	}
	finding_weigh(advice->plan, &finding, limit->measure.total_ms, limit->total_cost, left);
	*list_push(advice->arena, &advice->findings) = finding;
}

static void run(Advice *advice, const Rule *rule) {
	for (size_t i = 0; i < advice->plan->node_count; i++) {
		const PlanNode *node = advice->plan->nodes[i];
		Skip skip;
		if (!node_is(node, "Limit") || node->measure.never_executed || !skip_of(advice, node, &skip) ||
		    !deep_enough(advice, &skip))
			continue;
		report(advice, rule, &skip);
		return; /* the outermost; an inner one with an OFFSET of its own is rare, and its rewrite would be another */
	}
}

const Rule rule_offset_pagination = {
    .id = "offset-pagination",
    .summary = "OFFSET reads and throws away all rows before the page; going on after the last key does not",
    .fires = "A Limit reads at least 1,000 rows more than it shows because of OFFSET, or ten pages and more when that takes "
	     "20% of the statement. The statement is written out anew with a condition on the sort keys in place of OFFSET: "
	     "a row comparison where all keys go one way and none can be null, else the exact condition for mixed "
	     "directions and nulls, in parts joined by UNION ALL where it would be slow; the primary key is appended where "
	     "ORDER BY does not tell rows apart, but for WITH TIES. The first page, the page before and, for one table, any "
	     "page by its number are written out too. Its index comes along unless the rows come in order already; where no "
	     "index has the order, why. Groups and DISTINCT rows go by what makes them. Says why there is no rewrite for groups "
	     "sorted by what is counted of them, windows, DISTINCT ON, UNION and missing ORDER BY. Silent for the first pages.",
    .sourced = true,
    .run = run,
};
