/* finding.h: one piece of advice: what, how we know, what it gains, the exact remedy and how to undo it. */
#ifndef PGWHY_ADVISE_FINDING_H
#define PGWHY_ADVISE_FINDING_H

#include "advise/facts.h"
#include "plan/plan.h"
#include "sql/statement.h"

/* name in JSON and on screen; severity is decided by finding_severity */
typedef enum Severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_CRITICAL } Severity;
/* the most honest word that applies, best last */
typedef enum Basis { BASIS_HEURISTIC, BASIS_ESTIMATED, BASIS_HYPOTHETICAL, BASIS_MEASURED } Basis;
typedef enum RemedyKind { REMEDY_NONE, REMEDY_INDEX, REMEDY_DROP_INDEX, REMEDY_REWRITE, REMEDY_SETTING, REMEDY_STATISTICS, REMEDY_MAINTENANCE, REMEDY_SCHEMA } RemedyKind;
const char *severity_name(Severity severity); /* "critical" */
const char *basis_name(Basis basis); /* "estimated" */
const char *remedy_kind_name(RemedyKind kind); /* "drop-index" */

typedef struct IndexAdvice {
	const char *schema, *table; /* unquoted */
	const char *name; /* unquoted, free in its schema as far as facts tell */
	const char *method; /* btree */
	const char **columns; /* as SQL writes them: `status`, `created_at DESC`, `lower(email)` */
	size_t column_count;
	const char **include;
	size_t include_count;
	const char *where; /* partial predicate, NULL */
	double bytes; /* estimate, NaN unknown */
	bool partitioned; /* the table is: CONCURRENTLY is refused there */
} IndexAdvice;

/* Another form of a rewritten statement, for another place in the program. */
typedef struct StatementForm {
	const char *name; /* "first page" */
	const char *sql;
} StatementForm;

typedef struct Finding {
	const char *rule; /* "missing-index" */
	Severity severity;
	Basis basis;
	int node; /* PlanNode.id it is about, 0: the whole statement */
	const char *relation; /* "public.orders", NULL */
	const char **columns; /* key columns of the first index, or what it is about */
	size_t column_count;
	const char *title; /* one line: "orders is read whole to find 0.9% of its rows" */
	const char *evidence; /* the figures, a sentence or two */
	const char *because; /* the cause, a sentence */
	RemedyKind kind;
	const char *sql; /* remedy; several statements separated by ";\n"; NULL for REMEDY_NONE */
	const char *before; /* what has to come before the indexes (it begins `sql`): CREATE EXTENSION; NULL */
	const char *rewrite; /* the user's statement rewritten to return the same, alone (it also ends `sql`); NULL when it stays as it is */
	LIST(StatementForm) forms; /* that belong to the rewrite */
	const struct Paging *paging; /* of a rewrite that pages by keys (advise/paging.h); NULL: any other */
	const struct Proof *proof; /* that the rewrite returns the same rows, and how fast (advise/proof.h); NULL: nobody asked for one */
	const struct Tried *tried; /* what became of its indexes when they were built and rolled back (advise/tried.h); NULL: nobody did */
	const char *undo; /* NULL when there is nothing to undo */
	const char *locks; /* what it locks and what goes on meanwhile, a sentence; NULL */
	const char *notes; /* what to know before doing it (ties, NULLs, write cost), NULL */
	double saves_ms; /* of the measured time; NaN when estimate-only */
	double saves_share; /* of the statement's time, or cost when estimate-only; 0..1 */
	double cost_before, cost_after; /* planner's units; NaN until the planner was asked (advise/whatif.h) */
	double stake_ms, stake_cost; /* self time and self cost of the nodes it is about: more it cannot save; NaN unknown */
	LIST(IndexAdvice) indexes; /* all that only work together */
	LIST(IndexAdvice) alternatives;
	double index_bytes; /* sum over indexes, NaN unknown */
	LIST(const char *) symptoms; /* rules whose findings it explains and took over (advise/merge.h) */
	bool unasked; /* the planner is not asked about its indexes: what it knows of what they hold comes with them */
	const struct Finding *rival; /* that would spare the same scan, for when the planner wants none of its indexes; NULL */
} Finding;

/* A LIST. */
typedef struct FindingList {
	Finding *items;
	size_t count, room;
	const char *silence; /* a sentence: what would be told if the statement took longer; NULL: nothing else */
} FindingList;

/* Critical ≥ 50 % and ≥ 100 ms, warning ≥ 10 % and ≥ 1 ms, else info; estimate-only (ms NaN) by share of cost; a rule
 * without a sourced threshold is never above info. */
Severity finding_severity(double saves_share, double saves_ms, bool sourced);

double plan_statement_ms(const Plan *plan); /* NaN when it was not run, or not timed */
/* Of the statement: by time when it was timed, else by cost; all of it for a plan of one node that has neither; NaN. */
double plan_share(const Plan *plan, double ms, double cost);

/* "CREATE INDEX CONCURRENTLY name ON schema.table (a, b DESC) INCLUDE (c) WHERE …" */
const char *index_create_sql(Arena *arena, const IndexAdvice *index);
const char *index_create_only_sql(Arena *arena, const IndexAdvice *index); /* of a partitioned table: ON ONLY, without its partitions */
/* The same list, whose index lists are its own: what is done to the one is not seen in the other. */
FindingList findings_copy(Arena *arena, const FindingList *findings);
/* The same for a planner that is only to pretend: no CONCURRENTLY. */
const char *index_pretend_sql(Arena *arena, const IndexAdvice *index);
const char *index_drop_sql(Arena *arena, const IndexAdvice *index);
/* Can a planner pretend to have it? HypoPG cannot do GIN, GiST and SP-GiST. */
bool index_is_pretendable(const IndexAdvice *index);
bool index_same(const IndexAdvice *one, const IndexAdvice *other); /* table, method, keys, INCLUDE, WHERE; not the name */
/* Of the same table, method and WHERE, and its first keys are all of the other's; INCLUDE is not looked at. */
bool index_begins_with(const IndexAdvice *index, const IndexAdvice *front);

/* Evidence, cause or notes and another sentence behind them; either may be NULL. */
const char *sentences(Arena *arena, const char *said, const char *more);

/* A finding with every figure unknown and nothing in it. */
Finding finding_new(const char *rule);
/* What the finding is about took stake_ms, or costs stake_cost; `left` of it (0..1) would remain. Sets stakes and savings:
 * milliseconds only of a plan that was timed, else the share of the cost. */
void finding_weigh(const Plan *plan, Finding *finding, double stake_ms, double stake_cost, double left);
double finding_gain(const Finding *finding); /* the share it saves; 0 when nobody knows */
/* Takes the indexes over: fills sql, undo, locks, index_bytes; relation and columns from the first, if any. Called again
 * after indexes changed. */
void finding_set_indexes(Arena *arena, Finding *finding, const IndexAdvice *indexes, size_t count);

#endif
