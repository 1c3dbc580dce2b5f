/* apply.h: carries a finding's remedy out at the server: the one place that changes what stays.
 *
 * What can be sent, each statement alone and outside a transaction, on a connection that is used for nothing else:
 *
 *     select set_config(…)                      timeouts, so that neither the role's nor the database's end it; default_transaction_read_only
 *                                               off, for this session
 *     src/queries/apply_index.sql               is the name free; what is left of it; is it still INVALID
 *     the steps of advise/remedy.h              CREATE EXTENSION IF NOT EXISTS, CREATE INDEX CONCURRENTLY, CREATE INDEX … ON ONLY,
 *                                               ALTER INDEX … ATTACH PARTITION, CREATE STATISTICS, ALTER TABLE … ALTER COLUMN … SET,
 *                                               ANALYZE, VACUUM (ANALYZE), REINDEX and DROP INDEX CONCURRENTLY: what makes way only while INVALID,
 *                                               on its table, and worked on by nobody
 *     DROP INDEX CONCURRENTLY                   of the INVALID index that a failed step left: on its table, under a name that was free
 *                                               before it, and built by nobody else
 *
 * Nothing else: no text of the user's. The first step that fails is the last. Never on a standby, nor behind a pooler, where the next
 * statement may reach another session. CONCURRENTLY waits as long as it takes, for nobody waits behind it; all else for a lock no longer
 * than lock_timeout_ms. */
#ifndef PGWHY_PG_APPLY_H
#define PGWHY_PG_APPLY_H

#include "advise/remedy.h"
#include "pg/conn.h"

typedef struct ApplySpec {
	const RemedyStep *steps;
	size_t step_count;
	long lock_timeout_ms;
} ApplySpec;

typedef enum ApplyStage {
	APPLY_WAITING, /* for its turn on the connection */
	APPLY_RUNNING,
	APPLY_REMOVING, /* what the step left behind */
	APPLY_DONE
} ApplyStage;

typedef struct ApplyState {
	ApplyStage stage;
	size_t step; /* under way, or that failed */
	const double *ms; /* of each step; NaN: not done */
	int backend_pid; /* 0: not known yet */
	int64_t since_ms; /* clock_ms: the statement under way was sent */
	bool lost; /* the connection went away while that step was under way: what became of it nobody knows */
	bool removed; /* an INVALID index was left, and is gone */
	const char *leftover; /* it is still there: SQL to remove it; NULL */
} ApplyState;

/* `err` tells something only with APPLY_DONE, and then why it stopped. Both live as long as the call. */
typedef void (*ApplyFn)(void *owner, const ApplyState *state, Err *err);

typedef struct Apply Apply;
/* May this server be changed so? False: err says why not. */
bool apply_possible(const Server *server, Err *err);
bool apply_takes_writes(const Server *server, Err *err); /* it is no standby: what is rolled back can be done there */
/* Callbacks never come from in here; until that with APPLY_DONE returns the handle is valid. Everything is copied. */
Apply *apply_start(Conn *conn, const ApplySpec *spec, ApplyFn changed, void *owner);
/* The statement under way; then what it left is removed. Once more: the removal is given up, too. */
void apply_cancel(Apply *apply);

#endif
