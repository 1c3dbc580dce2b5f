/* file_text.h: what a file holds, for tests. */
#ifndef TESTS_FILE_TEXT_H
#define TESTS_FILE_TEXT_H

#include "plan_of.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/str.h"

/* NULL when it cannot be opened. */
static inline char *file_text(Arena *arena, const char *path, size_t *len) {
	FILE *file = fopen(path, "rb");
	if (!file) return NULL;
	Str text = STR_INIT;
	char bytes[4096];
	for (size_t got; (got = fread(bytes, 1, sizeof bytes, file));) str_add_n(&text, bytes, got);
	fclose(file);
	*len = text.len;
	char *copy = arena_copy_n(arena, text.text, text.len);
	str_release(&text);
	return copy;
}

/* Of a file that has to be there. */
static inline char *text_of_file(Arena *arena, const char *path) {
	size_t len;
	char *text = file_text(arena, path, &len);
	assert_non_null(text);
	return text;
}

#endif
