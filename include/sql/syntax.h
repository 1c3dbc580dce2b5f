/* syntax.h: a text parsed by libpg_query, and reading its tree. The only door to libpg_query and jansson.
 *
 * A node is {"ColumnRef": {"fields": […], "location": 7}}; where the grammar knows the type already the outer braces are
 * left out, which the functions below forgive. Zeros and falses are omitted, negative numbers too: literals are better
 * read from the text at their location. Everything is borrowed from the tree, which ends with syntax_release. */
#ifndef PGWHY_SQL_SYNTAX_H
#define PGWHY_SQL_SYNTAX_H

#include "base/err.h"
#include "sql/planned.h"

typedef struct json_t SyntaxNode;

enum { SYNTAX_MAX_BYTES = 65536, SYNTAX_NOWHERE = -1 };

/* What the text is; the planner's words (sql/planned.h) are understood in all but statements. */
typedef enum SyntaxKind { SYNTAX_STATEMENT, SYNTAX_CONDITION, SYNTAX_SORT_KEY } SyntaxKind;

typedef struct Syntax {
	Arena *arena; /* where what is read from it goes */
	const char *text;
	TokenList tokens; /* of text */
	SyntaxKind kind;
	long prefix; /* bytes the parser saw in front of the text */
	SyntaxNode *tree;
	const SyntaxNode *root; /* the statement, the expression, or its SortBy */
} Syntax;

/* False when it cannot be parsed, with the position in characters of text. Recurses as deep as the text nests. */
bool syntax_parse(Syntax *syntax, Arena *arena, SyntaxKind kind, const char *text, Err *err);
void syntax_release(Syntax *syntax);
/* The same for statements that differ in constants only; NULL when it cannot be parsed. Recurses likewise. */
const char *syntax_fingerprint(Arena *arena, const char *text);

const char *syntax_type(const SyntaxNode *node); /* "ColumnRef"; NULL when there is none */
bool syntax_is(const SyntaxNode *node, const char *type);
/* A member of a node; NULL when absent. NULL nodes have no members. */
const SyntaxNode *syntax_field(const SyntaxNode *node, const char *name);
const char *syntax_text(const SyntaxNode *node, const char *name); /* NULL when absent */
long syntax_int(const SyntaxNode *node, const char *name, long otherwise);
bool syntax_true(const SyntaxNode *node, const char *name);
bool syntax_equal(const SyntaxNode *node, const char *name, const char *text);
/* Lists; a List node is one too. */
size_t syntax_count(const SyntaxNode *list);
const SyntaxNode *syntax_at(const SyntaxNode *list, size_t nth);
const char *syntax_string(const SyntaxNode *list, size_t nth); /* of a list of String nodes; NULL when it is something else */
/* Where a node begins in the text, a byte; SYNTAX_NOWHERE when it does not tell. */
long syntax_location(const Syntax *syntax, const SyntaxNode *node);
/* The token that begins there, or tokens.count. */
size_t syntax_token_at(const Syntax *syntax, long location);

/* The planner's value a ParamRef stands for; PLANNED_NONE when it is a parameter of the statement. */
PlannedValue syntax_planned(const Syntax *syntax, const SyntaxNode *parameter);

/* Calls visit for every member of every object below node (its name, its value), outer before inner; visit says whether to go on inside. */
void syntax_walk(const SyntaxNode *node, bool (*visit)(void *context, const char *name, const SyntaxNode *value), void *context);

#endif
