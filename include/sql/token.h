/* token.h: the words of SQL, by PostgreSQL's lexical rules; broken text has words too, as far as it goes.
 *
 * Our own scanner because libpg_query's gives up at an open quote, which is what a prompt shows most of the time, and
 * answers in protobuf. A word's bytes are all that is said: nothing is unquoted, folded or looked up in a catalog. */
#ifndef PGWHY_SQL_TOKEN_H
#define PGWHY_SQL_TOKEN_H

#include <stdbool.h>

#include "base/arena.h"

/* Bytes [start, end) of a text; start == end: not there. */
typedef struct Span {
	size_t start;
	size_t end;
} Span;

/* Words of SQL for highlighting. */
typedef enum TokenKind { TOKEN_KEYWORD, TOKEN_NAME, TOKEN_STRING, TOKEN_NUMBER, TOKEN_PARAMETER, TOKEN_OPERATOR, TOKEN_COMMENT } TokenKind;
typedef struct Token {
	Span span;
	TokenKind kind; /* TOKEN_OPERATOR: punctuation and stray bytes too */
	bool open; /* a quote or comment without its end */
} Token;
typedef LIST(Token) TokenList;

TokenList sql_tokens(Arena *arena, const char *text); /* works on broken text too, as far as it can */

/* The first token of text[at..len); false when only white space is left. What is left open ends at len. */
bool token_next(const char *text, size_t len, size_t at, Token *token);
/* Is it this word (lower case), written without quotes, in any case; or this operator? */
bool token_is(const char *text, Token token, const char *word);
bool tokens_have(const char *text, const TokenList *tokens, size_t nth, const char *word); /* the same of the nth; false past the end */
bool tokens_have_any(const char *text, const TokenList *tokens, size_t nth, const char *const *words); /* of a list that ends with NULL */
/* Is it this name as the catalog spells it: in quotes, or without them in any case? */
bool token_names(const char *text, Token token, const char *name);
/* Behind the parenthesis that closes the one at `nth`; 0 when none does or there is none at `nth`. */
size_t tokens_group_end(const char *text, const TokenList *tokens, size_t nth);

#endif
