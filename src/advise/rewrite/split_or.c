/* split_or.c: a statement with `x OR y` among its conditions, written as the rows of x and the other rows of y. */
#include "advise/split_or.h"

#include "advise/volatility.h"
#include "sql/clause.h"
#include "sql/edit.h"

/* Where x and y stand, and what both halves replace: x OR y, with its parentheses. */
typedef struct Either {
	Span all, one, other;
} Either;

/* ---- may it be halved ---- */

static bool is_halvable(const Statement *statement, const Facts *facts) {
	if (!statement->parsed || statement->kind != STATEMENT_SELECT || statement->blocks.count != 1) return false;
	const QueryBlock *block = &statement->blocks.items[0];
	bool whole = block->order_by.count || block->has_limit || block->has_offset || block->aggregates || block->windows;
	return !whole && !block->distinct && !block->set_operation && !block->outer_on.count && !statement->locks_rows &&
	       !statement_volatile_function(statement, facts);
}

/* ---- what the OR covers ---- */

/* The only one; tokens.count when there is none, or several, or a word that makes it hard to tell what is whose. */
static size_t find_or(const char *text, const TokenList *tokens) {
	static const char *const confusing[] = {"case", "select", "with", "having", NULL};
	size_t found = tokens->count;
	for (size_t i = 0; i < tokens->count; i++) {
		bool first = i == 0; /* the statement's own SELECT */
		if (tokens->items[i].kind == TOKEN_COMMENT || (!first && tokens_have_any(text, tokens, i, confusing))) return tokens->count;
		if (!token_is(text, tokens->items[i], "or")) continue;
		if (found < tokens->count) return tokens->count;
		found = i;
	}
	return found;
}

/* The token before which nothing belongs to x: an open parenthesis, WHERE or ON; tokens.count: none. */
static size_t find_front(const char *text, const TokenList *tokens, size_t word) {
	size_t depth = 0;
	for (size_t i = word; i-- > 0;) {
		if (tokens_have(text, tokens, i, ")")) depth++;
		else if (tokens_have(text, tokens, i, "(") && depth-- == 0) return i;
		else if (!depth && (tokens_have(text, tokens, i, "where") || tokens_have(text, tokens, i, "on"))) return i;
	}
	return tokens->count;
}

static bool ends_condition(const char *text, const TokenList *tokens, size_t at) {
	static const char *const joins[] = {"join", "inner", "cross", "natural", "left", "right", "full", ")", NULL};
	bool called = tokens_have(text, tokens, at + 1, "("); /* left('abc', 1) */
	return at >= tokens->count || clause_opened(text, tokens, at) != CLAUSE_NONE || (tokens_have_any(text, tokens, at, joins) && !called);
}

/* The first token behind y. */
static size_t find_back(const char *text, const TokenList *tokens, size_t word) {
	size_t at = word + 1;
	while (at && !ends_condition(text, tokens, at)) at = tokens_have(text, tokens, at, "(") ? tokens_group_end(text, tokens, at) : at + 1;
	return at;
}

/* Its parentheses hold one of several conditions that all must hold: NOT (x OR y), f(x OR y) and (x OR y) IS NULL do not. */
static bool stands_among_all(const char *text, const TokenList *tokens, size_t open, size_t close) {
	static const char *const before[] = {"where", "on", "and", NULL};
	size_t depth = 0;
	for (size_t i = 0; i < open; i++) depth += (size_t)tokens_have(text, tokens, i, "(") - (size_t)tokens_have(text, tokens, i, ")");
	bool closed = tokens_have(text, tokens, close, ")") && (tokens_have(text, tokens, close + 1, "and") || ends_condition(text, tokens, close + 1));
	return open && !depth && tokens_have_any(text, tokens, open - 1, before) && closed;
}

static bool find_either(Arena *arena, const char *text, Either *either) {
	TokenList tokens = sql_tokens(arena, text);
	size_t word = find_or(text, &tokens);
	if (word == tokens.count) return false;
	size_t front = find_front(text, &tokens, word), back = find_back(text, &tokens, word);
	if (front == tokens.count || front + 1 >= word || back <= word + 1) return false;
	bool enclosed = tokens_have(text, &tokens, front, "(");
	if (enclosed && !stands_among_all(text, &tokens, front, back)) return false;
	either->one = (Span){tokens.items[front + 1].span.start, tokens.items[word - 1].span.end};
	either->other = (Span){tokens.items[word + 1].span.start, tokens.items[back - 1].span.end};
	either->all = enclosed ? (Span){tokens.items[front].span.start, tokens.items[back].span.end}
	                       : (Span){either->one.start, either->other.end};
	return true;
}

const char *split_or(Arena *arena, const Statement *statement, const Facts *facts) {
	Either either;
	const char *text = statement->text;
	if (!is_halvable(statement, facts) || !find_either(arena, text, &either)) return NULL;
	const char *front = arena_copy_n(arena, text, either.all.start), *back = text + either.all.end;
	const char *one = span_text(arena, text, either.one), *other = span_text(arena, text, either.other);
	return arena_printf(arena, "%s(%s)%s\nUNION ALL\n%s(%s) AND (%s) IS NOT TRUE%s", front, one, back, front, other, one, back);
}
