/* prove.h: runs a statement and its rewrite: are the rows the same (pg/compare.h), and how long does each take (EXPLAIN ANALYZE)? */
#ifndef PGWHY_APP_PROVE_H
#define PGWHY_APP_PROVE_H

#include "base/work.h"
#include "pg/compare.h"
#include "pg/explain.h"

typedef struct ProveSpec {
	const ProofTask *task;
	const ExplainSpec *explain; /* how the user's own statement is measured */
	double most_rows;
	bool allow_volatile; /* the user said yes */
	size_t runs; /* of each; more than one are run in turn */
} ProveSpec;

/* Proof NULL: err says why there is none; beside one it says why it has no times. It lives as long as the call. */
typedef void (*ProveFn)(void *owner, const Proof *proof, Err *err);

typedef struct Prove Prove;
/* What spec points to must outlive it. `progress` is called when there is something new to say (prove_words). */
Prove *prove_start(Work *work, Conn *conn, const ProveSpec *spec, ProveFn done, void (*progress)(void *owner), void *owner);
const char *prove_words(const Prove *prove); /* "comparing rows: 12 000 so far …" */
const Plan *prove_plan(Prove *prove, size_t side, Arena **arena); /* as repeat_plan(), of the statement and of its rewrite */
void prove_cancel(Prove *prove); /* done comes with ERR_CANCELLED */
void prove_free(Prove *prove); /* at any time, also inside done; no more calls. NULL is fine */

#endif
