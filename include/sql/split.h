/* split.h: where one statement ends and the next begins.
 *
 * By tokens alone, as psql does it: no text is refused, no piece is lost, no stack is needed. */
#ifndef PGWHY_SQL_SPLIT_H
#define PGWHY_SQL_SPLIT_H

#include "sql/token.h"

/* The statements of a text, each with its span, without its `;`; comments and blanks between are left out. `;` in quotes,
 * dollar quotes, comments, parentheses (CREATE RULE … DO (a; b)) and BEGIN ATOMIC bodies do not split; a parenthesis that
 * is never closed hides no `;` behind it. */
typedef LIST(Span) SpanList;
SpanList statement_split(Arena *arena, const char *text);

/* Is the text complete: ends in `;` outside quotes, comments and BEGIN ATOMIC bodies (the prompt's question at Enter)? */
bool statement_complete(const char *text);

#endif
