/* finding.h: findings as the report's JSON, and read again another day: by this pgwhy, an older or a newer one.
 *
 * What is added is null, false or an empty list to who does not know of it; unknown fields and rules are let be. What cannot be
 * meant, by whomever it was written, is refused whole: a list with a gap in it would be taken for all there was to say. */
#ifndef PGWHY_REPORT_FINDING_H
#define PGWHY_REPORT_FINDING_H

#include <jansson.h>

#include "advise/finding.h"

json_t *json_of_findings(const FindingList *findings); /* [] for NULL */
/* Of that plan. The list is written again as the same text; what only the rules need (stakes, rivals, keys to page by) is not in it. */
bool findings_of_json(Arena *arena, const json_t *list, const Plan *plan, FindingList *findings, Err *err);

#endif
