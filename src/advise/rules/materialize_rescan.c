/* materialize_rescan.c: rows that were kept are gone through anew for every row of a nested loop. */
#include "advise/advise.h"
#include "advise/say.h"
#include "advise/subtree.h"
#include "core/format.h"

#define RESCANS 2.0
#define COMPARED_ROWS 1e6 /* in all: fewer take no time */
#define THROWN_SHARE 0.9 /* of the pairs are thrown away */
#define TIME_SHARE 0.2 /* of the statement */
#define UNSURE_LEFT 0.5 /* of the time, for a search in place of each scan */

typedef struct Case {
	Advice *advice;
	const PlanNode *join;
	const PlanNode *kept; /* Materialize or CTE Scan */
	double rows, compared;
	double ms, cost;
} Case;

/* ---- a value that has to lie between two columns ---- */

typedef struct Range {
	const char *value; /* "o.created_at" */
	const char *low, *high; /* columns of one table */
	const char *table; /* their qualifier */
} Range;

static const char *qualified(Arena *arena, const ColumnName *name) {
	return arena_printf(arena, "%s.%s", sql_identifier(arena, name->qualifier), sql_identifier(arena, name->column));
}

/* `value >= r.low AND value < r.high`, of whichever side of the join. */
static bool read_range(Arena *arena, const PredicateList *conditions, Range *range) {
	*range = (Range){.value = NULL};
	for (size_t i = 0; i + 1 < conditions->count; i++) {
		const Predicate *one = &conditions->items[i], *two = &conditions->items[i + 1];
		const Operand *sides[] = {&one->left, &one->right, &two->left, &two->right};
		bool plain = one->operator_name && two->operator_name && strchr("<>", *one->operator_name) && strchr("<>", *two->operator_name);
		for (size_t s = 0; s < 4; s++) plain = plain && sides[s]->kind == OPERAND_COLUMN && sides[s]->name.qualifier;
		if (!plain || *one->operator_name == *two->operator_name || strcmp(sides[0]->text, sides[2]->text) != 0) continue;
		if (strcmp(sides[1]->name.qualifier, sides[3]->name.qualifier) != 0) continue;
		const Operand *low = *one->operator_name == '>' ? sides[1] : sides[3], *high = low == sides[1] ? sides[3] : sides[1];
		*range = (Range){qualified(arena, &sides[0]->name), low->name.column, high->name.column, low->name.qualifier};
		return true;
	}
	return false;
}

static const char *range_type(const ColumnFacts *column) {
	static const char *const types[][2] = {
	    {"timestamp with time zone", "tstzrange"}, {"timestamp without time zone", "tsrange"}, {"date", "daterange"},
	    {"integer", "int4range"},                  {"bigint", "int8range"},                   {"numeric", "numrange"},
	};
	for (size_t i = 0; column && i < sizeof types / sizeof *types; i++)
		if (strncmp(column->type, types[i][0], strlen(types[i][0])) == 0) return types[i][1];
	return NULL;
}

static const char *about_range(const Case *it, const Range *range) {
	Arena *arena = it->advice->arena;
	const PlanNode *scan = subtree_scan(it->advice->plan, it->join, range->table);
	const TableFacts *table = scan ? table_facts(it->advice->facts, scan->schema, scan->relation) : NULL;
	const char *low = sql_identifier(arena, range->low), *high = sql_identifier(arena, range->high), *alias = sql_identifier(arena, range->table);
	const char *name = scan ? sql_identifier(arena, scan->relation) : alias, *type = range_type(column_facts(table, range->low));
	const char *both = type ? arena_printf(arena, " Where ranges may overlap: CREATE INDEX ON %s USING gist (%s(%s, %s)) and %s(%s.%s, %s.%s) @> %s (a range "
						      "holds its low end and not its high one; [] as third argument holds both).",
	                                       name, type, low, high, type, alias, low, alias, high, range->value)
	                        : "";
	return arena_printf(arena,
	                    "One value between two columns is searched by no btree. Where ranges do not overlap, an index on %s (%s) finds the only one: "
	                    "JOIN LATERAL (SELECT … FROM %s WHERE %s <= %s ORDER BY %s DESC LIMIT 1), its %s checked outside.%s",
	                    name, low, name, low, range->value, low, high, both);
}

/* ---- remedies ---- */

static bool is_cte(const PlanNode *node) {
	for (; node; node = node->first_child)
		if (node_is(node, "CTE Scan")) return true;
	return false;
}

static const char *advice_on(const Case *it, const PredicateList *conditions) {
	Range range;
	if (read_range(it->advice->arena, conditions, &range)) return about_range(it, &range);
	if (is_cte(it->kept))
		return "What a WITH query kept has no index: read it in place (NOT MATERIALIZED), or fill a temporary table, index and ANALYZE it, and join "
		       "that.";
	for (size_t i = 0; i < conditions->count; i++)
		if (conditions->items[i].kind == PREDICATE_JOIN && conditions->items[i].operator_name && strcmp(conditions->items[i].operator_name, "=") == 0)
			return "It compares by =, so a hash table would do: see why the planner left that aside (row counts, enable_hashjoin, types without "
			       "hash functions).";
	return "Only = can be hashed or merged. An index on what is compared lets each row search instead of compare with all: of the column itself for < and >, "
	       "GiST or GIN for ranges, arrays and patterns; or make the condition an = of something computed beforehand.";
}

static void report(const Case *it, const Rule *rule) {
	Arena *arena = it->advice->arena;
	const Plan *plan = it->advice->plan;
	PredicateList conditions = node_conditions(arena, it->join, "Join Filter");
	Finding finding = finding_new(rule->id);
	finding.node = it->join->id;
	finding.title = arena_printf(arena, "%s are each compared with %s that were kept", say_rows(arena, it->kept->loops), format_rows(arena, it->rows));
	finding.evidence = arena_printf(arena, "%s compares %s with what %s kept, by %s, and keeps %s: %s.", say_node(arena, it->join),
	                                say_rows(arena, it->compared), say_node(arena, it->kept), node_text(it->join, "Join Filter"),
	                                say_rows(arena, it->join->measure.rows_actual), say_share(arena, plan, it->ms, it->cost));
	finding.because = "A nested loop without a search on its inner side compares every row with every other.";
	finding.notes = advice_on(it, &conditions);
	finding_weigh(plan, &finding, it->ms, it->cost, UNSURE_LEFT);
	*list_push(arena, &it->advice->findings) = finding;
}

/* ---- where ---- */

/* Rules that say why the loop is there, or how it goes. */
static bool is_told(const Advice *advice, const PlanNode *join) {
	static const char *const others[] = {"or-condition", "cartesian-join", "nested-loop-blowup", "missing-index", "row-misestimate", "stale-stats"};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (advice_told(advice, others[i], join)) return true;
	return false;
}

static void look_at(Advice *advice, const Rule *rule, const PlanNode *join) {
	const PlanNode *kept = join->last_child;
	if (!node_is(join, "Nested Loop") || !kept || !node_text(join, "Join Filter")) return;
	if (!node_is(kept, "Materialize") && !node_is(kept, "CTE Scan")) return;
	Case it = {.advice = advice, .join = join, .kept = kept, .rows = kept->actual_rows};
	it.compared = join->measure.rows_actual + join->removed_by_join_filter * join->loops;
	it.ms = join->measure.self_ms + kept->measure.self_ms;
	it.cost = join->measure.self_cost + kept->measure.self_cost;
	bool many = kept->loops >= RESCANS && it.compared >= COMPARED_ROWS && join->measure.rows_actual <= (1 - THROWN_SHARE) * it.compared;
	if (many && advice_takes(advice, plan_share(advice->plan, it.ms, it.cost), TIME_SHARE) && !is_told(advice, join)) report(&it, rule);
}

static void run(Advice *advice, const Rule *rule) {
	for (size_t i = 0; advice->plan->analyzed && i < advice->plan->node_count; i++) look_at(advice, rule, advice->plan->nodes[i]);
}

const Rule rule_materialize_rescan = {
    .id = "materialize-rescan",
    .summary = "rows that were kept are gone through anew for every row of a nested loop",
    .fires = "The inner side of a nested loop is a Materialize or a CTE Scan that was gone through again, 1,000,000 pairs or more "
	     "were compared and at least 90% thrown away, and that takes at least 20% of the statement. For a value between two columns "
	     "it is told how to search instead. Silent where a rule says why the loop is there (or-condition, cartesian-join, "
	     "nested-loop-blowup, missing-index, a misestimate), for few rows, and for plans that were not run.",
    .run = run,
};
