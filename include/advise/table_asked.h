/* table_asked.h: what a statement asks of one table: every comparison, join and sort of its columns, whatever node of the plan does it. */
#ifndef PGWHY_ADVISE_TABLE_ASKED_H
#define PGWHY_ADVISE_TABLE_ASKED_H

#include "advise/order.h"

typedef struct Asked {
	const Operand *operand; /* of the table's columns */
	const Predicate *condition; /* where it is compared */
	const Operand *with; /* the other side; kind OPERAND_NONE: there is none */
	bool either; /* one branch of an OR */
} Asked;

typedef struct TableAsked {
	const Scan *scan; /* the costliest that reads it; NULL: none does */
	LIST(Asked) compared;
	SortKeyList sorted; /* and grouped, key by key; first by the statement, for an index may do what a node would */
} TableAsked;

/* `scans` as scans_of_plan found them. */
TableAsked table_asked(Arena *arena, const Plan *plan, const Statement *statement, const ScanList *scans, const TableFacts *table);
/* Of its own conditions only. Its table is known. */
TableAsked scan_asked(Arena *arena, const Scan *scan);

#endif
