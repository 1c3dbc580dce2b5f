/* complete.h: what may stand at the cursor of a statement that is being typed, by its words alone.
 *
 * A pure function: it knows no catalog, waits for nothing, and takes any bytes. */
#ifndef PGWHY_SQL_COMPLETE_H
#define PGWHY_SQL_COMPLETE_H

#include "sql/scope.h"

/* What names are wanted; may be added up. */
enum {
	COMPLETE_RELATIONS = 1, /* of `schema`, or those on the search path and schemas */
	COMPLETE_COLUMNS = 2, /* of `tables` */
	COMPLETE_FUNCTIONS = 4, /* of `schema`, or on the search path */
	COMPLETE_TABLES = 8, /* what qualifies a column: the aliases of `tables` */
	COMPLETE_TYPES = 16
};

typedef struct Expected {
	size_t start; /* byte where what is typed begins, with its quote; the cursor when nothing is */
	const char *typed; /* without its quote, as it stands */
	bool quoted;
	bool upper; /* key words are written in capitals here */
	unsigned wants;
	const char *qualifier; /* the name in front of the dot; NULL: none */
	const char *schema; /* in front of that; with COMPLETE_RELATIONS and FUNCTIONS `qualifier` is the schema */
	Scope tables; /* with a qualifier: only what it names; it may be a schema's name all the same */
	ScopeNames with; /* COMPLETE_RELATIONS: WITH queries */
	const char *const *words; /* key words, likeliest first, NULL-terminated, in lower case */
} Expected;

Expected complete_expected(Arena *arena, const char *text, size_t cursor);

#endif
