/* bitmap.h: the pages a bitmap scan read, and whether an index of pages only, BRIN, told it which. */
#ifndef PGWHY_ADVISE_BITMAP_H
#define PGWHY_ADVISE_BITMAP_H

#include "advise/facts.h"
#include "plan/plan.h"

typedef struct BitmapPages {
	double exact, lossy; /* of all executions and processes */
	double processes; /* whose figures are told: before version 18 the leader's only */
} BitmapPages;

BitmapPages bitmap_pages(const PlanNode *scan);
/* The part of the bitmap that a BRIN index made; NULL. Without a catalog its name may tell, or ten rows a page, as BRIN guesses. */
const PlanNode *bitmap_brin(const Plan *plan, const TableFacts *table, const PlanNode *scan);

#endif
