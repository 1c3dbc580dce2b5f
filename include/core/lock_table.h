/* lock_table.h: who holds which lock, and who stands in which queue, at one instant.
 *
 * Parallel workers are one with their leader; a prepared transaction is a session without a pid. */
#ifndef PGWHY_CORE_LOCK_TABLE_H
#define PGWHY_CORE_LOCK_TABLE_H

#include "core/lock_mode.h"
#include "core/lock_session.h"

/* What is locked. Numbers are -1, texts NULL where the kind of lock has none. */
typedef struct LockTag {
	const char *type; /* pg_locks.locktype */
	int64_t database, relation, page, tuple, xid, class_oid, object_oid, object_part;
	const char *virtualxid;
	LIST(size_t) holds; /* of LockTable.holds */
	LIST(size_t) queue; /* of LockTable.waits, first come first */
	LockModes wanted; /* by the queue */
} LockTag;

typedef struct LockHold {
	size_t session, tag;
	LockModes modes;
} LockHold;

typedef struct LockWait {
	size_t session, tag;
	LockMode mode;
	double wait_s; /* before 14: since its statement began; NaN: not known */
	const LockSession *asked; /* whose blocked_by is the server's word on this wait: the session itself, or its worker */
} LockWait;

typedef struct LockTable {
	LIST(LockSession) sessions;
	LIST(LockTag) tags;
	LIST(LockHold) holds;
	LIST(LockWait) waits;
	int64_t database_oid; /* ours; -1: not known */
	double deadlock_timeout_s; /* NaN: not known */
} LockTable;

/* What others than this session hold of the tag. */
LockModes lock_held_by_others(const LockTable *table, const LockTag *tag, size_t session);
bool lock_tag_is(const LockTag *tag, const char *type);
/* Would whoever wants this mode have to wait for those? */
bool lock_conflicts(LockMode wanted, LockModes others);

#endif
