/* pasted.h: the lines of a text as they were pasted, before those that were broken are joined. */
#ifndef PGWHY_PLAN_PASTED_H
#define PGWHY_PLAN_PASTED_H

#include <stdbool.h>

#include "base/arena.h"

typedef struct Pasted {
	char *text; /* frames, quotes and marks are taken off, blanks at the end, too */
	size_t chars; /* of the line, with blanks at its end unless they fill up a frame */
	size_t blanks; /* there is nothing else in it */
	bool marked; /* psql says that the value goes on */
} Pasted;
typedef LIST(Pasted) PastedLines;

/* Frames of psql and its like, quotes, comment marks, colours and HTML are taken off. */
PastedLines pasted_lines(Arena *arena, const char *text, size_t len);
/* Entities of a web page into what they stand for, in place. */
void pasted_decode(char *text);
size_t pasted_characters(const char *text);

static inline bool starts(const char *text, const char *front) {
	return strncmp(text, front, strlen(front)) == 0;
}

static inline const char *past_blanks(const char *text) {
	return text + strspn(text, " \t");
}

#endif
