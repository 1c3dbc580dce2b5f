/* lock_session.h: who holds or waits for locks: a session, or a prepared transaction, which has no pid. */
#ifndef PGWHY_CORE_LOCK_SESSION_H
#define PGWHY_CORE_LOCK_SESSION_H

#include "core/table.h"

/* What is not known, or hidden from our role, is NULL, NaN or -1. */
typedef struct LockSession {
	int64_t pid; /* 0: a prepared transaction */
	const char *gid; /* its name; NULL, too, when it is gone by now */
	const char *virtualtransaction;
	const char *database, *user, *application, *client, *state, *backend_type, *backend_start, *query_start, *query;
	const char *phase; /* of a CREATE INDEX or REINDEX */
	const char *wait_event; /* "IO:DataFileRead" */
	LIST(int64_t) blocked_by; /* what pg_blocking_pids answered, in order; empty: not asked, or it no longer waits */
	int64_t database_oid, leader_pid, client_port;
	int64_t xmin_age; /* transactions begun since the oldest one it may still have to see: what they delete, vacuum cannot remove */
	double xact_age_s, query_age_s, state_age_s;
	bool hidden; /* what it does is not for our role to see */
	bool superuser;
	bool may_end; /* our role may signal it; of a prepared transaction: roll it back from here */
	LIST(size_t) holds, waits; /* of LockTable.holds, waits */
} LockSession;

/* Of a row of queries/lock_sessions.sql; LOCK_NOBODY: nothing but its number is known. */
#define LOCK_NOBODY ((size_t)-1)
LockSession lock_session_read(Arena *arena, const Table *sessions, size_t row, int64_t pid, const char *virtualtransaction);
bool lock_session_named(const LockSession *session, int64_t pid); /* is that one among blocked_by? */
bool lock_session_idle_in_transaction(const LockSession *session);

/* Rows by the number in one of their columns. */
typedef struct LockIndex {
	struct LockPlace {
		int64_t number;
		size_t row;
	} *places;
	size_t count;
} LockIndex;
LockIndex lock_index(Arena *arena, const Table *table, size_t column); /* in order; nulls left out */
size_t lock_index_find(const LockIndex *index, int64_t number); /* its first row; LOCK_NOBODY: none */

#endif
