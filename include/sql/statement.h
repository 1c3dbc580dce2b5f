/* statement.h: what a statement is: its kind, whether it writes, its tables, conditions, order and paging.
 *
 * The server stays the judge: a text libpg_query's grammar (PostgreSQL 15) refuses still has `parsed` false and may be
 * sent under EXPLAIN all the same; it is then treated as a write, because nobody could tell. Parsing recurses: call
 * statement_parse in a job (base/work.h). Texts over STATEMENT_MAX_BYTES are not parsed, only split and classified by tokens. */
#ifndef PGWHY_SQL_STATEMENT_H
#define PGWHY_SQL_STATEMENT_H

#include "sql/block.h"
#include "sql/format.h"
#include "sql/split.h"
#include "sql/words.h"

enum { STATEMENT_MAX_BYTES = SYNTAX_MAX_BYTES };

typedef enum StatementKind {
	STATEMENT_SELECT, /* SELECT, VALUES, TABLE */
	STATEMENT_INSERT,
	STATEMENT_UPDATE,
	STATEMENT_DELETE,
	STATEMENT_MERGE,
	STATEMENT_CREATE_AS, /* CREATE TABLE AS, SELECT INTO, CREATE/REFRESH MATERIALIZED VIEW */
	STATEMENT_DECLARE, /* DECLARE CURSOR */
	STATEMENT_EXECUTE,
	STATEMENT_EXPLAIN, /* only when something is wrong with it: a good EXPLAIN is taken off and told in `explain` */
	STATEMENT_UTILITY, /* SET, VACUUM, CREATE INDEX, COMMIT …: EXPLAIN has nothing to say about it */
	STATEMENT_EMPTY,
	STATEMENT_UNKNOWN /* not parsed; first word unknown, or more than one statement */
} StatementKind;

typedef struct Statement {
	const char *text; /* one statement, blanks, comments around it and the closing `;` taken off, EXPLAIN too */
	StatementKind kind;
	ExplainPrefix explain;
	bool parsed;
	const char *problem; /* why not parsed, with the position in characters; NULL when parsed */
	bool writes; /* INSERT, UPDATE, DELETE, MERGE anywhere, data-modifying WITH, SELECT INTO; UTILITY and EXECUTE, of which nobody knows;
	              * true when not parsed and not plainly a SELECT */
	bool locks_rows; /* FOR UPDATE / SHARE */
	int parameter_count; /* highest $n */
	FunctionList functions; /* every function called, each once; not parsed: every name in front of a parenthesis */
	TableRef target; /* of a write; name NULL otherwise */
	BlockList blocks; /* outermost first; empty when not parsed */
} Statement;

/* Never NULL, never fails: what cannot be told is in `problem`. The text is one statement: see statement_split. */
Statement *statement_parse(Arena *arena, const char *text);

#endif
