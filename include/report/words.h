/* words.h: a plan and its nodes in words, as a report puts them. All of it is safe to show; nothing is cut. */
#ifndef PGWHY_REPORT_WORDS_H
#define PGWHY_REPORT_WORDS_H

#include "plan/plan.h"

typedef LIST(const char *) Conditions;

const char *plan_words(Arena *arena, const Plan *plan); /* "Plan 462 ms  planned 0.4 ms  rows 20  read 318 MB  hit 22%" */
const char *node_words(Arena *arena, const PlanNode *node); /* "Index Scan orders o using orders_pkey" */
Conditions node_conditions(Arena *arena, const Plan *plan, const PlanNode *node); /* "Filter: …", "Sort Key: …", a line each */

#endif
