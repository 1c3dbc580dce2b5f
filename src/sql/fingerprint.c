/* fingerprint.c: what stands for a statement whatever its constants, its blanks and its comments. */
#include "sql/fingerprint.h"

#include <ctype.h>
#include <inttypes.h>

#include "sql/syntax.h"

static uint64_t add_byte(uint64_t hash, int byte) {
	return (hash ^ (unsigned char)byte) * 1099511628211u; /* FNV-1a */
}

/* Word by word, as the text is written: what comes of it is the same for the same text, and that is all that is promised. */
static uint64_t of_tokens(Arena *arena, const char *text) {
	uint64_t hash = 14695981039346656037u;
	TokenList tokens = sql_tokens(arena, text);
	for (size_t i = 0; i < tokens.count; i++) {
		Token token = tokens.items[i];
		bool constant = token.kind == TOKEN_STRING || token.kind == TOKEN_NUMBER || token.kind == TOKEN_PARAMETER;
		if (token.kind == TOKEN_COMMENT || token_is(text, token, ";")) continue;
		for (size_t at = token.span.start; !constant && at < token.span.end; at++)
			hash = add_byte(hash, text[token.span.start] == '"' ? text[at] : tolower((unsigned char)text[at]));
		hash = add_byte(hash, constant ? '?' : ' ');
	}
	return hash;
}

const char *statement_fingerprint(Arena *arena, const char *text) {
	const char *parsed = syntax_fingerprint(arena, text);
	return parsed ? parsed : arena_printf(arena, "t%016" PRIx64, of_tokens(arena, text));
}
