/* remedy.h: what a finding advises as statements a server can be given one by one, each with the lock it takes.
 *
 * Made of the finding's own parts, never of what anybody typed, and of these kinds only:
 *
 *     CREATE EXTENSION IF NOT EXISTS …                       that an index needs
 *     CREATE INDEX CONCURRENTLY …                            of a partitioned table on each of its leaves, then
 *     CREATE INDEX … ON ONLY …, ALTER INDEX … ATTACH PARTITION …
 *     DROP INDEX CONCURRENTLY …                              advised, or of what a build that failed left INVALID
 *     ALTER INDEX … SET (pages_per_range = n), REINDEX INDEX CONCURRENTLY …
 *     CREATE STATISTICS …
 *     ALTER TABLE … ALTER COLUMN … SET (STATISTICS n | (n_distinct = …))
 *     ANALYZE …, VACUUM (ANALYZE[, VERBOSE]) …
 *
 * Only what is left to do: an index that is there serves, one that is left INVALID makes way, what is attached stays so.
 * Settings, rewrites, TRUNCATE and the like are text to read: there are no steps to them. */
#ifndef PGWHY_ADVISE_REMEDY_H
#define PGWHY_ADVISE_REMEDY_H

#include "advise/index_there.h"
#include "core/lock_mode.h"

typedef enum StepKind {
	STEP_EXTENSION,
	STEP_CLEAR, /* an index that was left INVALID makes way */
	STEP_BUILD,
	STEP_PARENT, /* of a partitioned table, without its partitions */
	STEP_ATTACH,
	STEP_DROP, /* an index, as advised */
	STEP_REINDEX,
	STEP_STATISTICS,
	STEP_ALTER,
	STEP_ANALYZE,
	STEP_VACUUM,
	STEP_TRIAL
} StepKind;

typedef struct RemedyStep {
	StepKind kind;
	const char *sql;
	const char *relation; /* the table it locks, or the index of one, as SQL writes it; NULL: none */
	bool of_index; /* relation is one */
	const char *schema, *index; /* STEP_CLEAR, STEP_BUILD, STEP_PARENT: the index, plain; STEP_REINDEX: what it builds to take the other's place */
	LockMode lock; /* LOCK_NO_MODE: of no table */
} RemedyStep;
typedef LIST(RemedyStep) RemedySteps;

/* What stands there by now where a finding's indexes are to go. */
typedef struct RemedySite {
	LIST(PartitionFacts) partitions; /* of all tables it is about, each behind its parent */
	IndexesThere indexes; /* of these tables and their partitions */
	const Facts *taken; /* names that an index cannot have; NULL: none */
	const char *naming; /* as of index_name_in */
} RemedySite;

/* The tables its indexes go to, as SQL writes them. */
const char **remedy_tables(Arena *arena, const Finding *finding, size_t *count);
/* `site` NULL: nothing is there. Its indexes come to be called as they are going to be. No steps, with err: it cannot be done this way, and
 * what can; or there is nothing left to do. */
RemedySteps remedy_steps(Arena *arena, Finding *finding, const RemedySite *site, Err *err);
/* Its indexes, to be built in a transaction that is rolled back (pg/tryout.h): CREATE INDEX without a name, and ANALYZE after one on an
 * expression. */
RemedySteps remedy_trial(Arena *arena, const Finding *finding, Err *err);

const char *remedy_locks(const RemedyStep *step); /* "ShareUpdateExclusive: reads and writes go on"; NULL: locks no table */
/* What it waits for: holders of these modes on its table, be it that it takes no such lock, but outwaits them. */
LockModes remedy_waits_for(const RemedyStep *step);
bool remedy_waits_for_snapshots(const RemedyStep *step); /* and for every older one in the database, whatever that has locked */
bool remedy_concurrent(const RemedyStep *step); /* waiting for it blocks nobody: it needs no lock_timeout */

#endif
