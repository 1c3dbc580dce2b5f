/* lock_act.h: what can be done about a session that blocks or waits, best first, with the SQL that does it.
 *
 * The cheapest comes first: cancelling a statement that itself only waits costs nobody's work; then ending who sits idle in a transaction;
 * then cancelling who is at work. What frees nobody by itself comes last. The SQL compares more than the pid, which may be another's by then. */
#ifndef PGWHY_PANES_LOCK_ACT_H
#define PGWHY_PANES_LOCK_ACT_H

#include "core/server.h"
#include "panes/lock_words.h"

typedef enum LockActKind { LOCK_ACT_CANCEL, LOCK_ACT_TERMINATE, LOCK_ACT_ROLLBACK, LOCK_ACT_LEAVE } LockActKind;

typedef struct LockAct {
	LockActKind kind; /* LOCK_ACT_LEAVE: nothing should be done; there is no sql */
	size_t place; /* of whom it is done to */
	LockSessions together; /* places of those it has to be done to as well, or it frees nobody */
	size_t frees_now, frees;
	const char *verb; /* "end" */
	const char *title; /* "cancel ALTER TABLE of session 4802 (deploy, migrate)" */
	const char *sql;
	const char *costs; /* what is lost by it */
	const char *where; /* the database to be connected to; NULL: any */
	const char *needs; /* the right our role lacks for it, as a sentence; NULL: none */
	const char *grant; /* SQL that would give it; NULL: there is none */
	int rank;
} LockAct;
typedef LIST(LockAct) LockActs;

LockActs lock_acts(Arena *arena, const LockForest *forest, const Server *server, size_t place);

#endif
