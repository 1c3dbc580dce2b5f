/* plan.h: a plan as the server sent it, and what follows from it.
 *
 * A PlanNode holds what EXPLAIN printed, untouched: figures per loop where EXPLAIN prints them per loop. What we derive
 * stands apart in NodeMeasure, filled by plan_measure(): wall-clock shares of the statement that add up. Absent figures
 * are NaN, absent texts NULL. */
#ifndef PGWHY_PLAN_PLAN_H
#define PGWHY_PLAN_PLAN_H

#include <math.h>
#include <stdint.h>

#include "base/err.h"

/* A value of the JSON as it came: every field is kept, in order, duplicate keys too. */
typedef enum PlanValueKind { PLAN_NULL, PLAN_BOOL, PLAN_INT, PLAN_REAL, PLAN_TEXT, PLAN_LIST, PLAN_OBJECT } PlanValueKind;

typedef struct PlanValue PlanValue;
struct PlanValue {
	PlanValueKind kind;
	const char *name; /* member of an object: its key */
	union {
		bool boolean;
		int64_t integer;
		double real;
		const char *text;
		struct { PlanValue *first, *last; } members; /* list and object */
	};
	const char *number; /* PLAN_INT and PLAN_REAL: the digits as written ("10.00") */
	PlanValue *next;
};

/* Blocks, inclusive of children, totals over loops and workers, as EXPLAIN prints them. */
typedef struct Blocks {
	double shared_hit, shared_read, shared_dirtied, shared_written;
	double local_hit, local_read, local_dirtied, local_written;
	double temp_read, temp_written;
	double shared_read_ms, shared_write_ms, local_read_ms, local_write_ms, temp_read_ms, temp_write_ms; /* NaN: not tracked */
	double wal_records, wal_fpi, wal_bytes;
} Blocks;

typedef struct WorkerFigures {
	int number;
	double startup_ms, total_ms, rows, loops; /* NaN when not given */
} WorkerFigures;

typedef struct NodeMeasure {
	double rows_planned; /* estimate × loops; estimate-only: the printed estimate */
	double rows_actual; /* printed rows × loops */
	double rows_slack; /* by how much that may be off, either way: what is printed is an average over loops, rounded */
	double rows_removed; /* by filter, join filter and recheck, × loops */
	double participants; /* processes that ran it side by side; 1 outside parallel parts */
	double total_ms; /* wall clock inside this node and below it */
	double self_ms; /* without what ran below; ≥ 0; over all nodes plus Plan.other it makes execution_ms */
	double self_share; /* of the statement; by cost when estimate-only */
	double self_cost;
	Blocks self_blocks; /* without what was touched below; its times are divided by the participants */
	double misestimate; /* factor ≥ 1 between planned and actual rows of a loop, at least; NaN unknown or exempt */
	bool underestimated; /* more rows came than were planned */
	bool never_executed;
} NodeMeasure;

typedef struct PlanNode PlanNode;
struct PlanNode {
	int id; /* from 1, in the order EXPLAIN prints */
	int last; /* the id that its subtree ends with */
	int depth;
	PlanNode *parent, *first_child, *last_child, *next; /* next: sibling */
	const char *type; /* JSON's "Node Type": "Aggregate" */
	const char *label; /* the heading TEXT would print: "Partial HashAggregate", "Parallel Seq Scan", "Hash Left Join" */
	const char *relationship; /* Outer Inner InitPlan SubPlan Member Subquery */
	const char *subplan; /* "CTE x", "InitPlan 1 (returns $0)" */
	const char *schema, *relation, *alias, *index; /* as the plan names them */
	const char *function, *cte; /* what a Function Scan or CTE Scan reads */
	bool parallel_aware;
	double startup_cost, total_cost, plan_rows, plan_width;
	bool analyzed; /* actual figures were printed (also loops 0: never executed) */
	double actual_startup_ms, actual_total_ms, actual_rows, loops; /* per loop, averages, as printed */
	double removed_by_filter, removed_by_join_filter, removed_by_recheck; /* per loop */
	double workers_planned, workers_launched;
	Blocks blocks;
	struct { WorkerFigures *items; size_t count, room; } workers;
	PlanValue *fields; /* PLAN_OBJECT: everything the server sent for this node but "Plans" */
	NodeMeasure measure;
};

typedef struct TriggerFigures {
	const char *name, *constraint, *relation;
	double time_ms, calls;
} TriggerFigures;

/* The parts of execution_ms that no node has. */
typedef struct OtherTime {
	double triggers_ms, jit_ms, serialization_ms, startup_shutdown_ms;
} OtherTime;

typedef struct Plan {
	PlanNode *root;
	PlanNode **nodes; /* nodes[id - 1] */
	size_t node_count;
	bool analyzed; /* measured, not only estimated */
	bool timed; /* TIMING on */
	bool buffers; /* BUFFERS were on */
	bool cut_off; /* the text said that it was truncated: what came after is missing */
	double planning_ms; /* NaN when not printed */
	double execution_ms; /* "Execution Time" or "Total runtime"; without a summary the root's; NaN when nothing was timed */
	double jit_ms, serialization_ms; /* as printed */
	struct { TriggerFigures *items; size_t count, room; } triggers;
	const char *statement; /* "Query Text" of auto_explain, or what the caller knows; NULL */
	PlanValue *fields; /* PLAN_OBJECT: everything beside "Plan": Settings, JIT, Planning, … */
	OtherTime other;
	double unaccounted_ms; /* by how much the printed times contradict each other, beyond rounding; 0 when they do not */
} Plan;

typedef LIST(Plan *) PlanList;

/* A field by the name EXPLAIN gives it; NULL, NaN or otherwise when absent. Text of a number is its digits. */
const PlanValue *plan_field(const PlanValue *object, const char *name);
int64_t plan_queryid(const Plan *plan); /* that the server made of the statement, as pg_stat_statements has it; 0: it was not told */
const char *node_text(const PlanNode *node, const char *name);
double node_real(const PlanNode *node, const char *name);
/* "Sort Key" and the like: the nth text of a list; NULL past the end. */
const char *node_list_text(const PlanNode *node, const char *name, size_t nth);
bool node_is(const PlanNode *node, const char *type);
bool node_is_any(const PlanNode *node, const char *const *types); /* of a list that ends with NULL */
/* What a setting was when the plan was made, of those that EXPLAIN (SETTINGS) prints: they are no default. NULL: not told. */
const char *plan_setting(const Plan *plan, const char *name);
bool node_is_join(const PlanNode *node); /* Nested Loop, Hash Join, Merge Join */
bool node_is_scan_of_table(const PlanNode *node); /* reads a relation: Seq, Sample, Index, Index Only, Bitmap Heap, Tid Scan */

/* Derived figures of every node; see NodeMeasure. Called by the readers; again by who knows execution_ms from a log. */
void plan_measure(Plan *plan);

#endif
