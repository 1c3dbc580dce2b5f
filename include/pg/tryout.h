/* tryout.h: what would an index do? It is built for real, the statement is run with it, and all of it is rolled back.
 *
 * One guarded transaction (pg/guard.h), for a database that the user named as safe:
 *
 *     BEGIN; set_config(timeouts, …)
 *     SAVEPOINT; SET TRANSACTION READ ONLY; EXPLAIN (ANALYZE …) text; ROLLBACK TO; RELEASE  without the index
 *     CREATE INDEX … (not CONCURRENTLY: Share, writes to the table wait until the end)
 *     [ANALYZE table]                                                                      of an index on an expression
 *     SAVEPOINT; SET TRANSACTION READ ONLY; EXPLAIN (ANALYZE …) text; ROLLBACK TO; RELEASE  with it, the rewrite in the same way
 *     ROLLBACK
 *
 * The texts run under EXPLAIN are the user's statement and a finding's rewrite; the steps are those of advise/remedy.h. An index that came out with
 * indcheckxmin cannot be seen by the transaction that made it: then nothing is measured with it. */
#ifndef PGWHY_PG_TRYOUT_H
#define PGWHY_PG_TRYOUT_H

#include "advise/remedy.h"
#include "pg/conn.h"
#include "pg/explain_spec.h"

typedef struct TryoutSpec {
	const ExplainSpec *explain; /* of the statement, a read */
	const RemedyStep *steps; /* remedy_trial */
	size_t step_count;
	const char *rewrite; /* NULL: it stays as it is */
	double most_bytes; /* no table larger than that is indexed */
} TryoutSpec;

typedef struct TryoutPlan {
	const char *json; /* NULL: it was not run */
	size_t len;
} TryoutPlan;

typedef struct TryoutReply {
	TryoutPlan without, with; /* the latter of the rewrite, where there is one */
	bool unseen; /* indcheckxmin */
	double build_ms, bytes; /* of all indexes together */
	Arena *arena; /* of the texts; taken over when set to NULL */
	Err *err; /* ERR_NONE: it went to its end */
} TryoutReply;
typedef void (*TryoutFn)(void *owner, TryoutReply *reply);

typedef struct Tryout Tryout;
/* `progress` is called whenever another statement was sent. Callbacks never come from in here; until the reply returns the handle is valid.
 * Everything is copied. The spec's statement_timeout_ms is for each build, too. */
Tryout *tryout_start(Conn *conn, const TryoutSpec *spec, TryoutFn reply, void (*progress)(void *owner, const char *doing), void *owner);
void tryout_cancel(Tryout *tryout);
int tryout_backend_pid(const Tryout *tryout); /* 0: not known yet */

#endif
