/* type.h: the names SQL has for types: those that the catalog calls otherwise, and those in front of literals. */
#ifndef PGWHY_SQL_TYPE_H
#define PGWHY_SQL_TYPE_H

#include "sql/token.h"

typedef struct TypeSpelling {
	const char *name; /* in pg_catalog */
	const char *before, *after; /* around the modifiers: `timestamp(3) with time zone` */
	bool restricted; /* the first modifier tells fields: `interval day to second` */
} TypeSpelling;

const TypeSpelling *type_spelling(const char *schema, const char *name); /* NULL: as it is named */
const char *type_interval_fields(long mask); /* " day to second"; "" for all of them */

enum { TYPE_MOST_WORDS = 4 };
/* How many words there are the name of a type as it may stand in front of a literal: `interval '1 day'`; 0: none. */
size_t type_words(const char *text, const TokenList *tokens, size_t at);

#endif
