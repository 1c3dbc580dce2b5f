/* remedy.h: what a finding advises as statements a server can be given one by one, each with the lock it takes.
 *
 * Made of the finding's own parts, never of what anybody typed, and of these kinds only:
 *
 *     CREATE EXTENSION IF NOT EXISTS …                       that an index needs
 *     CREATE INDEX CONCURRENTLY …                            of a partitioned table on each of its leaves, then
 *     CREATE INDEX … ON ONLY …, ALTER INDEX … ATTACH PARTITION …
 *     CREATE STATISTICS …
 *     ALTER TABLE … ALTER COLUMN … SET (STATISTICS n | (n_distinct = …))
 *     ANALYZE …, VACUUM (ANALYZE) …
 *
 * Settings, rewrites, TRUNCATE and the like are text to read: there are no steps to them. */
#ifndef PGWHY_ADVISE_REMEDY_H
#define PGWHY_ADVISE_REMEDY_H

#include "advise/finding.h"
#include "core/lock_mode.h"

typedef enum StepKind { STEP_EXTENSION, STEP_BUILD, STEP_PARENT, STEP_ATTACH, STEP_STATISTICS, STEP_ALTER, STEP_ANALYZE, STEP_VACUUM, STEP_TRIAL } StepKind;

typedef struct RemedyStep {
	StepKind kind;
	const char *sql;
	const char *relation; /* the table it locks, as SQL writes it; NULL: none */
	const char *schema, *index; /* STEP_BUILD, STEP_PARENT: the index it makes, plain */
	LockMode lock; /* LOCK_NO_MODE: of no table */
} RemedyStep;
typedef LIST(RemedyStep) RemedySteps;

/* `partitions`: as they are now, of the table that the finding's first index is on, each behind its parent. No steps, with err: it cannot
 * be done this way, and what can. */
bool remedy_needs_partitions(const Finding *finding);
RemedySteps remedy_steps(Arena *arena, const Finding *finding, const PartitionFacts *partitions, size_t count, Err *err);
/* Its indexes, to be built in a transaction that is rolled back (pg/tryout.h): CREATE INDEX without a name, and ANALYZE after one on an
 * expression. */
RemedySteps remedy_trial(Arena *arena, const Finding *finding, Err *err);

const char *remedy_locks(const RemedyStep *step); /* "ShareUpdateExclusive: reads and writes go on"; NULL: locks no table */
/* Does it wait for every transaction that is open in the database, whatever that one has locked? */
bool remedy_waits_for_all(const RemedyStep *step);
bool remedy_concurrent(const RemedyStep *step); /* waiting for it blocks nobody: it needs no lock_timeout */

#endif
