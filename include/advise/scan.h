/* scan.h: a table that a plan reads: what for, how much of it, and what that costs. */
#ifndef PGWHY_ADVISE_SCAN_H
#define PGWHY_ADVISE_SCAN_H

#include "advise/facts.h"
#include "plan/plan.h"
#include "sql/statement.h"

typedef struct Scan {
	const PlanNode *node; /* of several partitions read alike: the costliest */
	const PlanNode *first; /* the first of them in the plan */
	size_t parts; /* partitions read alike; 1 for a plain table */
	LIST(const PlanNode *) nodes; /* all of them */
	const TableFacts *table; /* NULL without facts; the partition's, not its parent's */
	const char *schema, *name; /* what an index would be made on: a partition's parent where the statement names it */
	bool partitioned;
	const char *alias;
	PredicateList lookup; /* what an index finds the rows by: Index Cond, Recheck Cond */
	PredicateList filter; /* what the rows read are checked for */
	double executions; /* how often it began anew */
	double rows_out, rows_read; /* in all; read is out and removed; NaN unknown */
	bool rows_guessed; /* nobody counted what was read */
	double table_rows, table_pages; /* of the whole table, guessed from the plan without facts */
	double self_ms, self_share, self_cost; /* with the bitmap's index scans; NaN unknown */
	double processes; /* that share the work */
	double cached_share; /* of the blocks it read; NaN unknown */
} Scan;

typedef LIST(Scan) ScanList;

/* Every user table that is read and whose conditions an index could serve; temporary, foreign and system tables left out. */
ScanList scans_of_plan(Arena *arena, const Plan *plan, const Statement *statement, const Facts *facts);
/* The scan that a node is, or is one partition of; NULL. */
const Scan *scan_of_node(const ScanList *scans, const PlanNode *node);
bool scan_owns(const Scan *scan, const ColumnName *name); /* a column of this table, as far as its qualifier tells */
/* Is it what columns are qualified with: the alias of one of its nodes, or of the partitioned table above them? */
bool scan_goes_by(const Scan *scan, const char *qualifier);
bool scan_owns_all(const Scan *scan, const Operand *operand);
bool scan_reads_whole(const Scan *scan); /* a Seq Scan */
/* "orders", or "orders (12 partitions)" for sentences. */
const char *scan_title(Arena *arena, const Scan *scan);

/* Conditions of one field of a node ("Filter"), taken apart; empty when there is none or it cannot be read. */
PredicateList node_conditions(Arena *arena, const PlanNode *node, const char *field);
bool node_stands_apart(const PlanNode *node); /* InitPlan or SubPlan: run for its own sake, not read by the node above */
/* The index it finds its rows by, a bitmap's first; NULL. */
const char *node_index(const PlanNode *node);
const PlanNode *node_index_reader(const PlanNode *node); /* of what uses an index: a bitmap is read for the scan above it */
/* Of its cost what is not for the nodes it reads: its own work, and the subplans it asks. */
double node_asking_cost(const PlanNode *node);
double node_executions(const Plan *plan, const PlanNode *node);
/* Rows that came out in all, those that each process of a parallel part found for itself counted once; estimated when not measured. */
double node_rows(const Plan *plan, const PlanNode *node);

#endif
