/* advise.h: runs the rules over a plan, weighs and orders what they find.
 *
 * Rules are one file plus one row in src/advise/rules.c. Silence is the right answer to a good plan (RULES.md, "Silence rule"). */
#ifndef PGWHY_ADVISE_ADVISE_H
#define PGWHY_ADVISE_ADVISE_H

#include "advise/finding.h"

typedef struct AdviseSettings {
	double min_gain; /* share of the statement below which nothing is said; 0.05 */
} AdviseSettings;

/* What a rule sees, and where it puts what it found. */
typedef struct Advice {
	Arena *arena;
	const Plan *plan;
	const Statement *statement; /* never NULL; parsed may be false */
	const Facts *facts; /* NULL without a server */
	const AdviseSettings *settings;
	FindingList findings;
} Advice;

typedef struct Rule {
	const char *id; /* "missing-index" */
	const char *summary; /* one line, lower case */
	const char *fires; /* when it fires, with its thresholds, and when it stays silent: for `pgwhy rules RULE` and the manual */
	bool sourced; /* its thresholds have a source: may be above info */
	void (*run)(Advice *advice, const struct Rule *rule);
} Rule;

extern const Rule *const rules[]; /* NULL-terminated, in the order they run */
const Rule *rule_named(const char *id);

/* Findings, best first: root cause before symptom, each at most once. Recurses in libpg_query: call it in a job. */
FindingList advise(Arena *arena, const Plan *plan, const Statement *statement, const Facts *facts, const AdviseSettings *settings);

#endif
