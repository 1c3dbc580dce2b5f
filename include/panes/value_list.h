/* value_list.h: the plans of a $1 statement under several values, a row each, and what is to be said of them. */
#ifndef PGWHY_PANES_VALUE_LIST_H
#define PGWHY_PANES_VALUE_LIST_H

#include "advise/sensitivity.h"
#include "panes/pane.h"

/* No pane of the dashboard: its rows come from no sample. */
extern const Pane value_list;
enum { VALUE_LIST_STATEMENT = 7 }; /* hidden column: with the values in place */

/* Copies all it needs. Sensitivity may be NULL: then only what has been planned so far stands there. */
Table *value_list_rows(Arena *arena, const ValuePlans *plans, const Sensitivity *s);
/* Verdict, what a prepared statement gets, where plans part, advice by values. `plan`: the generic one; findings may be NULL. */
void value_list_page(Page *page, const Sensitivity *s, const Plan *plan, const FindingList *findings, int width);

#endif
