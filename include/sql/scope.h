/* scope.h: the tables in reach of a place in a statement, finished or not, by its words alone.
 *
 * No parser: what is being typed is rarely SQL yet. What cannot be told is left out; nothing ever fails. */
#ifndef PGWHY_SQL_SCOPE_H
#define PGWHY_SQL_SCOPE_H

#include "sql/block.h"
#include "sql/token.h"

/* The words of one statement without its comments, and where each parenthesis has its partner. */
typedef struct Draft {
	Arena *arena;
	const char *text;
	const Token *tokens;
	size_t count;
	const size_t *partner; /* of each parenthesis; `count` for one that has none */
	size_t typed; /* the word the cursor stands in or behind: no name yet; `count`: none */
} Draft;

typedef LIST(const char *) ScopeNames;

/* A table whose columns may be named. */
typedef struct ScopeTable {
	const char *alias; /* what qualifies its columns: its name where it has no other */
	bool target; /* of INSERT, UPDATE, DELETE or MERGE */
	bool derived; /* a subquery or the name of a WITH query: columns as follows; else one of the catalog's, the only one of `stars` */
	ScopeNames columns; /* by name; of a catalog table: what a column list renames */
	LIST(TableRef) stars; /* tables of the catalog all of whose columns it has */
} ScopeTable;

typedef LIST(ScopeTable) Scope;

/* In reach of token `at`, innermost query first. */
Scope scope_at(const Draft *draft, size_t at);
ScopeNames scope_with_names(const Draft *draft, size_t at); /* WITH queries that may be read there */

/* For complete.c. A name as the catalog spells it: without its quotes, or folded to lower case. */
const char *draft_name(const Draft *draft, size_t nth);
bool draft_is(const Draft *draft, size_t nth, const char *word); /* false past the end */
bool draft_is_name(const Draft *draft, size_t nth); /* quoted, or no reserved word; not the one being typed */
bool draft_opens_query(const Draft *draft, size_t nth); /* SELECT, WITH, VALUES, INSERT … */
size_t draft_skip(const Draft *draft, size_t nth); /* the next token at this depth */

#endif
