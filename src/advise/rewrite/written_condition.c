/* written_condition.c: a condition of the plan, as the statement has it. */
#include "advise/written_condition.h"

#include <strings.h>

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

const Predicate *written_condition(const Statement *statement, const Predicate *planned) {
	for (size_t b = 0; b < statement->blocks.count; b++) {
		const PredicateList *where = &statement->blocks.items[b].where;
		for (size_t i = 0; i < where->count; i++)
			if (says_the_same(&where->items[i], planned)) return &where->items[i];
	}
	return NULL;
}

const char *statement_with_condition(Arena *arena, const Statement *statement, const Predicate *written, const char *instead) {
	Span place = written && instead ? place_of(arena, statement->text, written->text) : (Span){0};
	if (!place.end) return NULL;
	return arena_printf(arena, "%.*s%s%s", (int)place.start, statement->text, instead, statement->text + place.end);
}
