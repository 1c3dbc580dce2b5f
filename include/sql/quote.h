/* quote.h: names and texts as SQL has to write them. */
#ifndef PGWHY_SQL_QUOTE_H
#define PGWHY_SQL_QUOTE_H

#include "base/arena.h"

/* An identifier as SQL has to write it: quoted only when it must be. */
const char *sql_identifier(Arena *arena, const char *name);
/* schema.name, each as it must be; the schema may be NULL. */
const char *sql_qualified(Arena *arena, const char *schema, const char *name);
/* "a, b": names or expressions, written as they have to be. */
const char *sql_list(Arena *arena, const char *const *texts, size_t count);
/* A text literal: 'it''s'. With a backslash E'…', which means the same whatever standard_conforming_strings is. */
const char *sql_literal(Arena *arena, const char *text);
/* The first part of a dotted name, as the catalog spells it, taken off the text with its dot: `"My S".t`. NULL: there is none left. */
const char *sql_name_part(Arena *arena, const char **text);

#endif
