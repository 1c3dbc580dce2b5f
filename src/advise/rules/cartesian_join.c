/* cartesian_join.c: two tables are joined without a condition, so every row meets every other. */
#include "advise/advise.h"
#include "advise/say.h"
#include "advise/subtree.h"
#include "core/format.h"
#include "sql/token.h"

#define TIME_SHARE 0.2 /* of the statement, from the product upwards */
#define PRODUCT_ROWS 1000.0 /* fewer harm nobody */

typedef struct Case {
	const Plan *plan;
	const PlanNode *join, *outer, *inner;
	double outer_rows, inner_rows; /* of the inner side: a run */
	double stake_ms, stake_cost;
} Case;

/* ---- the shape ---- */

/* Tables and joins of them. A function's arguments are not printed, so it may depend on the other side; and whoever multiplies
 * rows with generate_series or VALUES wants just that. */
static bool is_of_tables(const Plan *plan, const PlanNode *top) {
	static const char *const plain[] = {"Seq Scan",    "Index Scan", "Index Only Scan", "Bitmap Heap Scan", "Bitmap Index Scan",
	                                    "BitmapAnd",   "BitmapOr",   "Nested Loop",     "Hash Join",        "Merge Join",
	                                    "Materialize", "Hash",       "Sort",            "Gather",           NULL};
	for (int id = top->id; id <= top->last; id++)
		if (!node_is_any(plan->nodes[id - 1], plain)) return false;
	return true;
}

static bool joins_without_condition(Case *it) {
	const PlanNode *join = it->join;
	const char *type = node_text(join, "Join Type");
	if (!node_is(join, "Nested Loop") || join->measure.never_executed || (type && strcmp(type, "Inner") != 0)) return false;
	if (node_text(join, "Join Filter") || node_text(join, "Filter")) return false;
	it->outer = join->first_child;
	it->inner = it->outer ? it->outer->next : NULL;
	return it->inner && !node_stands_apart(it->outer) && !node_stands_apart(it->inner);
}

/* ---- joined elsewhere ---- */

/* Two small tables may be multiplied on purpose, to look both up in a third: some chain of conditions leads from one side to
 * the other. */
static bool joined_by_others(Arena *arena, const Case *it, const size_t *groups) {
	bool *reached = ARENA_ARRAY(arena, bool, it->plan->node_count + 1);
	for (int id = it->outer->id; id <= it->outer->last; id++) reached[groups[id - 1]] = true;
	for (int id = it->inner->id; id <= it->inner->last; id++)
		if (groups[id - 1] && reached[groups[id - 1]]) return true;
	return false;
}

static PredicateList constants_of(Arena *arena, const Plan *plan, const PlanNode *top) {
	static const char *const fields[] = {"Index Cond", "Recheck Cond", "Filter"};
	PredicateList found = {0};
	for (int id = top->id; id <= top->last; id++) {
		for (size_t f = 0; f < sizeof fields / sizeof *fields; f++) {
			PredicateList conditions = node_conditions(arena, plan->nodes[id - 1], fields[f]);
			for (size_t i = 0; i < conditions.count; i++) {
				bool one_value = conditions.items[i].kind == PREDICATE_EQUAL || conditions.items[i].kind == PREDICATE_IN;
				if (one_value) *list_push(arena, &found) = conditions.items[i];
			}
		}
	}
	return found;
}

/* `'7'::bigint` is 7. */
static bool same_value(const char *one, const char *other) {
	size_t left = strcspn(one, ":"), right = strcspn(other, ":");
	if (left && *one == '\'') one++, left -= 2;
	if (right && *other == '\'') other++, right -= 2;
	return left == right && strncmp(one, other, left) == 0;
}

/* a.id = 1 AND b.a_id = 1 is what the planner makes of a.id = b.a_id AND a.id = 1. */
static bool joined_by_a_value(Arena *arena, const Case *it) {
	PredicateList outer = constants_of(arena, it->plan, it->outer), inner = constants_of(arena, it->plan, it->inner);
	for (size_t i = 0; i < outer.count; i++)
		for (size_t k = 0; k < inner.count; k++) {
			const char *one = outer.items[i].right.text, *other = inner.items[k].right.text;
			if (one && other && strlen(one) > 0 && strlen(other) > 0 && same_value(one, other)) return true;
		}
	return false;
}

/* Whoever writes CROSS JOIN means it. */
static bool on_purpose(Arena *arena, const char *text) {
	TokenList tokens = sql_tokens(arena, text);
	for (size_t i = 0; i + 1 < tokens.count; i++)
		if (tokens_have(text, &tokens, i, "cross") && tokens_have(text, &tokens, i + 1, "join")) return true;
	return false;
}

/* ---- the finding ---- */

/* The product and all that has to go through it, without what brings the rows of the two sides. */
static void add_up(Case *it) {
	it->stake_ms = it->join->measure.self_ms + it->inner->measure.self_ms;
	it->stake_cost = it->join->measure.self_cost + it->inner->measure.self_cost;
	const PlanNode *from = it->join;
	for (const PlanNode *up = from->parent; up && !node_stands_apart(from); from = up, up = up->parent) {
		it->stake_ms += up->measure.self_ms;
		it->stake_cost += up->measure.self_cost;
	}
}

static bool worth_it(const Advice *advice, Case *it) {
	double runs = it->plan->analyzed ? fmax(it->join->loops, 1) : 1;
	it->outer_rows = node_rows(it->plan, it->outer) / (it->plan->analyzed ? fmax(it->outer->loops, 1) : 1);
	it->inner_rows = it->plan->analyzed ? it->inner->actual_rows : it->inner->plan_rows;
	if (!(it->outer_rows > 1) || !(it->inner_rows > 1) || !(it->outer_rows * it->inner_rows * runs >= PRODUCT_ROWS)) return false;
	add_up(it);
	return advice_takes(advice, plan_share(it->plan, it->stake_ms, it->stake_cost), TIME_SHARE);
}

/* "orders", "orders and others" */
static const char *side_name(Arena *arena, const Plan *plan, const PlanNode *top) {
	const char *name = NULL;
	bool more = false;
	for (int id = top->id; id <= top->last; id++) {
		const PlanNode *node = plan->nodes[id - 1];
		const char *own = node->relation ? node->relation : node->cte ? node->cte : node->function;
		more = more || (name && own && strcmp(own, name) != 0);
		if (!name) name = own;
	}
	return !name ? "a subquery" : more ? arena_printf(arena, "%s and what it is joined with", name) : name;
}

static void report(Advice *advice, const Rule *rule, const Case *it) {
	Arena *arena = advice->arena;
	Finding finding = finding_new(rule->id);
	const char *outer = side_name(arena, it->plan, it->outer), *inner = side_name(arena, it->plan, it->inner);
	finding.node = it->join->id;
	finding.title = arena_printf(arena, "%s and %s are joined without a condition", outer, inner);
	finding.evidence = arena_printf(arena, "%s × %s make %s: with all that goes through them, %s.", say_rows(arena, it->outer_rows),
	                                say_rows(arena, it->inner_rows), say_rows(arena, it->outer_rows * it->inner_rows),
	                                say_share(arena, it->plan, it->stake_ms, it->stake_cost));
	finding.because = "No condition of the plan, and no chain of them through other tables, leads from one side to the other.";
	finding.kind = REMEDY_NONE;
	finding.notes = arena_printf(arena,
	                             "Add the condition that belongs between %s and %s; DISTINCT or GROUP BY above only hides that it is missing. "
	                             "Where every combination is wanted, write CROSS JOIN: then nothing is said.",
	                             outer, inner);
	finding_weigh(it->plan, &finding, it->stake_ms, it->stake_cost, 1 / fmin(it->outer_rows, it->inner_rows));
	*list_push(arena, &advice->findings) = finding;
}

static void run(Advice *advice, const Rule *rule) {
	Arena *arena = advice->arena;
	const size_t *groups = NULL;
	if (on_purpose(arena, advice->statement->text)) return;
	for (size_t i = 0; i < advice->plan->node_count; i++) {
		Case it = {.plan = advice->plan, .join = advice->plan->nodes[i]};
		if (!joins_without_condition(&it) || !worth_it(advice, &it) || !is_of_tables(it.plan, it.outer) || !is_of_tables(it.plan, it.inner)) continue;
		if (!groups) groups = plan_groups(arena, advice->plan);
		if (joined_by_others(arena, &it, groups) || !subtree_stands_alone(arena, it.plan, it.inner) || joined_by_a_value(arena, &it)) continue;
		report(advice, rule, &it);
		return; /* the outermost: products below it are part of what it costs */
	}
}

const Rule rule_cartesian_join = {
    .id = "cartesian-join",
    .summary = "two tables are joined without a condition: every row meets every other",
    .fires = "A Nested Loop has no join filter, its inner side needs nothing of the outer one, both have more than one row, "
	     "1,000 combinations at least come out, and from there upwards 20% of the statement is spent. Silent when other "
	     "conditions of the plan lead from one side to the other (two small tables multiplied to look both up in a large "
	     "one), when both are held to the same value, when a side is anything but tables (functions, VALUES, subqueries that "
	     "group), for outer joins, and when the statement says CROSS JOIN.",
    .sourced = true,
    .run = run,
};
