/* token.c: the words of SQL, by PostgreSQL's lexical rules. */
#include "sql/token.h"

#include "sql/keyword.h"

/* A scanner's place in text[0..len); reading past the end gives NUL, which is nothing's part. */
typedef struct Scan {
	const char *text;
	size_t len;
	size_t at;
} Scan;

static char peek(const Scan *scan, size_t ahead) {
	return scan->at + ahead < scan->len ? scan->text[scan->at + ahead] : '\0';
}

static bool is_space(char byte) {
	return byte && strchr(" \t\n\r\f\v", byte);
}

static bool is_digit(char byte) {
	return byte >= '0' && byte <= '9';
}

static char lower(char byte) {
	return byte >= 'A' && byte <= 'Z' ? (char)(byte + 'a' - 'A') : byte;
}

static bool starts_word(char byte) {
	return (lower(byte) >= 'a' && lower(byte) <= 'z') || byte == '_' || (unsigned char)byte >= 0x80;
}

static bool continues_word(char byte) {
	return starts_word(byte) || is_digit(byte) || byte == '$';
}

static bool is_operator(char byte) {
	return byte && strchr("~!@#^&|`?+-*/%<>=", byte);
}

static void skip_line(Scan *scan) {
	while (scan->at < scan->len && !strchr("\r\n", peek(scan, 0))) scan->at++;
}

/* Comments nest. True when the last one is not closed. */
static bool skip_comment(Scan *scan) {
	size_t depth = 0;
	while (scan->at < scan->len) {
		if (peek(scan, 0) == '/' && peek(scan, 1) == '*') {
			depth++;
			scan->at += 2;
		} else if (peek(scan, 0) == '*' && peek(scan, 1) == '/') {
			scan->at += 2;
			if (--depth == 0) return false;
		} else {
			scan->at++;
		}
	}
	return true;
}

/* From an opening quote to behind the closing one. True when there is none. */
static bool skip_quoted(Scan *scan, bool backslashes) {
	char quote = peek(scan, 0);
	for (scan->at++; scan->at < scan->len; scan->at++) {
		char byte = peek(scan, 0);
		if (byte == '\\' && backslashes) {
			if (scan->at + 1 < scan->len) scan->at++;
		} else if (byte == quote) {
			scan->at++;
			if (peek(scan, 0) != quote) return false;
		}
	}
	return true;
}

/* 'a' and, after white space with a line break in it, another 'b': SQL reads both as the one literal 'ab'. */
static bool finds_continuation(Scan *scan) {
	Scan ahead = *scan;
	bool broken = false;
	for (;;) {
		if (is_space(peek(&ahead, 0))) {
			if (strchr("\r\n", peek(&ahead, 0))) broken = true;
			ahead.at++;
		} else if (peek(&ahead, 0) == '-' && peek(&ahead, 1) == '-') {
			skip_line(&ahead);
		} else {
			break;
		}
	}
	if (!broken || peek(&ahead, 0) != '\'') return false;
	*scan = ahead;
	return true;
}

static bool skip_string(Scan *scan, bool backslashes) {
	do {
		if (skip_quoted(scan, backslashes)) return true;
	} while (finds_continuation(scan));
	return false;
}

/* Length of `$tag$` here, 0 when this is none. */
static size_t dollar_tag(const Scan *scan) {
	size_t len = 1;
	if (starts_word(peek(scan, 1)))
		while (continues_word(peek(scan, len)) && peek(scan, len) != '$') len++;
	return peek(scan, len) == '$' ? len + 1 : 0;
}

static bool skip_dollar_quoted(Scan *scan, size_t tag) {
	const char *open = scan->text + scan->at;
	for (scan->at += tag; scan->at + tag <= scan->len; scan->at++) {
		if (memcmp(scan->text + scan->at, open, tag) != 0) continue;
		scan->at += tag;
		return false;
	}
	scan->at = scan->len;
	return true;
}

static void skip_digits(Scan *scan) {
	while (is_digit(peek(scan, 0)) || (peek(scan, 0) == '_' && is_digit(peek(scan, 1)))) scan->at++;
}

static void skip_number(Scan *scan) {
	char base = lower(peek(scan, 1));
	if (peek(scan, 0) == '0' && (base == 'x' || base == 'o' || base == 'b') && continues_word(peek(scan, 2))) {
		scan->at += 2;
		while (is_digit(peek(scan, 0)) || starts_word(peek(scan, 0))) scan->at++;
		return;
	}
	skip_digits(scan);
	if (peek(scan, 0) == '.' && peek(scan, 1) != '.') {
		scan->at++;
		skip_digits(scan);
	}
	size_t sign = peek(scan, 1) == '+' || peek(scan, 1) == '-';
	if (lower(peek(scan, 0)) == 'e' && is_digit(peek(scan, 1 + sign))) {
		scan->at += 1 + sign;
		skip_digits(scan);
	}
}

/* A comment ends an operator; one that could end in a sign does so only with a sign of ~!@#%^&|`? in it, so that
 * `a*-1` is not one. */
static void skip_operator(Scan *scan) {
	size_t len = 0;
	bool odd = false;
	for (; is_operator(peek(scan, len)); len++) {
		if (peek(scan, len) == '-' && peek(scan, len + 1) == '-') break;
		if (peek(scan, len) == '/' && peek(scan, len + 1) == '*') break;
		if (strchr("~!@#%^&|`?", peek(scan, len))) odd = true;
	}
	while (!odd && len > 1 && strchr("+-", peek(scan, len - 1))) len--;
	scan->at += len;
}

/* e'…' b'…' x'…' n'…' u&'…' are strings, u&"…" a name: the letters in front of the quote. */
static size_t quote_prefix(const Scan *scan) {
	char letter = lower(peek(scan, 0));
	if (letter == 'u' && peek(scan, 1) == '&') return peek(scan, 2) == '\'' || peek(scan, 2) == '"' ? 2 : 0;
	return letter && strchr("ebxn", letter) && peek(scan, 1) == '\'' ? 1 : 0;
}

static TokenKind skip_word(Scan *scan) {
	size_t start = scan->at;
	while (continues_word(peek(scan, 0))) scan->at++;
	bool member = start > 0 && scan->text[start - 1] == '.';
	return !member && keyword_shown(scan->text + start, scan->at - start) ? TOKEN_KEYWORD : TOKEN_NAME;
}

static TokenKind skip_dollar(Scan *scan, bool *open) {
	size_t tag = dollar_tag(scan);
	if (tag) {
		*open = skip_dollar_quoted(scan, tag);
		return TOKEN_STRING;
	}
	bool parameter = is_digit(peek(scan, 1));
	scan->at++;
	while (is_digit(peek(scan, 0))) scan->at++;
	return parameter ? TOKEN_PARAMETER : TOKEN_OPERATOR;
}

static TokenKind skip_token(Scan *scan, bool *open) {
	char byte = peek(scan, 0), next = peek(scan, 1);
	if (byte == '-' && next == '-') {
		skip_line(scan);
		return TOKEN_COMMENT;
	}
	if (byte == '/' && next == '*') {
		*open = skip_comment(scan);
		return TOKEN_COMMENT;
	}
	size_t prefix = quote_prefix(scan);
	char quote = peek(scan, prefix);
	if (quote == '\'' || quote == '"') {
		scan->at += prefix;
		*open = quote == '"' ? skip_quoted(scan, false) : skip_string(scan, prefix && lower(byte) == 'e');
		return quote == '"' ? TOKEN_NAME : TOKEN_STRING;
	}
	if (byte == '$') return skip_dollar(scan, open);
	if (starts_word(byte)) return skip_word(scan);
	if (is_digit(byte) || (byte == '.' && is_digit(next))) {
		skip_number(scan);
		return TOKEN_NUMBER;
	}
	if (is_operator(byte))
		skip_operator(scan);
	else
		scan->at += (byte == ':' && (next == ':' || next == '=')) || (byte == '.' && next == '.') ? 2 : 1;
	return TOKEN_OPERATOR;
}

bool token_next(const char *text, size_t len, size_t at, Token *token) {
	Scan scan = {text, len, at};
	while (is_space(peek(&scan, 0))) scan.at++;
	if (scan.at >= len) return false;
	*token = (Token){.span.start = scan.at};
	token->kind = skip_token(&scan, &token->open);
	token->span.end = scan.at;
	return true;
}

TokenList sql_tokens(Arena *arena, const char *text) {
	TokenList tokens = {0};
	size_t len = strlen(text);
	Token token = {0};
	while (token_next(text, len, token.span.end, &token)) *list_push(arena, &tokens) = token;
	return tokens;
}

bool token_is(const char *text, Token token, const char *word) {
	size_t len = token.span.end - token.span.start;
	for (size_t i = 0; i < len; i++)
		if (lower(text[token.span.start + i]) != word[i]) return false;
	return word[len] == '\0';
}

bool token_names(const char *text, Token token, const char *name) {
	const char *at = text + token.span.start, *end = text + token.span.end;
	if (*at != '"') return token_is(text, token, name);
	for (at++; *name && at < end; name++, at++) {
		if (*at == '"' && *++at != '"') return false;
		if (*at != *name) return false;
	}
	return !*name && at + 1 == end && *at == '"';
}

bool tokens_have(const char *text, const TokenList *tokens, size_t nth, const char *word) {
	return nth < tokens->count && token_is(text, tokens->items[nth], word);
}

bool tokens_have_any(const char *text, const TokenList *tokens, size_t nth, const char *const *words) {
	for (; *words; words++)
		if (tokens_have(text, tokens, nth, *words)) return true;
	return false;
}

size_t tokens_group_end(const char *text, const TokenList *tokens, size_t nth) {
	size_t depth = 0;
	for (; nth < tokens->count; nth++) {
		if (tokens_have(text, tokens, nth, "(")) depth++;
		if (!depth) break;
		if (tokens_have(text, tokens, nth, ")") && --depth == 0) return nth + 1;
	}
	return 0;
}
