/* run_waits.h: what the backend that runs a statement of ours waits for, and its workers: looked at ten times a second, from another
 * connection, since its own is busy. */
#ifndef PGWHY_APP_RUN_WAITS_H
#define PGWHY_APP_RUN_WAITS_H

#include "app/run.h"
#include "core/wait_profile.h"

typedef struct RunWaits {
	Arena *arena; /* holds tally; NULL: nothing was seen */
	WaitTally tally;
	Str event; /* of the backend itself, as last seen; empty: not known */
	const Run *run; /* that is looked at */
	bool looking; /* the connection was asked */
	int64_t next_look_ms;
} RunWaits;
#define RUN_WAITS_INIT {.event = STR_INIT}

void run_waits_look(RunWaits *waits, Conn *conn, const Run *run); /* when it is time, and the statement runs */
void run_waits_forget(RunWaits *waits); /* the run goes, or another one comes */
void run_waits_release(RunWaits *waits); /* behind the connection, which may still have an answer */
const char *run_waits_notes(Arena *arena, const RunWaits *waits, const Run *run, const char *notes); /* of its plan: and what it waited for */

#endif
