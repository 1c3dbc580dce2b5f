/* deparse_parts.h: the pieces of writing an expression: each adds SQL to what is written so far. */
#ifndef PGWHY_SQL_DEPARSE_PARTS_H
#define PGWHY_SQL_DEPARSE_PARTS_H

#include "sql/syntax.h"

typedef struct Deparse {
	const Syntax *syntax;
	unsigned how;
	bool typed; /* the literal that comes has its type in front: date '2026-01-01' */
	Str out;
} Deparse;

void deparse_add(Deparse *to, const SyntaxNode *node); /* an expression of any kind */
void deparse_add_list(Deparse *to, const SyntaxNode *list, const char *separator);
void deparse_add_enclosed(Deparse *to, const char *before, const SyntaxNode *list, const char *after); /* with commas */
void deparse_add_field(Deparse *to, const char *before, const SyntaxNode *node, const char *name, const char *after);
void deparse_add_name(Deparse *to, const SyntaxNode *names, size_t first); /* dotted: `s.f`, `"My Type"` */

void deparse_add_operator(Deparse *to, const SyntaxNode *names); /* `=`, `OPERATOR(s.=)` */
void deparse_add_operation(Deparse *to, const SyntaxNode *node); /* an A_Expr */
void deparse_add_call(Deparse *to, const SyntaxNode *node);
void deparse_add_named_argument(Deparse *to, const SyntaxNode *node);
void deparse_add_constant(Deparse *to, const SyntaxNode *node);
void deparse_add_parameter(Deparse *to, const SyntaxNode *node);

/* What is copied from the text. */
bool deparse_token_is(const Deparse *to, size_t nth, const char *word);
size_t deparse_group_end(const Deparse *to, size_t nth); /* behind the group in parentheses at `nth`; nth when there is none */
void deparse_add_written(Deparse *to, size_t first, size_t end); /* these tokens */
void deparse_add_copied(Deparse *to, const SyntaxNode *node); /* what has no spelling here: a word, and its arguments */

#endif
