/* not_in.c: NOT IN (SELECT …) and <> ALL cannot be made a join: their subquery is gone through anew for every row. */
#include "advise/advise.h"
#include "advise/anti_join.h"
#include "advise/say.h"
#include "advise/subtree.h"
#include "core/format.h"
#include "sql/token.h"

#define TIME_SHARE 0.1 /* of the statement */
#define UNSURE_LEFT 0.5 /* of the time, where nothing tells what going through the subquery once takes */

typedef struct Case {
	Advice *advice;
	const AntiJoin *join; /* what the statement says */
	const PlanNode *node; /* whose filter it is */
	const PlanNode *subplan; /* the costliest one, those that are hashed aside */
	bool hashed, all; /* it is hashed; it says <> ALL */
	double ms, once_ms, once_cost; /* of all that are not hashed, as it is, and gone through once */
} Case;

/* ---- in the plan ---- */

/* A SubPlan as a condition names it. */
typedef struct Mention {
	size_t number; /* the token; 0: it is no NOT IN */
	bool hashed, any, all;
} Mention;

static size_t number_within(const char *text, const TokenList *tokens, size_t from, size_t end, bool *hashed) {
	for (size_t i = from; i < end; i++) {
		if (!tokens_have(text, tokens, i, "subplan") || i + 1 >= tokens->count) continue;
		*hashed = tokens_have(text, tokens, i - 1, "hashed");
		return i + 1;
	}
	return 0;
}

/* `NOT (SubPlan 1)` up to PostgreSQL 16, `NOT (ANY (a = (SubPlan 1).col1))` since; <> ALL is a bare `(SubPlan 1)`, then
 * `ALL (a <> (SubPlan 1).col1)`. */
static Mention mention_at(const char *text, const TokenList *tokens, size_t at) {
	Mention mention = {0};
	bool opens = tokens_have(text, tokens, at + 1, "(");
	if (tokens_have(text, tokens, at, "not") && opens) {
		mention.any = tokens_have(text, tokens, at + 2, "any");
		size_t end = mention.any ? tokens_group_end(text, tokens, at + 1) : at + 4;
		mention.number = number_within(text, tokens, at + 2, end, &mention.hashed);
	} else if (tokens_have(text, tokens, at, "all") && opens) {
		mention.any = mention.all = true;
		mention.number = number_within(text, tokens, at + 2, tokens_group_end(text, tokens, at + 1), &mention.hashed);
	} else if (at && tokens_have(text, tokens, at, "subplan") && tokens_have(text, tokens, at - 1, "(")) {
		bool alone = at < 2 || tokens_have(text, tokens, at - 2, "(") || tokens_have(text, tokens, at - 2, "and");
		mention.all = alone && !tokens_have(text, tokens, at + 3, ".");
		mention.number = mention.all ? at + 1 : 0;
	}
	return mention;
}

static const PlanNode *subplan_numbered(const PlanNode *node, const char *text, Token number) {
	size_t length = number.span.end - number.span.start, front = strlen("SubPlan ");
	for (const PlanNode *child = node->first_child; child; child = child->next) {
		if (!child->subplan || strncmp(child->subplan, "SubPlan ", front) != 0) continue;
		if (strlen(child->subplan) == front + length && strncmp(child->subplan + front, text + number.span.start, length) == 0) return child;
	}
	return NULL;
}

/* Up to PostgreSQL 16 a NOT EXISTS that became no join looks like NOT IN, but for what it needs from the row; and EXISTS and
 * = ANY like <> ALL. */
static bool is_not_in(const Case *it, const PlanNode *subplan, const Mention *mention) {
	if (mention->any) return true;
	bool alone = subtree_stands_alone(it->advice->arena, it->advice->plan, subplan), written = *it->advice->statement->text != '\0';
	if (mention->all) return alone && it->join->alls;
	if (!mention->hashed && alone) return true;
	return written ? it->join->places > it->join->alls : mention->hashed;
}

/* A Materialize is filled once and read for every row. */
static double once_ms(const PlanNode *subplan) {
	const PlanNode *read = node_is(subplan, "Materialize") && subplan->first_child ? subplan->first_child : subplan;
	return read->measure.total_ms / fmax(read->loops, 1);
}

static bool costlier(const PlanNode *one, const PlanNode *other) {
	return one->measure.total_ms > other->measure.total_ms || (isnan(one->measure.total_ms) && one->total_cost > other->total_cost);
}

static void take(Case *it, const PlanNode *subplan, const Mention *mention) {
	if (mention->hashed && it->subplan) return;
	if (!it->subplan || it->hashed || costlier(subplan, it->subplan)) {
		it->subplan = subplan;
		it->all = mention->all;
		if (it->hashed) it->ms = it->once_ms = it->once_cost = 0;
	}
	it->hashed = mention->hashed;
	it->ms += subplan->measure.total_ms;
	it->once_ms += once_ms(subplan);
	it->once_cost += subplan->total_cost;
}

static void find_in_condition(Case *it, const char *text) {
	TokenList tokens = sql_tokens(it->advice->arena, text);
	for (size_t i = 0; i < tokens.count; i++) {
		Mention mention = mention_at(text, &tokens, i);
		const PlanNode *subplan = mention.number ? subplan_numbered(it->node, text, tokens.items[mention.number]) : NULL;
		if (!subplan) continue;
		if (is_not_in(it, subplan, &mention)) take(it, subplan, &mention);
		i = mention.number;
	}
}

static void find_in_node(Case *it) {
	static const char *const fields[] = {"Filter", "Join Filter", "One-Time Filter"};
	for (size_t f = 0; f < sizeof fields / sizeof *fields; f++) {
		const char *text = node_text(it->node, fields[f]);
		if (text && strstr(text, "SubPlan")) find_in_condition(it, text);
	}
}

/* ---- the finding ---- */

static void weigh(const Case *it, Finding *finding) {
	const Plan *plan = it->advice->plan;
	double cost = node_asking_cost(it->node), left = UNSURE_LEFT;
	if (plan->analyzed && plan->timed) left = it->once_ms / it->ms;
	else if (!isnan(cost)) left = it->once_cost / cost;
	finding_weigh(plan, finding, it->ms, cost, left);
}

static const char *about_nulls(const Case *it) {
	bool left = it->join->left_null || !it->join->places, right = it->join->right_null || !it->join->places;
	if (!left && !right) return "Neither side can be null, so both say the same.";
	const char *says = it->all ? "<> ALL" : "NOT IN";
	Arena *arena = it->advice->arena;
	const char *of_right = arena_printf(
	    arena, " when the subquery finds one, %s returns no row at all, NOT EXISTS those without a match, which is what is mostly meant.", says);
	const char *of_left = arena_printf(
	    arena, " A row that is null on the left stays away with %s and stays in with NOT EXISTS; add IS NOT NULL where it has to stay away.", says);
	return arena_printf(arena, "Nulls differ:%s%s", right ? of_right : "", left ? of_left : "");
}

static void remedy(const Case *it, Finding *finding) {
	Arena *arena = it->advice->arena;
	if (subtree_stands_alone(arena, it->advice->plan, it->subplan)) finding->rewrite = it->join->statement;
	finding->kind = finding->rewrite ? REMEDY_REWRITE : REMEDY_NONE;
	finding->sql = finding->rewrite;
	const char *how = "";
	if (!finding->rewrite)
		how = "Write NOT EXISTS (SELECT FROM … WHERE …) with the comparison in its WHERE: the server makes that an anti join. ";
	else if (it->join->places > 1)
		how = arena_printf(arena, "All %zu of them are rewritten. ", it->join->places);
	finding->notes = arena_printf(arena, "%s%s", how, about_nulls(it));
}

static void report(const Case *it, const Rule *rule) {
	Arena *arena = it->advice->arena;
	const Plan *plan = it->advice->plan;
	Finding finding = finding_new(rule->id);
	const PlanNode *node = it->node;
	double runs = it->subplan->loops;
	finding.node = node->id;
	finding.relation = say_relation(arena, node->schema, node->relation);
	const char *says = it->all ? "<> ALL" : "NOT IN";
	const char *does = it->hashed ? "keeps all its subquery finds in memory" : "goes through all its subquery found for every row";
	finding.title = arena_printf(arena, "%s %s", says, does);
	const char *share = say_share(arena, plan, it->ms, node_asking_cost(it->node));
	if (plan->analyzed)
		finding.evidence = arena_printf(arena, "%s went through %s %s times: %s.", say_node(arena, node), it->subplan->subplan,
		                                format_rows(arena, runs), share);
	else
		finding.evidence = arena_printf(arena, "%s checks %s for every row it reads: %s.", say_node(arena, node), it->subplan->subplan, share);
	const char *because = "and what the subquery returns was taken for too much for a hash table in work_mem, or differs from row to row.";
	if (it->all) because = "and is never given a hash table either.";
	finding.because = it->hashed ? "NOT IN cannot be made a join. This works by a hash table for as long as the subquery's result fits into "
	                               "work_mem; beyond, it is gone through anew for every row."
	                             : arena_printf(arena, "%s cannot be made a join, for nulls mean something else to it, %s", says, because);
	remedy(it, &finding);
	weigh(it, &finding);
	*list_push(arena, &it->advice->findings) = finding;
}

/* A hash table is as good as a join: told only where there is no figure that says so. */
static bool worth_it(const Case *it) {
	const Plan *plan = it->advice->plan;
	double share = plan_share(plan, it->ms, node_asking_cost(it->node));
	if (it->hashed) return isnan(share);
	return isnan(share) || (advice_takes(it->advice, share, TIME_SHARE) && !(plan->analyzed && it->subplan->loops <= 1));
}

static void run(Advice *advice, const Rule *rule) {
	AntiJoin join = anti_join(advice->arena, advice->statement, advice->facts);
	for (size_t i = 0; i < advice->plan->node_count; i++) {
		Case it = {.advice = advice, .join = &join, .node = advice->plan->nodes[i]};
		if (!it.node->measure.never_executed) find_in_node(&it);
		if (it.subplan && worth_it(&it)) report(&it, rule);
	}
}

const Rule rule_not_in = {
    .id = "not-in",
    .summary = "NOT IN goes through its subquery for every row, where NOT EXISTS could be a join",
    .fires = "A filter says NOT IN or <> ALL of a subquery that is not hashed, and that takes at least 10% of the statement: "
	     "PostgreSQL never makes a join of either, and what does not fit into work_mem is gone through anew for every row. "
	     "The statement is written out with NOT EXISTS where each of them compares a plain column and is one of the "
	     "conditions that all must hold; what differs when there are nulls is told. Silent for a hashed subquery, "
	     "which is as good as a join, unless the plan has no figures (then for information), and for NOT EXISTS.",
    .sourced = true,
    .run = run,
};
