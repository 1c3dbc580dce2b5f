/* lock_words.h: what is told of a session in a lock forest, in words. */
#ifndef PGWHY_PANES_LOCK_WORDS_H
#define PGWHY_PANES_LOCK_WORDS_H

#include "core/lock_name.h"

typedef enum LockDoing {
	LOCK_DOING_UNKNOWN, /* hidden from our role, or gone by now */
	LOCK_DOING_PREPARED,
	LOCK_DOING_REPLAY, /* a standby's startup process */
	LOCK_DOING_AUTOVACUUM,
	LOCK_DOING_WRAPAROUND, /* an autovacuum that does not yield */
	LOCK_DOING_IDLE_IN_TRANSACTION,
	LOCK_DOING_IDLE, /* holds what outlives transactions: advisory locks */
	LOCK_DOING_DDL, /* or VACUUM, LOCK TABLE …: a statement that locks a whole table */
	LOCK_DOING_CONCURRENT_DDL, /* what leaves an invalid index when it is ended */
	LOCK_DOING_STATEMENT
} LockDoing;

LockDoing lock_doing(Arena *arena, const LockSession *session);
/* "ALTER TABLE", "SELECT": the first words of what it runs, or ran last; "": not known. */
const char *lock_verb(Arena *arena, const LockSession *session);
const char *lock_tag_line(Arena *arena, const LockNode *node); /* "4711 idle in xact", "4802 ALTER TABLE", "prepared 'gid'" */
const char *lock_who(Arena *arena, const LockSession *session); /* "session 4711 (web, shop-api)" */
const char *lock_sessions_count(Arena *arena, size_t count); /* "1 session", "12 sessions" */

/* Why others wait for this one, in a sentence: who, since when, doing what, holding what, how many wait how long. */
const char *lock_root_sentence(Arena *arena, const LockForest *forest, const LockNames *names, size_t place);
const char *lock_frees(Arena *arena, size_t now, size_t all); /* "frees 1 at once, 5 in the end" */
/* What it waits for, or, of a root, holds that others wait for: "AccessExclusive on public.orders"; NULL: not known. */
const char *lock_in_brief(Arena *arena, const LockForest *forest, const LockNames *names, size_t place);
bool lock_is_queued_ddl(Arena *arena, const LockNode *node); /* it wants to lock a whole table, and has not begun */
/* Is an advisory lock what keeps others waiting? Whether it is the session's or the transaction's nobody tells. */
bool lock_kept_by_advisory(const LockForest *forest, size_t place);
size_t lock_stand_behind(const LockForest *forest, size_t place); /* how many wait for nothing but to be let by it, which waits itself */
/* What a waiting statement does to those who stand behind it though the holders would let them through; NULL: nothing. */
const char *lock_queue_sentence(Arena *arena, const LockForest *forest, const LockNames *names, size_t place);
const char *lock_cycle_sentence(Arena *arena, const LockForest *forest, size_t place); /* NULL: it is in none */

#endif
