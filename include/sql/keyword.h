/* keyword.h: the words PostgreSQL keeps for itself, of all versions from 13 to 18. */
#ifndef PGWHY_SQL_KEYWORD_H
#define PGWHY_SQL_KEYWORD_H

#include <stdbool.h>
#include <stddef.h>

/* Of a word in any case. */
bool keyword_reserved(const char *word, size_t len); /* a name spelled like it has to be quoted */
bool keyword_shown(const char *word, size_t len); /* to highlight: reserved, or a verb or clause of everyday statements */

#endif
