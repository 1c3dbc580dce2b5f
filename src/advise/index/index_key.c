/* index_key.c: one key of an index. */
#include "advise/index_key.h"

#include <ctype.h>

#include "sql/quote.h"

static bool starts_name(char byte) {
	return isalpha((unsigned char)byte) || byte == '_' || (unsigned char)byte >= 0x80;
}

static bool continues_name(char byte) {
	return starts_name(byte) || isdigit((unsigned char)byte) || byte == '$';
}

/* Bytes of the identifier at the start of text, quoted or not; 0 when there is none. */
static size_t identifier_length(const char *text) {
	size_t at = 0;
	if (*text == '"') {
		for (at = 1; text[at]; at++) {
			if (text[at] != '"') continue;
			if (text[at + 1] != '"') return at + 1;
			at++;
		}
		return 0;
	}
	if (!starts_name(*text)) return 0;
	while (continues_name(text[at])) at++;
	return at;
}

static const char *unquoted(Arena *arena, const char *text, size_t len) {
	if (*text != '"') return arena_copy_n(arena, text, len);
	char *plain = arena_alloc(arena, len);
	size_t to = 0;
	for (size_t at = 1; at + 1 < len; at++) {
		plain[to++] = text[at];
		if (text[at] == '"') at++;
	}
	return plain;
}

/* Takes `word` off the end of text[0..*len), with the blanks before it. */
static bool take_off(const char *text, size_t *len, const char *word) {
	size_t length = strlen(word);
	if (*len <= length || strncmp(text + *len - length, word, length) != 0) return false;
	*len -= length;
	while (*len && text[*len - 1] == ' ') --*len;
	return true;
}

IndexKey index_key_read(Arena *arena, const char *text) {
	size_t len = strlen(text);
	bool last = take_off(text, &len, " NULLS LAST");
	bool first = !last && take_off(text, &len, " NULLS FIRST");
	bool descending = take_off(text, &len, " DESC");
	if (!descending) take_off(text, &len, " ASC");
	IndexKey key = {.text = arena_copy_n(arena, text, len), .descending = descending};
	key.nulls_first = first || (descending && !last);
	if (len && identifier_length(key.text) == len) key.column = unquoted(arena, key.text, len);
	return key;
}

IndexKey index_key_column(Arena *arena, const char *column) {
	return (IndexKey){.text = sql_identifier(arena, column), .column = arena_copy(arena, column)};
}

IndexKey index_key_of(Arena *arena, const Operand *operand) {
	return operand->kind == OPERAND_COLUMN ? index_key_column(arena, operand->name.column) : (IndexKey){.text = operand->key};
}

const char *index_key_text(Arena *arena, const IndexKey *key) {
	const char *nulls = key->nulls_first == key->descending ? "" : key->nulls_first ? " NULLS FIRST" : " NULLS LAST";
	return arena_printf(arena, "%s%s%s", key->text, key->descending ? " DESC" : "", nulls);
}

/* Bytes of a cast at text that changes nothing for an index. */
static size_t free_cast_length(const char *text) {
	static const char *const casts[] = {"::text", "::character varying"};
	for (size_t i = 0; i < sizeof casts / sizeof *casts; i++) {
		size_t length = strlen(casts[i]);
		if (strncmp(text, casts[i], length) == 0 && !continues_name(text[length])) return length;
	}
	return 0;
}

/* The next byte that matters when two spellings of an expression are compared. */
static char next_byte(const char **at, bool *quoted) {
	while (**at) {
		size_t cast = *quoted ? 0 : free_cast_length(*at);
		*at += cast;
		char byte = **at;
		if (!byte) break;
		++*at;
		if (byte == '\'' || byte == '"') *quoted = !*quoted;
		if (*quoted || !strchr(" ()", byte)) return byte;
	}
	return '\0';
}

bool index_key_same(const IndexKey *one, const IndexKey *other) {
	if (one->column || other->column) return one->column && other->column && strcmp(one->column, other->column) == 0;
	const char *left = one->text, *right = other->text;
	bool left_quoted = false, right_quoted = false;
	for (;;) {
		char byte = next_byte(&left, &left_quoted);
		if (byte != next_byte(&right, &right_quoted)) return false;
		if (!byte) return true;
	}
}

const char *index_key_word(Arena *arena, const IndexKey *key) {
	if (key->column) return key->column;
	const char *text = key->text;
	while (*text == '(') text++;
	size_t len = identifier_length(text);
	if (!len || text[len] != '(') return "expr";
	char *word = arena_copy(arena, unquoted(arena, text, len));
	for (char *at = word; *text != '"' && *at; at++) *at = (char)tolower((unsigned char)*at);
	return word;
}
