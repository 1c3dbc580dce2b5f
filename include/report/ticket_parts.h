/* ticket_parts.h: the chapters of the report for a ticket. */
#ifndef PGWHY_REPORT_TICKET_PARTS_H
#define PGWHY_REPORT_TICKET_PARTS_H

#include "base/str.h"
#include "report/migration.h"
#include "report/plan.h"

typedef struct Ticket {
	Str *out;
	Arena *arena;
	const PlanReport *report;
	MigrationList migrations; /* of all its findings */
	bool ascii;
} Ticket;

/* What advice is worth; NaN: not known. */
typedef struct TicketGain {
	double ms[2], blocks[2], cost[2]; /* without it, with it */
	bool exact; /* both were run */
	Basis basis;
} TicketGain;
TicketGain finding_gain_alone(const Plan *plan, const Finding *finding);
TicketGain ticket_gain(const Ticket *ticket); /* of the best finding, with those that are weighed on top of it */
const char *ticket_time_words(Arena *arena, const TicketGain *gain); /* "462 ms → ~22 ms (-95%)"; NULL: not known */
const char *ticket_blocks_words(Arena *arena, const TicketGain *gain);
const char *ticket_cost_words(Arena *arena, const TicketGain *gain);

/* ticket_parts.c */
const Finding *ticket_finding(const Ticket *ticket, size_t nth); /* NULL past the last */
bool ticket_is_done(const Ticket *ticket, const Finding *finding); /* of a report with a plan before: it was measured since */
bool ticket_advises(const Ticket *ticket); /* is something to be changed? */
void ticket_heading(const Ticket *ticket, const char *text);
void ticket_item(const Ticket *ticket, const char *label, const char *text);
void ticket_sql(const Ticket *ticket, const char *sql); /* to run; nothing for NULL and "" */
void ticket_bold(const Ticket *ticket, const char *text);

/* Of a report with a plan before: what was done since, with what is left to do, and the plan it was done about. */
PlanReport ticket_done(Arena *arena, const PlanReport *report);
void ticket_add_since_summary(const Ticket *ticket); /* title, verdict, what was done, the id */
void ticket_add_plan(const Ticket *ticket, const char *title, const Plan *plan);
void ticket_add_plans(const Ticket *ticket, const PlanDiff *diff);
const char *ticket_since_basis(const PlanDiff *diff); /* "measured: both were run once under EXPLAIN ANALYZE" */
void ticket_add_since(const Ticket *ticket); /* figures, nodes beside nodes, both plans */

void ticket_add_remedy(const Ticket *ticket, const Finding *finding); /* to the line's end */
void ticket_add_id(const Ticket *ticket);
void ticket_add_summary(const Ticket *ticket); /* title, what it is worth, what to do, the id */
void ticket_add_performance(const Ticket *ticket); /* as it is now */
void ticket_add_indexes(const Ticket *ticket); /* that are there; nothing without facts */
void ticket_add_findings(const Ticket *ticket);
void ticket_add_pretence(const Ticket *ticket); /* the plan with what is pretended; nothing without */
void ticket_add_other(const Ticket *ticket); /* the plans of what was run beside it; nothing without */
void ticket_add_impact(const Ticket *ticket);
void ticket_add_migration(const Ticket *ticket);
void ticket_add_safety(const Ticket *ticket);
void ticket_add_way_back(const Ticket *ticket);
void ticket_add_watch(const Ticket *ticket); /* before, while and after it is deployed */
void ticket_add_environment(const Ticket *ticket); /* where this is from, and what the words for its figures mean */

#endif
