/* lock_ask.h: whom queries/lock_sessions.sql is to be asked about, by a reading of pg_locks alone. */
#ifndef PGWHY_CORE_LOCK_ASK_H
#define PGWHY_CORE_LOCK_ASK_H

#include "core/lock_table.h"
#include "core/texts.h"

/* Pids of all who wait or hold what is waited for. Above zero: also whom they wait for, which costs the server, so of not more than
 * LOCK_MOST_ASKED: all who wait, or else for each lock and mode the last in the queue, and the head of each queue. */
enum { LOCK_MOST_ASKED = 64 };
Keys lock_pids(Arena *arena, const LockTable *table);

#endif
