/* or_condition.c: x OR y that no index serves: of one table, of two tables, or switched off by a parameter. */
#include "advise/advise.h"
#include "advise/index_choice.h"
#include "advise/say.h"
#include "advise/split_or.h"
#include "core/format.h"

#define REMOVED_SHARE 0.9 /* of the rows are thrown away by it, */
#define REMOVED_ROWS 1000.0 /* and so many of a join's */
#define TIME_SHARE 0.1 /* of the statement is spent there */
#define UNSURE_LEFT 0.5 /* of the time, where the planner has to tell what the other way costs */
enum { BRANCHES_MOST = 4, FORCED_PLANS = 120000 }; /* plan_cache_mode is there since 12 */

static bool is_or(const Predicate *condition) {
	return condition->kind == PREDICATE_OR && condition->branch_count > 1;
}

/* `$1 IS NULL`, `$1 = 0`: asks nothing of the row. */
static bool is_switch(const Predicate *condition) {
	bool parameter = condition->left.kind == OPERAND_PARAMETER || condition->right.kind == OPERAND_PARAMETER;
	return parameter && !condition->left.column_count && !condition->right.column_count;
}

static bool has_switch(const Predicate *either) {
	for (size_t i = 0; i < either->branch_count; i++)
		if (either->branches[i].count == 1 && is_switch(&either->branches[i].items[0])) return true;
	return false;
}

/* ---- of one table: an index for each side ---- */

/* The scan as it would be if only one side, and all other conditions, were asked for. */
static Scan side_of(Arena *arena, const Scan *scan, const Predicate *either, const PredicateList *branch) {
	Scan side = *scan;
	side.filter = (PredicateList){0};
	for (size_t i = 0; i < branch->count; i++) *list_push(arena, &side.filter) = branch->items[i];
	for (size_t i = 0; i < scan->filter.count; i++)
		if (&scan->filter.items[i] != either) *list_push(arena, &side.filter) = scan->filter.items[i];
	return side;
}

typedef struct Sides {
	LIST(IndexAdvice) wanted;
	size_t served; /* by indexes there are */
	double left; /* of the time */
	const char *columns; /* for a sentence */
	const char *notes;
} Sides;

static void add_wanted(Arena *arena, Sides *sides, const IndexChoice *choice) {
	for (size_t i = 0; i < sides->wanted.count; i++)
		if (index_same(&sides->wanted.items[i], &choice->index)) return;
	*list_push(arena, &sides->wanted) = choice->index;
	if (choice->notes && !sides->notes) sides->notes = choice->notes;
}

/* False when one side cannot be looked up: then no side is. */
static bool find_sides(const Advice *advice, const Scan *scan, const Predicate *either, Sides *sides) {
	Arena *arena = advice->arena;
	*sides = (Sides){.served = 0};
	for (size_t i = 0; i < either->branch_count; i++) {
		Scan side = side_of(arena, scan, either, &either->branches[i]);
		IndexNeed need = index_need(arena, &side);
		IndexChoice choice = index_choose(arena, advice->facts, &need);
		if (!choice.made && !choice.existing) return false;
		if (choice.made && !choice.existing) {
			add_wanted(arena, sides, &choice);
			sides->left += index_choice_left(advice->plan, &side, &choice, 0);
		} else {
			sides->served++;
			sides->left += scan->rows_out / scan->rows_read;
		}
	}
	return sides->wanted.count > 0;
}

/* A scan reads nearly all for nothing, and long enough. */
static bool reads_in_vain(const Advice *advice, const Scan *scan) {
	return scan_reads_whole(scan) && !advice_table_is_small(scan) && scan->rows_out <= (1 - REMOVED_SHARE) * scan->rows_read &&
	       advice_takes(advice, plan_share(advice->plan, scan->self_ms, scan->self_cost), TIME_SHARE);
}

static const char *scan_evidence(const Advice *advice, const Scan *scan) {
	Arena *arena = advice->arena;
	double runs = fmax(scan->executions, 1);
	return arena_printf(arena, "%s %s %s for %s: %s.", say_node(arena, scan->node), advice->plan->analyzed ? "reads" : "would read",
	                    say_rows(arena, scan->rows_read / runs), say_rows(arena, scan->rows_out / runs),
	                    say_share(arena, advice->plan, scan->self_ms, scan->self_cost));
}

static Finding finding_of_scan(const Advice *advice, const Rule *rule, const Scan *scan) {
	Finding finding = finding_new(rule->id);
	finding.node = scan->node->id;
	finding.relation = say_relation(advice->arena, scan->schema, scan->name);
	finding.evidence = scan_evidence(advice, scan);
	return finding;
}

static void report_sides(Advice *advice, const Rule *rule, const Scan *scan, const Predicate *either, const Sides *sides) {
	Arena *arena = advice->arena;
	Finding finding = finding_of_scan(advice, rule, scan);
	finding.title = arena_printf(arena, "%s is read whole for %s", scan_title(arena, scan), either->text);
	finding.because = sides->served
	                      ? "A row is found by one side of the OR or by the other: each needs an index, and only one has it."
	                      : "A row is found by one side of the OR or by the other: no single index finds both, but two can be used together.";
	finding.kind = REMEDY_INDEX;
	finding.basis = scan->table ? BASIS_ESTIMATED : BASIS_HEURISTIC;
	finding.notes = arena_printf(arena, "The bitmaps of the indexes are put together (BitmapOr).%s%s", sides->notes ? " " : "",
	                             sides->notes ? sides->notes : "");
	finding_set_indexes(arena, &finding, sides->wanted.items, sides->wanted.count);
	finding_weigh(advice->plan, &finding, scan->self_ms, scan->self_cost, sides->left);
	*list_push(arena, &advice->findings) = finding;
}

/* ---- switched off by a parameter ---- */

static void report_switch(Advice *advice, const Rule *rule, const Scan *scan, const Predicate *either) {
	Arena *arena = advice->arena;
	Finding finding = finding_of_scan(advice, rule, scan);
	int version = facts_version(advice->facts);
	finding.title = arena_printf(arena, "%s is read whole because a value may switch its condition off", scan_title(arena, scan));
	finding.because = arena_printf(arena, "One plan has to do for every value: %s may be true of all rows, so no index can be used.", either->text);
	/* Up to PostgreSQL 16 what a subquery gives once is written $0 too: no plan is made for that. */
	bool forced = advice->statement->parameter_count > 0 && !(version && version < FORCED_PLANS);
	finding.kind = forced ? REMEDY_SETTING : REMEDY_NONE;
	if (finding.kind == REMEDY_SETTING) {
		finding.sql = "SET plan_cache_mode = 'force_custom_plan'";
		finding.undo = "RESET plan_cache_mode";
	}
	finding.notes = arena_printf(arena, "%s the condition out of the statement where it is not wanted, so that each has a plan of its own.%s",
	                             forced ? "Better: leave" : "Leave",
	                             forced ? " With custom plans the value is known when it is planned, and an index on the column serves it." : "");
	finding_weigh(advice->plan, &finding, scan->self_ms, scan->self_cost, UNSURE_LEFT);
	*list_push(arena, &advice->findings) = finding;
}

static void look_at_scan(Advice *advice, const Rule *rule, const Scan *scan) {
	Sides sides;
	for (size_t i = 0; i < scan->filter.count && reads_in_vain(advice, scan); i++) {
		const Predicate *either = &scan->filter.items[i];
		if (!is_or(either)) continue;
		bool switched = has_switch(either), served = !switched && either->branch_count <= BRANCHES_MOST && find_sides(advice, scan, either, &sides);
		if (switched) report_switch(advice, rule, scan, either);
		if (served) report_sides(advice, rule, scan, either, &sides);
		if (switched || served) return;
	}
}

/* ---- of two tables ---- */

static bool asks_two_tables(const Predicate *either) {
	const char *first = NULL;
	for (size_t b = 0; b < either->branch_count; b++)
		for (size_t i = 0; i < either->branches[b].count; i++) {
			const Predicate *condition = &either->branches[b].items[i];
			const Operand *sides[] = {&condition->left, &condition->right};
			for (size_t s = 0; s < 2; s++)
				for (size_t c = 0; c < sides[s]->column_count; c++) {
					const char *table = sides[s]->columns[c].qualifier;
					if (first && table && strcmp(first, table) != 0) return true;
					if (!first) first = table;
				}
		}
	return false;
}

static bool is_inner_join(const PlanNode *node) {
	const char *type = node_text(node, "Join Type");
	return node_is_join(node) && (!type || strcmp(type, "Inner") == 0);
}

/* What the join took, and all it reads for nothing: without an OR both sides could be looked up. */
static void weigh_join(const Advice *advice, Finding *finding, const PlanNode *join) {
	finding_weigh(advice->plan, finding, join->measure.total_ms, join->total_cost, UNSURE_LEFT);
}

static void report_join(Advice *advice, const Rule *rule, const PlanNode *join, const Predicate *either) {
	Arena *arena = advice->arena;
	Finding finding = finding_new(rule->id);
	double removed = join->removed_by_join_filter * join->loops;
	finding.node = join->id;
	finding.title = arena_printf(arena, "an OR across two tables is checked for %s", say_rows(arena, removed + join->measure.rows_actual));
	finding.evidence = arena_printf(arena, "%s checks %s and throws %s of the rows away: %s.", say_node(arena, join), either->text,
	                                say_part(arena, removed / (removed + join->measure.rows_actual)),
	                                say_share(arena, advice->plan, join->measure.total_ms, join->total_cost));
	finding.because = "Neither table can be searched, nor hashed, by its side of an OR, for a row may be wanted for the other's sake: "
			  "everything is joined first.";
	finding.rewrite = finding.sql = split_or(arena, advice->statement, advice->facts);
	finding.kind = finding.rewrite ? REMEDY_REWRITE : REMEDY_NONE;
	finding.notes = finding.rewrite
	                    ? "Returns the same rows: every row comes from one half only. An index on the columns of each side lets its half "
	                      "look its rows up."
	                    : "Write it as a UNION ALL: one half WHERE one side, the other WHERE the other side AND (the one side) IS NOT TRUE, "
	                      "which returns the same rows; group, sort and limit what comes out of both. An index on the columns of "
	                      "each side lets its half look its rows up.";
	weigh_join(advice, &finding, join);
	*list_push(arena, &advice->findings) = finding;
}

/* Only of a plan that was run: how much an OR throws away is what planners guess worst. */
static void look_at_join(Advice *advice, const Rule *rule, const PlanNode *join) {
	if (!advice->plan->analyzed || join->measure.never_executed || !is_inner_join(join)) return;
	double removed = join->removed_by_join_filter * join->loops;
	if (!(removed >= REMOVED_ROWS) || join->measure.rows_actual > (1 - REMOVED_SHARE) * (removed + join->measure.rows_actual)) return;
	PredicateList conditions = node_conditions(advice->arena, join, "Join Filter");
	if (!advice_takes(advice, plan_share(advice->plan, join->measure.total_ms, join->total_cost), TIME_SHARE)) return;
	for (size_t i = 0; i < conditions.count; i++) {
		if (!is_or(&conditions.items[i]) || !asks_two_tables(&conditions.items[i])) continue;
		report_join(advice, rule, join, &conditions.items[i]);
		return;
	}
}

static void run(Advice *advice, const Rule *rule) {
	for (size_t i = 0; i < advice->scans.count; i++) look_at_scan(advice, rule, &advice->scans.items[i]);
	for (size_t i = 0; i < advice->plan->node_count; i++) look_at_join(advice, rule, advice->plan->nodes[i]);
}

const Rule rule_or_condition = {
    .id = "or-condition",
    .summary = "OR keeps indexes from being used: of one table, across two, or switched by a parameter",
    .fires = "A table is read whole for a condition with OR, at least 90% of its rows are thrown away, and the scan takes at least 10% "
	     "of the statement: each side gets its index where it has none, and their bitmaps are put together. A side that only "
	     "asks for a parameter ($1 IS NULL) leads to plans made for the value instead. A join that throws away at least "
	     "1,000 rows and 90% by an OR across two tables is written out as a UNION ALL of two statements, exact for "
	     "nulls and duplicates. Silent when a side is nothing an index serves, when each has its index already, for tables "
	     "under 1,000 rows or 1 MB, and for outer joins.",
    .run = run,
    .sourced = true,
};
