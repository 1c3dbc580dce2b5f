/* literals.h: the constants that pg_stat_statements took out of a statement, found again and put back.
 *
 * It keeps `where a = $1 and b in ($2, $3)` of `where a = 5 and b in ('x', 'y')`; since 18 a list is one parameter: `in ($1 …)`.
 * Told by tokens alone, so no text is too odd: what does not fit gives nothing. */
#ifndef PGWHY_SQL_LITERALS_H
#define PGWHY_SQL_LITERALS_H

#include "sql/token.h"

size_t literals_count(const char *normalized); /* the highest $n; 0: it has no parameters */
const bool *literals_present(Arena *arena, const char *normalized, size_t count); /* per parameter: numbers may be left out */
const bool *literals_lists(Arena *arena, const char *normalized, size_t count); /* per parameter: does it stand for all of a list? */

/* Per parameter what `actual` has in its place, as written there: "-5", "'it''s'", "1, 2, 3"; NULL where it has a parameter too. False:
 * `actual` (one statement of it, when there are several) is not this statement, or not all of it. */
bool literals_find(Arena *arena, const char *normalized, const char *actual, const char **literals);

/* What is to stand for a parameter. */
typedef struct Literal {
	const char *sql; /* as it is to be written; NULL: `value` is */
	const char *value; /* a plain value, quoted as needed; NULL: NULL */
	const char *type; /* as format_type names it; NULL: not known */
} Literal;

/* The statement with literals[n - 1] in place of $n; parameters beyond `count` stay. A value gets the type that the server found for
 * its parameter, so it is planned as that parameter would be with this value. */
const char *literals_fill(Arena *arena, const char *normalized, const Literal *literals, size_t count);
/* The text of a plain string literal, "it's" of 'it''s'; NULL: it is another kind. */
const char *literal_value(Arena *arena, const char *sql);

#endif
