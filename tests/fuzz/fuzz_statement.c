/* fuzz_statement.c: any bytes as a statement: split, parsed, laid out; the layout keeps every word. */
#include <stdint.h>
#include <stdlib.h>

#include "sql/statement.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_layout(Arena *arena, const char *text, size_t width) {
	const char *laid_out = sql_format(arena, text, width);
	TokenList before = sql_tokens(arena, text), now = sql_tokens(arena, laid_out);
	if (before.count != now.count) abort();
	for (size_t i = 0; i < before.count; i++) {
		Span was = before.items[i].span, is = now.items[i].span;
		if (was.end - was.start != is.end - is.start || memcmp(text + was.start, laid_out + is.start, was.end - was.start) != 0) abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
	Arena *arena = arena_new();
	const char *text = arena_copy_n(arena, (const char *)bytes, len);
	Statement *statement = statement_parse(arena, text);
	if (statement->parsed == (statement->problem != NULL)) abort();
	if (statement->parsed && statement_split(arena, text).count != 1) abort();
	statement_complete(text);
	check_layout(arena, text, len % 100);
	arena_free(arena);
	return 0;
}
