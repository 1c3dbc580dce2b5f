/* lock_forest.h: all sessions that wait for locks or are waited for, as a forest: below each those it blocks, worst first. */
#ifndef PGWHY_CORE_LOCK_FOREST_H
#define PGWHY_CORE_LOCK_FOREST_H

#include "core/lock_end.h"
#include "core/texts.h"

typedef struct LockNode {
	const LockSession *session;
	size_t index; /* of the session, in LockTable.sessions */
	size_t parent; /* place in the forest of the one it stands below; LOCK_NOBODY: on top */
	bool softly; /* below one that only stands ahead in the queue */
	const LockWait *wait; /* its oldest; NULL: it waits for nothing */
	const LockTag *tag; /* that it waits for; NULL */
	size_t behind; /* sessions that wait for it, directly or not */
	double longest_s; /* that one of them has been waiting; NaN */
	size_t frees_now, frees; /* if it ended: at once, and in the end (those at once among them) */
	bool root; /* waits for nobody, or is of a cycle that waits for nobody else */
	size_t cycle; /* those of one cycle have one number; LOCK_NOBODY: it is in none */
} LockNode;

typedef struct LockForest {
	const LockTable *table;
	LockEnding *ending;
	LockNode *nodes; /* a parent before its children, roots and brothers worst first: most sessions behind, then longest */
	size_t count, waiting, root_count;
	double oldest_wait_s; /* NaN: none */
	size_t *place_of; /* per session: in nodes; LOCK_NOBODY: has no part in this */
} LockForest;

LockForest *lock_forest(Arena *arena, const Table *locks, const Table *sessions);

/* Places of those it waits for. */
LockSessions lock_forest_blockers(Arena *arena, const LockForest *forest, size_t place);
LockSessions lock_forest_soft_blockers(Arena *arena, const LockForest *forest, size_t place);
/* Places of those that would be freed if it ended. */
LockEnd lock_forest_end(Arena *arena, const LockForest *forest, size_t place);
LockEnd lock_forest_end_all(Arena *arena, const LockForest *forest, LockSessions places);
size_t lock_forest_place(const LockForest *forest, int64_t pid, const char *gid); /* LOCK_NOBODY: is not there */

#endif
