/* work.h: background jobs, for whatever may wait: connecting, cancelling, parsing, the disk.
 *
 * A job is a value its owner allocated; `run` sees it on another thread, `done` on the loop's thread, when work_collect
 * is called because work_fd became readable. Between the two the job belongs to the thread. Threads have a 64 MB
 * stack: libpg_query recurses as deep as a statement nests (64 kB of SQL can be 32,000 levels). */
#ifndef PGWHY_BASE_WORK_H
#define PGWHY_BASE_WORK_H

#include "base/err.h"

typedef struct Work Work;

Work *work_new(Err *err); /* NULL: no pipe */
int work_fd(const Work *work); /* poll it for reading */
void work_post(Work *work, void (*run)(void *job), void (*done)(void *job), void *job);
size_t work_collect(Work *work); /* calls done for what finished; how many */
size_t work_pending(const Work *work); /* posted and not yet collected */
/* Jobs still running are left behind (their thread ends with the process); their done is not called. */
void work_free(Work *work);

#endif
