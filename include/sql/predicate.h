/* predicate.h: one condition, taken apart: which column, compared how, with what.
 *
 * The same reader serves a statement's WHERE and the conditions EXPLAIN prints (Filter, Index Cond, Join Filter, …),
 * which are SQL but for a few words of the planner's ("SubPlan 1", "$0", "(InitPlan 1).col1", ROW(a, b)). */
#ifndef PGWHY_SQL_PREDICATE_H
#define PGWHY_SQL_PREDICATE_H

#include "sql/quote.h"
#include "sql/sort.h"

typedef enum PredicateKind {
	PREDICATE_EQUAL, /* = const, param or planned value */
	PREDICATE_IN, /* = ANY (…), IN (…); `x = ANY (column)`, which no index serves, is PREDICATE_OTHER with the operator "= ANY" */
	PREDICATE_NULL, /* IS NULL */
	PREDICATE_NOT_NULL,
	PREDICATE_BOOLEAN, /* a bare boolean column; `negated` for NOT column */
	PREDICATE_RANGE, /* < <= > >=; BETWEEN arrives as two; (a, b) < (…) with a "row" on the left */
	PREDICATE_LIKE, /* ~~ LIKE, ~~* ILIKE, ~ ~* regular expressions; not their negations */
	PREDICATE_CONTAINS, /* @> <@ ? ?| ?& && @@ @? and the like: GIN or GiST territory */
	PREDICATE_NOT_EQUAL,
	PREDICATE_JOIN, /* column of one relation = column or expression of another */
	PREDICATE_OR, /* branches, each a list of conditions */
	PREDICATE_SUBPLAN, /* NOT (hashed SubPlan 1), EXISTS(…), IN (select …), comparisons with what differs from row to row */
	PREDICATE_OTHER /* columns of the same row compared, functions, IS DISTINCT FROM, operators nobody knows */
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
	bool negated; /* BOOLEAN, SUBPLAN, OTHER; else NOT has gone into operator and kind: NOT a < b is a >= b */
	const char *text; /* as SQL writes it */
	const char *operator_name; /* "=", "<", "~~", …; turned round when the sides were swapped; NULL without one */
	Operand left; /* the column side, wherever it was written; for PREDICATE_JOIN the side written first */
	Operand right; /* a column too when columns of two relations are compared by other than = */
	PredicateList *branches; /* PREDICATE_OR */
	size_t branch_count;
};

/* Takes a condition as EXPLAIN prints it (or as written) apart; AND is flattened. NULL and err when it cannot be parsed:
 * callers then do without, they never fail. Recurses as deep as the text nests: call it in a job (base/work.h). */
PredicateList *predicate_parse(Arena *arena, const char *condition, Err *err);

/* For this floor: adds what a condition's tree asks for. With `single`, unqualified columns are all of one relation. */
void predicates_add(const Syntax *syntax, const SyntaxNode *node, bool single, PredicateList *list);

#endif
