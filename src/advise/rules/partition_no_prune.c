/* partition_no_prune.c: all partitions of a table are read, for what the query asks of the partition key tells the planner nothing. */
#include "advise/computed_condition.h"
#include "advise/say.h"
#include "core/format.h"
#include "sql/token.h"

enum { PARTS_LEAST = 4 };
#define EMPTY_SHARE 0.75 /* of the partitions read hold nothing that is wanted, one aside */
#define TIME_SHARE 0.1 /* of the statement is spent in those */

/* The partitions under one Append. */
typedef struct Parts {
	Advice *advice;
	const Rule *rule;
	const PlanNode *append;
	const Scan *scan; /* one of them */
	size_t count, empty;
	double empty_ms, empty_cost;
} Parts;

/* events_12 -> the bytes of events; 0: no such alias. The planner numbers partitions by their parent's alias. */
static size_t base_length(const char *alias) {
	const char *last = alias ? strrchr(alias, '_') : NULL;
	return last && last[1] && strspn(last + 1, "0123456789") == strlen(last + 1) ? (size_t)(last - alias) : 0;
}

static bool are_siblings(const PlanNode *one, const PlanNode *other) {
	size_t length = base_length(one->alias);
	return length && base_length(other->alias) == length && strncmp(one->alias, other->alias, length) == 0;
}

static void count_part(Parts *parts, const PlanNode *child) {
	parts->count++;
	if (parts->advice->plan->analyzed && child->measure.rows_actual + child->measure.rows_slack > 0.5 * fmax(child->loops, 1)) return;
	parts->empty++;
	parts->empty_ms += child->measure.total_ms;
	parts->empty_cost += child->total_cost;
}

/* False unless all its children are partitions of one table, and all were read. */
static bool count_parts(Parts *parts) {
	const PlanNode *first = parts->append->first_child;
	if (node_real(parts->append, "Subplans Removed") > 0) return false;
	for (const PlanNode *child = first; child; child = child->next) {
		if (node_stands_apart(child)) continue;
		if (!node_is_scan_of_table(child) || !are_siblings(first, child) || child->measure.never_executed) return false;
		count_part(parts, child);
		if (!parts->scan) parts->scan = scan_of_node(&parts->advice->scans, child);
	}
	return parts->scan && parts->count >= PARTS_LEAST;
}

/* One partition would be read in any case: where all seem empty, rows being averages over processes, or the plan was not run. */
static bool worth_it(Parts *parts) {
	if (parts->empty == parts->count) {
		double others = 1 - 1 / (double)parts->count;
		parts->empty--;
		parts->empty_ms *= others;
		parts->empty_cost *= others;
	}
	bool mostly_empty = (double)parts->empty >= EMPTY_SHARE * (double)(parts->count - 1);
	return mostly_empty && advice_takes(parts->advice, plan_share(parts->advice->plan, parts->empty_ms, parts->empty_cost), TIME_SHARE);
}

/* ---- the condition that is to blame ---- */

static const char *partition_key(const Parts *parts) {
	const TableFacts *table = table_facts(parts->advice->facts, parts->scan->schema, parts->scan->name);
	return table ? table->partition_key : NULL;
}

/* Without a catalog nobody knows the key; then what most partitions have no row for is likely to be about it. */
static bool is_of_key(const Parts *parts, const Predicate *condition) {
	const char *key = partition_key(parts);
	if (!key) return parts->advice->plan->analyzed;
	const char *column = condition->left.column_count ? sql_identifier(parts->advice->arena, condition->left.columns[0].column) : "";
	TokenList tokens = sql_tokens(parts->advice->arena, key);
	for (size_t i = 1; i < tokens.count; i++) { /* the first is RANGE, LIST or HASH */
		Span span = tokens.items[i].span;
		if (strlen(column) == span.end - span.start && strncmp(key + span.start, column, span.end - span.start) == 0) return true;
	}
	return false;
}

static bool find_condition(const Parts *parts, Computed *computed) {
	const PredicateList *lists[] = {&parts->scan->filter, &parts->scan->lookup};
	for (size_t l = 0; l < 2; l++)
		for (size_t i = 0; i < lists[l]->count; i++)
			if (is_of_key(parts, &lists[l]->items[i]) && computed_condition(parts->advice, parts->scan, &lists[l]->items[i], computed))
				return true;
	return false;
}

/* ---- the finding ---- */

static const char *table_name(const Parts *parts) {
	const Scan *scan = parts->scan;
	return scan->partitioned ? scan->name : arena_copy_n(parts->advice->arena, scan->node->alias, base_length(scan->node->alias));
}

static Finding finding_of(const Parts *parts) {
	Arena *arena = parts->advice->arena;
	const Plan *plan = parts->advice->plan;
	const char *table = table_name(parts);
	Finding finding = finding_new(parts->rule->id);
	finding.node = parts->append->id;
	finding.basis = partition_key(parts) ? BASIS_ESTIMATED : BASIS_HEURISTIC;
	finding.relation = say_relation(arena, parts->scan->schema, table);
	finding.title = plan->analyzed ? arena_printf(arena, "%zu partitions of %s are read, and %zu of them hold nothing that is wanted",
	                                              parts->count, table, parts->empty)
	                               : arena_printf(arena, "%zu partitions of %s would be read, whatever is wanted", parts->count, table);
	finding.evidence = arena_printf(arena, "%s leaves none of its %zu partitions out; those without a row take %s.", say_node(arena, parts->append),
	                                parts->count, say_share(arena, plan, parts->empty_ms, parts->empty_cost));
	finding_weigh(plan, &finding, parts->empty_ms, parts->empty_cost, 0);
	return finding;
}

static const char *because(const Parts *parts, const Operand *compared) {
	Arena *arena = parts->advice->arena;
	const char *key = partition_key(parts);
	const char *what = compared->kind == OPERAND_COLUMN ? arena_printf(arena, "(%s)::%s", compared->text, compared->type) : compared->text;
	if (key)
		return arena_printf(arena, "It is partitioned by %s, and the query compares %s: that does not tell which partitions may hold it.",
		                    key, what);
	return arena_printf(arena, "If %s is in the partition key, this is why: comparing %s does not tell which partitions may hold it.",
	                    compared->columns[0].column, what);
}

static void tell_condition(const Parts *parts, const Computed *computed) {
	Arena *arena = parts->advice->arena;
	const Operand *compared = &computed->condition->left;
	const Bare *bare = &computed->bare;
	Finding finding = finding_of(parts);
	finding.because = because(parts, compared);
	finding.columns = ARENA_ARRAY(arena, const char *, 1);
	finding.columns[finding.column_count++] = sql_identifier(arena, compared->columns[0].column);
	finding.notes = arena_printf(arena, "Compare %s itself with the bounds of what is wanted, beside this condition or in its place.",
	                             finding.columns[0]);
	if (bare->condition) {
		finding.kind = REMEDY_REWRITE;
		finding.rewrite = finding.sql = computed->rewrite;
		finding.notes = arena_printf(arena, "Instead of %s write %s.%s%s", computed->said, bare->condition,
		                             bare->note ? " " : "", bare->note ? bare->note : "");
	}
	*list_push(arena, &parts->advice->findings) = finding;
}

static void tell_switch(const Parts *parts) {
	Finding finding = finding_of(parts);
	finding.because = "enable_partition_pruning is off.";
	finding.kind = REMEDY_SETTING;
	finding.sql = "SET enable_partition_pruning = on";
	finding.undo = "SET enable_partition_pruning = off";
	*list_push(parts->advice->arena, &parts->advice->findings) = finding;
}

static void look_at(Advice *advice, const Rule *rule, const PlanNode *append) {
	Parts parts = {.advice = advice, .rule = rule, .append = append};
	Computed computed;
	if (!count_parts(&parts) || !worth_it(&parts)) return;
	const char *pruning = plan_setting(advice->plan, "enable_partition_pruning");
	bool asked = parts.scan->filter.count || parts.scan->lookup.count;
	if (find_condition(&parts, &computed)) tell_condition(&parts, &computed);
	else if (pruning && strcmp(pruning, "off") == 0 && asked) tell_switch(&parts);
}

static void run(Advice *advice, const Rule *rule) {
	for (size_t i = 0; i < advice->plan->node_count; i++) {
		const PlanNode *node = advice->plan->nodes[i];
		if ((node_is(node, "Append") || node_is(node, "Merge Append")) && node->first_child) look_at(advice, rule, node);
	}
}

const Rule rule_partition_no_prune = {
    .id = "partition-no-prune",
    .summary = "all partitions are read, for the condition on the partition key hides what is wanted",
    .fires = "An Append reads four or more partitions of a table, leaves none out, three quarters of them give no row, and those take "
	     "at least 10% of the statement; and a condition compares a function, cast or sum of the partition key. The condition is "
	     "rewritten on the bare key where that can be done exactly, as in function-on-column. Also when partitions are left in by "
	     "enable_partition_pruning. Silent when nothing is asked of the key, when partitions were left out as the plan was made or "
	     "run, and for a plan that was not run when no catalog tells the key. Never above info.",
    .run = run,
};
