/* words.h: what can be told of a statement by its words alone, parsed or not.
 *
 * Errs on the careful side: a word that could mean a write counts as one. */
#ifndef PGWHY_SQL_WORDS_H
#define PGWHY_SQL_WORDS_H

#include "sql/token.h"

typedef struct FunctionCall {
	const char *schema; /* NULL when not written */
	const char *name;
} FunctionCall;

typedef LIST(FunctionCall) FunctionList; /* by name, each once */
void function_list_sort(FunctionList *list);

typedef struct Words {
	const char *verb; /* the first word, behind parentheses and WITH (…), in lower case; "" when it is no word */
	bool creates_as; /* CREATE TABLE t AS SELECT and the like */
	bool writes; /* holds INSERT, UPDATE, DELETE, MERGE or INTO */
	bool locks_rows; /* FOR UPDATE and its kin */
	int parameter_count; /* highest $n */
	FunctionList functions; /* every name in front of a parenthesis */
} Words;

Words words_read(Arena *arena, const char *text);

/* EXPLAIN (…) or EXPLAIN ANALYZE VERBOSE in front of a statement. */
typedef struct ExplainPrefix {
	bool written;
	bool analyze;
} ExplainPrefix;

/* Where the statement behind EXPLAIN begins: 0 without EXPLAIN, the end of text when nothing follows. */
size_t words_explain(const char *text, ExplainPrefix *explain);

#endif
