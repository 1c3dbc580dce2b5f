/* texts.h: texts by number, read from the server rarely and kept: statement texts by queryid. */
#ifndef PGWHY_CORE_TEXTS_H
#define PGWHY_CORE_TEXTS_H

#include <stdint.h>

#include "base/arena.h"

typedef LIST(int64_t) Keys;

typedef struct Texts {
	struct TextEntry {
		int64_t key;
		const char *text; /* NULL: a free place */
	} *entries;
	size_t room, count;
} Texts;

/* The text of a key; NULL when it was never put. */
const char *texts_get(const Texts *texts, int64_t key);
/* Copies the text; a second text of a key replaces the first. */
void texts_put(Arena *arena, Texts *texts, int64_t key, const char *text);

#endif
