/* lock_read.h: one reading of pg_locks, made sense of.
 *
 * What pg_locks does not tell is taken from pg_blocking_pids where it was asked: the exact order of a queue, and whose worker a process is
 * that our role may not see. */
#ifndef PGWHY_CORE_LOCK_READ_H
#define PGWHY_CORE_LOCK_READ_H

#include "core/lock_table.h"

/* `locks`: of queries/locks.sql; `sessions`: of lock_sessions.sql, NULL: not there. Borrows their texts. */
LockTable *lock_read(Arena *arena, const Table *locks, const Table *sessions);

#endif
