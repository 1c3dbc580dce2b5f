/* rule_function_on_column.c: a condition on something computed from a column: an index on the column cannot serve it. */
#include <strings.h>

#include "advise/advise.h"
#include "advise/bare.h"
#include "advise/index_choice.h"
#include "advise/say.h"

/* As for a missing index. */
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

/* A word as it is compared, and where it stands. */
typedef struct Word {
	const char *text;
	size_t length;
	Span span;
} Word;

typedef LIST(Word) WordList;

static bool is_typed_literal(const char *text, const TokenList *tokens, size_t at) {
	static const char *const types[] = {"interval", "date", "timestamp", "timestamptz", "time"};
	if (at + 1 >= tokens->count || tokens->items[at + 1].kind != TOKEN_STRING) return false;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (token_is(text, tokens->items[at], types[i])) return true;
	return false;
}

/* Comments left out; interval '1 day' spelled as '1 day'::interval. */
static WordList words_of(Arena *arena, const char *text) {
	TokenList tokens = sql_tokens(arena, text);
	WordList words = {0};
	for (size_t i = 0; i < tokens.count; i++) {
		Span span = tokens.items[i].span;
		if (tokens.items[i].kind == TOKEN_COMMENT) continue;
		if (!is_typed_literal(text, &tokens, i)) {
			*list_push(arena, &words) = (Word){text + span.start, span.end - span.start, span};
			continue;
		}
		Span value = tokens.items[++i].span, both = {span.start, value.end};
		*list_push(arena, &words) = (Word){text + value.start, value.end - value.start, both};
		*list_push(arena, &words) = (Word){"::", 2, both};
		*list_push(arena, &words) = (Word){text + span.start, span.end - span.start, both};
	}
	return words;
}

static bool same_word(const Word *one, const Word *other) {
	return one->length == other->length && strncasecmp(one->text, other->text, one->length) == 0;
}

static bool is_one(const Word *word, char byte) {
	return word->length == 1 && *word->text == byte;
}

static bool parenthesis(const Word *word) {
	return is_one(word, '(') || is_one(word, ')');
}

/* Parentheses aside, do the words from `at` on spell the condition? Gives the span they take. */
static bool spells(const WordList *words, size_t at, const WordList *wanted, Span *span) {
	size_t first = at, last = at;
	int depth = 0;
	for (size_t w = 0; w < wanted->count; w++) {
		if (parenthesis(&wanted->items[w])) continue;
		while (at < words->count && parenthesis(&words->items[at])) at++;
		if (at == words->count || !same_word(&words->items[at], &wanted->items[w])) return false;
		last = at++;
	}
	for (size_t i = first; i <= last; i++) depth += is_one(&words->items[i], '(') - is_one(&words->items[i], ')');
	for (; depth > 0 && last + 1 < words->count && is_one(&words->items[last + 1], ')'); depth--) last++;
	for (; depth < 0 && first && is_one(&words->items[first - 1], '('); depth++) first--;
	*span = (Span){words->items[first].span.start, words->items[last].span.end};
	return depth == 0;
}

/* The only place where the statement says so; an empty span when there is none, or several. */
static Span place_of(Arena *arena, const char *text, const char *condition) {
	WordList words = words_of(arena, text), wanted = words_of(arena, condition);
	Span place = {0}, span;
	for (size_t i = 0; i < words.count; i++) {
		if (parenthesis(&words.items[i]) || !spells(&words, i, &wanted, &span)) continue;
		if (place.end) return (Span){0};
		place = span;
	}
	return place;
}

/* A plain column in the statement may be an implicit cast in the plan. */
static bool says_the_same(const Predicate *written, const Predicate *planned) {
	if (written->kind != planned->kind || written->left.column_count != 1 || planned->left.column_count != 1)
		return false;
	if (strcmp(written->left.columns[0].column, planned->left.columns[0].column) != 0) return false;
	bool cast = planned->left.function && strncmp(planned->left.function, "::", 2) == 0;
	if (written->left.kind != planned->left.kind && !(cast && written->left.kind == OPERAND_COLUMN)) return false;
	return !written->operator_name || !planned->operator_name ||
	       strcmp(written->operator_name, planned->operator_name) == 0;
}

static const Predicate *in_statement(const Statement *statement, const Predicate *condition) {
	for (size_t b = 0; b < statement->blocks.count; b++) {
		const PredicateList *where = &statement->blocks.items[b].where;
		for (size_t i = 0; i < where->count; i++)
			if (says_the_same(&where->items[i], condition)) return &where->items[i];
	}
	return NULL;
}

static void write_bare(Case *it) {
	Arena *arena = it->advice->arena;
	const Statement *statement = it->advice->statement;
	const Predicate *written = in_statement(statement, it->condition);
	bool as_written = written && written->left.kind == it->condition->left.kind;
	it->bare = bare_condition(arena, it->scan->table, as_written ? written : it->condition);
	if (!written || !it->bare.condition) return;
	Span place = place_of(arena, statement->text, written->text);
	if (place.end)
		it->rewrite = arena_printf(arena, "%.*s%s%s", (int)place.start, statement->text, it->bare.condition,
		                           statement->text + place.end);
}

/* ---- the index ---- */

static IndexKey expression_key(const Scan *scan, const Operand *operand) {
	bool strings = true;
	for (size_t i = 0; i < operand->column_count; i++) {
		const ColumnFacts *column = column_facts(scan->table, operand->columns[i].column);
		if (column && column->type && !strstr(column->type, "char") && strcmp(column->type, "text") != 0)
			strings = false;
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
	key.key = it->bare.condition ? index_key_column(advice->arena, it->bare.column)
	                             : expression_key(scan, &it->condition->left);
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
		return arena_printf(arena, "%s is cast to %s to be compared, so an index on it cannot be searched.",
		                    left->name.column, left->type);
	return arena_printf(arena,
	                    "An index holds the values of %s, not those of %s, so it cannot be searched for this condition.",
	                    left->columns[0].column, left->text);
}

static void as_rewrite(const Case *it, Finding *finding) {
	Arena *arena = it->advice->arena;
	finding->kind = REMEDY_REWRITE;
	finding->rewrite = it->rewrite;
	finding->notes = arena_printf(arena, "Instead of %s write %s.%s%s", it->condition->text, it->bare.condition,
	                              it->bare.note ? " " : "", it->bare.note ? it->bare.note : "");
	finding_set_indexes(arena, finding, &it->choice.index, it->choice.made ? 1 : 0);
	if (!it->choice.made) {
		finding->columns = ARENA_ARRAY(arena, const char *, 1);
		finding->columns[finding->column_count++] = sql_identifier(arena, it->bare.column);
	}
}

/* Only what gives the same value for ever may stand in an index. A number as another kind of number need not: whoever
 * compares it so should pass the right one. */
static bool as_expression_index(const Case *it, Finding *finding) {
	Arena *arena = it->advice->arena;
	const char *cast = it->condition->left.type;
	if (cast && (strcmp(cast, "numeric") == 0 || strcmp(cast, "double precision") == 0)) return false;
	Immutable immutable = bare_immutable(arena, it->advice->facts, it->scan->table, &it->condition->left);
	if (!it->choice.made || immutable == IMMUTABLE_NO) return false;
	finding->kind = REMEDY_INDEX;
	finding->notes = arena_printf(
	    arena, "ANALYZE the table after it is built: the server then keeps statistics on the expression too.%s",
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
	finding.title =
	    arena_printf(arena, "%s is computed for every row of %s",
	                 it->condition->left.kind == OPERAND_COLUMN
	                     ? arena_printf(arena, "(%s)::%s", it->condition->left.text, it->condition->left.type)
	                     : it->condition->left.text,
	                 scan_title(arena, scan));
	finding.evidence = arena_printf(arena, "%s checks %s for %s and throws %s of the rows away: %s.",
	                                say_node(arena, scan->node), it->condition->text, say_rows(arena, scan->rows_read),
	                                removed, say_share(arena, it->advice->plan, scan->self_ms, scan->self_cost));
	finding.because = explained(it);
	finding.relation = scan->schema ? arena_printf(arena, "%s.%s", scan->schema, scan->name) : scan->name;
	if (it->bare.condition) as_rewrite(it, &finding);
	else if (!as_expression_index(it, &finding)) return;
	finding_weigh(it->advice->plan, &finding, scan->self_ms, scan->self_cost, it->left);
	*list_push(arena, &it->advice->findings) = finding;
}

static bool computed(const Scan *scan, const Predicate *condition) {
	if (condition->kind != PREDICATE_EQUAL && condition->kind != PREDICATE_RANGE && condition->kind != PREDICATE_IN)
		return false;
	if (condition->negated || condition->right.column_count || !scan_owns_all(scan, &condition->left)) return false;
	if (condition->left.kind == OPERAND_COLUMN) return bare_hides_cast(scan->table, &condition->left);
	return condition->left.kind == OPERAND_EXPRESSION && condition->left.key;
}

static bool worth_it(const Advice *advice, const Scan *scan) {
	double removed = scan->rows_read - scan->rows_out;
	return !advice_table_is_small(scan) && removed > REMOVED_ROWS && removed >= REMOVED_SHARE * scan->rows_read &&
	       plan_share(advice->plan, scan->self_ms, scan->self_cost) >= TIME_SHARE;
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
    .fires = "A filter compares a function, cast or sum of a column with a value and throws away at least 90% (and 1,000) "
	     "of the rows read; the scan takes at least 10% of the statement. Where the same can be said of the bare column "
	     "the condition is rewritten, always exactly (dates of timestamps, date_trunc, years, casts of numbers and "
	     "uuid, sums), with the index it needs if there is none; else an index on the expression is advised, if its "
	     "functions are IMMUTABLE: (ts)::date of a timestamp with time zone is not. Silent for casts that change "
	     "nothing (varchar to text), for tables under 1,000 rows or 1 MB, and when such an index exists.",
    .sourced = true,
    .run = run,
};
