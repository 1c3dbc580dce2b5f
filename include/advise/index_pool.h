/* index_pool.h: every index that might be worth a question: what the columns' roles allow, and what the rules propose.
 *
 * A planner that is shown all of them at once picks the ones that go best together (advise/index_search.h), so the pool may be
 * large and need not be clever: up to 3 columns in the orders a btree can search by, each as it is and with the other columns
 * read carried along in INCLUDE where pages are known to hold visible rows only. */
#ifndef PGWHY_ADVISE_INDEX_POOL_H
#define PGWHY_ADVISE_INDEX_POOL_H

#include "advise/advise.h"
#include "advise/scan_use.h"

enum { POOL_MOST = 400 }; /* HypoPG is quick, but the planner has to weigh each */

typedef struct PoolIndex {
	IndexAdvice index; /* name NULL and bytes unknown unless a rule proposed it */
	const ScanUse *use; /* that it is for; NULL when only a rule knows */
} PoolIndex;

typedef struct IndexPool {
	PoolIndex *items; /* simplest first, each once */
	size_t count, room;
	ScanUseList uses;
} IndexPool;

/* Findings' indexes come first. Recurses in libpg_query: call it in a job. Empty without facts. */
IndexPool index_pool(Arena *arena, const Plan *plan, const Statement *statement, const Facts *facts, const AdviseSettings *settings,
                     const FindingList *findings);

/* Would it only repeat what an existing index begins with? */
bool index_is_idle(Arena *arena, const TableFacts *table, const IndexAdvice *index);

#endif
