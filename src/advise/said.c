/* said.c: an answer in words, line by line. */
#include "advise/said.h"

void said_add(Arena *arena, SaidLines *lines, const char *label, const char *text) {
	if (text) *list_push(arena, lines) = (SaidLine){.label = label, .text = text};
}

void said_add_sql(Arena *arena, SaidLines *lines, const char *label, const char *sql) {
	*list_push(arena, lines) = (SaidLine){.label = label, .text = sql, .sql = true};
}
