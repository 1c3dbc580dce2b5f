/* planned.c: the planner's words in conditions that EXPLAIN prints. */
#include "sql/planned.h"

enum { MOST_TOKENS = 200 };

static bool nth_is(const char *text, const TokenList *tokens, size_t nth, const char *spelling) {
	if (nth >= tokens->count) return false;
	Span span = tokens->items[nth].span;
	return strlen(spelling) == span.end - span.start && strncmp(text + span.start, spelling, span.end - span.start) == 0;
}

/* Words are compared in the planner's own case: somebody's function subplan() is none. */
PlannedValue planned_value(const char *text, const TokenList *tokens, size_t nth) {
	PlannedValue value = {.first = nth, .end = nth, .parenthesis = nth};
	if (!nth_is(text, tokens, nth, "(")) return value;
	size_t at = nth + 1;
	bool alternatives = nth_is(text, tokens, at, "alternatives") && nth_is(text, tokens, at + 1, ":");
	if (alternatives) at += 2;
	if (nth_is(text, tokens, at, "hashed") || nth_is(text, tokens, at, "rescan")) at++;
	bool once = nth_is(text, tokens, at, "InitPlan"), old = nth_is(text, tokens, at, "subplan") && nth_is(text, tokens, at + 1, ")");
	if (!once && !old && !nth_is(text, tokens, at, "SubPlan")) return value;
	/* A number or, from 19 on, a name; then the end or "(returns $1,$2)". Before 8.4 nothing. */
	if (!alternatives && !old && !nth_is(text, tokens, at + 2, ")") && !nth_is(text, tokens, at + 2, "(")) return value;
	TokenList near = *tokens; /* as long as one gets; nobody should nest thousands and have each searched to the end */
	if (near.count > nth + MOST_TOKENS) near.count = nth + MOST_TOKENS;
	value.end = tokens_group_end(text, &near, nth);
	if (!value.end) return value;
	value.kind = once ? PLANNED_ONCE : PLANNED_PER_ROW;
	bool column = nth_is(text, tokens, value.end, ".") && value.end + 1 < tokens->count;
	if (column && tokens->items[value.end + 1].kind == TOKEN_NAME) value.end += 2;
	if (nth > 0 && (nth_is(text, tokens, nth - 1, "EXISTS") || nth_is(text, tokens, nth - 1, "ARRAY"))) value.first--;
	return value;
}

static void blank(char *copy, const TokenList *tokens, size_t first, size_t end) {
	if (first >= end) return;
	size_t from = tokens->items[first].span.start;
	memset(copy + from, ' ', tokens->items[end - 1].span.end - from);
}

/* Tokens from nth on that are the planner's but no value: how many to blank. */
static size_t decoration(const char *text, const TokenList *tokens, size_t nth) {
	bool opens = nth > 0 && nth_is(text, tokens, nth - 1, "(");
	if (opens && (nth_is(text, tokens, nth, "ANY") || nth_is(text, tokens, nth, "ALL")))
		return nth_is(text, tokens, nth + 1, "(");
	if (opens && nth_is(text, tokens, nth, "PARTIAL") && nth + 1 < tokens->count)
		return tokens->items[nth + 1].kind == TOKEN_NAME || tokens->items[nth + 1].kind == TOKEN_KEYWORD;
	return nth > 1 && opens && nth_is(text, tokens, nth, "?") && token_is(text, tokens->items[nth - 2], "over");
}

void planned_hide(char *copy, const char *text, const TokenList *tokens) {
	for (size_t nth = 0; nth < tokens->count;) {
		PlannedValue value = planned_value(text, tokens, nth);
		if (value.kind == PLANNED_NONE) {
			blank(copy, tokens, nth, nth + decoration(text, tokens, nth));
			nth++;
			continue;
		}
		blank(copy, tokens, value.first, value.end);
		memcpy(copy + tokens->items[value.parenthesis].span.start, "($0)", 4);
		nth = value.end;
	}
}
