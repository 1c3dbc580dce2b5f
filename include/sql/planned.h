/* planned.h: the planner's words in conditions that EXPLAIN prints, which no SQL parser knows.
 *
 * `(hashed SubPlan 1)`, `EXISTS(SubPlan 2)`, `(InitPlan 1).col1`, `(alternatives: SubPlan 1 or hashed SubPlan 2)` stand
 * for a value, `(ANY (a = (SubPlan 1).col1))` for a comparison with one, `PARTIAL sum(x)` and `OVER (?)` are half a call. */
#ifndef PGWHY_SQL_PLANNED_H
#define PGWHY_SQL_PLANNED_H

#include "sql/token.h"

typedef enum PlannedKind {
	PLANNED_NONE,
	PLANNED_ONCE, /* an InitPlan: known when the scan begins, so an index can serve it */
	PLANNED_PER_ROW /* a SubPlan: may depend on the row at hand */
} PlannedKind;

typedef struct PlannedValue {
	PlannedKind kind;
	size_t first, end; /* its tokens */
	size_t parenthesis; /* the token that opens it */
} PlannedValue;

/* The value that token `nth` is the opening parenthesis of. */
PlannedValue planned_value(const char *text, const TokenList *tokens, size_t nth);
/* In a copy of text: `$0` inside the parentheses of a value, blanks where only the planner knows what it means. */
void planned_hide(char *copy, const char *text, const TokenList *tokens);

#endif
