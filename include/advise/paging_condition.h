/* paging_condition.h: "the rows after this one" as a condition, exact for every mix of directions and nulls. */
#ifndef PGWHY_ADVISE_PAGING_CONDITION_H
#define PGWHY_ADVISE_PAGING_CONDITION_H

#include "advise/paging_key.h"

typedef struct PagingCondition {
	const char *rows; /* one condition for all the rows that follow */
	bool quick; /* an index in the order of the keys leads to them: it leaves few rows to skip */
	LIST(const char *)
	parts; /* the same rows apart, each part a single range of that index: a UNION ALL of them is quick */
} PagingCondition;

/* parameters[i] stands for the last row's value of key i, as text: "$3". */
PagingCondition paging_condition(Arena *arena, const PagingKeys *keys, const char *const *parameters);

#endif
