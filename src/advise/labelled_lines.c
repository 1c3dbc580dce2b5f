/* labelled_lines.c: an answer in words, line by line. */
#include "advise/labelled_lines.h"

void labelled_add(Arena *arena, LabelledLines *lines, const char *label, const char *text) {
	if (text) *list_push(arena, lines) = (LabelledLine){.label = label, .text = text};
}

void labelled_add_sql(Arena *arena, LabelledLines *lines, const char *label, const char *sql) {
	*list_push(arena, lines) = (LabelledLine){.label = label, .text = sql, .sql = true};
}
