/* computed_condition.h: a filter that compares something computed from a column, so that no index on the column can serve it; the same
 * said of the bare column, and the index that takes. */
#ifndef PGWHY_ADVISE_COMPUTED_CONDITION_H
#define PGWHY_ADVISE_COMPUTED_CONDITION_H

#include "advise/advise.h"
#include "advise/bare_condition.h"
#include "advise/index_choice.h"

typedef struct Computed {
	const Scan *scan;
	const Predicate *condition; /* as the plan prints it */
	const char *said; /* as the statement has it, where that was found */
	bool cast_only; /* the column itself, but as another type */
	bool implicit; /* and nobody wrote that cast: the other side is of that type */
	Bare bare; /* of the statement's own words where they were found, else of the plan's */
	const char *rewrite; /* the statement with the bare condition, NULL */
	IndexChoice choice;
	double left; /* of the scan's time */
} Computed;

/* One condition of its filter; false when it computes nothing from a column. No index is chosen. */
bool computed_condition(const Advice *advice, const Scan *scan, const Predicate *condition, Computed *computed);
/* False when the filter has none, and when it throws too little away for a few rows less to matter. */
bool computed_in_filter(const Advice *advice, const Scan *scan, Computed *computed);
/* What it is about, its figures and, where the condition can be said of the bare column, the rewrite; weighed. */
Finding computed_finding(const Advice *advice, const Rule *rule, const Computed *computed);

#endif
