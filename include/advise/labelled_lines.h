/* labelled_lines.h: an answer in words, line by line, whoever shows it. */
#ifndef PGWHY_ADVISE_LABELLED_LINES_H
#define PGWHY_ADVISE_LABELLED_LINES_H

#include <stdbool.h>

#include "base/arena.h"

typedef struct LabelledLine {
	const char *label, *text; /* label: "" goes on with what stands above */
	bool sql; /* could be pasted */
} LabelledLine;
typedef LIST(LabelledLine) LabelledLines;

void labelled_add(Arena *arena, LabelledLines *lines, const char *label, const char *text); /* nothing without a text */
void labelled_add_sql(Arena *arena, LabelledLines *lines, const char *label, const char *sql);

#endif
