/* constants.h: what is told others without the constants of a statement, which may be somebody's data: each is a ? instead. */
#ifndef PGWHY_REPORT_CONSTANTS_H
#define PGWHY_REPORT_CONSTANTS_H

#include "report/plan.h"

const char *constants_out_of_sql(Arena *arena, const char *sql); /* strings, numbers, comments; NULL for NULL */
/* Of a sentence, whose figures stay: what it quotes, and numbers that something is compared with; NULL for NULL. */
const char *constants_out_of_words(Arena *arena, const char *sentence);
/* Statement, plan, findings and proofs. What is to be run as it stands, an index with its WHERE, stays; trials of values go. */
Comparison constants_out_of_comparison(Arena *arena, const Comparison *comparison);
PlanReport constants_out_of_report(Arena *arena, const PlanReport *report);

#endif
