/* split.c: where one statement ends and the next begins. */
#include "sql/split.h"

/* CREATE [OR REPLACE] FUNCTION … BEGIN ATOMIC select 1; select case … end; END is one statement: what to remember of
 * the words read so far. */
typedef struct Body {
	bool creates; /* nothing but CREATE [OR REPLACE] so far */
	bool routine; /* … FUNCTION or PROCEDURE */
	bool begun; /* the word before was BEGIN */
	size_t words;
	size_t depth; /* ENDs to come */
} Body;

static void body_word(Body *body, const char *text, Token token) {
	if (token.kind != TOKEN_KEYWORD && token.kind != TOKEN_NAME) return;
	if (body->words++ == 0) {
		body->creates = token_is(text, token, "create");
	} else if (body->creates) {
		body->routine = token_is(text, token, "function") || token_is(text, token, "procedure");
		body->creates = token_is(text, token, "or") || token_is(text, token, "replace");
	} else if (body->routine) {
		if (body->begun && token_is(text, token, "atomic"))
			body->depth = 1;
		else if (body->depth && token_is(text, token, "case"))
			body->depth++;
		else if (body->depth && token_is(text, token, "end"))
			body->depth--;
		body->begun = token_is(text, token, "begin");
	}
}

/* The next statement from *at on, which moves behind it; empty at the end of the text. With `nested`, `;` in parentheses
 * does not end it: that is taken back for good when a parenthesis turns out to be never closed. */
static Span next_statement(const char *text, size_t len, size_t *at, bool *nested) {
	Span span = {0};
	Body body = {0};
	size_t parentheses = 0, end = *at;
	for (Token token; token_next(text, len, end, &token);) {
		end = token.span.end;
		if (token.kind == TOKEN_COMMENT && !token.open) continue;
		if (token_is(text, token, ";") && !body.depth && !(*nested && parentheses)) {
			if (span.end) break;
			continue;
		}
		if (token_is(text, token, "(")) parentheses++;
		if (token_is(text, token, ")") && parentheses) parentheses--;
		body_word(&body, text, token);
		if (!span.end) span.start = token.span.start;
		span.end = token.span.end;
	}
	if (*nested && parentheses) {
		*nested = false;
		return next_statement(text, len, at, nested);
	}
	*at = end;
	return span;
}

SpanList statement_split(Arena *arena, const char *text) {
	SpanList spans = {0};
	size_t len = strlen(text), at = 0;
	bool nested = true;
	for (Span span; (span = next_statement(text, len, &at, &nested)).end;) *list_push(arena, &spans) = span;
	return spans;
}

bool statement_complete(const char *text) {
	bool complete = false;
	Body body = {0};
	size_t len = strlen(text);
	for (Token token = {0}; token_next(text, len, token.span.end, &token);) {
		if (token.kind == TOKEN_COMMENT && !token.open) continue;
		body_word(&body, text, token);
		complete = token_is(text, token, ";") && !body.depth;
		if (complete) body = (Body){0};
	}
	return complete;
}
