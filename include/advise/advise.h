/* advise.h: runs the rules over a plan, weighs and orders what they find.
 *
 * Rules are one file (src/advise/rules/) plus one row in src/advise/rules.c. Silence is the right answer to a good plan. */
#ifndef PGWHY_ADVISE_ADVISE_H
#define PGWHY_ADVISE_ADVISE_H

#include "advise/finding.h"
#include "advise/scan.h"

typedef struct AdviseSettings {
	double min_gain; /* share of the statement below which nothing is said; 0.05 */
	double min_ms; /* that a statement has to take to get any advice; 5 */
	const char *naming; /* of indexes (advise/index_name.h); NULL: as the names that are there */
	bool no_include; /* never add INCLUDE columns (advice.include=off) */
	double budget_ms; /* for asking the planner about advice */
	int budget_plans; /* questions to it, at most */
	bool tell_all; /* tell also what is too little to be worth it: to be held against an earlier plan (advise/finding_change.h) */
} AdviseSettings;

extern const AdviseSettings advise_defaults;

/* What a rule sees, and where it puts what it found. */
typedef struct Advice {
	Arena *arena;
	const Plan *plan;
	const Statement *statement; /* never NULL; parsed may be false */
	const Facts *facts; /* NULL without a server */
	const AdviseSettings *settings;
	ScanList scans; /* the tables it reads */
	FindingList findings;
} Advice;

/* Silence rule: no index is advised for a table under 1,000 rows or 1 MB. */
bool advice_table_is_small(const Scan *scan);
/* And none for a statement that takes less than min_ms (5); of a plan that was not run: that costs less than 20 times as much. Where it is
 * known how often it is called, what all calls of a second take counts. */
bool advice_is_worth(const Plan *plan, const Facts *facts, const AdviseSettings *settings);
/* A rule's own threshold on what its trouble takes of the statement; passed by all when all is wanted too. */
bool advice_takes(const Advice *advice, double share, double least);
/* Worth an index: its filter throws 90 % and more than 1,000 rows away, for a tenth of the statement, and the table is not small. */
bool advice_scan_wastes(const Advice *advice, const Scan *scan);
/* Has the rule told something of a node in this part of the plan? */
bool advice_told(const Advice *advice, const char *rule, const PlanNode *top);

typedef struct Rule {
	const char *id; /* "missing-index" */
	const char *summary; /* one line, lower case */
	const char *fires; /* when it fires, with its thresholds, and when it stays silent: for `pgwhy rules RULE` and the manual */
	bool first; /* told before all others, whatever it saves */
	bool last; /* about something else than the statement's time: told after all others, whatever it saves */
	bool short_too; /* has something to say of statements that ran too shortly for any other advice */
	bool sourced; /* its thresholds have a source: may be above info */
	void (*run)(Advice *advice, const struct Rule *rule);
} Rule;

/* Of each scan that reads its table whole and wastes that, one condition is told of: the first that `tell` has something to say of. */
void advice_on_filters(Advice *advice, const Rule *rule, bool (*tell)(Advice *advice, const Rule *rule, const Scan *scan, const Predicate *condition));

extern const Rule *const rules[]; /* NULL-terminated, in the order they run */
const Rule *rule_named(const char *id);

/* Drops what saves less than the minimum, sets severities and puts the best first (root cause before symptom at equal gain). */
void findings_rank(const Plan *plan, const Facts *facts, const AdviseSettings *settings, FindingList *findings);

/* Findings, best first: root cause before symptom, each at most once. Recurses in libpg_query: call it in a job. */
FindingList advise(Arena *arena, const Plan *plan, const Statement *statement, const Facts *facts, const AdviseSettings *settings);

#endif
