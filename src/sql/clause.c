/* clause.c: where the clauses of a query stand in its text. */
#include "sql/clause.h"

/* The next token that is no comment. */
static size_t after(const TokenList *tokens, size_t nth) {
	for (nth++; nth < tokens->count && tokens->items[nth].kind == TOKEN_COMMENT;) nth++;
	return nth;
}

static bool is_conflict_action(const char *text, const TokenList *tokens, size_t nth) {
	return tokens_have(text, tokens, nth, "(") || tokens_have(text, tokens, nth, "on") || tokens_have(text, tokens, nth, "do");
}

ClauseKind clause_opened(const char *text, const TokenList *tokens, size_t nth) {
	static const struct {
		const char *word, *next;
		ClauseKind kind;
	} openers[] = {
	    {"where", NULL, CLAUSE_WHERE},
	    {"order", "by", CLAUSE_ORDER},
	    {"limit", NULL, CLAUSE_LIMIT},
	    {"fetch", NULL, CLAUSE_LIMIT},
	    {"offset", NULL, CLAUSE_OFFSET},
	    {"union", NULL, CLAUSE_SET_OPERATION},
	    {"intersect", NULL, CLAUSE_SET_OPERATION},
	    {"except", NULL, CLAUSE_SET_OPERATION},
	    {"group", "by", CLAUSE_OTHER},
	    {"having", NULL, CLAUSE_OTHER},
	    {"window", NULL, CLAUSE_OTHER},
	    {"for", NULL, CLAUSE_OTHER},
	    {"returning", NULL, CLAUSE_TAIL},
	    {"on", "conflict", CLAUSE_TAIL},
	    {"with", "data", CLAUSE_TAIL},
	    {"with", "no", CLAUSE_TAIL},
	};
	if (nth >= tokens->count || tokens->items[nth].kind != TOKEN_KEYWORD) return CLAUSE_NONE;
	/* Any word may be an output name behind AS; behind a point none is a keyword already. */
	if (nth > 0 && tokens_have(text, tokens, nth - 1, "as")) return CLAUSE_NONE;
	size_t next = after(tokens, nth);
	/* JOIN t ON conflict = 1 is about a column. */
	if (tokens_have(text, tokens, next, "conflict") && !is_conflict_action(text, tokens, after(tokens, next))) return CLAUSE_NONE;
	for (size_t i = 0; i < sizeof openers / sizeof *openers; i++)
		if (tokens_have(text, tokens, nth, openers[i].word) && (!openers[i].next || tokens_have(text, tokens, next, openers[i].next)))
			return openers[i].kind;
	return CLAUSE_NONE;
}

static bool is_verb(const char *text, const TokenList *tokens, size_t nth) {
	static const char *const verbs[] = {"select", "values", "table", "insert", "update", "delete", "merge", NULL};
	return tokens_have_any(text, tokens, nth, verbs);
}

size_t clause_verb(const char *text, const TokenList *tokens, size_t nth) {
	while (nth < tokens->count && (tokens->items[nth].kind == TOKEN_COMMENT || tokens_have(text, tokens, nth, "("))) nth++;
	if (!tokens_have(text, tokens, nth, "with")) return nth;
	size_t depth = 0;
	for (nth++; nth < tokens->count; nth++) {
		if (tokens_have(text, tokens, nth, "(")) depth++;
		if (tokens_have(text, tokens, nth, ")") && depth-- == 0) return tokens->count;
		/* WITH update AS (…): a name, not a verb. */
		if (!depth && is_verb(text, tokens, nth) && !tokens_have(text, tokens, after(tokens, nth), "as")) return nth;
	}
	return nth;
}

/* Where the query of INSERT INTO t (…) SELECT, CREATE TABLE t AS SELECT and DECLARE c CURSOR FOR SELECT begins. */
static size_t query_start(const char *text, const TokenList *tokens) {
	static const struct {
		const char *verb, *before;
	} frames[] = {{"create", "as"}, {"declare", "for"}};
	size_t verb = clause_verb(text, tokens, 0);
	for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
		if (!tokens_have(text, tokens, verb, frames[i].verb)) continue;
		while (verb < tokens->count && !tokens_have(text, tokens, verb, frames[i].before)) verb++;
		return clause_verb(text, tokens, after(tokens, verb));
	}
	if (!tokens_have(text, tokens, verb, "insert")) return verb;
	for (size_t depth = 0; verb < tokens->count; verb = after(tokens, verb)) {
		if (tokens_have(text, tokens, verb, "(")) depth++;
		if (tokens_have(text, tokens, verb, ")") && depth) depth--;
		if (!depth && tokens_have(text, tokens, verb, "with")) return clause_verb(text, tokens, verb);
		if (!depth && (tokens_have(text, tokens, verb, "select") || tokens_have(text, tokens, verb, "values") || tokens_have(text, tokens, verb, "table")))
			return verb;
	}
	return verb;
}

Clauses clauses_find(const char *text, const TokenList *tokens) {
	Clauses clauses = {0};
	ClauseKind current = CLAUSE_BODY;
	size_t depth = 0, start = query_start(text, tokens);
	for (size_t nth = start; nth < tokens->count; nth++) {
		Token token = tokens->items[nth];
		if (token.kind == TOKEN_COMMENT) continue;
		if (token_is(text, token, ")") && depth-- == 0) break;
		ClauseKind opened = depth ? CLAUSE_NONE : clause_opened(text, tokens, nth);
		if (opened == CLAUSE_TAIL) break;
		if (opened == CLAUSE_SET_OPERATION) clauses = (Clauses){0};
		if (opened != CLAUSE_NONE) current = opened;
		if (opened != CLAUSE_NONE || nth == start) clauses.spans[current].start = token.span.start;
		clauses.spans[current].end = token.span.end;
		if (token_is(text, token, "(")) depth++;
	}
	return clauses;
}
