/* index_finding.h: a finding whose remedy is the index chosen for a scan. */
#ifndef PGWHY_ADVISE_INDEX_FINDING_H
#define PGWHY_ADVISE_INDEX_FINDING_H

#include "advise/advise.h"
#include "advise/index_choice.h"

/* About `node`: remedy, alternative, notes, basis, and why no index there is serves already. Title, evidence and weight are left. */
Finding index_finding(const Advice *advice, const Rule *rule, const PlanNode *node, const Scan *scan, const IndexChoice *choice);
/* An index of another method or operator class than usual over one key; opclass NULL: the usual one. */
IndexAdvice index_on_key(const Advice *advice, const Scan *scan, const char *method, const IndexKey *key, const char *opclass);
IndexNeed index_need_of_scan(const Advice *advice, const Scan *scan); /* with the columns used, where INCLUDE is wanted */

#endif
