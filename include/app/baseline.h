/* baseline.h: plans kept beside the queries of a project: a folder with a file for each statement, named by its fingerprint. */
#ifndef PGWHY_APP_BASELINE_H
#define PGWHY_APP_BASELINE_H

#include "app/fail_if.h"
#include "app/options.h"
#include "app/run.h"

/* One run: of the nth statement of a fingerprint, when several differ in constants only, the file ends in -n. */
typedef struct BaselineRun {
	const Run *run;
	const char *file; /* it stands in; NULL: -c */
	size_t line;
	const char *path; /* its file in the folder */
	const Plan *before; /* NULL: there is none */
	const Repeated *repeated_before; /* its several runs; NULL: it was run once */
	const FindingList *findings_before; /* what was advised on it; NULL: not known */
} BaselineRun;
typedef LIST(BaselineRun) BaselineRuns;

/* Both wait for the disk and recurse as deep as statements nest: for jobs. Runs without a plan are left out. */
bool baseline_save(Arena *arena, const char *folder, BaselineRuns *runs, Err *err); /* creates it */
bool baseline_find(Arena *arena, const char *folder, BaselineRuns *runs, Err *err); /* fills path and before */

/* What `check` prints: a row for each run and condition; failed: one of them came true. */
bool baseline_print(Arena *arena, const Options *options, const BaselineRuns *runs, bool *failed, Err *err);

#endif
