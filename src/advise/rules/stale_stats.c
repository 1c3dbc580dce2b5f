/* stale_stats.c: the planner's counts are wrong because nobody told it what the table holds now. */
#include "advise/misestimate.h"

static void run(Advice *advice, const Rule *rule) {
	misestimates_tell(advice, rule, true);
}

const Rule rule_stale_stats = {
    .id = "stale-stats",
    .summary = "a table was not analyzed since it changed, and the planner chose by what it held before",
    .fires = "As row-misestimate, where the catalog tells the cause: the table was never analyzed, more than 10% of its rows "
	     "changed since it was, it has twice the rows believed, or it is read whole without a filter and the count is wrong "
	     "all the same. Of a join, the tables it reads are looked at. One finding for a table: ANALYZE it. Silent when "
	     "nothing was chosen by the wrong count, however stale, and without a connection, when row-misestimate tells it.",
    .sourced = true,
    .run = run,
};
