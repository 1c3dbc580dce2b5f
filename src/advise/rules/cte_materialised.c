/* cte_materialised.c: a WITH query built whole and kept, of which its readers want few rows. */
#include "advise/advise.h"
#include "advise/say.h"
#include "advise/subtree.h"
#include "advise/volatility.h"
#include "core/format.h"

#define UNUSED_SHARE 0.9 /* of its rows each reader throws away */
#define UNUSED_ROWS 1000.0
#define TIME_SHARE 0.1 /* of the statement */
#define UNSURE_LEFT 0.5 /* of the time, where no catalog tells whether an index finds the rows wanted */
enum { NOT_MATERIALIZED_SINCE = 120000 };

typedef struct Case {
	Advice *advice;
	const PlanNode *cte;
	const char *name;
	const PlanNode *reader; /* the first */
	double readers;
	double rows, used; /* built, and wanted by all readers */
	double readers_ms, readers_cost; /* their own */
	bool indexed; /* each reader's condition is one an index below serves */
} Case;

/* ---- would the condition reach the tables? ---- */

/* Does a list of keys ("orders.customer_id") hold the column? */
static bool among_keys(const PlanNode *node, const char *column) {
	const char *key;
	for (size_t i = 0; (key = node_list_text(node, "Group Key", i)); i++) {
		const char *point = strrchr(key, '.');
		if (strcmp(point ? point + 1 : key, column) == 0) return true;
	}
	return false;
}

/* A limit, window or set operation has to see all rows first; groups need not when the condition is about their keys. */
static bool lets_through(const PlanNode *node, const char *column) {
	static const char *const barriers[] = {"Limit",       "WindowAgg", "Unique",     "SetOp",  "Recursive Union",
	                                       "ModifyTable", "LockRows",  "ProjectSet", "Append", "Result", NULL};
	if (node_is_any(node, barriers)) return false;
	return !(node_is(node, "Aggregate") || node_is(node, "Group")) || among_keys(node, column);
}

static bool reaches_tables(const PlanNode *cte, const char *column) {
	for (const PlanNode *node = cte; node; node = node->first_child) {
		if (!lets_through(node, column)) return false;
		if (node_is_join(node)) return true;
	}
	return true;
}

/* ---- readers ---- */

static const char *column_asked(Arena *arena, const PlanNode *reader) {
	PredicateList conditions = node_conditions(arena, reader, "Filter");
	for (size_t i = 0; i < conditions.count; i++) {
		const Predicate *condition = &conditions.items[i];
		bool searchable = condition->kind == PREDICATE_EQUAL || condition->kind == PREDICATE_IN || condition->kind == PREDICATE_RANGE;
		if (searchable && condition->left.kind == OPERAND_COLUMN) return condition->left.name.column;
	}
	return NULL;
}

static bool is_indexed(const Case *it, const char *column) {
	const Plan *plan = it->advice->plan;
	for (int id = it->cte->id; id <= it->cte->last; id++) {
		const PlanNode *node = plan->nodes[id - 1];
		const TableFacts *table = node->relation ? table_facts(it->advice->facts, node->schema, node->relation) : NULL;
		if (index_led_by(it->advice->arena, table, column)) return true;
	}
	return false;
}

/* False when it wants most of the rows, or its condition could not be asked of the tables. */
static bool add_reader(Case *it, const PlanNode *node) {
	const Plan *plan = it->advice->plan;
	const char *column = column_asked(it->advice->arena, node);
	double runs = plan->analyzed ? fmax(node->loops, 1) : 1, used = node_rows(plan, node);
	if (!column || runs > 1 || !(used <= (1 - UNUSED_SHARE) * it->rows) || !reaches_tables(it->cte, column)) return false;
	if (!it->reader) it->reader = node;
	it->readers++;
	it->used += used;
	it->readers_ms += node->measure.self_ms;
	it->readers_cost += node->measure.self_cost;
	it->indexed = (it->readers == 1 || it->indexed) && is_indexed(it, column);
	return true;
}

static bool find_readers(Case *it) {
	const Plan *plan = it->advice->plan;
	for (size_t i = 0; i < plan->node_count; i++) {
		const PlanNode *node = plan->nodes[i];
		bool twin = node != it->cte && node->subplan && strcmp(node->subplan, it->cte->subplan) == 0;
		if (twin) return false; /* two of a name: nobody can tell whose reader it is */
		if (!node_is(node, "CTE Scan") || !node->cte || strcmp(node->cte, it->name) != 0) continue;
		if (!add_reader(it, node)) return false;
	}
	return it->reader != NULL;
}

/* ---- the rewrite ---- */

/* The token behind AS: MATERIALIZED or the parenthesis; 0 when it is not written once. */
static size_t find_definition(const char *text, const TokenList *tokens, const char *name) {
	size_t found = 0;
	for (size_t i = 0; i + 2 < tokens->count; i++) {
		if (!token_names(text, tokens->items[i], name)) continue;
		size_t as = i + 1, behind = tokens_group_end(text, tokens, as);
		if (behind) as = behind; /* o (a, b) AS */
		if (!tokens_have(text, tokens, as, "as")) continue;
		size_t open = as + (tokens_have(text, tokens, as + 1, "materialized") ? 2 : 1);
		bool defined = tokens_have(text, tokens, open, "(");
		if (defined && found) return 0;
		if (defined) found = as + 1;
	}
	return found;
}

/* One reader alone would have been read in place since PostgreSQL 12, had nothing been in the way: NOT MATERIALIZED does not help. */
static bool is_kept_for_a_reason(const Case *it) {
	const char *text = it->advice->statement->text;
	TokenList tokens = sql_tokens(it->advice->arena, text);
	size_t at = find_definition(text, &tokens, it->name);
	int version = facts_version(it->advice->facts);
	return at && it->readers == 1 && !tokens_have(text, &tokens, at, "materialized") && (!version || version >= NOT_MATERIALIZED_SINCE);
}

static const char *rewritten(const Case *it) {
	const Statement *statement = it->advice->statement;
	const char *text = statement->text;
	TokenList tokens = sql_tokens(it->advice->arena, text);
	size_t at = statement->parsed ? find_definition(text, &tokens, it->name) : 0;
	if (!at) return NULL;
	bool written = tokens_have(text, &tokens, at, "materialized");
	return arena_printf(it->advice->arena, "%.*s%s%s", (int)tokens.items[at].span.start, text, written ? "NOT " : "NOT MATERIALIZED ",
	                    text + tokens.items[at].span.start);
}

static void remedy(const Case *it, Finding *finding) {
	int version = facts_version(it->advice->facts);
	bool known = !version || version >= NOT_MATERIALIZED_SINCE;
	finding->rewrite = finding->sql = known ? rewritten(it) : NULL;
	finding->kind = finding->rewrite ? REMEDY_REWRITE : REMEDY_NONE;
	finding->notes = finding->rewrite ? "Returns the same rows. If it was built apart on purpose, to keep the planner from a worse plan, compare "
					    "both plans."
			 : known ? "Write NOT MATERIALIZED behind its AS, or write it as a subquery where it is read."
				 : "Before PostgreSQL 12 every WITH query is built whole: write it as a subquery where it is read.";
}

/* ---- the finding ---- */

/* Read in place each reader does the work again, for its own rows where an index finds them. */
static double left_of(const Case *it) {
	const Plan *plan = it->advice->plan;
	bool timed = plan_statement_ms(plan) > 0;
	double cte = timed ? it->cte->measure.total_ms : it->cte->total_cost, readers = timed ? it->readers_ms : it->readers_cost;
	if (it->indexed) return it->used / it->rows;
	if (!it->advice->facts && it->readers == 1) return UNSURE_LEFT;
	return it->readers * cte / (cte + readers);
}

static void report(const Case *it, const Rule *rule, double ms, double cost) {
	Arena *arena = it->advice->arena;
	const Plan *plan = it->advice->plan;
	Finding finding = finding_new(rule->id);
	finding.node = it->reader->id;
	finding.basis = it->indexed ? BASIS_ESTIMATED : BASIS_HEURISTIC;
	finding.title = arena_printf(arena, "WITH %s builds %s to use %s", it->name, say_rows(arena, it->rows),
	                             it->used >= 1 ? format_rows(arena, it->used) : "none");
	const char *others = it->readers > 1 ? arena_printf(arena, " and %.0f more", it->readers - 1) : "";
	finding.evidence = arena_printf(arena, "%s%s %s %s by %s: %s.", say_node(arena, it->reader), others,
	                                plan->analyzed ? "looked through" : "would look through", say_rows(arena, it->rows),
	                                node_text(it->reader, "Filter"), say_share(arena, plan, ms, cost));
	finding.because = "It is built apart, whole, before anything asks for it, and what is kept so has no index: read in place, the condition "
			  "would reach its tables.";
	remedy(it, &finding);
	finding_weigh(plan, &finding, ms, cost, left_of(it));
	*list_push(arena, &it->advice->findings) = finding;
}

static void look_at(Advice *advice, const Rule *rule, const PlanNode *node) {
	Case it = {.advice = advice, .cte = node, .name = node->subplan + strlen("CTE "), .rows = node_rows(advice->plan, node)};
	if (node->measure.never_executed || !(it.rows >= UNUSED_ROWS) || statement_volatile_function(advice->statement, advice->facts)) return;
	if (!find_readers(&it) || is_kept_for_a_reason(&it)) return;
	double ms = node->measure.total_ms + it.readers_ms, cost = node->total_cost + it.readers_cost;
	if (advice_takes(advice, plan_share(advice->plan, ms, cost), TIME_SHARE)) report(&it, rule, ms, cost);
}

static void run(Advice *advice, const Rule *rule) {
	for (size_t i = 0; i < advice->plan->node_count; i++) {
		const PlanNode *node = advice->plan->nodes[i];
		if (node->subplan && strncmp(node->subplan, "CTE ", strlen("CTE ")) == 0) look_at(advice, rule, node);
	}
}

const Rule rule_cte_materialised = {
    .id = "cte-materialised",
    .summary = "a WITH query is built whole, and its readers throw most of it away",
    .fires = "Every reader of a WITH query of 1,000 rows or more throws 90% of them away by a condition on its columns, and query and "
	     "readers take at least 10% of the statement. NOT MATERIALIZED is put into the statement, for PostgreSQL 12 and later. "
	     "What each reader would do again is counted against it, unless an index finds its rows. Silent when the "
	     "condition could not reach the tables (LIMIT, window functions, DISTINCT, UNION, groups by other columns), for recursive and writing "
	     "queries, with volatile functions, and when one reader wants most of the rows.",
    .run = run,
};
