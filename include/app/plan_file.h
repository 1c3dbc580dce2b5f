/* plan_file.h: a file of plans, or a server's log: opened, looked through, one of its plans read.
 *
 * What opens and reads waits for the disk and recurses as deep as plans nest: it belongs into jobs. */
#ifndef PGWHY_APP_PLAN_FILE_H
#define PGWHY_APP_PLAN_FILE_H

#include <stdatomic.h>

#include "app/kept_plan.h"
#include "plan/log.h"

typedef struct PlanFile {
	Arena *arena; /* of all that is in it */
	const char *path; /* - is standard input */
	int fd; /* -1: not open */
	uint64_t began_at; /* where in it offset 0 is */
	LogEntries entries; /* of a log; none: it is none, and `plans` are all there are */
	PlanList plans;
	KeptPlan only; /* with what was saved beside it, when there is but one of them */
	/* While it is being opened, for who waits. */
	atomic_ullong size_bytes; /* 0: not known */
	atomic_ullong done_bytes;
	atomic_size_t found;
	atomic_bool stopped; /* set it, and opening ends */
} PlanFile;

PlanFile *plan_file_new(const char *path);
void plan_file_free(PlanFile *file);
Arena *plan_file_close(PlanFile *file); /* the file is gone, what was read of it goes with this arena */
/* Looks through all of it. What is neither a log nor a plan is refused (ERR_INPUT). */
bool plan_file_open(PlanFile *file, Err *err);
size_t plan_file_count(const PlanFile *file);
/* The nth plan, from 0, read once more into an arena of its own. False: it cannot be read (ERR_INPUT). */
bool plan_file_read(const PlanFile *file, Arena *arena, size_t nth, KeptPlan *given, Err *err);

#endif
