/* lock_end.h: what ending a session would free.
 *
 * Played through on the table of locks: the session's locks and wishes go away, and each queue they stood in is served in its order. Who
 * then has all it waits for is freed at once; who is freed is taken to finish in its turn, which frees more. A row's next is served
 * only when nobody has the row's transaction, and CREATE INDEX CONCURRENTLY goes from one transaction in its way to the next. What somebody
 * freed will want then, nobody knows. */
#ifndef PGWHY_CORE_LOCK_END_H
#define PGWHY_CORE_LOCK_END_H

#include "core/lock_graph.h"

typedef struct LockEnd {
	LockSessions freed; /* in their order */
	size_t now; /* so many of them at once, the others when those before them are done */
} LockEnd;

typedef struct LockEnding LockEnding; /* what is worked out once for all sessions of a table */
LockEnding *lock_ending(Arena *arena, const LockTable *table);
LockEnd lock_end(Arena *arena, LockEnding *ending, size_t session);
LockEnd lock_end_all(Arena *arena, LockEnding *ending, const size_t *sessions, size_t count); /* of all of them, together */

#endif
