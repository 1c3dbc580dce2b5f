/* function_cost.c: a function that is called for every row takes the time. */
#include "advise/advise.h"
#include "advise/say.h"
#include "core/format.h"
#include "sql/edit.h"
#include "sql/function.h"

#define CALL_MS 0.01 /* a condition on plain columns takes a hundredth of it */
#define CALLS 1000.0
#define TIME_SHARE 0.2 /* of the statement */
#define CACHED 0.9 /* of the blocks: else reading may have taken the time */
#define UNSURE_LEFT 0.5 /* of the time */
#define ONCE_LEFT 0.1 /* where it is called once */

typedef struct Case {
	Advice *advice;
	const PlanNode *node;
	const char *function; /* as the plan writes it */
	const FunctionFacts *facts; /* NULL */
	bool filters; /* it stands in a condition */
	bool others; /* beside others, which may keep rows from it */
	bool fixed; /* nothing of the row is among its arguments */
	double calls;
} Case;

/* ---- which function ---- */

/* What is in the parentheses is written out: literals, parameters, casts of them. */
static bool is_fixed(const char *text, const TokenList *words, size_t open) {
	size_t end = tokens_group_end(text, words, open);
	for (size_t i = open + 1; i + 1 < end; i++) {
		TokenKind kind = words->items[i].kind;
		bool type = (kind == TOKEN_NAME || kind == TOKEN_KEYWORD) && i && tokens_have(text, words, i - 1, "::");
		if (kind != TOKEN_STRING && kind != TOKEN_NUMBER && kind != TOKEN_PARAMETER && kind != TOKEN_OPERATOR && !type) return false;
	}
	return end > 0;
}

/* The first that is neither PostgreSQL's own, by the catalog, nor an aggregate. */
static bool find_function(Case *it, const char *text) {
	Arena *arena = it->advice->arena;
	TokenList words = sql_words(arena, text);
	for (size_t i = 0; i + 1 < words.count; i++) {
		if (words.items[i].kind != TOKEN_NAME || !tokens_have(text, &words, i + 1, "(")) continue;
		const char *name = span_text(arena, text, words.items[i].span);
		const FunctionFacts *facts = function_facts(it->advice->facts, name);
		if ((facts && strcmp(facts->schema, "pg_catalog") == 0) || function_trait(name) != FUNCTION_PLAIN) continue;
		it->function = name;
		it->facts = facts;
		it->fixed = is_fixed(text, &words, i + 1);
		return true;
	}
	return false;
}

static bool find_in_node(Case *it) {
	const PlanNode *node = it->node;
	const char *filter = node_text(node, "Filter"), *output;
	it->filters = filter && find_function(it, filter);
	it->calls = node->measure.rows_actual + (it->filters ? node->measure.rows_removed : 0);
	it->others = it->filters && node_conditions(it->advice->arena, node, "Filter").count > 1;
	if (it->filters) return true;
	for (size_t i = 0; (output = node_list_text(node, "Output", i)); i++)
		if (find_function(it, output)) return true;
	return false;
}

/* What a node above computes is in its own output; a plain column's name has no parentheses. */
static bool may_call(const PlanNode *node) {
	return node_is_scan_of_table(node) || node_is(node, "Result") || node_is(node, "Subquery Scan");
}

/* ---- remedies ---- */

/* A stable function in parentheses of its own is asked once; NULL where it is not written just once. */
static const char *asked_once(const Case *it) {
	Arena *arena = it->advice->arena;
	const char *text = it->advice->statement->text;
	TokenList words = sql_words(arena, text);
	Span call = {0, 0};
	for (size_t i = 1; i + 1 < words.count; i++) {
		if (!tokens_have(text, &words, i, it->function) || !tokens_have(text, &words, i + 1, "(")) continue;
		if (call.end || !is_fixed(text, &words, i + 1) || tokens_have(text, &words, i - 1, "select")) return NULL;
		size_t first = tokens_have(text, &words, i - 1, ".") && i >= 2 ? i - 2 : i;
		call = (Span){words.items[first].span.start, words.items[tokens_group_end(text, &words, i + 1) - 1].span.end};
	}
	if (!call.end) return NULL;
	EditList edits = {0};
	*list_push(arena, &edits) = (Edit){call, arena_printf(arena, "(SELECT %s)", span_text(arena, text, call))};
	return text_edited(arena, text, &edits);
}

static double remedy(const Case *it, Finding *finding) {
	char volatility = it->facts ? it->facts->volatility : '?';
	finding->kind = REMEDY_NONE;
	if (it->fixed && volatility == 's' && (finding->rewrite = asked_once(it))) {
		finding->kind = REMEDY_REWRITE;
		finding->sql = finding->rewrite;
		finding->notes = "Returns the same rows: a stable function gives the same value all through a statement, and a subquery without columns is "
				 "run once.";
		return ONCE_LEFT;
	}
	if (it->fixed && volatility == 'v') {
		finding->notes = "It asks nothing of the row, and is called for each as it may give another value each time (VOLATILE): if it does not, ALTER "
				 "FUNCTION … STABLE, and write (SELECT …) around the call.";
		return UNSURE_LEFT;
	}
	finding->notes = "Call it for fewer rows: after the filter, the groups or the LIMIT, in a query around this one. What it computes of the row alone can "
			 "be stored (GENERATED ALWAYS AS … STORED, where it is IMMUTABLE) or indexed; one SELECT as LANGUAGE sql can be taken "
			 "into the statement; PARALLEL SAFE lets workers share the calls.";
	return UNSURE_LEFT;
}

/* ---- the finding ---- */

static void report(const Case *it, const Rule *rule) {
	Arena *arena = it->advice->arena;
	const PlanNode *node = it->node;
	Finding finding = finding_new(rule->id);
	double each = node->measure.self_ms * node->measure.participants / it->calls;
	finding.node = node->id;
	finding.relation = say_relation(arena, node->schema, node->relation);
	finding.title = arena_printf(arena, "%s() is called %s%s times, %s each", it->function, it->others ? "up to " : "",
	                             format_rows(arena, it->calls), format_ms(arena, each));
	finding.evidence = arena_printf(arena, "%s calls it in its %s: %s.", say_node(arena, node), it->filters ? "filter" : "output",
	                                say_share(arena, it->advice->plan, node->measure.self_ms, NAN));
	finding.because = "What such a node does otherwise with a row takes a hundredth of that.";
	finding_weigh(it->advice->plan, &finding, node->measure.self_ms, node->measure.self_cost, remedy(it, &finding));
	*list_push(arena, &it->advice->findings) = finding;
}

static void report_scan(Advice *advice, const Rule *rule, const PlanNode *node) {
	Arena *arena = advice->arena;
	Finding finding = finding_new(rule->id);
	double calls = node->loops, each = node->measure.self_ms * node->measure.participants / calls;
	const char *call = node_text(node, "Function Call");
	finding.node = node->id;
	finding.title = arena_printf(arena, "%s() is read anew %s times, %s each", node->function ? node->function : "a function", format_rows(arena, calls),
	                             format_ms(arena, each));
	finding.evidence = arena_printf(arena, "%s%s%s: %s.", say_node(arena, node), call ? " calls " : "", call ? call : "",
	                                say_share(arena, advice->plan, node->measure.self_ms, NAN));
	finding.because = "Its arguments come from the row of the other side, so it is called for each of them, and all its rows are kept before the first "
			  "is read.";
	finding.notes = "Call it for fewer rows: filter the other side first, or call it once for each value (SELECT DISTINCT of the arguments, joined back). "
			"One SELECT as LANGUAGE sql, STABLE, can be taken into the statement; what it looks up may be a join instead.";
	finding_weigh(advice->plan, &finding, node->measure.self_ms, node->measure.self_cost, UNSURE_LEFT);
	*list_push(arena, &advice->findings) = finding;
}

static bool was_cached(const PlanNode *node) {
	const Blocks *own = &node->measure.self_blocks;
	return !(own->shared_read > (1 - CACHED) * (own->shared_hit + own->shared_read));
}

static void look_at(Advice *advice, const Rule *rule, const PlanNode *node) {
	Case it = {.advice = advice, .node = node};
	bool takes = !node->measure.never_executed && advice_takes(advice, plan_share(advice->plan, node->measure.self_ms, NAN), TIME_SHARE);
	if (!takes || !was_cached(node)) return;
	double processes = node->measure.participants;
	if (node_is(node, "Function Scan")) {
		if (node->loops >= CALLS && node->measure.self_ms * processes >= CALL_MS * node->loops) report_scan(advice, rule, node);
		return;
	}
	if (!may_call(node) || !find_in_node(&it) || it.calls < CALLS) return;
	if (node->measure.self_ms * processes >= CALL_MS * it.calls && !advice_told(advice, "function-on-column", node)) report(&it, rule);
}

static void run(Advice *advice, const Rule *rule) {
	if (!(plan_statement_ms(advice->plan) > 0)) return;
	for (size_t i = 0; i < advice->plan->node_count; i++) look_at(advice, rule, advice->plan->nodes[i]);
}

const Rule rule_function_cost = {
    .id = "function-cost",
    .summary = "a function that is called for every row takes the time",
    .fires = "A scan calls a function in its filter or output 1,000 times or more and takes 10 us or more for each row, or a function in FROM is read "
	     "anew as often, and that takes at least 20% of the statement. A stable function of fixed arguments is put into a "
	     "subquery, which is run once. Silent for PostgreSQL's own "
	     "functions where the catalog tells, for rows that were read from disk, where function-on-column is told, and for "
	     "plans that were not timed.",
    .run = run,
};
