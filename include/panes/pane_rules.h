/* pane_rules.h: what panes advise of a table or an index itself, whatever statements ask of it. */
#ifndef PGWHY_PANES_PANE_RULES_H
#define PGWHY_PANES_PANE_RULES_H

#include "advise/advise.h"

extern const Rule rule_dead_rows, rule_updates_not_hot, rule_unused_index, rule_invalid_index, rule_autovacuum_off;
bool dead_rows_matter(double live, double dead);

/* Those of plans, then these; NULL: there is none. */
const Rule *every_rule(size_t nth);
const Rule *every_rule_named(const char *id);

#endif
