/* rules.h: what advice there is, as JSON. */
#ifndef PGWHY_REPORT_RULES_H
#define PGWHY_REPORT_RULES_H

#include "advise/advise.h"

/* Id, summary and conditions: an object for one rule, an array for several (NULL ends them); ends in a line break. */
const char *report_rule_json(Arena *arena, const Rule *rule);
const char *report_rules_json(Arena *arena, const Rule *(*each)(size_t nth));

#endif
