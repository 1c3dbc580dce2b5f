/* proof.h: does a rewrite return the same rows, and how much faster? What it takes to find out, and what was found.
 *
 * Both run in one snapshot, rows compared by value (pg/compare.h); times come from EXPLAIN ANALYZE of each (app/prove.h). */
#ifndef PGWHY_ADVISE_PROOF_H
#define PGWHY_ADVISE_PROOF_H

#include "advise/advise.h"
#include "advise/repeated.h"

typedef enum RowsVerdict {
	ROWS_SAME,
	ROWS_SAME_SO_FAR, /* as far as was looked, in a total order */
	ROWS_DIFFERENT,
	ROWS_NOT_COMPARED
} RowsVerdict;
const char *rows_verdict_name(RowsVerdict verdict); /* "same-so-far" */

typedef struct RowsCompared {
	RowsVerdict verdict;
	double counts[2]; /* rows read of each */
	double place; /* of the first pair that differs, from 1; 0: they were not compared in order */
	const char *rows[2]; /* a row of each that the other has not got there; bytes of strangers, shortened; NULL: none is known */
	const char *why_not; /* ROWS_NOT_COMPARED: why, half a sentence; ROWS_SAME_SO_FAR: why no further */
} RowsCompared;

typedef struct Proof {
	RowsCompared compared;
	double ms[2], blocks[2]; /* of the statement and of its rewrite, by EXPLAIN ANALYZE, the medians of several runs; NaN: not measured */
	const Repeated *repeated; /* these; NULL: each was run once */
} Proof;

/* What has to be run for it. */
typedef struct ProofTask {
	const char *refused; /* why it cannot be proved, NULL; and what would help */
	const char *hint;
	const char *statements[2]; /* the user's (where it needs one with a tie-breaker in its ORDER BY), and the rewrite */
	const char *last_row; /* returns one row, whose last columns are the values of the rewrite's parameters; NULL: it has none */
	const int *parameters; /* the n of $n that each of these columns is the value of */
	size_t parameter_count;
	bool in_order; /* ORDER BY tells all rows apart: they are compared pair by pair */
	const char *doubt; /* why a difference would prove nothing, half a sentence; NULL: it would */
} ProofTask;

const Proof *proof_copy(Arena *arena, const Proof *proof);

/* Facts may be NULL. */
ProofTask proof_task(Arena *arena, const Statement *statement, const Facts *facts, const Finding *finding);

/* The finding with what was found: its saving is the measured one, unless it takes an index that is not there yet. */
void finding_prove(Finding *finding, const Proof *proof);

/* "same 20 rows ✓", "not the same rows: row 3 differs: (3, a) became (4, b)", "rows not compared: …" */
const char *say_compared(Arena *arena, const RowsCompared *compared);
/* The same, with what was measured: "same 20 rows ✓ · 462 ms ±4% → 9.8 ms ±9%, 5 runs each · 47× faster · 40121 → 431 buffers"; NULL: nobody asked for a proof. */
const char *say_proof(Arena *arena, const Finding *finding);

#endif
