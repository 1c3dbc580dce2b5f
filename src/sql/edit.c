/* edit.c: a text changed in a few places. */
#include "sql/edit.h"

#include "base/str.h"

const char *text_edited(Arena *arena, const char *text, const EditList *edits) {
	Str result = STR_INIT;
	size_t at = 0;
	for (size_t i = 0; i < edits->count; i++) {
		const Edit *edit = &edits->items[i];
		if (edit->span.start > at) str_add_n(&result, text + at, edit->span.start - at);
		str_add(&result, edit->text);
		if (edit->span.end > at) at = edit->span.end;
	}
	str_add(&result, text + at);
	const char *copy = arena_copy_n(arena, result.text, result.len);
	str_release(&result);
	return copy;
}

const char *span_text(Arena *arena, const char *text, Span span) {
	return arena_copy_n(arena, text + span.start, span.end - span.start);
}

TokenList sql_words(Arena *arena, const char *text) {
	TokenList tokens = sql_tokens(arena, text);
	size_t kept = 0;
	for (size_t i = 0; i < tokens.count; i++)
		if (tokens.items[i].kind != TOKEN_COMMENT) tokens.items[kept++] = tokens.items[i];
	tokens.count = kept;
	return tokens;
}

Span words_span(const TokenList *words, size_t first, size_t end) {
	return (Span){words->items[first].span.start, words->items[end - 1].span.end};
}

bool words_only_name(const char *text, const TokenList *words, size_t first, size_t end) {
	bool as = tokens_have(text, words, first, "as") && first + 2 == end;
	return first == end || as || (first + 1 == end && words->items[first].kind != TOKEN_OPERATOR);
}

size_t words_end(const TokenList *words, size_t place) {
	size_t end = place;
	for (size_t i = 0; i < words->count && words->items[i].span.end <= place; i++) end = words->items[i].span.end;
	return end;
}

size_t words_start(const TokenList *words, size_t place) {
	for (size_t i = 0; i < words->count; i++)
		if (words->items[i].span.start >= place) return words->items[i].span.start;
	return place;
}

size_t words_find(const char *text, const TokenList *words, size_t from, size_t end, const char *word) {
	for (size_t i = from, depth = 0; i < end; i++) {
		if (!depth && tokens_have(text, words, i, word)) return i;
		if (tokens_have(text, words, i, "(")) depth++;
		else if (depth && tokens_have(text, words, i, ")")) depth--;
	}
	return end;
}

static bool blank(char byte) {
	return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f';
}

/* Does what stands before `place`, blanks aside, end in a comment that runs to the end of its line? */
static bool after_comment(const char *text, size_t place) {
	Token token = {0}, last = {.kind = TOKEN_NAME};
	while (token_next(text, place, token.span.end, &token)) last = token;
	return last.kind == TOKEN_COMMENT;
}

Span span_with_blanks(const char *text, Span span) {
	if (after_comment(text, span.start) && text[span.end])
		while (blank(text[span.end])) span.end++;
	else
		while (span.start && blank(text[span.start - 1])) span.start--;
	return span;
}
