/* literals.c: the constants that pg_stat_statements took out of a statement, found again and put back. */
#include "sql/literals.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/str.h"
#include "sql/quote.h"
#include "sql/split.h"
#include "sql/type.h"

/* A statement's words, comments left out. */
typedef struct Wording {
	const char *text;
	TokenList tokens;
	bool *lists; /* per word: a parameter that stands for a list */
	bool open; /* a quote or comment never ends: the text was cut */
} Wording;

static bool is_list_mark(const char *text, Token comment) {
	static const char mark[] = "/*, ... */";
	size_t len = comment.span.end - comment.span.start;
	return len == sizeof mark - 1 && memcmp(text + comment.span.start, mark, len) == 0;
}

static Wording words_of(Arena *arena, const char *text) {
	Wording words = {.text = text};
	TokenList all = sql_tokens(arena, text);
	words.lists = ARENA_ARRAY(arena, bool, all.count + 1);
	for (size_t i = 0; i < all.count; i++) {
		words.open = words.open || all.items[i].open;
		if (all.items[i].kind != TOKEN_COMMENT) *list_push(arena, &words.tokens) = all.items[i];
		else if (words.tokens.count && is_list_mark(text, all.items[i])) words.lists[words.tokens.count - 1] = true;
	}
	while (words.tokens.count && token_is(text, words.tokens.items[words.tokens.count - 1], ";")) words.tokens.count--;
	return words;
}

static bool is_word(const Wording *words, size_t at, const char *word) {
	return tokens_have(words->text, &words->tokens, at, word);
}

static TokenKind kind_of(const Wording *words, size_t at) {
	return at < words->tokens.count ? words->tokens.items[at].kind : TOKEN_COMMENT;
}

/* The n of $n; 0: no parameter. */
static size_t parameter_at(const Wording *words, size_t at) {
	if (kind_of(words, at) != TOKEN_PARAMETER) return 0;
	long number = strtol(words->text + words->tokens.items[at].span.start + 1, NULL, 10);
	return number > 0 && number <= UINT16_MAX ? (size_t)number : 0; /* the protocol counts parameters in 16 bits */
}

static size_t highest_parameter(const Wording *words) {
	size_t highest = 0;
	for (size_t i = 0; i < words->tokens.count; i++)
		if (parameter_at(words, i) > highest) highest = parameter_at(words, i);
	return highest;
}

size_t literals_count(const char *normalized) {
	Arena *arena = arena_new();
	Wording words = words_of(arena, normalized);
	size_t count = highest_parameter(&words);
	arena_free(arena);
	return count;
}

const bool *literals_present(Arena *arena, const char *normalized, size_t count) {
	bool *present = ARENA_ARRAY(arena, bool, count);
	Wording words = words_of(arena, normalized);
	for (size_t i = 0; i < words.tokens.count; i++) {
		size_t n = parameter_at(&words, i);
		if (n && n <= count) present[n - 1] = true;
	}
	return present;
}

const bool *literals_lists(Arena *arena, const char *normalized, size_t count) {
	bool *lists = ARENA_ARRAY(arena, bool, count);
	Wording words = words_of(arena, normalized);
	for (size_t i = 0; i < words.tokens.count; i++) {
		size_t n = words.lists[i] ? parameter_at(&words, i) : 0;
		if (n && n <= count) lists[n - 1] = true;
	}
	return lists;
}

/* ---- found ---- */

static bool same_word(const Wording *one, size_t at, const Wording *other, size_t there) {
	if (at >= one->tokens.count || there >= other->tokens.count) return false;
	Token a = one->tokens.items[at], b = other->tokens.items[there];
	size_t len = a.span.end - a.span.start;
	const char *text = one->text + a.span.start, *that = other->text + b.span.start;
	if (len != b.span.end - b.span.start) return false;
	bool folds = a.kind != TOKEN_STRING && *text != '"';
	for (size_t i = 0; i < len; i++) {
		char x = text[i], y = that[i];
		if (folds && x >= 'A' && x <= 'Z') x = (char)(x + 'a' - 'A');
		if (folds && y >= 'A' && y <= 'Z') y = (char)(y + 'a' - 'A');
		if (x != y) return false;
	}
	return true;
}

/* How many words of `actual` are one constant; 0: none is there. */
static size_t constant_words(const Wording *actual, size_t at, bool names_too) {
	static const char *const words[] = {"true", "false", "null"};
	TokenKind kind = kind_of(actual, at);
	if (kind == TOKEN_STRING || kind == TOKEN_NUMBER || kind == TOKEN_PARAMETER) return 1;
	if (is_word(actual, at, "-") && kind_of(actual, at + 1) == TOKEN_NUMBER) return 2;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (is_word(actual, at, words[i])) return 1;
	return names_too && (kind == TOKEN_NAME || kind == TOKEN_KEYWORD) ? 1 : 0;
}

/* How many words stand there until the bracket that closes the list. */
static size_t list_words(const Wording *actual, size_t at) {
	size_t depth = 0, end = at;
	for (; end < actual->tokens.count; end++) {
		bool closes = is_word(actual, end, ")") || is_word(actual, end, "]");
		if (closes && !depth) return end - at;
		if (closes) depth--;
		if (is_word(actual, end, "(") || is_word(actual, end, "[")) depth++;
	}
	return 0;
}

static const char *copy_words(Arena *arena, const Wording *words, size_t at, size_t count) {
	size_t start = words->tokens.items[at].span.start, end = words->tokens.items[at + count - 1].span.end;
	return arena_copy_n(arena, words->text + start, end - start);
}

static bool align(Arena *arena, const Wording *normalized, const Wording *actual, const char **literals) {
	size_t there = 0;
	for (size_t at = 0; at < normalized->tokens.count; at++) {
		size_t n = parameter_at(normalized, at), count;
		if (!n) {
			if (!same_word(normalized, at, actual, there++)) return false;
			continue;
		}
		bool field = at >= 2 && is_word(normalized, at - 1, "(") && is_word(normalized, at - 2, "extract"); /* extract(year from …) */
		count = normalized->lists[at] ? list_words(actual, there) : constant_words(actual, there, field);
		if (!count) return false;
		bool known = count > 1 || kind_of(actual, there) != TOKEN_PARAMETER;
		literals[n - 1] = known ? copy_words(arena, actual, there, count) : NULL;
		there += count;
	}
	return there == actual->tokens.count && !actual->open;
}

bool literals_find(Arena *arena, const char *normalized, const char *actual, const char **literals) {
	Wording wanted = words_of(arena, normalized);
	SpanList statements = statement_split(arena, actual);
	for (size_t i = 0; i < statements.count; i++) {
		Span span = statements.items[i];
		Wording found = words_of(arena, arena_copy_n(arena, actual + span.start, span.end - span.start));
		if (found.tokens.count >= wanted.tokens.count && align(arena, &wanted, &found, literals)) return true;
	}
	memset(literals, 0, sizeof *literals * highest_parameter(&wanted));
	return false;
}

const char *literal_value(Arena *arena, const char *sql) {
	size_t len = strlen(sql), out = 0;
	if (len < 2 || *sql != '\'') return NULL;
	char *value = arena_alloc(arena, len);
	for (size_t i = 1; i + 1 < len; i++) {
		if (sql[i] == '\'' && sql[++i] != '\'') return NULL; /* 'a' and another 'b' on the next line */
		value[out++] = sql[i];
	}
	return value;
}

/* ---- put back ---- */

static bool is_number(const char *text) {
	Token token;
	size_t len = strlen(text), sign = *text == '-' || *text == '+';
	return token_next(text, len, sign, &token) && token.kind == TOKEN_NUMBER && token.span.start == sign && token.span.end == len;
}

static bool is_number_type(const char *type) {
	static const char *const types[] = {"smallint", "integer", "bigint", "numeric", "real", "double precision", "oid"};
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (strcmp(types[i], type) == 0) return true;
	return false;
}

/* Without a length `character` and `bit` mean a single one. */
static const char *whole_type(const char *type) {
	return strcmp(type, "character") == 0 ? "bpchar" : strcmp(type, "bit") == 0 ? "pg_catalog.\"bit\"" : type;
}

/* `interval $1`, `extract($1 from x)`: the grammar wants a literal there, and no cast. */
static bool wants_literal(const Wording *words, size_t at) {
	for (size_t count = 1; count <= at && count <= TYPE_MOST_WORDS; count++)
		if (type_words(words->text, &words->tokens, at - count) == count) return true;
	return at >= 2 && is_word(words, at - 1, "(") && is_word(words, at - 2, "extract");
}

static const char *write_value(Arena *arena, const char *value, const char *type, bool bare) {
	if (is_number(value) && (!type || is_number_type(type)) && !bare)
		return *value == '-' || *value == '+' ? arena_printf(arena, "(%s)", value) : value;
	const char *literal = sql_literal(arena, value);
	return type && !bare ? arena_printf(arena, "%s::%s", literal, whole_type(type)) : literal;
}

/* `1, 2, 3` typed for a list: each of them is a value, but for those in quotes already. */
static const char *write_list(Arena *arena, const char *values, const char *type) {
	Str out = STR_INIT;
	TokenList tokens = sql_tokens(arena, values);
	for (size_t from = 0; from < tokens.count;) {
		size_t to = from;
		while (to < tokens.count && !tokens_have(values, &tokens, to, ",")) to++;
		if (out.len) str_add(&out, ", ");
		if (to > from) {
			size_t start = tokens.items[from].span.start, end = tokens.items[to - 1].span.end;
			const char *value = arena_copy_n(arena, values + start, end - start);
			str_add(&out, tokens.items[from].kind == TOKEN_STRING ? value : write_value(arena, value, type, false));
		}
		from = to + 1;
	}
	const char *list = arena_copy(arena, out.text);
	str_release(&out);
	return list;
}

static const char *write_literal(Arena *arena, const Wording *words, size_t at, const Literal *literal) {
	if (literal->sql) return literal->sql;
	bool bare = wants_literal(words, at);
	if (!literal->value) return literal->type && !bare ? arena_printf(arena, "NULL::%s", whole_type(literal->type)) : "NULL";
	if (words->lists[at]) return write_list(arena, literal->value, literal->type);
	return write_value(arena, literal->value, literal->type, bare);
}

/* `a-$1` and -5 must not become a comment. */
static bool runs_together(char before, char first) {
	return before && first && strchr("~!@#^&|`?+-*/%<>=", before) && strchr("+-", first);
}

const char *literals_fill(Arena *arena, const char *normalized, const Literal *literals, size_t count) {
	Wording words = words_of(arena, normalized);
	Str out = STR_INIT;
	size_t copied = 0;
	for (size_t at = 0; at < words.tokens.count; at++) {
		size_t n = parameter_at(&words, at);
		Span span = words.tokens.items[at].span;
		if (!n || n > count) continue;
		const char *sql = write_literal(arena, &words, at, &literals[n - 1]);
		str_add_n(&out, normalized + copied, span.start - copied);
		if (out.len && runs_together(out.text[out.len - 1], *sql)) str_add_char(&out, ' ');
		str_add(&out, sql);
		copied = span.end;
		if (!words.lists[at]) continue;
		const char *mark_end = strstr(normalized + copied, "*/");
		copied = (size_t)(mark_end - normalized) + strlen("*/"); /* the list is whole again */
	}
	str_add(&out, normalized + copied);
	const char *text = arena_copy_n(arena, out.text, out.len);
	str_release(&out);
	return text;
}
