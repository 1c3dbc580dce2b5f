/* sensitivity.h: does the plan of a $1 statement depend on the values: its plans under several of them, side by side.
 *
 * A server plans a prepared statement five times for its values, then takes a generic plan for good if that costs no more than those did on
 * average (plan_cache_mode = auto). Whether that is well is what this tells. Pure: plans in, words out. */
#ifndef PGWHY_ADVISE_SENSITIVITY_H
#define PGWHY_ADVISE_SENSITIVITY_H

#include "advise/finding.h"

/* One of the plans; of the first, the generic one, the values are unknown. */
typedef struct ValuePlan {
	const char *source; /* "generic", "most common", "used last" */
	const char *values; /* "$1 = open, $2 = 10"; NULL: unknown */
	const char *statement; /* with the values in place */
	const Plan *plan; /* NULL: not yet, or there is none */
	const FindingList *findings; /* NULL: not known (yet) */
	const char *problem; /* why there is no plan; NULL */
	double measured_ms; /* when it was run with these values; NaN */
} ValuePlan;
typedef LIST(ValuePlan) ValuePlans;

/* What a prepared statement gets after five executions. */
typedef enum PlanCache {
	PLAN_CACHE_UNKNOWN,
	PLAN_CACHE_CUSTOM, /* it goes on being planned for its values */
	PLAN_CACHE_GENERIC,
	PLAN_CACHE_DEPENDS /* on what the first five were */
} PlanCache;
const char *plan_cache_name(PlanCache cache); /* "custom" */

/* Advice that not all of the plans get. */
typedef struct ValueAdvice {
	const Finding *finding;
	const bool *helps; /* by plan */
	bool all; /* every plan that is known gets it */
} ValueAdvice;

typedef struct Sensitivity {
	const Statement *statement;
	const ValuePlans *plans; /* the first is the generic one */
	size_t *shapes; /* by plan: 0 for A; NO_SHAPE where there is no plan */
	size_t shape_count;
	const char *depends_on; /* "status = $1", "$1 and $3"; NULL: not known, or on none */
	const char *mode; /* plan_cache_mode of this session */
	PlanCache cache;
	double generic_cost, custom_cost; /* on average, with planning_cost; NaN unknown */
	double planning_cost; /* that the server adds for planning anew, about */
	LIST(const char *) differences; /* "B, not A: orders by Seq Scan, not …" */
	LIST(ValueAdvice) advice;
	const char *verdict; /* "one plan for all values" */
	const char *cache_words; /* what a prepared statement gets, a sentence */
} Sensitivity;
#define NO_SHAPE ((size_t)-1)

/* Everything passed has to outlive it. depends_on may be NULL. */
Sensitivity *sensitivity_of(Arena *arena, const Statement *statement, const ValuePlans *plans, const char *depends_on);

char shape_letter(size_t shape); /* 'A'; '-' for none, '*' for what comes after Z */
/* "missing-index … helps generic and rare, not most common" */
const char *value_advice_words(Arena *arena, const Sensitivity *s, const ValueAdvice *advice);

#endif
