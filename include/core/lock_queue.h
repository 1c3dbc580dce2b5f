/* lock_queue.h: the order in which a lock will be given to those who wait for it. */
#ifndef PGWHY_CORE_LOCK_QUEUE_H
#define PGWHY_CORE_LOCK_QUEUE_H

#include "core/lock_table.h"

/* Puts the queue of the tag in order: by age, but who already holds a lock that one in the queue waits for has stepped in front of that
 * one, and what pg_blocking_pids answered counts more than both. */
void lock_queue_sort(Arena *arena, const LockTable *table, LockTag *tag);

#endif
