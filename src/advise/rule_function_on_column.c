/* rule_function_on_column.c: a condition on something computed from a column: an index on the column cannot serve it. */
#include <strings.h>

#include "advise/advise.h"
#include "advise/bare.h"
#include "advise/index_choice.h"
#include "advise/say.h"

/* RULES R16, with the thresholds of R1 */
#define REMOVED_SHARE 0.9
#define REMOVED_ROWS 1000.0
#define TIME_SHARE 0.1

typedef struct Case {
	Advice *advice;
	const Rule *rule;
	const Scan *scan;
	const Predicate *condition; /* as the plan prints it */
	Bare bare; /* of the statement's own words where they were found, else of the plan's */
	const char *rewrite; /* the statement with the bare condition, NULL */
	IndexChoice choice;
	double left;
} Case;

/* ---- the condition as the statement has it ---- */

static bool same_words(const char *text, Token one, const char *other_text, Token other) {
	size_t length = one.span.end - one.span.start;
	return length == other.span.end - other.span.start && strncasecmp(text + one.span.start, other_text + other.span.start, length) == 0;
}

static bool skipped(const char *text, Token token) {
	return token.kind == TOKEN_COMMENT || token_is(text, token, "(") || token_is(text, token, ")");
}

/* Parentheses and comments aside, do the words from `at` on spell the condition? Gives the span they take. */
static bool spells(const char *text, const TokenList *tokens, size_t at, const char *wanted, const TokenList *words, Span *span) {
	size_t first = at, last = at;
	int depth = 0;
	for (size_t w = 0; w < words->count; w++) {
		if (skipped(wanted, words->items[w])) continue;
		while (at < tokens->count && skipped(text, tokens->items[at])) at++;
		if (at == tokens->count || !same_words(text, tokens->items[at], wanted, words->items[w])) return false;
		last = at++;
	}
	for (size_t i = first; i <= last; i++) depth += token_is(text, tokens->items[i], "(") - token_is(text, tokens->items[i], ")");
	while (depth > 0 && last + 1 < tokens->count && token_is(text, tokens->items[last + 1], ")")) last++, depth--;
	while (depth < 0 && first && token_is(text, tokens->items[first - 1], "(")) first--, depth++;
	*span = (Span){tokens->items[first].span.start, tokens->items[last].span.end};
	return depth == 0;
}

/* The only place where the statement says so; an empty span when there is none, or several. */
static Span place_of(Arena *arena, const char *text, const char *condition) {
	TokenList tokens = sql_tokens(arena, text), words = sql_tokens(arena, condition);
	Span place = {0}, span;
	for (size_t i = 0; i < tokens.count; i++) {
		if (skipped(text, tokens.items[i]) || !spells(text, &tokens, i, condition, &words, &span)) continue;
		if (place.end) return (Span){0};
		place = span;
	}
	return place;
}

static bool says_the_same(const Predicate *one, const Predicate *other) {
	if (one->kind != other->kind || one->left.column_count != 1 || other->left.column_count != 1) return false;
	if (strcmp(one->left.columns[0].column, other->left.columns[0].column) != 0) return false;
	return !one->operator_name || !other->operator_name || strcmp(one->operator_name, other->operator_name) == 0;
}

static const Predicate *in_statement(const Statement *statement, const Predicate *condition) {
	for (size_t b = 0; b < statement->blocks.count; b++) {
		const PredicateList *where = &statement->blocks.items[b].where;
		for (size_t i = 0; i < where->count; i++)
			if (where->items[i].left.kind == condition->left.kind && says_the_same(&where->items[i], condition)) return &where->items[i];
	}
	return NULL;
}

static void write_bare(Case *it) {
	Arena *arena = it->advice->arena;
	const Statement *statement = it->advice->statement;
	const Predicate *written = in_statement(statement, it->condition);
	it->bare = bare_condition(arena, it->scan->table, written ? written : it->condition);
	if (!written || !it->bare.condition) return;
	Span place = place_of(arena, statement->text, written->text);
	if (place.end)
		it->rewrite = arena_printf(arena, "%.*s%s%s", (int)place.start, statement->text, it->bare.condition, statement->text + place.end);
}

/* ---- the index ---- */

static IndexKey expression_key(const Scan *scan, const Operand *operand) {
	bool strings = true;
	for (size_t i = 0; i < operand->column_count; i++) {
		const ColumnFacts *column = column_facts(scan->table, operand->columns[i].column);
		if (column && column->type && !strstr(column->type, "char") && strcmp(column->type, "text") != 0) strings = false;
	}
	return (IndexKey){.text = strings ? operand->key : operand->exact_key};
}

static void choose(Case *it) {
	Advice *advice = it->advice;
	const Scan *scan = it->scan;
	IndexNeed need = index_need(advice->arena, scan);
	NeededKey key = {.share = NAN};
	if (need.unserved) need.unserved--;
	bool range = it->bare.condition ? it->bare.range : it->condition->kind == PREDICATE_RANGE;
	key.key = it->bare.condition ? index_key_column(advice->arena, it->bare.column) : expression_key(scan, &it->condition->left);
	if (range) need.range.count = 0;
	*list_push(advice->arena, range ? &need.range : &need.equal) = key;
	Order order;
	if (order_above(advice->arena, advice->plan, advice->statement, advice->facts, scan, &order) && order.limit)
		index_need_order(advice->arena, &need, &order);
	it->choice = index_choose(advice->arena, advice->facts, &need);
	bool by_cost = it->choice.made && scan_reads_whole(scan);
	it->left = by_cost ? index_choice_left(advice->plan, scan, &it->choice, 0) : scan->rows_out / scan->rows_read;
}

/* ---- the finding ---- */

static const char *explained(const Case *it) {
	Arena *arena = it->advice->arena;
	const Operand *left = &it->condition->left;
	if (left->kind == OPERAND_COLUMN)
		return arena_printf(arena, "%s is cast to %s to be compared, so an index on it cannot be searched.", left->name.column, left->type);
	return arena_printf(arena, "An index holds the values of %s, not those of %s, so it cannot be searched for this condition.",
	                    left->columns[0].column, left->text);
}

static void as_rewrite(const Case *it, Finding *finding) {
	Arena *arena = it->advice->arena;
	finding->kind = REMEDY_REWRITE;
	finding->rewrite = it->rewrite;
	finding->notes = arena_printf(arena, "Instead of %s write %s.%s%s", it->condition->text, it->bare.condition, it->bare.note ? " " : "",
	                              it->bare.note ? it->bare.note : "");
	finding_set_indexes(arena, finding, &it->choice.index, it->choice.made ? 1 : 0);
	if (!it->choice.made) {
		finding->columns = ARENA_ARRAY(arena, const char *, 1);
		finding->columns[finding->column_count++] = sql_identifier(arena, it->bare.column);
	}
}

/* Only what gives the same value for ever may stand in an index. */
static bool as_expression_index(const Case *it, Finding *finding) {
	Arena *arena = it->advice->arena;
	Immutable immutable = bare_immutable(arena, it->advice->facts, it->scan->table, &it->condition->left);
	if (!it->choice.made || immutable == IMMUTABLE_NO) return false;
	finding->kind = REMEDY_INDEX;
	finding->notes = arena_printf(arena, "ANALYZE the table after it is built: the server then keeps statistics on the expression too.%s",
	                              immutable == IMMUTABLE_YES ? "" : " CREATE INDEX refuses it unless its functions are IMMUTABLE.");
	finding_set_indexes(arena, finding, &it->choice.index, 1);
	return true;
}

static void report(const Case *it) {
	Arena *arena = it->advice->arena;
	const Scan *scan = it->scan;
	Finding finding = finding_new(it->rule->id);
	finding.node = scan->node->id;
	finding.basis = scan->table ? BASIS_ESTIMATED : BASIS_HEURISTIC;
	const char *removed = say_part(arena, 1 - scan->rows_out / scan->rows_read);
	finding.title = arena_printf(arena, "%s is computed for every row of %s", it->condition->left.kind == OPERAND_COLUMN ? arena_printf(arena, "(%s)::%s", it->condition->left.text, it->condition->left.type) : it->condition->left.text, scan_title(arena, scan));
	finding.evidence = arena_printf(arena, "%s checks %s for %s and throws %s of the rows away: %s.", say_node(arena, scan->node), it->condition->text,
	                                say_rows(arena, scan->rows_read), removed, say_share(arena, it->advice->plan, scan->self_ms, scan->self_cost));
	finding.because = explained(it);
	finding.relation = scan->schema ? arena_printf(arena, "%s.%s", scan->schema, scan->name) : scan->name;
	if (it->bare.condition) as_rewrite(it, &finding);
	else if (!as_expression_index(it, &finding)) return;
	finding_weigh(it->advice->plan, &finding, scan->self_ms, scan->self_cost, it->left);
	*list_push(arena, &it->advice->findings) = finding;
}

static bool computed(const Scan *scan, const Predicate *condition) {
	if (condition->kind != PREDICATE_EQUAL && condition->kind != PREDICATE_RANGE && condition->kind != PREDICATE_IN) return false;
	if (condition->negated || condition->right.column_count || !scan_owns_all(scan, &condition->left)) return false;
	if (condition->left.kind == OPERAND_COLUMN) return bare_hides_cast(scan->table, &condition->left);
	return condition->left.kind == OPERAND_EXPRESSION && condition->left.key;
}

static bool worth_it(const Advice *advice, const Scan *scan) {
	double statement_ms = plan_statement_ms(advice->plan), removed = scan->rows_read - scan->rows_out;
	double share = statement_ms > 0 ? scan->self_ms / statement_ms : scan->self_cost / advice->plan->root->total_cost;
	return !advice_table_is_small(scan) && removed > REMOVED_ROWS && removed >= REMOVED_SHARE * scan->rows_read && share >= TIME_SHARE;
}

static void run(Advice *advice, const Rule *rule) {
	for (size_t i = 0; i < advice->scans.count; i++) {
		const Scan *scan = &advice->scans.items[i];
		if (!worth_it(advice, scan)) continue;
		for (size_t c = 0; c < scan->filter.count; c++) {
			if (!computed(scan, &scan->filter.items[c])) continue;
			Case it = {.advice = advice, .rule = rule, .scan = scan, .condition = &scan->filter.items[c]};
			write_bare(&it);
			choose(&it);
			report(&it);
			break;
		}
	}
}

const Rule rule_function_on_column = {
    .id = "function-on-column",
    .summary = "a condition computes something from a column, so an index on the column is no use",
    .fires = "A filter compares a function, cast or sum of a column with a value and throws away at least 90% (and 1,000) of the rows read; the "
             "scan takes at least 10% of the statement. Where the same can be said of the bare column the condition is rewritten, always exactly "
             "(dates of timestamps, date_trunc, years, casts of numbers and uuid, sums), with the index it needs if there is none; else an index on "
             "the expression is advised, if its functions are IMMUTABLE: (ts)::date of a timestamp with time zone is not. Silent for casts that "
             "change nothing (varchar to text), for tables under 1,000 rows or 1 MB, and when such an index exists.",
    .sourced = true,
    .run = run,
};
