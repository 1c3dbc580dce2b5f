/* lock_graph.h: who waits for whom, told from who holds what and who stands where. */
#ifndef PGWHY_CORE_LOCK_GRAPH_H
#define PGWHY_CORE_LOCK_GRAPH_H

#include "core/lock_table.h"

typedef LIST(size_t) LockSessions; /* of LockTable.sessions */

/* Per session. All of it in time that grows with sessions and locks, not with pairs of them: behind one hot row each waits for all ahead. */
typedef struct LockGraph {
	size_t *behind; /* how many wait for it, directly or not */
	double *longest_s; /* has one of them been waiting; NaN: none, or not known */
	size_t *cycle; /* sessions of one cycle have one number; LOCK_NOBODY: it is in none */
	bool *root; /* waits for nobody, or is of a cycle that waits for nobody else */
} LockGraph;

LockGraph lock_graph(Arena *arena, const LockTable *table);

/* Whom a session waits for: who holds what it wants; and (softly) who only stands ahead, wanting what conflicts. Each once. */
LockSessions lock_blockers(Arena *arena, const LockTable *table, size_t session);
LockSessions lock_soft_blockers(Arena *arena, const LockTable *table, size_t session);

#endif
