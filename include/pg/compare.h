/* compare.h: do two statements return the same rows? Both are read through cursors, a bounded batch at a time, in one
 * REPEATABLE READ READ ONLY transaction with timeouts, which is rolled back. What is held does not grow with the rows.
 *
 * In order: pair by pair, as far as `most_rows`. Otherwise by counts and hashes, which takes all rows: more than `most_rows`
 * are not compared. Values are compared as the server writes them, so 1.0 and 1.00 are two. */
#ifndef PGWHY_PG_COMPARE_H
#define PGWHY_PG_COMPARE_H

#include "advise/proof.h"
#include "pg/conn.h"
#include "pg/explain_spec.h"

typedef struct CompareSpec {
	const ProofTask *task; /* `refused` was heeded */
	bool allow_volatile; /* it calls a VOLATILE function and the user said yes: session locks it takes are given back */
	double most_rows; /* of each */
	long statement_timeout_ms, lock_timeout_ms; /* of each batch; all of them together get the former once more */
	const ExplainSetting *settings; /* :with; names that could break out are refused */
	size_t setting_count;
} CompareSpec;

typedef struct CompareReply {
	RowsCompared compared; /* all of the reply's texts live in arena */
	const char *rewrite; /* as it was run, its parameters filled in; NULL: it came not so far */
	Arena *arena; /* taken over when set to NULL */
	Err *err; /* kind ERR_NONE when `compared` tells */
} CompareReply;
typedef void (*CompareFn)(void *owner, CompareReply *reply);

typedef struct Compare Compare;
/* `progress` may be NULL: called after each pair of batches. Callbacks never come from in here; until the reply returns the handle is
 * valid. Everything is copied. conn_forget ends both. */
Compare *compare_start(Conn *conn, const CompareSpec *spec, CompareFn reply, void (*progress)(void *owner, double rows), void *owner);
void compare_cancel(Compare *compare);

#endif
