/* reach.h: what a part of a plan needs from the rest of it, as far as its conditions tell. */
#ifndef PGWHY_ADVISE_REACH_H
#define PGWHY_ADVISE_REACH_H

#include "plan/plan.h"

typedef LIST(const char *) NameList;

int subtree_end(const Plan *plan, const PlanNode *top); /* the last id in it */
/* What columns of its tables, functions and subqueries are qualified with. */
NameList subtree_names(Arena *arena, const Plan *plan, const PlanNode *top);
/* The qualifiers that the node's conditions mention, its own name too when it has conditions; not its keys and output. */
NameList node_mentions(Arena *arena, const PlanNode *node);
/* No condition or key in it mentions a table outside or a parameter: every run gives the same rows. */
bool subtree_stands_alone(Arena *arena, const Plan *plan, const PlanNode *top);
bool names_hold(const NameList *names, const char *name);
bool names_meet(const NameList *one, const NameList *other);

#endif
