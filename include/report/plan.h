/* plan.h: an annotated plan with its findings as plain text, for a pipe, or as Markdown, for a ticket. */
#ifndef PGWHY_REPORT_PLAN_H
#define PGWHY_REPORT_PLAN_H

#include "advise/pretence.h"
#include "advise/repeated.h"
#include "advise/sensitivity.h"
#include "view/column.h"
#include "view/diff_said.h"

/* The same statement under several values: its plans are rows of the table. */
typedef struct ValueReport {
	const Sensitivity *sensitivity; /* NULL: no values were found to try */
	const Table *table;
	const ListColumn *columns;
	size_t column_count;
	const char *problem; /* why there is less than there might be; NULL */
} ValueReport;

/* What the statement was run in turn with: its rewrite, or itself under other settings. */
typedef struct OtherReport {
	const char *name; /* "its rewrite"; NULL: there is none */
	const char *statement; /* NULL: the same */
	const Plan *plans[2]; /* the statement's and the other's */
	const Repeated *repeated; /* of both; NULL: each was run once */
} OtherReport;

typedef struct PlanReport {
	const Plan *plan;
	const FindingList *findings; /* best first; NULL: nobody looked for any */
	const char *statement; /* NULL: what the plan says itself */
	int server_version; /* PQserverVersion: 150020; 0: not known */
	const char *notes; /* what to know about this plan: "generic plan: parameters unknown"; NULL */
	const Repeated *repeated; /* what several runs said of its time; NULL: nobody asked */
	const ValueReport *values; /* NULL: nobody asked */
	const Pretence *pretence; /* how it would be planned with indexes that are not there; NULL: nobody asked */
	const UnusedAnswer *const *why; /* indexes it was asked why they are not used */
	size_t why_count;
	OtherReport other;
	const char *id; /* report_id(); NULL: its own */
	const Comparison *since; /* with the plan before, when both were run: `plan` is the one after; NULL: there is none */
	const Facts *facts_before; /* what the catalog said then; NULL: not known */
	const Facts *facts; /* what the catalog said of its tables; NULL: nobody asked it */
	int64_t at_s; /* when, since 1970; 0: not known */
	const char *naming; /* of the indexes of partitions (AdviseSettings); NULL: as the names that are there */
} PlanReport;

enum { REPORT_WIDTH = 120 };

/* To trace it by: "pgwhy-1f6a09c2", of the statement and its figures, the same however often it is printed. */
const char *report_id(Arena *arena, const PlanReport *report);

/* Headline, tree, what is beside it, findings. No colour, no control bytes, no blanks at line ends; lines of at most `width` cells (0:
 * REPORT_WIDTH; never less than 80), but SQL to run, whose lines are neither cut nor wrapped. In `ascii` all that pgwhy itself adds is 7-bit. */
const char *report_plan_text(Arena *arena, const PlanReport *report, size_t width, bool ascii);

/* SQL as it can be run: fit for a terminal, a semicolon at its end. */
const char *report_sql(Arena *arena, const char *sql);
/* The tree alone: a heading, then a line for each node and for what is to be known of it. */
const char *report_plan_tree(Arena *arena, const PlanReport *report, size_t width, bool ascii);
/* The report for a ticket, on GitHub and its like: a statement, how fast it is, its plan, the indexes there are, the advice, and of what is
 * to be changed the migration, what it is worth and costs, what to look at before and after, and the way back. */
const char *report_plan_markdown(Arena *arena, const PlanReport *report, bool ascii);

#endif
