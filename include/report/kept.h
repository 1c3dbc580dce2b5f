/* kept.h: what is kept of a run, as JSON that is read again another day: for the store, and for the files of `explain --save`. */
#ifndef PGWHY_REPORT_KEPT_H
#define PGWHY_REPORT_KEPT_H

#include "advise/facts.h"
#include "advise/finding.h"
#include "plan/plan.h"

/* Each in one line, without a line break. */
const char *report_settings_json(Arena *arena, const Plan *plan); /* {"work_mem": "64kB"}: those that are no default */
const char *report_relations_json(Arena *arena, const Facts *facts); /* [{"relation", "rows", "table_bytes", "index_bytes"}]; facts may be NULL */
const char *report_findings_json(Arena *arena, const FindingList *findings); /* as in the report of the plan; NULL: nobody looked, null */

/* A plan as a file that is put beside the queries of a project; `pgwhy plan` and whatever else reads plans reads it too. */
typedef struct SavedPlan {
	const char *statement, *fingerprint;
	int server_version; /* 0: not known */
	const Plan *plan;
	const Facts *facts; /* NULL: not known */
	const char *json; /* the plan as the server sent it */
	size_t json_len;
} SavedPlan;
const char *report_saved_plan(Arena *arena, const SavedPlan *saved); /* ends in a line break */

#endif
