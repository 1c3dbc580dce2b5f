/* format.h: a statement laid out for reading. */
#ifndef PGWHY_SQL_FORMAT_H
#define PGWHY_SQL_FORMAT_H

#include "sql/token.h"

/* The statement laid out over lines, a clause each, for reading; the words themselves and comments unchanged. Lines
 * longer than `width` cells are broken further where SQL allows; a word longer than that stays whole. */
const char *sql_format(Arena *arena, const char *text, size_t width);

#endif
