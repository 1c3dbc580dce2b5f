/* clause.h: where the clauses of a query stand in its text. */
#ifndef PGWHY_SQL_CLAUSE_H
#define PGWHY_SQL_CLAUSE_H

#include "sql/token.h"

typedef enum ClauseKind {
	CLAUSE_NONE,
	CLAUSE_BODY, /* SELECT … FROM …, UPDATE … SET …, DELETE FROM …: what stands before WHERE */
	CLAUSE_WHERE,
	CLAUSE_ORDER,
	CLAUSE_LIMIT, /* FETCH FIRST too */
	CLAUSE_OFFSET,
	CLAUSE_SET_OPERATION, /* UNION and the like: another query begins */
	CLAUSE_OTHER, /* GROUP BY, HAVING, WINDOW, FOR UPDATE */
	CLAUSE_TAIL, /* RETURNING, ON CONFLICT, WITH DATA: the query is over, the statement around it goes on */
	CLAUSE_COUNT
} ClauseKind;

/* From each clause's word to its last one; of the outermost query. Several parts of a UNION: the last one's. */
typedef struct Clauses {
	Span spans[CLAUSE_COUNT];
} Clauses;

/* The clause the token opens, at whatever depth of parentheses it stands. */
ClauseKind clause_opened(const char *text, const TokenList *tokens, size_t nth);
/* The verb of what begins at `nth`: behind parentheses and WITH; tokens->count when there is none. */
size_t clause_verb(const char *text, const TokenList *tokens, size_t nth);
Clauses clauses_find(const char *text, const TokenList *tokens);

#endif
