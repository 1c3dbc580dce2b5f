/* predicate.h: one condition, taken apart: which column, compared how, with what.
 *
 * The same reader serves a statement's WHERE and the conditions EXPLAIN prints (Filter, Index Cond, Join Filter, …),
 * which are SQL but for a few words of the planner's ("SubPlan 1", "$0", "(InitPlan 1).col1", ROW(a, b)). */
#ifndef PGWHY_SQL_PREDICATE_H
#define PGWHY_SQL_PREDICATE_H

#include "base/err.h"

typedef enum OperandKind {
	OPERAND_NONE,
	OPERAND_COLUMN, /* a bare column (relabelling casts varchar -> text stripped) */
	OPERAND_EXPRESSION, /* something computed from at least one column */
	OPERAND_CONSTANT, /* a literal, or an expression of literals and stable functions such as now() */
	OPERAND_PARAMETER, /* $1 of the statement */
	OPERAND_PLANNED, /* a SubPlan's or InitPlan's value, a correlated $0 of the plan */
	OPERAND_OTHER
} OperandKind;

typedef struct ColumnName {
	const char *qualifier; /* alias or table, NULL when not written */
	const char *column; /* as the catalog spells it: unquoted */
} ColumnName;

typedef struct Operand {
	OperandKind kind;
	const char *text; /* as SQL writes it, outer parentheses and literal type labels left as they were */
	ColumnName name; /* OPERAND_COLUMN */
	ColumnName *columns; /* every column inside, each once */
	size_t column_count;
	const char *function; /* OPERAND_EXPRESSION: outermost function's name, "::" + type for a cast, operator otherwise */
	const char *type; /* cast written around it ("text", "date"), or NULL; relabelling casts are listed here too */
} Operand;

typedef enum PredicateKind {
	PREDICATE_EQUAL, /* = const, param or planned value */
	PREDICATE_IN, /* = ANY (…), IN (…) */
	PREDICATE_NULL, /* IS NULL */
	PREDICATE_NOT_NULL,
	PREDICATE_BOOLEAN, /* a bare boolean column; `negated` for NOT column */
	PREDICATE_RANGE, /* < <= > >=; BETWEEN arrives as two */
	PREDICATE_LIKE, /* ~~ LIKE, ~~* ILIKE, ~ ~* regular expressions */
	PREDICATE_CONTAINS, /* @> <@ ? ?| ?& && @@ @? and the like: GIN or GiST territory */
	PREDICATE_NOT_EQUAL,
	PREDICATE_JOIN, /* column of one relation = column or expression of another */
	PREDICATE_OR, /* branches, each a list of conditions */
	PREDICATE_SUBPLAN, /* NOT (hashed SubPlan 1), EXISTS(…), IN (select …) */
	PREDICATE_OTHER
} PredicateKind;

typedef struct Predicate Predicate;

/* Conditions that all must hold. */
typedef struct PredicateList {
	Predicate *items;
	size_t count;
	size_t room;
} PredicateList;

struct Predicate {
	PredicateKind kind;
	bool negated;
	const char *text; /* as SQL writes it */
	const char *operator_name; /* "=", "<", "~~", …; turned round when the sides were swapped */
	Operand left; /* the column side, wherever it was written; for PREDICATE_JOIN the side written first */
	Operand right;
	PredicateList *branches; /* PREDICATE_OR */
	size_t branch_count;
};

/* Takes a condition as EXPLAIN prints it (or as written) apart; AND is flattened. NULL and err when it cannot be parsed:
 * callers then do without, they never fail. Recurses as deep as the text nests: call it in a job (base/work.h). */
PredicateList *predicate_parse(Arena *arena, const char *condition, Err *err);
/* One sort or group key as EXPLAIN prints it: `total DESC NULLS LAST`, `lower((email)::text)`, `o.created_at`. */
typedef struct SortKey {
	Operand operand;
	bool descending;
	bool nulls_first; /* as it works, default applied: DESC means NULLS FIRST */
	const char *collation; /* as written, or NULL */
} SortKey;
bool sort_key_parse(Arena *arena, const char *text, SortKey *key, Err *err);

/* An identifier as SQL has to write it: quoted only when it must be. */
const char *sql_identifier(Arena *arena, const char *name);
/* A text literal: 'it''s'. */
const char *sql_literal(Arena *arena, const char *text);

#endif
