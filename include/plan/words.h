/* words.h: a plan and its nodes in words, for screen and report. All of it is safe to show; nothing is cut. */
#ifndef PGWHY_PLAN_WORDS_H
#define PGWHY_PLAN_WORDS_H

#include "plan/plan.h"

typedef LIST(const char *) Conditions;

const char *plan_words(Arena *arena, const Plan *plan); /* "Plan 462 ms  planned 0.4 ms  rows 20  read 318 MB  hit 22%" */
const char *plan_caveat(Arena *arena, const Plan *plan); /* "times do not add up: 119 ms"; NULL: nothing is wrong with it */
const char *node_words(Arena *arena, const PlanNode *node); /* "Index Scan orders o using orders_pkey" */
const char *value_words(Arena *arena, const PlanValue *value); /* on one line: "a, b", "name: value, …" */
bool node_condition_field(const char *name); /* shown among those lines? */
Conditions node_condition_lines(Arena *arena, const Plan *plan, const PlanNode *node); /* "Filter: …", "Sort Key: …", a line each */

#endif
