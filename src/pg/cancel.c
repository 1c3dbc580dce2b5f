/* cancel.c: PQcancel in a job, because it waits for the server. */
#include "pg/cancel.h"

#include <libpq-fe.h>
#include <poll.h>
#include <stdlib.h>

enum { AGAIN_MS = 100 };

struct CancelJob {
	PGcancel *cancel;
	bool alone;
	void (*done)(void *owner);
	void *owner;
};

static void cancel_run(void *argument) {
	CancelJob *job = argument;
	char problem[256]; /* PQcancel's way to say it; the statement's answer tells more */
	PQcancel(job->cancel, problem, (int)sizeof problem);
	if (!job->alone) return;
	poll(NULL, 0, AGAIN_MS);
	PQcancel(job->cancel, problem, (int)sizeof problem);
}

static void cancel_ended(void *argument) {
	CancelJob *job = argument;
	if (job->done) job->done(job->owner);
	PQfreeCancel(job->cancel);
	free(job);
}

CancelJob *cancel_start(Work *work, PGconn *pg, void (*done)(void *owner), void *owner) {
	PGcancel *cancel = PQgetCancel(pg);
	if (!cancel) return NULL;
	CancelJob *job = calloc(1, sizeof *job);
	if (!job) die("out of memory");
	*job = (CancelJob){.cancel = cancel, .alone = !done, .done = done, .owner = owner};
	work_post(work, cancel_run, cancel_ended, job);
	return job;
}

void cancel_forget(CancelJob *job) {
	if (job) job->done = NULL;
}
