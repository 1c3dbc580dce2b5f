/* said.h: an answer in words, line by line, whoever shows it. */
#ifndef PGWHY_ADVISE_SAID_H
#define PGWHY_ADVISE_SAID_H

#include <stdbool.h>

#include "base/arena.h"

typedef struct SaidLine {
	const char *label, *text; /* label: "" goes on with what stands above */
	bool sql; /* could be pasted */
} SaidLine;
typedef LIST(SaidLine) SaidLines;

void said_add(Arena *arena, SaidLines *lines, const char *label, const char *text); /* nothing without a text */
void said_add_sql(Arena *arena, SaidLines *lines, const char *label, const char *sql);

#endif
