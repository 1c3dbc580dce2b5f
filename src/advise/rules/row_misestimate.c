/* row_misestimate.c: the planner expected far fewer, or far more, rows, and chose by that. */
#include "advise/misestimate.h"

static void run(Advice *advice, const Rule *rule) {
	misestimates_tell(advice, rule, false);
}

const Rule rule_row_misestimate = {
    .id = "row-misestimate",
    .summary = "the planner expected ten times fewer or more rows than came, and chose by that",
    .fires = "A node's rows differ from the estimate by a factor of 10 or more (1,000 rows at least) while what it reads "
	     "was estimated better, and a choice above depends on it: a nested loop that ran 1,000 times or more, a hash "
	     "table that had to be split, a join's method and place, a sort that spilled, rows fetched one by one. The "
	     "cause is looked for in this order: a generic plan, an expression, columns that go together, uneven values, a "
	     "function, groups, a join; stale statistics come before all of them and have a rule of their own. Silent below a LIMIT, EXISTS or merge join that stopped early, for "
	     "bitmap parts, and when nothing was chosen by it.",
    .sourced = true,
    .run = run,
};
