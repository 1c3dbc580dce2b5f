/* operand.h: one side of a condition, one sort key, one column of a select list. */
#ifndef PGWHY_SQL_OPERAND_H
#define PGWHY_SQL_OPERAND_H

#include "sql/syntax.h"

typedef enum OperandKind {
	OPERAND_NONE,
	OPERAND_COLUMN, /* a bare column (relabelling casts varchar -> text stripped) */
	OPERAND_EXPRESSION, /* something computed from at least one column, or of rows without one: count(*), row_number() OVER w */
	OPERAND_CONSTANT, /* a literal, or an expression of literals and stable functions such as now() */
	OPERAND_PARAMETER, /* $1 of the statement */
	OPERAND_PLANNED, /* a SubPlan's or InitPlan's value, a correlated $0 of the plan, a subquery */
	OPERAND_OTHER /* `t.*`; random() and the like, another value in every row */
} OperandKind;

typedef struct ColumnName {
	const char *qualifier; /* alias or table, NULL when not written */
	const char *column; /* as the catalog spells it: unquoted */
} ColumnName;

typedef struct Operand {
	OperandKind kind;
	const char *text; /* as SQL writes it, outer parentheses and literal type labels left as they were, relabelling casts taken off */
	ColumnName name; /* OPERAND_COLUMN */
	ColumnName *columns; /* every column inside, each once */
	size_t column_count;
	const char *function; /* OPERAND_EXPRESSION: outermost function's name, "::" + type for a cast, operator otherwise */
	const char *type; /* cast written around it ("text", "date"), or NULL; relabelling casts are listed here too */
	/* How the column list of CREATE INDEX has to write it: `status`, `lower(email)`, `((data ->> 'k'::text))`. NULL when it
	 * cannot be a key: no column, columns of several relations, parameters, subqueries, aggregates, now(), a row. */
	const char *key;
	/* The same with the casts that were taken for relabelling: `lower((email)::text)`. As pg_get_indexdef prints it when they
	 * are; the only right one when the column is no varchar but, say, an integer. Often equal to key. */
	const char *exact_key;
} Operand;

/* For this floor. */
Operand operand_read(const Syntax *syntax, const SyntaxNode *node);
bool operand_shares_relation(const Operand *one, const Operand *other, bool unqualified_is_same);

#endif
