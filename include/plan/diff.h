/* diff.h: two plans, node beside node: which of them do the same work, what changed about it, and what came of it. A change counts beyond noise only. */
#ifndef PGWHY_PLAN_DIFF_H
#define PGWHY_PLAN_DIFF_H

#include "core/spread.h"
#include "plan/diff_tree.h"

/* enum, name: part of the contract of `pgwhy diff` */
#define DIFF_CHANGES(X)                 \
	X(DIFF_TYPE, "type")            \
	X(DIFF_INDEX, "index")          \
	X(DIFF_CONDITION, "condition")  \
	X(DIFF_ROWS, "rows")            \
	X(DIFF_LOOPS, "loops")          \
	X(DIFF_TIME, "time")            \
	X(DIFF_BUFFERS, "buffers")      \
	X(DIFF_SPILL, "spill")          \
	X(DIFF_WORKERS, "workers")      \
	X(DIFF_COST, "cost")            \
	X(DIFF_ADDED, "added")          \
	X(DIFF_REMOVED, "removed")
typedef enum DiffChange {
#define X(change, name) change,
	DIFF_CHANGES(X)
#undef X
	DIFF_CHANGE_COUNT
} DiffChange;

#define DIFF_VERDICTS(X)                     \
	X(DIFF_NO_CHANGE, "no-change")       \
	X(DIFF_FASTER, "faster")             \
	X(DIFF_SLOWER, "slower")             \
	X(DIFF_MIXED, "mixed")               \
	X(DIFF_CHEAPER, "cheaper")           \
	X(DIFF_DEARER, "dearer")             \
	X(DIFF_OTHER_STATEMENT, "other-statement")
typedef enum DiffVerdict {
#define X(verdict, name) verdict,
	DIFF_VERDICTS(X)
#undef X
} DiffVerdict;

typedef enum Known { KNOWN_NOT, KNOWN_NO, KNOWN_YES } Known;

/* A setting that EXPLAIN (SETTINGS) told of one plan, or of both with other values. */
typedef struct DiffSetting {
	const char *name, *before, *after; /* NULL: not told, as are defaults */
} DiffSetting;

typedef struct DiffSide {
	const Plan *plan;
	const char *statement; /* NULL: what the plan says itself */
	double ms, blocks, temp_blocks, cost; /* of the whole; blocks: shared and local, hit and read; NaN: not known */
	Spread runs; /* of ms, when it was run several times */
} DiffSide;

typedef struct PlanDiff {
	DiffSide before, after;
	DiffPairs pairs; /* in the order of the tree of both; every node of both plans stands once */
	DiffVerdict verdict;
	bool same_plan; /* shape and conditions */
	bool measured; /* both; else costs are compared */
	bool repeated; /* and several times: `ms` are medians, and what is within their spread is no change */
	SpreadVerdict time; /* that is known by */
	Known same_statement; /* constants aside */
	Known same_rows; /* counts that are equal prove nothing: yes where both were read and compared */
	double time_ratio, blocks_ratio, cost_ratio; /* after : before; NaN */
	LIST(DiffSetting) settings;
} PlanDiff;

/* Borrows both plans. The statements: NULL for what the plans say themselves. */
PlanDiff *plan_diff(Arena *arena, const Plan *before, const char *statement_before, const Plan *after, const char *statement_after);

typedef struct DiffRuns {
	Spread ms, blocks; /* blocks of none: what the plan says */
} DiffRuns;
/* Both were run several times: their medians are what is compared, and the spreads of their times say what is noise. */
void plan_diff_repeated(PlanDiff *diff, const DiffRuns *before, const DiffRuns *after);

/* The node does its work in another way, or is there on one side only; other conditions are no other way. */
enum { DIFF_OTHER_WAY = 1 << DIFF_TYPE | 1 << DIFF_INDEX | 1 << DIFF_ADDED | 1 << DIFF_REMOVED };

static inline bool diff_has(const DiffPair *pair, DiffChange change) {
	return pair->changes >> change & 1;
}
enum { DIFF_LEAST_MS = 1, DIFF_LEAST_BLOCKS = 16 }; /* smaller differences are noise, whatever their share */
/* Word for word, or as servers before and since 17 write it. */
bool diff_same_condition(Arena *scratch, const PlanValue *before, const PlanValue *after);
double diff_blocks(const Blocks *blocks); /* shared and local, hit and read; NaN: not known */
double diff_read_blocks(const Blocks *blocks); /* of these what came from outside the cache; 0: none, or not known */
double diff_temp_blocks(const Blocks *blocks); /* read and written; 0: none, or not known */
bool diff_is_on_disk(const PlanNode *node); /* it sorted or hashed in temporary files */
/* Beyond a tenth and beyond the least that counts; false when one of them is not known. */
bool diff_counts(double before, double after, double least);
const char *diff_change_name(DiffChange change);
const char *diff_verdict_name(DiffVerdict verdict);

#endif
