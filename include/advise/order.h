/* order.h: the sort above a scan that an index in that order would spare, and how many sorted rows are wanted. */
#ifndef PGWHY_ADVISE_ORDER_H
#define PGWHY_ADVISE_ORDER_H

#include "advise/scan.h"

typedef LIST(SortKey) SortKeyList;

typedef struct Order {
	const PlanNode *sort; /* Sort or Incremental Sort */
	const PlanNode *limit; /* NULL: all rows are wanted */
	SortKeyList keys; /* plain columns of the scan's table */
	bool joined; /* a join stands between scan and sort; each partner is found by an index of its own */
	double rows_sorted; /* in all */
	double rows_wanted; /* out of the sort, LIMIT and OFFSET together; NaN without a limit */
	bool guessed; /* LIMIT $1 of a statement that was not run: taken for a page */
	double self_ms, self_cost; /* of the sort and what stands between it, the scan and the limit */
} Order;

/* False when there is no sort above, or the scan cannot deliver its order: other tables' columns, expressions, grouping between. */
bool order_above(Arena *arena, const Plan *plan, const Statement *statement, const Facts *facts, const Scan *scan,
                 Order *order);

/* The Limit that ends the scan early, for nothing between them reads all rows before it gives one; NULL. */
const PlanNode *limit_of_scan(const Scan *scan);

#endif
