/* deparse.h: an expression's tree -> SQL.
 *
 * Spelled as the server's own pg_get_indexdef and EXPLAIN spell it: operators in parentheses, `(column)::type`, keywords
 * in capitals; so an expression EXPLAIN printed comes back unchanged. Literals are copied from the text. */
#ifndef PGWHY_SQL_DEPARSE_H
#define PGWHY_SQL_DEPARSE_H

#include "sql/syntax.h"

/* How to write it; may be added up. */
enum {
	DEPARSE_UNQUALIFIED = 1, /* `email` for `c.email` */
	DEPARSE_UNLABELLED = 2 /* `lower(email)` for `lower((email)::text)`: see deparse_is_label */
};

const char *deparse_expression(const Syntax *syntax, const SyntaxNode *node, unsigned how); /* with its outer parentheses */
const char *deparse_condition(const Syntax *syntax, const SyntaxNode *node); /* without */
bool deparse_is_enclosed(const SyntaxNode *node, const char *text); /* did it get outer parentheses? */
const char *deparse_type(const Syntax *syntax, const SyntaxNode *type); /* "character varying(10)" */
const char *deparse_collation(const Syntax *syntax, const SyntaxNode *clause); /* of a CollateClause: "C" with its quotes */
/* A column's cast to text, varchar or bpchar, or to arrays of them: what the server puts around a varchar to find the
 * operators of text. No value changes, and an index on the column serves; of an integer it would be a real cast. */
bool deparse_is_label(const Syntax *syntax, const SyntaxNode *cast);

#endif
