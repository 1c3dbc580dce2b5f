/* paging_condition.h: "the rows after this one" as a condition, exact for every mix of directions and nulls. */
#ifndef PGWHY_ADVISE_PAGING_CONDITION_H
#define PGWHY_ADVISE_PAGING_CONDITION_H

#include "advise/paging_key.h"

/* The condition(s); parameters[i] stands for the last row's value of key i, as text ("$3"). */
typedef struct PagingCondition {
	const char *rows; /* one condition for all rows that follow */
	const char *values, *nulls; /* or the two parts of it, in this order, that an index finds separately; NULL when one will do */
	bool quick; /* an index in the order of the keys finds where to go on */
} PagingCondition;

PagingCondition paging_condition(Arena *arena, const PagingKeys *keys, const char *const *parameters);

#endif
