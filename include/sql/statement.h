/* statement.h: what a statement is: its kind, whether it writes, its tables, conditions, order and paging.
 *
 * The server stays the judge: a text libpg_query's grammar (PostgreSQL 15) refuses still has `parsed` false and may be
 * sent under EXPLAIN all the same; it is then treated as a write, because nobody could tell. Parsing recurses: call
 * statement_parse in a job (base/work.h). Texts over STATEMENT_MAX_BYTES are not parsed, only split and classified by tokens. */
#ifndef PGWHY_SQL_STATEMENT_H
#define PGWHY_SQL_STATEMENT_H

#include "sql/predicate.h"

enum { STATEMENT_MAX_BYTES = 65536 };

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
	STATEMENT_UNKNOWN /* not parsed; first word unknown */
} StatementKind;

/* Bytes [start, end) of Statement.text; start == end: not there. */
typedef struct Span {
	size_t start;
	size_t end;
} Span;

typedef struct TableRef {
	const char *schema; /* NULL when not written */
	const char *name;
	const char *alias; /* NULL when not written */
} TableRef;

/* One SELECT level (or the source of an UPDATE or DELETE). */
typedef struct QueryBlock {
	int parent; /* index in Statement.blocks, -1 for the outermost */
	LIST(TableRef) tables;
	PredicateList where; /* WHERE and inner JOIN … ON, flattened */
	PredicateList outer_on; /* ON of outer joins */
	LIST(Operand) group_by;
	LIST(SortKey) order_by; /* positions and output names resolved to what they stand for */
	LIST(Operand) output; /* select list; one OPERAND_OTHER with text "*" or "t.*" for stars */
	bool distinct;
	bool aggregates; /* GROUP BY or an aggregate in the list */
	bool windows;
	bool set_operation; /* UNION and the like: tables and conditions stand in the blocks below */
	bool has_limit, has_offset, with_ties;
	const char *limit; /* text: "20", "$1"; NULL without */
	const char *offset;
	double limit_rows, offset_rows; /* NaN when not a plain number */
	/* Places in the text, for a rewrite; only for the outermost block. */
	Span where_span; /* from WHERE up to the next clause */
	Span order_span;
	Span limit_span;
	Span offset_span;
	size_t where_goes; /* where a WHERE clause would have to be inserted */
} QueryBlock;

typedef struct FunctionCall {
	const char *schema;
	const char *name;
} FunctionCall;

/* What the user wrote before the statement: EXPLAIN (ANALYZE, …) */
typedef struct ExplainPrefix {
	bool written;
	bool analyze;
} ExplainPrefix;

typedef struct Statement {
	const char *text; /* one statement, blanks, comments around it and the closing `;` taken off, EXPLAIN too */
	StatementKind kind;
	ExplainPrefix explain;
	bool parsed;
	const char *problem; /* why not parsed, with the position in characters; NULL when parsed */
	bool writes; /* INSERT, UPDATE, DELETE, MERGE anywhere, data-modifying WITH, SELECT INTO; true when not parsed and not plainly a SELECT */
	bool locks_rows; /* FOR UPDATE / SHARE */
	int parameter_count; /* highest $n */
	LIST(FunctionCall) functions; /* every function called, each once */
	TableRef target; /* of a write; name NULL otherwise */
	LIST(QueryBlock) blocks; /* outermost first; empty when not parsed */
} Statement;

/* Never NULL, never fails: what cannot be told is in `problem`. The text is one statement: see statement_split. */
Statement *statement_parse(Arena *arena, const char *text);

/* The statements of a text, each with its span; comments and blanks between are left out. Pieces libpg_query
 * cannot parse are kept (the scanner-only splitter of libpg_query drops them; `;` in quotes, dollar quotes, comments,
 * BEGIN ATOMIC bodies do not split). Needs no deep stack for less than STATEMENT_MAX_BYTES. */
typedef LIST(Span) SpanList;
SpanList statement_split(Arena *arena, const char *text);

/* Is the text complete: ends in `;` outside quotes and comments (the prompt's question at Enter)? */
bool statement_complete(const char *text);

/* Words of SQL for highlighting. */
typedef enum TokenKind { TOKEN_KEYWORD, TOKEN_NAME, TOKEN_STRING, TOKEN_NUMBER, TOKEN_PARAMETER, TOKEN_OPERATOR, TOKEN_COMMENT } TokenKind;
typedef struct Token {
	Span span;
	TokenKind kind;
} Token;
typedef LIST(Token) TokenList;
TokenList sql_tokens(Arena *arena, const char *text); /* works on broken text too, as far as it can */
/* The statement laid out over lines, a clause each, for reading; the words themselves unchanged. */
const char *sql_format(Arena *arena, const char *text, size_t width);

#endif
