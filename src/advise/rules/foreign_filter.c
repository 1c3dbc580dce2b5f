/* foreign_filter.c: rows of another server are fetched to be thrown away here, or asked for one by one. */
#include "advise/advise.h"
#include "advise/say.h"
#include "advise/written_condition.h"
#include "core/format.h"
#include "sql/token.h"

#define REMOVED_ROWS 1000.0
#define FETCHED_ROWS 10000.0 /* 100 round trips */
#define RUNS 1000.0
#define TIME_SHARE 0.1
#define SPARED 0.5 /* of what it takes to send a row and look at it, over no network at all: 47% measured, far more where an index helps there */

/* Other wrappers have other words for what they send; one that reads a file has nobody to send it to. */
static bool is_asked(const PlanNode *node) {
	const char *operation = node_text(node, "Operation");
	bool reads = !operation || strcmp(operation, "Select") == 0;
	return node_is(node, "Foreign Scan") && reads && !node_text(node, "Foreign File") && !node_text(node, "Foreign Program");
}

static const char *table_of(const PlanNode *node) {
	return node->relation ? node->relation : "a join on another server";
}

static Finding about(Arena *arena, const Rule *rule, const PlanNode *node) {
	Finding finding = finding_new(rule->id);
	finding.node = node->id;
	finding.relation = say_relation(arena, node->schema, node->relation);
	return finding;
}

/* ---- a filter that is not sent ---- */

/* What would always give the same is a literal by the time it is planned: what is left to be called depends on the session. */
static bool depends_on_session(Arena *arena, const Operand *value) {
	if (value->kind != OPERAND_CONSTANT) return false;
	TokenList tokens = sql_tokens(arena, value->text);
	for (size_t i = 0; i < tokens.count; i++) {
		const char *word = value->text + tokens.items[i].span.start;
		if (strncmp(word, "CURRENT_", 8) == 0 || strncmp(word, "LOCALTIME", 9) == 0) return true;
		bool name = tokens.items[i].kind == TOKEN_NAME || tokens.items[i].kind == TOKEN_KEYWORD;
		if (name && tokens_have(value->text, &tokens, i + 1, "(") && !(i && tokens_have(value->text, &tokens, i - 1, "::"))) return true;
	}
	return false;
}

static const Predicate *session_condition(Arena *arena, const PredicateList *filter) {
	for (size_t i = 0; i < filter->count; i++)
		if (filter->items[i].operator_name && depends_on_session(arena, &filter->items[i].right)) return &filter->items[i];
	return NULL;
}

/* A function that is not PostgreSQL's own, by the catalog. */
static const char *own_function(const Facts *facts, const PredicateList *filter) {
	for (size_t i = 0; i < filter->count; i++) {
		const char *name = filter->items[i].left.function;
		const FunctionFacts *function = name ? function_facts(facts, name) : NULL;
		if (function && strcmp(function->schema, "pg_catalog") != 0) return function->name;
	}
	return NULL;
}

/* As a subquery the value is computed once, here, and sent like any other. */
static void send_value(const Advice *advice, const Predicate *condition, Finding *finding) {
	Arena *arena = advice->arena;
	const char *value = condition->right.text;
	finding->because = arena_printf(arena, "%s depends on the session, so the condition is not sent to the other server.", value);
	finding->notes = "A subquery in its place, (SELECT …), is computed once before and its value sent: the same rows, for within a "
			 "statement the value does not change.";
	const Predicate *written = written_condition(advice->statement, condition);
	if (!written || !written->operator_name || written->right.kind != OPERAND_CONSTANT) return;
	const char *instead = arena_printf(arena, "%s %s (SELECT %s)", written->left.text, written->operator_name, written->right.text);
	finding->rewrite = statement_with_condition(arena, advice->statement, written, instead);
	if (!finding->rewrite) return;
	finding->kind = REMEDY_REWRITE;
	finding->sql = finding->rewrite;
}

static void say_why(const Advice *advice, const PredicateList *filter, Finding *finding) {
	Arena *arena = advice->arena;
	const Predicate *session = session_condition(arena, filter);
	const char *function = own_function(advice->facts, filter);
	if (session) {
		send_value(advice, session, finding);
		return;
	}
	finding->because =
	    function ? arena_printf(arena, "%s is none of PostgreSQL's own functions, so nobody knows whether the other server has it.", function)
	             : "Only what both servers are sure to understand alike is sent: PostgreSQL's own immutable functions and operators, and "
	               "comparisons of text in the column's own collation.";
	finding->notes = "postgres_fdw also sends the functions of extensions that its server's option \"extensions\" names. Else compute it "
			 "on the other server: a column, or a view there that the foreign table reads.";
}

static void look_at_filter(Advice *advice, const Rule *rule, const PlanNode *node) {
	Arena *arena = advice->arena;
	double removed = node->removed_by_filter * node->loops, kept = node->measure.rows_actual, ms = node->measure.self_ms;
	const char *text = node_text(node, "Filter");
	if (!text || !(removed >= REMOVED_ROWS)) return;
	if (!advice_takes(advice, plan_share(advice->plan, ms, node->measure.self_cost), TIME_SHARE)) return;
	PredicateList filter = node_conditions(arena, node, "Filter");
	Finding finding = about(arena, rule, node);
	finding.title = arena_printf(arena, "%s of the rows of %s are fetched from another server to be thrown away here",
	                             say_part(arena, removed / (removed + kept)), table_of(node));
	finding.evidence = arena_printf(arena, "%s fetched %s and kept %s by %s: %s.", say_node(arena, node), say_rows(arena, removed + kept),
	                                format_rows(arena, kept), text, say_share(arena, advice->plan, ms, node->measure.self_cost));
	say_why(advice, &filter, &finding);
	if (removed + kept >= FETCHED_ROWS)
		finding.notes = arena_printf(arena, "%s postgres_fdw fetches 100 rows at a time unless the table's or server's option fetch_size says more: that costs where "
		                                    "the network is slow.", finding.notes);
	finding_weigh(advice->plan, &finding, ms, node->measure.self_cost, 1 - SPARED * removed / (removed + kept));
	*list_push(arena, &advice->findings) = finding;
}

/* ---- asked over and over ---- */

static void look_at_runs(Advice *advice, const Rule *rule, const PlanNode *node) {
	Arena *arena = advice->arena;
	double ms = node->measure.total_ms;
	if (!(node->loops >= RUNS) || !advice_takes(advice, plan_share(advice->plan, ms, NAN), TIME_SHARE)) return;
	Finding finding = about(arena, rule, node);
	finding.title = arena_printf(arena, "another server is asked %s times for rows of %s", format_rows(arena, node->loops), table_of(node));
	finding.evidence = arena_printf(arena, "%s ran %s times: %s.", say_node(arena, node), format_rows(arena, node->loops),
	                                say_share(arena, advice->plan, ms, NAN));
	finding.because = "Each run is a question that goes over the network, and its answer is waited for.";
	finding.notes = "Ask once: WHERE key = ANY (ARRAY(SELECT …)) is sent as one list of values, and what is grouped in a subquery of its own "
			"is grouped there. ALTER FOREIGN TABLE … OPTIONS (ADD use_remote_estimate 'true') has the planner ask the other server "
			"what it costs, at one more question each time it plans.";
	finding_weigh(advice->plan, &finding, ms, NAN, 1 - SPARED);
	*list_push(arena, &advice->findings) = finding;
}

static void run(Advice *advice, const Rule *rule) {
	for (size_t i = 0; advice->plan->analyzed && i < advice->plan->node_count; i++) {
		const PlanNode *node = advice->plan->nodes[i];
		if (!is_asked(node) || node->measure.never_executed) continue;
		size_t before = advice->findings.count;
		look_at_filter(advice, rule, node);
		if (advice->findings.count == before) look_at_runs(advice, rule, node);
	}
}

const Rule rule_foreign_filter = {
    .id = "foreign-filter",
    .summary = "rows of another server are fetched to be thrown away here, or asked for one by one",
    .fires = "A Foreign Scan has a filter of its own that threw away 1,000 rows or more, or ran 1,000 times or more, and takes at "
	     "least 10% of the statement. Where the filter compares with what depends on the session, now() for one, the "
	     "statement is given with a subquery in its place, whose value is sent. The gain is put at half of what the rows "
	     "thrown away took: they are still looked at, on the other side. Silent for files (file_fdw), for updates, and for "
	     "plans that were not run. Never above info.",
    .run = run,
};
