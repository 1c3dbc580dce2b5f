/* guard.h: a transaction in which a user's statement is looked at and leaves nothing behind; for the files of this floor.
 *
 *     BEGIN …; set_config(timeouts, what the session began with, :with, …)
 *     [what the kind of guard does, from `open` on]
 *     ROLLBACK
 *
 * Always rolled back; the connection is checked to be idle again afterwards. Each step sends one statement, or ends it all by
 * returning false. A cancel that overtakes its statement is sent again as long as there is no answer. */
#ifndef PGWHY_PG_GUARD_H
#define PGWHY_PG_GUARD_H

#include "pg/cancel.h"
#include "pg/exchange.h"
#include "pg/explain_spec.h"

typedef struct Guard Guard;
typedef bool (*GuardStep)(Guard *guard);
typedef bool (*GuardAnswer)(Guard *guard, struct pg_result *result);

/* First member of what it guards. */
struct Guard {
	Exchange exchange; /* its destroy is the maker's, and calls guard_release */
	Arena *arena; /* of all of it; NULL: the owner took it over */
	const char *begin; /* BEGIN READ ONLY */
	long statement_timeout_ms, lock_timeout_ms;
	MannerList more; /* settings of this transaction, besides those of any */
	bool (*allowed)(Guard *guard); /* asked once it is its turn: false, with err, sends nothing; NULL: it is */
	GuardStep open; /* the transaction is open, its settings made */
	void (*ended)(Guard *guard); /* tells the owner; called once, and not when nobody listens any more */

	GuardAnswer answered; /* what the answer to the statement under way is for */
	long prefix_chars; /* in front of the user's text in that statement */
	int backend_pid; /* 0: not known yet */
	Err err; /* what stopped it */
	bool cancelled;
	CancelJob *cancel; /* under way */
};

void guard_start(Guard *guard, Conn *conn, void *owner);
void guard_cancel(Guard *guard);
void guard_release(Guard *guard); /* what it holds, but not itself */

bool guard_send(Guard *guard, GuardAnswer answered, const char *sql, const char *const *params, size_t param_count);
/* With a text of the user's at its end: the server's positions are meant in that. */
bool guard_send_text(Guard *guard, GuardAnswer answered, const char *sql, long prefix_chars);
/* The answer is an error (kept in err), or what was asked for is no longer wanted. */
bool guard_went_wrong(Guard *guard, const struct pg_result *result);
bool guard_roll_back(Guard *guard);
bool guard_finish(Guard *guard); /* without a ROLLBACK: for a connection that is given up */

#endif
