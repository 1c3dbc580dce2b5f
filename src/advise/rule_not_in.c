/* rule_not_in.c: NOT IN (SELECT …) cannot be made a join: its subquery is gone through anew for every row. */
#include "advise/advise.h"
#include "advise/reach.h"
#include "advise/say.h"
#include "core/format.h"
#include "sql/token.h"

#define TIME_SHARE 0.1 /* of the statement */
#define UNSURE_LEFT 0.5 /* of the time, where nothing tells what going through the subquery once takes */

typedef struct Case {
	Advice *advice;
	const PlanNode *node; /* whose filter it is */
	const PlanNode *subplan;
	bool hashed;
} Case;

/* What the statement says: `value NOT IN (SELECT …)`. */
typedef struct NotIn {
	Span all, value, subquery;
} NotIn;

/* ---- in the plan ---- */

/* `NOT (SubPlan 1)` up to PostgreSQL 16, `NOT (ANY (a = (SubPlan 1).col1))` since. Gives the token of its number. */
static size_t number_of_subplan(const char *text, const TokenList *tokens, size_t at, bool *hashed, bool *any) {
	if (!tokens_have(text, tokens, at, "not") || !tokens_have(text, tokens, at + 1, "(")) return 0;
	size_t end = tokens_group_end(text, tokens, at + 1);
	*any = tokens_have(text, tokens, at + 2, "any");
	size_t last = *any ? end : at + 4;
	for (size_t i = at + 2; i < last; i++) {
		if (!tokens_have(text, tokens, i, "subplan") || i + 1 >= tokens->count) continue;
		*hashed = tokens_have(text, tokens, i - 1, "hashed");
		return i + 1;
	}
	return 0;
}

static const PlanNode *subplan_numbered(const PlanNode *node, const char *text, Token number) {
	size_t length = number.span.end - number.span.start, front = strlen("SubPlan ");
	for (const PlanNode *child = node->first_child; child; child = child->next) {
		if (!child->subplan || strncmp(child->subplan, "SubPlan ", front) != 0) continue;
		if (strlen(child->subplan) == front + length && strncmp(child->subplan + front, text + number.span.start, length) == 0) return child;
	}
	return NULL;
}

/* Of two NOT INs of one node the first. */
static bool find_in_condition(Case *it, const char *text, bool *any) {
	TokenList tokens = sql_tokens(it->advice->arena, text);
	for (size_t i = 0; i < tokens.count; i++) {
		size_t number = number_of_subplan(text, &tokens, i, &it->hashed, any);
		it->subplan = number ? subplan_numbered(it->node, text, tokens.items[number]) : NULL;
		if (it->subplan) return true;
	}
	return false;
}

static bool find_in_node(Case *it, bool *any) {
	static const char *const fields[] = {"Filter", "Join Filter", "One-Time Filter"};
	for (size_t f = 0; f < sizeof fields / sizeof *fields; f++) {
		const char *text = node_text(it->node, fields[f]);
		if (text && strstr(text, "SubPlan") && find_in_condition(it, text, any)) return true;
	}
	return false;
}

/* ---- in the statement ---- */

/* Where NOT IN ( SELECT begins; tokens.count: nowhere. */
static size_t find_words(const char *text, const TokenList *tokens, size_t from) {
	for (size_t i = from; i < tokens->count; i++) {
		if (!tokens_have(text, tokens, i, "not") || !tokens_have(text, tokens, i + 1, "in") || !tokens_have(text, tokens, i + 2, "("))
			continue;
		if (tokens_have(text, tokens, i + 3, "select") || tokens_have(text, tokens, i + 3, "with")) return i;
	}
	return tokens->count;
}

static bool is_word(const TokenList *tokens, size_t at) {
	return tokens->items[at].kind == TOKEN_NAME || tokens->items[at].kind == TOKEN_KEYWORD;
}

/* The only one there is, if it compares a plain column and stands among conditions that all must hold. */
static bool read_not_in(Arena *arena, const char *text, NotIn *found) {
	TokenList tokens = sql_tokens(arena, text);
	size_t at = find_words(text, &tokens, 0), first = at;
	if (at == tokens.count || find_words(text, &tokens, at + 1) < tokens.count || !at) return false;
	if (!is_word(&tokens, --first)) return false;
	while (first >= 2 && tokens_have(text, &tokens, first - 1, ".") && is_word(&tokens, first - 2)) first -= 2;
	if (!first || (!tokens_have(text, &tokens, first - 1, "where") && !tokens_have(text, &tokens, first - 1, "and"))) return false;
	size_t end = tokens_group_end(text, &tokens, at + 2);
	if (!end || tokens_have(text, &tokens, end, "or")) return false;
	for (size_t i = 0; i < tokens.count; i++)
		if (token_is(text, tokens.items[i], "excluded")) return false; /* the name the rewrite gives the subquery */
	size_t start = tokens.items[first].span.start, last = tokens.items[at - 1].span.end;
	*found = (NotIn){.all = {start, tokens.items[end - 1].span.end},
	                 .value = {start, last},
	                 .subquery = {tokens.items[at + 2].span.end, tokens.items[end - 1].span.start}};
	return last - start != strlen("value") || strncmp(text + start, "value", last - start) != 0;
}

static const char *rewritten(const Case *it) {
	Arena *arena = it->advice->arena;
	const Statement *statement = it->advice->statement;
	NotIn found;
	if (!statement->parsed || !subtree_stands_alone(arena, it->advice->plan, it->subplan)) return NULL;
	if (!read_not_in(arena, statement->text, &found)) return NULL;
	const char *text = statement->text;
	return arena_printf(arena, "%.*sNOT EXISTS (SELECT FROM (%.*s) AS excluded (value) WHERE excluded.value = %.*s)%s",
	                    (int)found.all.start, text, (int)(found.subquery.end - found.subquery.start), text + found.subquery.start,
	                    (int)(found.value.end - found.value.start), text + found.value.start, text + found.all.end);
}

/* ---- nulls ---- */

static bool outer_is_not_null(const Case *it) {
	const Scan *scan = scan_of_node(&it->advice->scans, it->node);
	const Statement *statement = it->advice->statement;
	for (size_t b = 0; scan && b < statement->blocks.count; b++) {
		const PredicateList *where = &statement->blocks.items[b].where;
		for (size_t i = 0; i < where->count; i++) {
			const Predicate *condition = &where->items[i];
			if (condition->kind != PREDICATE_SUBPLAN || !condition->negated || condition->left.kind != OPERAND_COLUMN) continue;
			const ColumnFacts *column = column_facts(scan->table, condition->left.name.column);
			return column && column->not_null;
		}
	}
	return false;
}

/* What the subquery returns; known when it is the only one, of one table. */
static bool inner_is_not_null(const Case *it) {
	const Statement *statement = it->advice->statement;
	if (statement->blocks.count != 2) return false;
	const QueryBlock *block = &statement->blocks.items[1];
	if (block->tables.count != 1 || block->output.count != 1 || block->output.items[0].kind != OPERAND_COLUMN) return false;
	const char *name = block->output.items[0].name.column;
	for (size_t i = 0; i < block->where.count; i++) {
		const Predicate *condition = &block->where.items[i];
		bool ours = condition->left.kind == OPERAND_COLUMN && strcmp(condition->left.name.column, name) == 0;
		if (ours && condition->kind == PREDICATE_NOT_NULL) return true;
	}
	const TableFacts *table = table_facts(it->advice->facts, block->tables.items[0].schema, block->tables.items[0].name);
	const ColumnFacts *column = column_facts(table, name);
	return column && column->not_null;
}

static const char *about_nulls(const Case *it) {
	bool outer = outer_is_not_null(it), inner = inner_is_not_null(it);
	if (outer && inner) return "Neither side can be null, so both say the same.";
	return arena_printf(it->advice->arena, "Nulls differ:%s%s",
	                    inner ? "" : " when the subquery finds one, NOT IN returns no row at all, NOT EXISTS those without a match, which is "
	                                 "what is mostly meant.",
	                    outer ? "" : " A row that is null on the left stays away with NOT IN and stays in with NOT EXISTS; add IS NOT NULL "
	                                 "where it has to stay away.");
}

/* ---- the finding ---- */

/* A Materialize is filled once and read for every row. */
static double once_ms(const PlanNode *subplan) {
	const PlanNode *read = node_is(subplan, "Materialize") && subplan->first_child ? subplan->first_child : subplan;
	return read->measure.total_ms / fmax(read->loops, 1);
}

/* Without what it reads apart from the subquery. */
static double stake_cost(const Case *it) {
	double cost = it->node->total_cost;
	for (const PlanNode *child = it->node->first_child; child; child = child->next)
		if (!node_stands_apart(child)) cost -= child->total_cost;
	return cost;
}

static void weigh(const Case *it, Finding *finding) {
	const Plan *plan = it->advice->plan;
	double ms = it->subplan->measure.total_ms, cost = stake_cost(it), left = UNSURE_LEFT;
	if (plan->analyzed && plan->timed) left = once_ms(it->subplan) / ms;
	else if (!isnan(cost)) left = it->subplan->total_cost / cost;
	finding_weigh(plan, finding, ms, cost, left);
}

static void remedy(const Case *it, Finding *finding) {
	Arena *arena = it->advice->arena;
	finding->rewrite = rewritten(it);
	finding->kind = finding->rewrite ? REMEDY_REWRITE : REMEDY_NONE;
	finding->sql = finding->rewrite;
	const char *how = finding->rewrite ? "" : "Write NOT EXISTS (SELECT FROM … WHERE …) with the comparison in its WHERE: the server makes that an "
	                                          "anti join. ";
	finding->notes = arena_printf(arena, "%s%s", how, about_nulls(it));
}

static void report(const Case *it, const Rule *rule) {
	Arena *arena = it->advice->arena;
	const Plan *plan = it->advice->plan;
	Finding finding = finding_new(rule->id);
	const PlanNode *node = it->node;
	double runs = it->subplan->loops;
	finding.node = node->id;
	finding.relation = node->relation && node->schema ? arena_printf(arena, "%s.%s", node->schema, node->relation) : node->relation;
	finding.title = it->hashed ? "NOT IN keeps all its subquery finds in memory"
	                           : "NOT IN goes through all its subquery found for every row";
	double ms = it->subplan->measure.total_ms;
	const char *share = say_share(arena, plan, ms, stake_cost(it));
	if (plan->analyzed)
		finding.evidence = arena_printf(arena, "%s went through %s %s times: %s.", say_node(arena, node), it->subplan->subplan,
		                                format_rows(arena, runs), share);
	else
		finding.evidence = arena_printf(arena, "%s checks %s for every row it reads: %s.", say_node(arena, node), it->subplan->subplan, share);
	finding.because = it->hashed ? "NOT IN cannot be made a join. This works by a hash table for as long as the subquery's result fits into "
	                               "work_mem; beyond, it is gone through anew for every row."
	                             : "NOT IN cannot be made a join, for nulls mean something else to it, and what the subquery returns was "
	                               "taken for too much for a hash table in work_mem, or differs from row to row.";
	remedy(it, &finding);
	weigh(it, &finding);
	*list_push(arena, &it->advice->findings) = finding;
}

/* Up to PostgreSQL 16 a NOT EXISTS that became no join looks the same, but for what it needs from the row. */
static bool is_not_in(const Case *it, bool any) {
	const Statement *statement = it->advice->statement;
	Arena *arena = it->advice->arena;
	if (any || (!it->hashed && subtree_stands_alone(arena, it->advice->plan, it->subplan))) return true;
	TokenList tokens = sql_tokens(arena, statement->text);
	return *statement->text ? find_words(statement->text, &tokens, 0) < tokens.count : it->hashed;
}

/* A hash table is as good as a join: told only where there is no figure that says so. */
static bool worth_it(const Case *it) {
	const Plan *plan = it->advice->plan;
	double share = plan_share(plan, it->subplan->measure.total_ms, stake_cost(it));
	if (it->hashed) return isnan(share);
	return isnan(share) || (advice_takes(it->advice, share, TIME_SHARE) && !(plan->analyzed && it->subplan->loops <= 1));
}

static void run(Advice *advice, const Rule *rule) {
	for (size_t i = 0; i < advice->plan->node_count; i++) {
		Case it = {.advice = advice, .node = advice->plan->nodes[i]};
		bool any = false;
		if (it.node->measure.never_executed || !find_in_node(&it, &any)) continue;
		if (is_not_in(&it, any) && worth_it(&it)) report(&it, rule);
	}
}

const Rule rule_not_in = {
    .id = "not-in",
    .summary = "NOT IN goes through its subquery for every row, where NOT EXISTS could be a join",
    .fires = "A filter says NOT IN of a subquery that is not hashed, and that takes at least 10% of the statement: PostgreSQL "
	     "never makes a join of NOT IN, and what does not fit into work_mem is gone through anew for every row. The "
	     "statement is written out with NOT EXISTS where NOT IN is found once in it, compares a plain column and is one "
	     "of the conditions that all must hold; what differs when there are nulls is told. Silent for a hashed subquery, "
	     "which is as good as a join, unless the plan has no figures (then for information), and for NOT EXISTS.",
    .sourced = true,
    .run = run,
};
