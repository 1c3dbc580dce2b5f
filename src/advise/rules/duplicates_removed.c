/* duplicates_removed.c: a join doubles rows that DISTINCT or GROUP BY then takes out again. */
#include "advise/advise.h"
#include "advise/distinct_exists.h"
#include "advise/say.h"
#include "advise/subtree.h"
#include "core/format.h"

#define REMOVED_SHARE 0.9 /* of the joined rows are duplicates */
#define JOINED_ROWS 1000.0
#define SINGLE_SHARE 0.5 /* of the joined rows there would be if no row had several partners: more are no fault of the join */
#define TIME_SHARE 0.1 /* of the statement is spent on joining and merging them */
#define UNSURE_LEFT 0.5 /* of that: each row still has to find its first partner */

typedef struct Case {
	Advice *advice;
	const PlanNode *node; /* that takes them out */
	const PlanNode *join;
	const QueryBlock *block;
	const bool *returned; /* by its tables */
	double joined, kept;
	double single; /* rows of the tables something is returned of */
	double ms, cost; /* own times from the join up to the node */
} Case;

/* Takes out duplicates and computes nothing: all it returns are its keys. */
static bool only_removes(const PlanNode *node) {
	if (node_is(node, "Unique")) return true;
	if (!node_is(node, "Aggregate") && !node_is(node, "Group")) return false;
	const char *output, *key;
	size_t i;
	for (i = 0; (output = node_list_text(node, "Output", i)); i++) {
		bool found = false;
		for (size_t k = 0; !found && (key = node_list_text(node, "Group Key", k)); k++) found = strcmp(output, key) == 0;
		if (!found) return false;
	}
	return i > 0;
}

/* The join it reads from, through sorts and the halves of a parallel plan. */
static bool find_join(Case *it) {
	static const char *const between[] = {"Sort", "Incremental Sort", "Gather", "Gather Merge", "Aggregate", "Unique", "Group", NULL};
	for (const PlanNode *node = it->node; node; node = node->first_child) {
		it->ms += node->measure.self_ms;
		it->cost += node->measure.self_cost;
		it->join = node;
		if (node_is_join(node)) return true;
		if (!node_is_any(node, between)) return false;
	}
	return false;
}

/* Below another such node it is that one's first half. */
static bool is_told_above(const PlanNode *node) {
	static const char *const between[] = {"Sort", "Gather", "Gather Merge", NULL};
	const PlanNode *up = node->parent;
	while (up && node_is_any(up, between)) up = up->parent;
	return up && only_removes(up);
}

/* The first of the tables nothing is returned of; NULL: there is none. */
static const TableRef *idle_table(const Case *it) {
	for (size_t i = 0; it->returned && i < it->block->tables.count; i++)
		if (!it->returned[i]) return &it->block->tables.items[i];
	return NULL;
}

/* How many rows the other tables bring: the largest of them, when they are joined too. */
static double single_rows(const Case *it) {
	const Plan *plan = it->advice->plan;
	double most = 0;
	for (int id = it->join->id; id <= it->join->last; id++) {
		const PlanNode *node = plan->nodes[id - 1];
		const char *alias = node->alias ? node->alias : node->relation;
		for (size_t i = 0; alias && node_is_scan_of_table(node) && i < it->block->tables.count; i++) {
			const TableRef *table = &it->block->tables.items[i];
			if (it->returned[i] && strcmp(table_ref_called(table), alias) == 0) most = fmax(most, node_rows(plan, node));
		}
	}
	return most;
}

static bool is_worth_it(Case *it) {
	const Plan *plan = it->advice->plan;
	it->joined = node_rows(plan, it->join);
	it->kept = node_rows(plan, it->node);
	it->single = single_rows(it);
	bool doubled = it->joined >= JOINED_ROWS && it->kept <= (1 - REMOVED_SHARE) * it->joined && it->single <= SINGLE_SHARE * it->joined;
	return doubled && advice_takes(it->advice, plan_share(plan, it->ms, it->cost), TIME_SHARE);
}

static void report(const Case *it, const Rule *rule) {
	Arena *arena = it->advice->arena;
	const Plan *plan = it->advice->plan;
	const Statement *statement = it->advice->statement;
	const TableRef *idle = idle_table(it);
	const char *word = it->block->distinct ? "DISTINCT" : "GROUP BY";
	Finding finding = finding_new(rule->id);
	finding.node = it->node->id;
	finding.relation = say_relation(arena, idle->schema, idle->name);
	finding.title = arena_printf(arena, "joining %s makes %s of which %s keeps %s", idle->name, say_rows(arena, it->joined), word,
	                             format_rows(arena, it->kept));
	finding.evidence = arena_printf(arena, "%s %s %s from %s and %s %s of them out: %s for both.", say_node(arena, it->node),
	                                plan->analyzed ? "gets" : "would get", say_rows(arena, it->joined), say_node(arena, it->join),
	                                plan->analyzed ? "takes" : "take", say_part(arena, 1 - it->kept / it->joined),
	                                say_share(arena, plan, it->ms, it->cost));
	finding.because = arena_printf(arena, "Nothing of %s is returned: it only decides which rows are, and doubles those with several partners; the tables "
	                               "something is returned of have %s.",
	                               idle->name, say_rows(arena, it->single));
	finding.rewrite = finding.sql = distinct_as_exists(arena, statement, it->advice->facts);
	finding.kind = finding.rewrite ? REMEDY_REWRITE : REMEDY_NONE;
	finding.notes = finding.rewrite ? "Returns the same rows. An index on the columns EXISTS compares lets it stop at the first partner."
	                                : arena_printf(arena,
	                                               "Write WHERE EXISTS (SELECT FROM %s … WHERE …) in place of its join: each row then stops at "
	                                               "its first partner, and %s goes where what is returned holds a unique key.",
	                                               sql_identifier(arena, idle->name), word);
	finding_weigh(plan, &finding, it->ms, it->cost, UNSURE_LEFT);
	*list_push(arena, &it->advice->findings) = finding;
}

static void run(Advice *advice, const Rule *rule) {
	const QueryBlock *block = advice->statement->blocks.count ? &advice->statement->blocks.items[0] : NULL;
	if (!block || block->windows || (!block->distinct && !block->group_by.count)) return;
	Case all = {.advice = advice, .block = block, .returned = distinct_returned(advice->arena, advice->statement, advice->facts)};
	for (size_t i = 0; idle_table(&all) && i < advice->plan->node_count; i++) {
		Case it = all;
		it.node = advice->plan->nodes[i];
		if (it.node->measure.never_executed || !only_removes(it.node) || is_told_above(it.node)) continue;
		if (!find_join(&it) || !is_worth_it(&it)) continue;
		report(&it, rule);
		return; /* the outermost: that is what the statement says */
	}
}

const Rule rule_duplicates_removed = {
    .id = "duplicates-removed",
    .summary = "a join doubles rows that DISTINCT or GROUP BY takes out again, where EXISTS would not",
    .fires = "DISTINCT, or GROUP BY without an aggregate, takes out at least 90% of 1,000 rows or more that a join made, nothing is "
	     "returned of one of the joined tables, the others have at most half as many rows, and joining and merging takes at "
	     "least 10% of the statement. With two tables SELECT DISTINCT is written out with EXISTS, and without DISTINCT where a "
	     "unique key is returned: always the same rows. Silent when something of every table is returned, for DISTINCT without "
	     "a join, for values that repeat without it, for aggregates, and without the statement's text.",
    .run = run,
};
