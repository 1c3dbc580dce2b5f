/* cancel.h: PQcancel in a job, because it waits for the server.
 *
 * A cancel that overtakes its statement is dropped by the server: who has to be sure asks again while there is no answer. */
#ifndef PGWHY_PG_CANCEL_H
#define PGWHY_PG_CANCEL_H

#include "base/work.h"

struct pg_conn;

typedef struct CancelJob CancelJob;
/* `done` is called from work_collect. Without one the job asks again by itself, once: for a connection that is given up.
 * NULL: there is nothing to cancel on. */
CancelJob *cancel_start(Work *work, struct pg_conn *pg, void (*done)(void *owner), void *owner);
void cancel_forget(CancelJob *job); /* its owner goes away; NULL is fine */

#endif
