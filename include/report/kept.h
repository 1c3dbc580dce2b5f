/* kept.h: what is kept of a run, as JSON that is read again another day: for the store, and for the files of `explain --save`. */
#ifndef PGWHY_REPORT_KEPT_H
#define PGWHY_REPORT_KEPT_H

#include "advise/facts.h"
#include "advise/finding.h"
#include "advise/repeated.h"
#include "plan/plan.h"

/* Each in one line, without a line break. */
const char *report_settings_json(Arena *arena, const Plan *plan); /* {"work_mem": "64kB"}: those that are no default */
const char *report_relations_json(Arena *arena, const Facts *facts); /* [{"relation", "rows", "table_bytes", "index_bytes", "indexes"}]; facts may be NULL */
const char *report_findings_json(Arena *arena, const FindingList *findings); /* as in the report of the plan; NULL: nobody looked, null */

/* A plan as a file that is put beside the queries of a project; `pgwhy plan` and whatever else reads plans reads it too. */
typedef struct SavedPlan {
	const char *statement, *fingerprint;
	int server_version; /* 0: not known */
	const Plan *plan;
	const Facts *facts; /* NULL: not known */
	const FindingList *findings; /* NULL: nobody looked */
	const Repeated *repeated; /* NULL: it was run once */
	int64_t at_s; /* when it was made, since 1970; 0: not known */
	const char *json; /* the plan as the server sent it */
	size_t json_len;
} SavedPlan;
const char *report_saved_plan(Arena *arena, const SavedPlan *saved); /* ends in a line break */

/* What was known beside a plan when it was kept. */
typedef struct KeptAdvice {
	const FindingList *findings; /* NULL: not known */
	const Facts *relations; /* sizes and indexes of its tables, and no more: nothing to advise from; NULL: not known */
	const Repeated *repeated; /* of a saved plan: several runs of it; NULL: none */
	int server_version; /* 0: not known */
	int64_t at_s; /* 0: not known */
} KeptAdvice;
/* Of the store, either NULL where nothing was kept; false: err says why that cannot be read, and what can be is there. */
bool report_kept_read(Arena *arena, const char *findings, const char *relations, const Plan *plan, KeptAdvice *kept, Err *err);
/* Of the file a plan was read from; nothing of one that is no saved plan. */
bool report_saved_read(Arena *arena, const char *text, size_t len, const Plan *plan, KeptAdvice *kept, Err *err);

#endif
